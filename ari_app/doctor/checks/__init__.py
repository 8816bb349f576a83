"""The checks, one module a room of the installation. Each reads a fact and decides on it alone."""
