"""The store on a PostgreSQL server: its connections, its schema, and what it asks of the server."""
