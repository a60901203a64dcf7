"""A customer's orders: history, search, cancelling, and requests for help."""
