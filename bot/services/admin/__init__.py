"""Use cases of admins: reports, parked orders, pausing, pending decisions."""
