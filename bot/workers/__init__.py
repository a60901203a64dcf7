"""Workers: loops that decide when a use case runs, and never what it does."""
