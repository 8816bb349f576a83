"""Calls in the air: one coroutine a call, and what it needs."""
