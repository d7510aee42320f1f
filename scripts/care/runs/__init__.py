"""One run of one export: its plan, its file's name, its record in the ledger, its file and its manifest."""
