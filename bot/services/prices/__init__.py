"""The owner's prices: rules, levels, short codes, and the lists that customers see."""
