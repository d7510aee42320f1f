"""Building the warehouse, publishing it, and reading which exports it has."""
