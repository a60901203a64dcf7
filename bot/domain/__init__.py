"""The rules of the shop: pure values and functions that are told the time and all ids."""
