"""Prices: the owner's rules, levels and short codes, and the price lists of customers."""
