"""How the rows of a view become the bytes of a file."""
