"""The sandbox's web page: its server, and the state that it shows."""
