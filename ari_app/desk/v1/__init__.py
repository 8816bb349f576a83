"""The interface for programs of others: claims, events, reports and preferences, by token."""
