"""Tests of when things are done."""
