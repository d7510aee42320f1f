"""The Python side of the project: it parses, calls and reports; the SQL models hold the definitions."""
