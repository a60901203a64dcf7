"""Receipts as pictures, for customers who sell on."""
