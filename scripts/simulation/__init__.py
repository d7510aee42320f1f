"""Sample data in any amount: SQL repeats the stories of the catalogue for the wanted number of conversations.

The period is cut into parts (weeks, or months of a long period), and each part is made on its own by one engine with
one thread. So memory stays that of a part, parts can be made side by side, and the same seed gives the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from simulation import catalogue
from simulation.organisation import Size, org_ids, organisation
from simulation.story import arrow_types, contract, write_landing

HERE = Path(__file__).parent
CONVERSATION_STREAMS = [stream for stream in contract() if "upserted" not in contract()[stream]["event_types"]]
SMALL = Size(
    conversations=2_000, days=14, start=date(2025, 3, 24), orgs=2,
    agents=12, virtual_agents=2, teams=3, channels=13, inboxes=4, queues=4, topics=8, tags=12,
)  # fmt: skip
LARGE = Size(
    conversations=2_000_000, days=365, start=date(2024, 7, 1), orgs=1,
    agents=300, virtual_agents=6, teams=20, channels=20, inboxes=8, queues=12, topics=40, tags=60,
)  # fmt: skip
# Engines side by side, and the memory they share.
WORKERS = min(os.cpu_count() or 1, 4)
MEMORY_MB = 3_000
SIZES = {"small": SMALL, "large": LARGE}


@dataclass(frozen=True)
class Part:
    """The days `[first_day, next_day)` of the period, what begins in them, and a share of the contacts."""

    first_day: int
    next_day: int
    first_conversation: int
    next_conversation: int
    first_contact: int
    next_contact: int


def parts(size: Size) -> list[Part]:
    """The period in weeks, a long one in twelve pieces, in more when these would hold over 200,000 conversations."""
    count = min(size.days, max(min(12, -(-size.days // 7)), size.conversations // 200_000))
    days = [size.days * number // count for number in range(count + 1)]
    contacts = size.contacts_per_channel * size.channels
    # Conversation n begins on day n * days // conversations, so a part's first one is the first not before its day.
    conversations = [-(-day * size.conversations // size.days) for day in days]
    shares = [contacts * number // count for number in range(count + 1)]
    spans = zip(*(pairwise(bounds) for bounds in (days, conversations, shares)), strict=True)
    return [Part(*day, *conversation, *share) for day, conversation, share in spans]


def simulate(size: Size, seed: int, out: Path, progress: Callable[[int, int], None] = lambda done, of: None) -> None:
    """Writes every stream below `out`, where no Parquet file of a stream stands yet; `progress` gets parts done, of."""
    words = phrases()
    for org_id in org_ids(size):
        write_landing(organisation(org_id, size, words).events, out, name=f"{org_id}-entities")
    for stream in contract():
        (out / stream).mkdir(parents=True, exist_ok=True)
    todo = parts(size)
    steps()  # made once, here: engines in threads would each make it
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        running = [pool.submit(write_part, part, size, seed, out) for part in todo]
        try:
            for done, future in enumerate(as_completed(running), start=1):
                future.result()
                progress(done, len(todo))
        finally:
            # After a failure or Ctrl-C no further part begins.
            pool.shutdown(wait=False, cancel_futures=True)


def write_part(part: Part, size: Size, seed: int, out: Path) -> None:
    """Writes one part: a file a stream named after its first day, and one of what lands late or again."""
    name = size.start + timedelta(days=part.first_day)
    with engine(part, size, seed) as con:
        con.execute(f"set temp_directory = '{quoted(out / '.spill')}'")
        for stream in CONVERSATION_STREAMS:
            write_stream(con, stream, f"from events where stream = '{stream}'", out / stream / f"{name}.parquet")
        for stream in ("contacts", "contact_attributes"):
            write_stream(con, stream, f"from {stream} where true", out / stream / f"{name}.parquet")


def engine(part: Part, size: Size, seed: int) -> duckdb.DuckDBPyConnection:
    """An engine of one thread, with the views of the part's events."""
    con = duckdb.connect(config={"threads": 1, "memory_limit": f"{MEMORY_MB // WORKERS}MB"})
    con.execute("set TimeZone = 'UTC'")
    variables = asdict(size) | asdict(part) | draws() | {"seed": seed, "org_ids": org_ids(size)}
    variables["contacts_per_channel"] = size.contacts_per_channel
    for name, value in variables.items():
        con.execute(f"set variable {name} = ?", [value])
    con.register("steps_told", steps())
    con.execute("create temp table steps as from steps_told")
    for script in ("subjects.sql", "events.sql", "contacts.sql"):
        con.execute((HERE / script).read_text("utf-8"))
    return con


