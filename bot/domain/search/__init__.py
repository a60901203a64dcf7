"""Searching the catalogue: what a query says, and the index that answers it."""
