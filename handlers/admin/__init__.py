"""Commands, buttons and notices for admins."""
