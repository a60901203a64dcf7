"""Ports: one module per service of the outside world, and one per repository."""
