"""Use cases, by subject; each transaction is a plain function of a `Transaction`."""
