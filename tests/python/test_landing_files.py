"""The package care.landing, without dbt: every hostile file is refused by name or read as far as the contract goes."""

from __future__ import annotations

import os
import random
import re
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from care.landing import listing
from care.landing.contract import Column, Contract
from care.landing.errors import Unlistable, Unwritable
from care.landing.reader import Reader
from care.landing.reading import Stream
from care.landing.zone import land

PROJECT = Path(__file__).resolve().parents[2]
AT = datetime(2025, 3, 3, 11, tzinfo=UTC)
MESSAGES = "message_events"


def contract() -> Contract:
    """The contract as the source YAML declares it."""
    source = yaml.safe_load((PROJECT / "models" / "staging" / "_sources.yml").read_text())["sources"][0]
    streams = {}
    for table in source["tables"]:
        streams[table["name"]] = columns = {}
        for column in table["columns"]:
            meta = {"event_types": table["config"]["meta"]["event_types"]} | column.get("config", {}).get("meta", {})
            columns[column["name"]] = Column(column["data_type"], meta.get("key", False), meta["event_types"])
    return streams


CONTRACT = contract()


class Zone:
    """A landing zone in a folder, and what came of reading it."""

    def __init__(self, folder: Path) -> None:
        self.raw, self.landed = folder / "raw", folder / "care.duckdb.landed"
        self.files: dict[str, dict[str, Any]] = {}
        (self.raw / MESSAGES).mkdir(parents=True)

    def put(self, name: str, data: list[dict[str, Any]] | pa.Table, stream: str = MESSAGES, **options: Any) -> Path:
        """A Parquet file of rows or of a table."""
        path = self.raw / stream / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(data if isinstance(data, pa.Table) else pa.Table.from_pylist(data), path, **options)
        return path

    def read(self, url: str | None = None) -> Zone:
        """Reads the zone, or another one into the same folder."""
        rows = [file.row() for file in land(url or str(self.raw), CONTRACT, self.landed)]
        self.files = {row["path"].rsplit("/", 1)[-1]: row for row in rows}
        assert {row["status"] for row in self.files.values()} <= {"loaded", "refused"}
        return self

    def refused(self) -> dict[str, str]:
        """The reason of each refused file."""
        return {name: row["reason"] for name, row in self.files.items() if row["status"] == "refused"}

    def rows(self, columns: str, stream: str = MESSAGES, order: str = "all") -> list[tuple[Any, ...]]:
        """Columns of what was read."""
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            folder = f"{self.landed}/{stream}/*.parquet"
            return connection.execute(f"select {columns} from read_parquet('{folder}') order by {order}").fetchall()


@pytest.fixture
def zone(tmp_path: Path) -> Zone:
    return Zone(tmp_path)


def message(event_id: str, **columns: Any) -> dict[str, Any]:
    """A landed row of a message of org acme."""
    return {
        "event_id": event_id, "event_type": "created", "org_id": "acme", "occurred_at": AT, "message_id": event_id,
        "conversation_id": "c1", "direction": "inbound", "author_type": "contact",
    } | columns  # fmt: skip


def with_bytes(table: list[dict[str, Any]], column: str, values: list[bytes], kind: pa.DataType) -> pa.Table:
    """Rows with a column of bytes that say they are of a type, whether or not they are."""
    return pa.Table.from_pylist(table).append_column(column, pa.array(values, pa.binary()).view(kind))


# --- Damage ---


def damaged(path: Path, seed: int) -> None:
    """Writes a file of messages and wrongs some bytes: writers that store no checksums where the codec shows damage."""
    dice = random.Random(seed)
    codec = ("snappy", "gzip", "brotli", "lz4", "zstd", "none")[seed % 6]
    rows = [
        message(f"x{n}", content=f"hello {n} " * 20, likes=n, published_at=AT + timedelta(seconds=n))
        for n in range(400)
    ]
    pq.write_table(
        pa.Table.from_pylist(rows), path, compression=codec, use_dictionary=dice.random() < 0.5,
        data_page_version=dice.choice(["1.0", "2.0"]), row_group_size=dice.choice([100, 400]),
        write_page_checksum=codec not in ("snappy", "gzip"),
    )  # fmt: skip
    whole = path.read_bytes()
    footer = struct.unpack("<I", whole[-8:-4])[0] + 8
    wrong = bytearray(whole)
    place = dice.randrange(4, len(whole) - footer - 8)
    for offset in range(dice.choice([1, 8]) if codec not in ("snappy", "gzip") else 8):
        wrong[place + offset] ^= dice.randrange(1, 256)
    path.write_bytes(wrong)