def write_stream(con: duckdb.DuckDBPyConnection, stream: str, source: str, path: Path) -> None:
    """Writes what lands in time to `path` and the rest to `<path>-late`; a file without rows is not written."""
    columns = contract()[stream]["columns"]
    typed = {name: f'"{name}"::{column["data_type"]} as "{name}"' for name, column in columns.items()}
    again = "coalesce(ingested_at, occurred_at) + interval 30 hours"
    late = typed | {"ingested_at": f"case when is_late then ingested_at else {again} end as ingested_at"}
    for query, file in (
        (f"select {', '.join(typed.values())} {source} and not is_late", path),
        (
            f"select {', '.join(late.values())} {source} and (is_late or is_repeated)",
            path.with_stem(f"{path.stem}-late"),
        ),
    ):
        ordered = f"{query} order by occurred_at, org_id, event_id"
        con.execute(f"copy ({ordered}) to '{quoted(file)}' (format parquet, compression zstd)")
        if pq.read_metadata(file).num_rows == 0:
            file.unlink()


def quoted(path: Path) -> str:
    """A path as it stands between single quotes."""
    return str(path).replace("'", "''")


@cache
def phrases() -> dict[str, Any]:
    """Texts and names by kind."""
    return yaml.safe_load((HERE / "phrases.yml").read_text("utf-8"))


def draws() -> dict[str, Any]:
    """The lists that SQL draws from: texts, names, media, and the stories, each as often as it weighs."""
    words = phrases()
    languages = ["en", "fr", "nl", "es"]
    texts = [
        # Two of five messages have no opening, and two no closing.
        [
            "".join(pieces)
            for pieces in product([*said["openings"], "", ""], said["bodies"], [*said["closings"], "", ""])
        ]
        for language in languages
        for said in (words[language][author] for author in ("contact", "agent", "virtual_agent"))
    ]
    told = catalogue.conversations()
    return {
        "languages": languages,
        "texts": [text for group in texts for text in group],
        "texts_each": len(texts[0]),
        "odd_texts": words["odd"],
        "first_names": words["names"]["first"],
        "last_names": words["names"]["last"],
        "media": words["media"],
        "conversation_stories": len(told),
        "conversation_lot": [number for number, (weight, _) in enumerate(told) for _ in range(weight)],
        "shift_lot": [
            number for number, (weight, _) in enumerate(catalogue.shifts(), start=len(told)) for _ in range(weight)
        ],
    }


@cache
def steps() -> pa.Table:
    """The catalogue as a table: a row for each event of each story, conversations first, then shifts."""
    rows = list(catalogue.steps())
    types: dict[str, pa.DataType] = {name: pa.int64() for name in ("story", "step", "offset_ms", "slack_ms")}
    types["stream"] = pa.string()
    for stream in CONVERSATION_STREAMS:
        instants = {name: pa.int64() for name, kind in arrow_types(stream).items() if pa.types.is_timestamp(kind)}
        types |= arrow_types(stream) | instants
    for name in ("event_id", "org_id", "occurred_at", "ingested_at"):
        del types[name]
    return pa.Table.from_pylist(rows, schema=pa.schema(list(types.items())))


def landed(out: Path) -> Iterator[tuple[str, int, int, int]]:
    """The contents of `out`: stream, rows, files, bytes."""
    for stream in contract():
        files = sorted((out / stream).rglob("*.parquet"))
        rows = sum(pq.read_metadata(file).num_rows for file in files)
        yield stream, rows, len(files), sum(file.stat().st_size for file in files)
