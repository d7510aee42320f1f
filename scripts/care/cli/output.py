"""Output of commands: tables and progress on a terminal, plain lines elsewhere, JSON for programs."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    FileSizeColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from care.runs.run import Finished


def warn(sentence: str) -> None:
    """A warning; it never changes what a command returns."""
    click.echo(f"warning: {sentence}", err=True)


def as_json(value: Any) -> None:
    """One JSON value on one line."""
    click.echo(text(value, plain=False))


def text(value: Any, plain: bool = True) -> str:
    """A value as JSON, but texts, if plain, as they are."""
    return value if plain and isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def table(titles: Sequence[str], rows: Sequence[Sequence[Any]], wrapped: bool = False) -> None:
    """A table on a terminal; elsewhere lines of cells with tabs between them, without titles.

    `wrapped` breaks long texts inside their column; else lines may be longer than the screen, so that ids and paths
    can be copied whole.
    """
    console = Console() if wrapped else Console(width=10_000)
    if not console.is_terminal:
        for row in rows:
            click.echo("\t".join(_line("" if cell is None else cell) for cell in row))
        return
    shown = Table(box=None, header_style="bold", pad_edge=False)
    for title in titles:
        shown.add_column(title, overflow="fold")
    for row in rows:
        shown.add_row(*(escape(f"{cell:,}" if type(cell) is int else _line(cell or "")) for cell in row))
    console.print(shown)


def _line(value: Any) -> str:
    return " ".join(str(value).split())


def shortened(sentences: Sequence[str], elsewhere: str, shown: int = 20) -> list[str]:
    """The first sentences, and where the rest can be read."""
    rest = len(sentences) - shown
    return [*sentences[:shown], *([f"{rest:,} more; {elsewhere}"] if rest > 0 else [])]


def files(finished: Sequence[Finished]) -> None:
    """The files that were written, and how to look at one."""
    if len(finished) == 1:
        done = finished[0]
        click.echo(done.path)
        click.echo(f"{done.rows:,} rows, {done.bytes:,} bytes, {done.seconds:,.1f} s, run {done.run_id}")
    elif finished:
        table(
            ("export", "rows", "bytes", "seconds", "path"),
            [(done.export, done.rows, done.bytes, f"{done.seconds:.1f}", done.path) for done in finished],
        )
    if finished:
        path = max(finished, key=lambda done: done.rows).path
        if "://" not in path:
            click.echo(how_to_look(path))


def how_to_look(path: str) -> str:
    """A command that shows the beginning of a delivered file."""
    if path.endswith(".parquet"):
        return f"Look at it: python -c {shlex.quote(f'import duckdb; duckdb.read_parquet({path!r}).show()')}"
    return f"Look at it: head -n 3 {shlex.quote(path)}"


@contextmanager
def bytes_written(name: str) -> Iterator[Callable[[int], None]]:
    """Shows on a terminal how many bytes of a file are written; the callable hears how many were added."""
    with Progress(
        SpinnerColumn(),
        TextColumn(escape(name)),
        FileSizeColumn(),
        TimeElapsedColumn(),
        console=(console := Console(file=sys.stderr)),
        disable=not console.is_terminal,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as progress:
        task = progress.add_task(name, total=None)
        yield lambda count: progress.advance(task, count)


@contextmanager
def nodes_built() -> Iterator[Callable[[str, int, int], None]]:
    """Shows on a terminal how many models and tests of a build are done."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=(console := Console(file=sys.stderr)),
        disable=not console.is_terminal,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as progress:
        task = progress.add_task("reading the project", total=None)
        yield lambda name, done, total: progress.update(task, description=escape(name), completed=done, total=total)
