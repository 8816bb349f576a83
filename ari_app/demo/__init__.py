"""A small synthetic insurer and the story that is told with it."""
