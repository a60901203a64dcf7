"""The admins' use cases: the state of the shop, parked orders, pausing, pending decisions."""
