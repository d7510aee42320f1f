"""What a run asks for: arguments as typed, checked, and bound to a database session."""