def test_sixty_damaged_files_are_noticed_or_have_the_same_content(zone: Zone) -> None:
    columns = "event_id, event_type, org_id, epoch_us(occurred_at), message_id, content, likes, epoch_us(published_at)"
    for seed in range(60):
        damaged(zone.raw / MESSAGES / f"{seed}.parquet", seed)
    rows = [
        message(f"x{n}", content=f"hello {n} " * 20, likes=n, published_at=AT + timedelta(seconds=n))
        for n in range(400)
    ]
    zone.put("sound.parquet", rows)
    zone.read()
    sound = set(zone.rows(columns, order="1"))
    unequal = [name for name, row in zone.files.items() if row["status"] == "loaded" and name != "sound.parquet"
               and row["row_count"] != 400]  # fmt: skip
    assert "sound.parquet" not in zone.refused() and not unequal
    assert len(sound) == 400, "a file whose content differs is neither loaded nor silent"
    assert len(zone.refused()) >= 50


def test_damage_in_a_column_that_the_contract_does_not_know_decides_nothing(zone: Zone) -> None:
    for codec in ("snappy", "gzip"):
        rows = [message(f"{codec}{n}", extra=f"{n} extra " * 9) for n in range(300)]
        path = zone.put(f"{codec}.parquet", rows, compression=codec, use_dictionary=False, write_page_checksum=True)
        column = pq.ParquetFile(path).metadata.row_group(0).column(len(rows[0]) - 1)
        wrong = bytearray(path.read_bytes())
        middle = column.data_page_offset + column.total_compressed_size // 2
        wrong[middle : middle + 20] = b"\xff" * 20
        path.write_bytes(wrong)
    assert zone.read().refused() == {}
    assert zone.rows("count(*)") == [(600,)]


def lie(path: Path, claimed: int, places: set[int]) -> None:
    """Changes numbers of rows in the footer of a file of two rows: 0 the file's, 1 a column's, 2 the row group's."""
    whole = path.read_bytes()
    length = struct.unpack("<I", whole[-8:-4])[0]
    footer = whole[-8 - length : -8]
    found = [match.start() for match in re.finditer(re.escape(b"\x16\x04"), footer)]
    for number, place in enumerate(found):
        kind = 0 if number == 0 else 2 if number == len(found) - 1 else 1
        if kind in places:
            footer = footer[:place] + bytes([0x16, claimed << 1]) + footer[place + 2 :]
    path.write_bytes(whole[: -8 - length] + footer + struct.pack("<I", length) + b"PAR1")


@pytest.mark.parametrize("claimed", [1, 3])
def test_a_footer_that_says_another_number_of_rows_is_damage(zone: Zone, claimed: int) -> None:
    for places in ({0}, {2}, {0, 2}, {0, 1, 2}):
        name = "".join(str(place) for place in sorted(places)) + ".parquet"
        plain = {"compression": "none", "use_dictionary": False, "store_schema": False, "write_statistics": False}
        lie(zone.put(name, [message("x1"), message("x2")], **plain), claimed, places)
    zone.put("sound.parquet", [message("x1"), message("x2")])
    assert set(zone.read().refused()) == {"0.parquet", "2.parquet", "02.parquet", "012.parquet"}
    assert all("damaged content" in reason or "not a readable" in reason for reason in zone.refused().values())
    assert zone.rows("event_id") == [("x1",), ("x2",)]


# --- Columns ---


