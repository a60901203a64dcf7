"""The SQLite database: implements the ports of the store, its repositories and the backups."""
