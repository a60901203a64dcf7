"""The catalogue: browsing, search results, restock requests."""
