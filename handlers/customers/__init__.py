"""Customers, as staff see them: lists, search, cards, and what is decided on a card."""
