"""The saved numbers of a customer, and the button that shares their own number."""
