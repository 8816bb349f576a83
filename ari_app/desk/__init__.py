"""The web: agent desk, lists, API."""