def odd_files() -> dict[str, pa.Table]:
    """Files with columns that the contract does not know, or knows by another type."""
    one = pa.Table.from_pylist([message("x", content="hello")])
    nested = pa.array([[{"day": 1, "von": b"\xff"}]], pa.list_(pa.struct({"day": pa.int64(), "von": pa.binary()})))
    return {
        "filename": one.append_column("filename", pa.array(["s3://bucket/a"])),
        "file_row_number": one.append_column("file_row_number", pa.array([7])),
        "file_index": one.append_column("file_index", pa.array([7])),
        "both": one.append_column("FileName", pa.array(["a"])).append_column("File_Row_Number", pa.array(["b"])),
        "path": one.append_column("path", pa.array(["a"])).append_column("unreadable", pa.array(["b"])),
        "bytes": one.append_column("payload", pa.array([b"\xff\xfe"])),
        "not_utf8": with_bytes([message("x", content="hello")], "extra", [b"\xff\xfe"], pa.string()),
        "nested_bytes": one.append_column("extra", nested),
        "json": one.append_column("extra", pa.array(["{bad"], pa.json_())),
        "wrong_case": one.rename_columns([name.title() for name in one.column_names]),
        "other_case_too": one.append_column("CONTENT", pa.array([b"\xff"])).append_column("content_1", pa.array([1])),
        "other_case_first": one.add_column(0, "Event_Id", pa.array([None], pa.string())).add_column(
            0, "CONTENT", [["no"]]
        ),
        "same_twice": one.append_column("extra", pa.array([1])).append_column("extra", pa.array(["b"])),
        "no_name": one.append_column("", pa.array([1])).append_column("a \"b\" 'c'", pa.array([1])),
        "far_times": one.append_column("extra", pa.array([2**62], pa.int64()).view(pa.timestamp("ms", "UTC"))),
        "naive_times": one.append_column("extra", pa.array([AT.replace(tzinfo=None)])),
        "empty_struct": one.append_column("extra", pa.array([{}], pa.struct([pa.field("a", pa.int8())]))),
        "beyond_a_day": one.append_column("extra", pa.array([2**62], pa.time64("us"))),
        "nothing": one.append_column("extra", pa.nulls(1)),
    }


def test_columns_that_the_contract_does_not_know_decide_nothing(zone: Zone) -> None:
    for name, table in odd_files().items():
        zone.put(f"{name}.parquet", table)
    metadata = pa.Table.from_pylist([message("x", content="hello")]).replace_schema_metadata({"ARROW:schema": b"\xff"})
    zone.put("arrow.parquet", metadata, store_schema=False)
    written_by = zone.put("written_by.parquet", [message("x", content="hello")], store_schema=False)
    written_by.write_bytes(written_by.read_bytes().replace(b"parquet-cpp", b"parquet\xff\xffpp"))
    assert zone.read().refused() == {}
    found = zone.rows("parse_filename(path), event_id, content, file_row_number, unreadable, unread_values")
    assert {row[1:] for row in found} == {("x", "hello", 0, ",", None)}
    assert len(found) == len(zone.files) == len(odd_files()) + 2


def test_text_that_is_not_utf8_reads_as_null_and_is_kept_for_the_report(zone: Zone) -> None:
    latin = "café".encode("latin-1")
    contents = [b"good", latin, "späť".encode()]
    rows = [message(f"x{number}") for number in range(3)]
    for name, kind in (("binary", pa.binary()), ("string", pa.string())):
        zone.put(f"{name}.parquet", with_bytes(rows, "content", contents, kind))
        zone.put(f"{name}-dictionary.parquet", with_bytes(rows * 9, "content", contents * 9, kind))
        ids = [row for row in rows if row.pop("message_id")]
        zone.put(f"{name}-id.parquet", with_bytes(ids, "message_id", [b"x0", b"\xff\xfe", b"x2"], kind))
        rows = [message(f"x{number}") for number in range(3)]
    zone.put("list.parquet", [dict(message("u1"), event_type="upserted", user_id="u1", user_type="human",
             team_ids=[b"t1", b"\xff"])], stream="users")  # fmt: skip
    assert zone.read().refused() == {}
    for name in ("binary", "string"):
        found = zone.rows(f"""event_id, content, unreadable, unread_values from (
            from read_parquet('{zone.landed}/{MESSAGES}/*.parquet') where path like '%/{name}.parquet') --""")
        assert found == [
            ("x0", "good", ",", None),
            ("x1", None, ",content,", '{"content":"caf\\\\xe9"}'),
            ("x2", "späť", ",", None),
        ]
    assert zone.rows("count(*) filter (content is null and unreadable = ',content,'), count(distinct file_row_number)")[
        0
    ] == (20, 27)
    ids = zone.rows("distinct message_id, unreadable, unread_values")
    assert (None, ",message_id,", '{"message_id":"\\\\xff\\\\xfe"}') in ids
    assert zone.rows("team_ids, unreadable", "users") == [(None, ",team_ids,")]


