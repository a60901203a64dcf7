"""Catalogue search: parsing of queries, and the search index."""
