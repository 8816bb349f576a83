"""Text messages and other notices behind one Notifier."""
