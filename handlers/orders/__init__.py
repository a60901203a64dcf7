"""A customer's orders: the history, one order, and what can be done about it."""
