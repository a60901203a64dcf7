"""Buying: the destination, the quote and the confirmation."""
