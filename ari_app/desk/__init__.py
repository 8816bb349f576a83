"""The web: sign-in, agent desk, lists of calls and claims, and HTTP for the same acts."""
