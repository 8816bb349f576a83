"""Owns SQL and knows what a claim is."""
