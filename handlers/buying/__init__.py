"""Buying: the destination, the quote, and its confirm button."""
