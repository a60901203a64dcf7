"""The admins' side: the shop's state and money, parked orders, top-ups, pausing."""
