"""Errors that end a build, and what the errors of a reader say of one file."""

from __future__ import annotations

import re

import duckdb


class Unlistable(Exception):
    """A part of the landing zone cannot be listed. Its files are unknown, so that the build must end."""


class Unwritable(Exception):
    """The rows that were read cannot be written. No file of the landing zone is the cause."""


def first_line(error: Exception) -> str:
    """The first line of an error's own text, or its kind where it has none; unprintable characters become `?`."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return "".join(sign if sign.isprintable() else "?" for sign in lines[0])


def cause(error: Exception) -> str:
    """The fault of a file, from the error that reading it raised."""
    said = first_line(error)
    if "No magic bytes" in said or "too small to be a Parquet file" in said:
        return "it has no footer: it is not finished, cut off, or something else"
    if isinstance(error, PermissionError) or "Permission denied" in said:
        return "this user may not read it"
    return re.sub(r"^(Invalid Input|IO|Invalid|Conversion) Error: ", "", said)


def is_interruption(error: Exception) -> bool:
    """Whether a person stopped the query that raised this."""
    return isinstance(error, duckdb.InterruptException) or str(error) == "Query interrupted"
