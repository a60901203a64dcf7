"""Updates with real processes: held, released, undone, and killed in between."""
