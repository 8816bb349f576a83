"""One handler per kind of outbox row: session, row and time in, effects out."""
