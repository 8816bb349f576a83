"""Customers and desk phones outside the PBX: demo, drills, kept calls, real tests."""
