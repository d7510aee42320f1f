"""Requests: arguments as typed, checked, and bound to a database session."""
