"""Use cases: one module each; a transaction is a plain function."""
