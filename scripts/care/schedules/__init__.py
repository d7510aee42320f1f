"""Which windows of a schedule are due, how each is delivered once, and whom a failure is reported to."""
