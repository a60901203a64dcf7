"""The catalogue: browsing, search results, products that are out of stock."""
