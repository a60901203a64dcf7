"""Receipts as pictures, for customers who resell."""
