"""Errors that a user reads: one sentence that says what, where and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

SHOWN = 12


class CareError(Exception):
    """Something failed; its text is the sentence the user reads, `exit_code` what the command returns."""

    exit_code = 1


class SomeFailed(CareError):
    """Some of what was to be delivered was not; the rest was."""

    exit_code = 3


class BadArgument(CareError):
    """An argument is refused before anything runs."""

    exit_code = 2


class DeliveryError(CareError):
    """A file was not sent to its destination; `is_permanent` is true if trying again later cannot help."""

    is_permanent = False


class Unreachable(DeliveryError):
    """The destination did not take a file now, its retries included; it may later."""


class Refused(DeliveryError):
    """The destination will not take a file until somebody changes something."""

    is_permanent = True


def unknown(kind: str, name: str, known: Iterable[str]) -> BadArgument:
    """The error of an unknown name, with the nearest known name, or with all known names if none is near."""
    names = sorted(set(known))
    by_folded = {known_name.casefold(): known_name for known_name in names}
    near = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    if near:
        return BadArgument(f"unknown {kind} '{name}'; did you mean '{by_folded[near[0]]}'?")
    return BadArgument(f"unknown {kind} '{name}'; known: {listed(names) or 'none'}.")


def listed(names: list[str], shown: int = SHOWN) -> str:
    """The names joined with commas, cut with a count where there are many."""
    rest = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {rest:,} more" if rest > 0 else "")


def is_interruption(error: BaseException) -> bool:
    """Whether an error means an interruption: DuckDB raises a RuntimeError for a signal during a query."""
    return isinstance(error, KeyboardInterrupt) or (type(error) is RuntimeError and str(error) == "Query interrupted")


def first_line(error: BaseException) -> str:
    """The first line of an error's own text, or its kind where it has none."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def refusal(error: BaseException) -> str:
    """The sentence with which a view refuses a request: its error without the engine's name for the kind of error."""
    return first_line(error).removeprefix("Invalid Input Error: ")
