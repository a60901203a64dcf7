"""The embedded supplier: the panel's wire format on loopback, with faults on demand."""
