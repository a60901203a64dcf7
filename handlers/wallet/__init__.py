"""A customer's wallet and top-ups."""
