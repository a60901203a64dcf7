"""The catalogue's use cases: browse, search, refresh, restock, withhold."""