def test_values_of_other_types_are_read_or_null_and_named(zone: Zone) -> None:
    zone.put("likes.parquet", pa.Table.from_pylist([message(f"x{n}", likes=value, content=n, in_reply_to_message_id=[1])
             for n, value in enumerate(["4", "4.0", "four", "4.5", None, "9007199254740993"])]))  # fmt: skip
    zone.put("typed.parquet", [message("y", likes=4.0, owned_by_external_service="yes", sentiment=True,
             content={"text": "hello"}, language=b"en")])  # fmt: skip
    zone.put("other-type.parquet", [message("z", likes="many") | {"event_type": "deleted"}])
    far = {"likes": pa.array([2**62]).view(pa.timestamp("ms")), "content": pa.array([2**62], pa.time64("us"))}
    zone.put("far.parquet", pa.Table.from_pylist([message("far")]).append_column("likes", far["likes"])
             .append_column("content", far["content"]))  # fmt: skip
    assert zone.read().refused() == {}
    assert zone.rows("event_id, likes, content, unreadable, unread_values") == [
        ("far", None, None, ",content,likes,", '{"content":"TIME","likes":"infinity"}'),
        ("x0", 4, "0", ",in_reply_to_message_id,", '{"in_reply_to_message_id":"[1]"}'),
        ("x1", 4, "1", ",in_reply_to_message_id,", '{"in_reply_to_message_id":"[1]"}'),
        ("x2", None, "2", ",in_reply_to_message_id,likes,", '{"in_reply_to_message_id":"[1]","likes":"four"}'),
        ("x3", None, "3", ",in_reply_to_message_id,likes,", '{"in_reply_to_message_id":"[1]","likes":"4.5"}'),
        ("x4", None, "4", ",in_reply_to_message_id,", '{"in_reply_to_message_id":"[1]"}'),
        ("x5", 9007199254740993, "5", ",in_reply_to_message_id,", '{"in_reply_to_message_id":"[1]"}'),
        ("y", 4, None, ",content,sentiment,", '{"content":"{\'text\': hello}","sentiment":"true"}'),
        ("z", None, None, ",", None),
    ]


def test_opening_hours_of_other_fields_and_bad_dates_are_null_and_named(zone: Zone) -> None:
    channel = message("h1") | {"event_type": "upserted", "channel_id": "ch-9", "medium": "web", "name": "W"}
    good = {"weekday": 1, "opens": "09:00", "closes": "17:00"}
    hours = {
        "other": [{"day": 1, "von": "09:00"}], "more": [good | {"note": "by day"}], "text": "Mo 9-17",
        "bad": [good | {"weekday": "Monday"}], "number": [good | {"weekday": "1"}], "map": [1, 2],
    }  # fmt: skip
    for name, value in hours.items():
        zone.put(f"{name}.parquet", [channel | {"opening_hours": value}], stream="channels")
    for name, value in {"dates": ["2025-12-25"], "no-dates": ["2025-12-25", "Easter"]}.items():
        zone.put(f"{name}.parquet", [channel | {"holidays": value}], stream="channels")
    assert zone.read().refused() == {}
    found = zone.rows("parse_filename(path), unreadable, opening_hours, holidays::varchar", "channels")
    assert found == [
        ("bad.parquet", ",opening_hours,", None, None),
        ("dates.parquet", ",", None, "[2025-12-25]"),
        ("map.parquet", ",opening_hours,", None, None),
        ("more.parquet", ",", [good], None),
        ("no-dates.parquet", ",holidays,", None, None),
        ("number.parquet", ",", [good], None),
        ("other.parquet", ",opening_hours,", None, None),
        ("text.parquet", ",opening_hours,", None, None),
    ]


