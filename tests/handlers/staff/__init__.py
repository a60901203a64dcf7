"""Tests of staff, their rights and the log."""
