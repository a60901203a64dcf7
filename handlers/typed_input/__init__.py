"""Typed text: numbers, searches, command words, questions, and answers to a step."""
