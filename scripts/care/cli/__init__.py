"""The commands: they parse what a person typed, call the packages below, and print what came of it."""
