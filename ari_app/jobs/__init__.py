"""What the worker runs: carries the effects of outbox rows out."""
