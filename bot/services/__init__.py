"""What the shop does: one module a use case, each transaction a plain function."""
