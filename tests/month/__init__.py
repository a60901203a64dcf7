"""A month of a shop's business, beside a model that keeps the same books in another way."""
