"""The landing zone: lists its files, reads each once, and writes its rows down typed as the contract says.

zone.py begins; listing.py finds the files, schema.py reads their footers, damage.py and pages.py check what DuckDB does
not, reading.py writes the rows, values.py has the SQL of each column, rewriting.py reads values that DuckDB cannot.
"""
