"""The sandbox: the ordinary bot against an embedded supplier and an embedded Bot API."""
