"""The shop and a customer write to each other."""
