"""SQL: the one file database behind the ports."""
