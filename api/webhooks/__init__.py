"""Telling others of new themes and gaps."""
