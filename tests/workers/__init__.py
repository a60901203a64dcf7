"""Tests of the workers: when each use case runs."""
