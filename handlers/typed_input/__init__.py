"""Typed text: numbers, words to search, command words, questions, answers to a step."""
