"""The Python side of the project: it parses, calls and reports; the SQL models hold the definitions.

Imports run one way, and tests/python/test_imports.py holds them to it:

    cli -> schedules -> runs -> requests, export_file -> warehouse
    cli, schedules, runs -> destinations
    all of them -> errors, settings, times, locks, atomic, file_modes
"""
