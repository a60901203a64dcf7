"""Use cases of the catalogue: browse, search, products for a number, refresh, restock, withhold."""