def test_instants_of_any_unit_are_read_and_those_beyond_all_time_are_infinite(zone: Zone) -> None:
    rows = [{name: value for name, value in message("x").items() if name != "occurred_at"}]
    micros = int(AT.timestamp()) * 1_000_000
    for unit, per_second in (("ms", 10**3), ("us", 10**6), ("ns", 10**9)):
        for name, value in {
            "now": int(AT.timestamp()) * per_second,
            "max": 2**63 - 1,
            "far": 2**62,
            "min": -(2**62),
        }.items():
            times = pa.array([value], pa.int64()).view(pa.timestamp(unit, "UTC"))
            zone.put(f"{name}-{unit}.parquet", pa.Table.from_pylist(rows).append_column("occurred_at", times))
    assert zone.read().refused() == {}
    found = dict(zone.rows("parse_filename(path, true), occurred_at::varchar"))
    assert {name: found[name] for name in ("far-ms", "max-ms", "max-us", "min-ms")} == {
        "far-ms": "infinity", "max-ms": "infinity", "max-us": "infinity", "min-ms": "-infinity",
    }  # fmt: skip
    now = zone.rows("parse_filename(path), epoch_us(occurred_at)")
    assert [row for row in now if row[0].startswith("now")] == [
        (f"now-{unit}.parquet", micros) for unit in ("ms", "ns", "us")
    ]


def test_timestamps_that_are_no_instants_are_refused_with_what_to_do(zone: Zone) -> None:
    zone.put("int96.parquet", [message("x")], use_deprecated_int96_timestamps=True)
    zone.put("int96-other.parquet", [message("x") | {"occurred_at": AT, "extra": AT.replace(tzinfo=None)}])
    zone.put("naive.parquet", [message("x", published_at=AT.replace(tzinfo=None))])
    refused = zone.read().refused()
    assert refused == {
        "int96.parquet": "occurred_at is INT96, which has no time zone; in Spark set"
                         " spark.sql.parquet.outputTimestampType to TIMESTAMP_MICROS and write the file again",
        "naive.parquet": "published_at is a timestamp without time zone; write it as an instant (isAdjustedToUTC)",
    }  # fmt: skip


# --- What lies there ---


