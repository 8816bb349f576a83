"""The web: sign-in, agent desk, lists of calls and claims, and the HTTP interface for the same acts."""
