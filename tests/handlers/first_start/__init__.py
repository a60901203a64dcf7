"""Tests of the first start in chat."""