def test_what_is_no_file_is_refused_and_never_opened(zone: Zone, tmp_path: Path) -> None:
    folder = zone.raw / MESSAGES
    os.mkfifo(folder / "pipe.parquet")
    with socket.socket(socket.AF_UNIX) as listening:
        os.chdir(folder)
        listening.bind("socket.parquet")
        os.chdir(PROJECT)
    (folder / "dangling.parquet").symlink_to("nowhere")
    (folder / "to-itself.parquet").symlink_to("to-itself.parquet")
    zone.put("sound.parquet", [message("x")])
    for name in (b"caf\xe9.parquet", b"caf\xe9.txt"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes((folder / "sound.parquet").read_bytes())
    shutil.copy(folder / "sound.parquet", folder / r"caf\xe9.parquet")
    for unfinished in (
        "_temporary/0/x.parquet",
        ".staging/x.parquet",
        "_x.parquet",
        ".x.parquet.crc",
        "day=1/_SUCCESS",
    ):
        (folder / unfinished).parent.mkdir(parents=True, exist_ok=True)
        (folder / unfinished).write_bytes(b"half")
    assert zone.read().refused() == {
        "pipe.parquet": "is a named pipe, no regular file",
        "socket.parquet": "is a socket, no regular file",
        "dangling.parquet": "is a link that leads nowhere",
        "to-itself.parquet": "is a link that leads nowhere",
        r"caf\xe9.parquet?": "its name is not UTF-8; rename it",
        r"caf\xe9.txt": "its name is not UTF-8; rename it",
    }
    assert set(zone.files) - set(zone.refused()) == {"sound.parquet", r"caf\xe9.parquet"}


def test_links_are_followed_once_and_what_is_real_comes_first(zone: Zone, tmp_path: Path) -> None:
    zone.put("day/real.parquet", [message("real")])
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(zone.raw / MESSAGES / "day", elsewhere / "deep")
    folder = zone.raw / MESSAGES
    for name, target in {
        "a": elsewhere,
        "b": elsewhere,
        "again": folder / "day",
        "self": folder,
        "up": zone.raw,
    }.items():
        (folder / name).symlink_to(target)
    (elsewhere / "deep" / "back").symlink_to(folder)
    (folder / "link.parquet").symlink_to(folder / "day" / "real.parquet")
    (zone.raw / "other").symlink_to(elsewhere)
    zone.read()
    assert zone.refused() == {"real.parquet": "lies in no folder of a known stream"}
    paths = [path.removeprefix(f"{zone.raw}/") for (path,) in zone.rows("path")]
    assert paths == ["message_events/a/deep/real.parquet", "message_events/day/real.parquet"]


@pytest.mark.parametrize(
    "name", ["a [1]*'?.parquet", "two\nlines ü.parquet", "~.parquet", "back\\slash.parquet", "%41.parquet"]
)
def test_names_are_taken_as_they_are(zone: Zone, name: str) -> None:
    zone.put(f"org_id=other/{name}", [message("x")])
    zone.put("a 1b'x.parquet", [message("y")])
    assert zone.read().refused() == {}
    assert zone.rows("event_id, path") == [("x", f"{zone.raw}/{MESSAGES}/org_id=other/{name}"),
                                           ("y", f"{zone.raw}/{MESSAGES}/a 1b'x.parquet")]  # fmt: skip


@pytest.mark.parametrize("closed", ["", MESSAGES, f"{MESSAGES}/day"])
def test_what_cannot_be_looked_into_is_an_error(zone: Zone, monkeypatch: pytest.MonkeyPatch, closed: str) -> None:
    zone.put("day/x.parquet", [message("x")])
    scandir = os.scandir

    def guarded(folder: bytes) -> Any:
        if os.fsdecode(folder) == str(zone.raw / closed):
            raise PermissionError(13, "Permission denied", folder)
        return scandir(folder)

    monkeypatch.setattr(listing.os, "scandir", guarded)
    with pytest.raises(Unlistable, match=rf"cannot be listed: {zone.raw / closed}: Permission denied; make it"):
        zone.read()


def test_a_folder_that_is_no_streams_may_be_closed(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    zone.put("x.parquet", [message("x")])
    (zone.raw / "lost+found").mkdir()
    scandir = os.scandir

    def guarded(folder: bytes) -> Any:
        if folder.endswith(b"lost+found"):
            raise PermissionError(13, "Permission denied", folder)
        return scandir(folder)

    monkeypatch.setattr(listing.os, "scandir", guarded)
    assert zone.read().refused() == {"lost+found": "lies in no folder of a known stream, and cannot be looked into"}


def test_a_remote_zone_is_read_and_listed_with_all_its_errors(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    remote = fsspec.filesystem("memory")
    path = zone.put("x.parquet", with_bytes([message("x"), message("y")], "content", [b"hi", b"\xff"], pa.string()))
    for number in range(3):
        remote.pipe_file(f"/care-zone/{MESSAGES}/day={number}/{number}.parquet", path.read_bytes())
    remote.pipe_file(f"/care-zone/{MESSAGES}/_temporary/9.parquet", b"half")
    remote.pipe_file(f"/care-zone/{MESSAGES}/bad.parquet", path.read_bytes()[:-9])
    zone.read("memory://care-zone")
    assert list(zone.refused()) == ["bad.parquet"]
    assert zone.rows("count(*), count(content), count(distinct path)") == [(6, 3, 3)]
    with pytest.raises(Unlistable, match="care-nowhere: there is nothing; make it readable"):
        zone.read("memory://care-nowhere")
    ls = type(remote).ls

    def guarded(self: Any, path: str, **options: Any) -> Any:
        if path.endswith("day=1"):
            raise PermissionError("no rights")
        return ls(self, path, **options)

    monkeypatch.setattr(type(remote), "find", fsspec.AbstractFileSystem.find)
    zone.read("memory://care-zone")
    assert zone.rows("count(*)") == [(6,)]
    monkeypatch.setattr(type(remote), "ls", guarded)
    with pytest.raises(Unlistable, match="no rights"):
        zone.read("memory://care-zone")


# --- Files that change while they are read ---


def replace(path: Path, other: Path) -> None:
    """Another file takes the place of one."""
    path.unlink()
    os.link(other, path)


def rewrite_in_place(path: Path, content: bytes) -> None:
    """The same file holds something else, and says that it was last written when it was."""
    before = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES: dict[str, Callable[[Path, Path], None]] = {
    "vanishes": lambda path, other: path.unlink(),
    "is cut off": lambda path, other: path.write_bytes(path.read_bytes()[:300]),
    "is emptied": lambda path, other: path.write_bytes(b""),
    "grows": lambda path, other: path.write_bytes(path.read_bytes() + b"more"),
    "is replaced": replace,
    "is rewritten": lambda path, other: rewrite_in_place(path, other.read_bytes()),
    "is the same size": lambda path, other: rewrite_in_place(path, path.read_bytes().replace(b"victim", b"VICTIM")),
    "is a pipe": lambda path, other: (path.unlink(), os.mkfifo(path)),
    "is a folder": lambda path, other: (path.unlink(), path.mkdir()),
    "is a dangling link": lambda path, other: (path.unlink(), path.symlink_to("nowhere")),
    "has other columns": lambda path, other: pq.write_table(pa.table({"event_id": ["x"], "likes": ["many"]}), path),
}


MOMENTS = ("examine", "damage_of", "read_columns", "write", "counted")
# A pipe that takes the place of a file between the last look at it and its opening would be waited for: it is tested
# only at the moments that a look follows.
LOOKED_AT = ("examine", "counted")


@pytest.mark.parametrize(
    ("change", "moment"),
    [(change, moment) for change in CHANGES for moment in (LOOKED_AT if change == "is a pipe" else MOMENTS)],
)
def test_a_file_that_changes_while_it_is_read_is_refused_this_time(
    zone: Zone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: str, moment: str
) -> None:
    victim = zone.put(
        "victim.parquet", [message(f"victim{n}", content="victim " * 50) for n in range(9)], compression="none"
    )
    other = pa.Table.from_pylist([message(f"other{n}", content="other") for n in range(30)])
    pq.write_table(other, tmp_path / "other.parquet")
    zone.put("before.parquet", [message("before", content="before")])
    zone.put("zuletzt.parquet", [message("last", content="last")])
    name = moment if moment != "counted" else "write"
    original, calls = getattr(Stream, name), []

    def changing(stream: Any, *arguments: Any) -> Any:
        is_time = stream.folder.name == MESSAGES and (name != "write" or stream.parts == 1) and not calls
        if is_time and moment != "counted":
            calls.append(CHANGES[change](victim, tmp_path / "other.parquet"))
        result = original(stream, *arguments)
        if is_time and moment == "counted":
            calls.append(CHANGES[change](victim, tmp_path / "other.parquet"))
        return result

    monkeypatch.setattr(Stream, name, changing)
    refused = zone.read().refused()
    assert calls and set(refused) == {"victim.parquet"}
    assert refused["victim.parquet"].startswith(("vanished before", "changed while it was read"))
    assert zone.rows("event_id") == [("before",), ("last",)]


# --- The reader ---


def test_one_bad_file_among_many_costs_few_queries_and_many_files_are_read_together(
    zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = zone.put("0.parquet", [message("x")])
    for number in range(1, 300):
        shutil.copy(first, zone.raw / MESSAGES / f"{number}.parquet")
    queries, query = [], Reader.query
    monkeypatch.setattr(Reader, "query", lambda *arguments: (queries.append(arguments[1]), query(*arguments))[1])
    assert zone.read().refused() == {}
    assert len(queries) < 40
    (zone.raw / MESSAGES / "77.parquet").write_bytes(b"no Parquet at all")
    queries.clear()
    assert set(zone.read().refused()) == {"77.parquet"}
    assert len(queries) < 80
    assert zone.rows("count(*)") == [(299,)]


def test_a_reader_whose_database_is_gone_makes_itself_another(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    zone.put("fatal.parquet", [message("x")])
    zone.put("sound.parquet", [message("y")])
    query = Reader.query

    def fatal(reader: Any, sql: str) -> Any:
        if "copy" in sql and "fatal.parquet" in sql:
            reader.connection.close()
        return query(reader, sql)

    monkeypatch.setattr(Reader, "query", fatal)
    assert set(zone.read().refused()) == {"fatal.parquet"}
    assert zone.rows("event_id") == [("y",)]


def test_a_full_disk_is_no_files_fault(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    zone.put("x.parquet", [message("x")])
    query = Reader.query

    def full(reader: Any, sql: str) -> Any:
        if "x.parquet" in sql and sql.startswith("copy"):
            raise duckdb.IOException(
                f'Could not write file "{zone.landed}/{MESSAGES}/1.parquet": No space left on device'
            )
        return query(reader, sql)

    monkeypatch.setattr(Reader, "query", full)
    with pytest.raises(Unwritable, match=r"message_events cannot be written: .*No space left"):
        zone.read()


def test_what_landed_before_is_gone_and_a_stream_without_files_has_no_rows(zone: Zone) -> None:
    path = zone.put("x.parquet", [message("x")])
    zone.read()
    path.unlink()
    zone.read()
    assert [zone.rows("count(*)", stream) for stream in CONTRACT] == [[(0,)]] * len(CONTRACT)


# --- The model ---


def test_plain_dbt_runs_the_model_from_another_folder(zone: Zone, tmp_path: Path) -> None:
    zone.put("x.parquet", [message("x")])
    (tmp_path / "warehouse" / "build").mkdir(parents=True)
    places = {"CARE_LANDING": str(zone.raw), "CARE_WAREHOUSE": str(tmp_path / "warehouse")}
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | places
    dbt = "import sys; from dbt.cli.main import dbtRunner; sys.exit(not dbtRunner().invoke(sys.argv[1:]).success)"
    command = [sys.executable, "-I", "-c", dbt, "run", "--select", "landing_columns", "landing_files", "--quiet"]
    environment |= {"DBT_PROJECT_DIR": str(PROJECT), "DBT_PROFILES_DIR": str(PROJECT)}
    folders = {"target-path": tmp_path / "target", "log-path": tmp_path / "logs"}
    command += [f"--{name}={folder}" for name, folder in folders.items()]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    with duckdb.connect(str(tmp_path / "warehouse" / "build" / "care.duckdb")) as connection:
        found = connection.execute("select parse_filename(path), status, row_count from staging.landing_files")
        assert found.fetchall() == [("x.parquet", "loaded", 1)]


def test_long_texts_need_little_memory(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = zone.raw / MESSAGES / "long.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"""
            copy (
                select 'e' || n as event_id, 'created' as event_type, 'acme' as org_id, now() as occurred_at,
                    'm' || n as message_id, 'c1' as conversation_id, repeat(md5(n::varchar), 625) as content
                from range(30_000) as numbers (n)
            ) to '{rows}' (row_group_size 2_048)
        """)
    connect = Reader.connect
    limited = "set memory_limit = '500MB'"
    monkeypatch.setattr(Reader, "connect", lambda self: (connect(self), self.connection.execute(limited)))
    assert zone.read().refused() == {}
    assert zone.rows("count(*)") == [(30_000,)]
