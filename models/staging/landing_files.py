"""Which files lie in the landing zone, and which of them are loaded: one row per file.

Every file is listed, examined and read once. What is read are the columns of the contract, of every row; they are
written, typed as the contract says, to `<database>.landed/<stream>/`, and staging reads nothing else. So a file that
cannot be decoded, or that changes while it is read, is refused whole and by name, and no other file suffers from it.
"""

import errno
import json
import os
import re
import shutil
import stat
from collections import deque
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
from fsspec.asyn import AsyncFileSystem
from fsspec.implementations.local import LocalFileSystem

# DuckDB 2 has a type of its own for nanoseconds.
INSTANTS = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS")
ENVELOPE = ("event_id", "event_type", "org_id", "occurred_at", "sequence", "ingested_at")
WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
OTHER_NUMBERS = ("DECIMAL", "DOUBLE", "FLOAT", "HUGEINT", "UHUGEINT", "UBIGINT")
PLAIN = (*WHOLE, *OTHER_NUMBERS, "VARCHAR", "JSON", "BLOB", "BOOLEAN", "DATE", "TIMESTAMP", "UUID", "INTERVAL")
# Text without a declared character set is read as UTF-8. Columns are called by their place: names may repeat.
OPTIONS = "hive_partitioning => false, binary_as_string => true"
# Files that are read by one query: enough to make queries cheap, few enough to keep their footers in little memory.
TOGETHER = 500
ROWS_TOGETHER = 16_384
# Bytes that are in no text of any old character set: where they are, a page is damaged.
NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
LARGEST = 2**63 - 1
# What DuckDB takes for a part of a pattern in a path.
PATTERN = re.compile(r"[\[*?]")
# Page headers are far shorter, unless they hold statistics of long texts.
HEADER = 4_096
FIELDS = {
    "stream": pa.string(),
    "path": pa.string(),
    "status": pa.string(),
    "reason": pa.string(),
    "row_count": pa.int64(),
    "size_bytes": pa.int64(),
    "modified_at": pa.timestamp("us", "UTC"),
    "column_types": pa.string(),
}
# Sets of columns, each with the files that have it. DuckDB's other functions for footers read statistics too, and some
# statistics, even of a column that is not the contract's, make it fail or end the process.
SCHEMAS = """
    with schemas as (
        select
            file_name,
            to_json(list(struct_pack(
                name := name, children := coalesce(num_children, 0), physical := type,
                is_null := duckdb_type is not distinct from '"NULL"',
                type := duckdb_type, logical := logical_type, length := type_length
            ) order by column_id))::varchar as elements
        from parquet_schema(?)
        group by file_name
    )

    select elements, list(file_name) from schemas group by elements
"""


class Unlistable(Exception):
    """A part of the landing zone cannot be looked into; what lies there is unknown, so that no build may go on."""


class Unwritable(Exception):
    """What was read cannot be written down: no file of the landing zone is to blame."""


def model(dbt, session):
    dbt.config(materialized="table")
    contract = contract_of(dbt.ref("landing_columns"))
    database = session.execute("select path from duckdb_databases() where database_name = current_database()")
    filesystem, base = fsspec.core.url_to_fs(os.environ.get("CARE_LANDING", "raw"))
    rows = land(filesystem, base, contract, Path(f"{database.fetchall()[0][0]}.landed"))
    return pa.Table.from_pylist(rows, schema=pa.schema(FIELDS))


def contract_of(landing_columns):
    """The contract by stream: the type of each column, whether it is a key, and the event types that list it."""
    contract = {}
    columns = landing_columns.project("stream, position, column_name, data_type, is_key, event_types")
    for stream, _, column, data_type, is_key, event_types in sorted(columns.fetchall()):
        contract.setdefault(stream, {})[column] = (data_type, is_key, event_types.split(", "))
    return contract


def land(filesystem, base, contract, landed):
    """Reads the whole landing zone into the folder `landed`; returns the rows of landing_files, by path."""
    shutil.rmtree(landed, ignore_errors=True)
    listed = sorted(listing(filesystem, base, contract), key=lambda file: file[0])
    reader = Reader(filesystem, landed)
    files = [File(path, info, describe(reader, contract, base, path, info)) for path, info in listed]
    for stream, columns in contract.items():
        found = [file for file in files if file.row["stream"] == stream and file.row["status"] == "found"]
        Stream(reader, stream, columns).load(found)
    return [file.row for file in files]


class File:
    """One file: its path, what the listing said of it, its row of FIELDS, and where its footer says event_id lies."""

    def __init__(self, path, info, row):
        self.path, self.info, self.row = path, info, row
        self.chunks = []

    def refuse(self, reason):
        self.row.update(status="refused", reason=reason)


def describe(reader, contract, base, path, info):
    """What the listing says of one file: a row of FIELDS, `found`, or refused if it need not even be opened."""
    folders = path[len(base) :].strip("/").split("/")
    stream = folders[0] if len(folders) > 1 else None
    reason = info.get("reason") or (None if info["type"] == "file" else "is no regular file")
    if not reason and stream not in contract:
        reason = "lies in no folder of a known stream"
    if not reason and not path.endswith(".parquet"):
        reason = "its name does not end in .parquet"
    if not reason and "\\" in path and PATTERN.search(path):
        reason = "its path has a backslash beside one of [ * ?, which DuckDB cannot open; rename it"
    return dict.fromkeys(FIELDS) | {
        "stream": stream,
        "path": reader.url(path),
        "status": "refused" if reason else "found",
        "reason": reason,
        "size_bytes": info.get("size"),
        "modified_at": modified_at(info),
    }


def modified_at(info):
    """When a file was last written, as its file system says it, or None."""
    modified = info.get("mtime") or info.get("LastModified") or info.get("created")
    try:
        return datetime.fromtimestamp(modified, UTC) if isinstance(modified, (int, float)) else modified
    except (OverflowError, ValueError, OSError):
        return None


# --- What lies there ---


def listing(filesystem, base, streams):
    """Each file's path and what the file system says of it. Raises Unlistable where a folder cannot be looked into.

    What begins with `.` or `_`, at any depth, is a writer's own business and no file.
    """
    if isinstance(filesystem, LocalFileSystem):
        yield from local_files(os.fsencode(base), streams)
        return
    filesystem.invalidate_cache()
    try:
        found = remote_files(filesystem, base)
        if not found and not filesystem.exists(base):
            raise FileNotFoundError("there is nothing")
    except Exception as error:
        raise unlistable(filesystem.unstrip_protocol(base), error) from error
    for path, info in found.items():
        if not is_unfinished(path[len(base) :].strip("/").split("/")):
            yield path, filesystem.info(path) if info["type"] == "link" else info


def remote_files(filesystem, base):
    """All files below a remote folder with their facts. Stores list all at once; elsewhere folders are walked."""
    own = type(filesystem)._find if isinstance(filesystem, AsyncFileSystem) else type(filesystem).find
    if own not in (AsyncFileSystem._find, fsspec.AbstractFileSystem.find):
        return filesystem.find(base, detail=True)
    # The common way to find files takes what it cannot list for empty.
    files, folders = {}, [base]
    while folders:
        folder = folders.pop()
        for info in filesystem.ls(folder, detail=True):
            path = info["name"].rstrip("/")
            if info["type"] != "directory":
                files[path] = info
            elif path != folder.rstrip("/"):
                folders.append(path)
    return files


def is_unfinished(names):
    return any(name.startswith((".", "_")) for name in names)


def unlistable(path, error):
    cause = getattr(error, "strerror", None) or first_line(error)
    return Unlistable(f"the landing zone cannot be listed: {path}: {cause}; make it readable and build again")


def local_files(root, streams):
    """Files of a local folder (bytes, since a name may be no text), stream by stream."""
    taken, nameless = set(), []
    try:
        tops = sorted(scan(root), key=lambda entry: entry.name)
    except FileNotFoundError as error:
        raise unlistable(os.fsdecode(root), error) from error
    for top in tops:
        is_stream = os.fsdecode(top.name) in streams
        for path, info in files_below(root, top, is_stream):
            try:
                name = path.decode()
            except UnicodeDecodeError:
                nameless.append((path.decode(errors="backslashreplace"), info))
            else:
                taken.add(name)
                yield name, info
    for name, info in nameless:
        while name in taken:
            name += "?"
        taken.add(name)
        yield name, info | {"reason": "its name is not UTF-8; rename it"}


def files_below(root, top, is_stream):
    """Files of one folder of the landing zone, each with its facts. Links are followed, once, after all that is real.

    A folder that is no stream's may be unreadable: nothing is expected in it.
    """
    state = Path(os.fsdecode(root)).stat()
    seen, real, links = {(state.st_dev, state.st_ino)}, deque([top]), deque()
    while real or links:
        is_link = not real
        entry = links.popleft() if is_link else real.popleft()
        if is_unfinished([os.fsdecode(entry.name)]):
            continue
        if entry.is_symlink() and not is_link:
            links.append(entry)
            continue
        try:
            state = entry.stat()
            same = (state.st_dev, state.st_ino)
            if same in seen and (is_link or stat.S_ISDIR(state.st_mode)):
                continue
            seen.add(same)
            if stat.S_ISDIR(state.st_mode):
                real.extend(sorted(scan(entry.path), key=lambda inner: inner.name))
            else:
                yield entry.path, facts(state)
        except (OSError, Unlistable) as error:
            leads_nowhere = getattr(error, "errno", None) in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
            if isinstance(error, FileNotFoundError) and not is_link:
                yield entry.path, unknown("vanished while the landing zone was listed")
            elif leads_nowhere and is_link:
                yield entry.path, unknown("is a link that leads nowhere")
            elif not is_stream:
                yield entry.path, unknown("lies in no folder of a known stream, and cannot be looked into")
            elif isinstance(error, Unlistable):
                raise
            else:
                raise unlistable(os.fsdecode(entry.path), error) from error


def scan(folder):
    """The entries of a folder. Raises Unlistable where it may not be read, FileNotFoundError where it has gone."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unlistable(os.fsdecode(folder), error) from error


def facts(state):
    """What a stat says of a file, in the words of fsspec; `state` changes whenever the file does."""
    mode = state.st_mode
    kind = "a named pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
    return {
        "type": "file" if stat.S_ISREG(mode) else "other",
        "reason": None if stat.S_ISREG(mode) else f"is {kind}, no regular file",
        "size": state.st_size,
        "mtime": state.st_mtime,
        "state": (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns),
    }


def unknown(reason):
    return {"type": "other", "reason": reason}


# --- What a file holds ---


class Reader:
    """Opens files of the landing zone in a database of its own: a bad file may take that one down, and no other."""

    def __init__(self, filesystem, landed):
        self.filesystem = filesystem
        self.landed = landed
        self.is_local = isinstance(filesystem, LocalFileSystem)
        self.connect()

    def connect(self):
        # The cache of files would give what a file held before it was written again.
        self.connection = duckdb.connect(config={"memory_limit": "2GB", "enable_external_file_cache": "false"})
        self.connection.execute("set preserve_insertion_order = false; set TimeZone = 'UTC'")
        self.connection.execute(f"set temp_directory = {text(f'{self.landed}/spill')}")
        if not self.is_local:
            self.connection.register_filesystem(self.filesystem)

    def url(self, path):
        return path if self.is_local else self.filesystem.unstrip_protocol(path)

    def query(self, sql, *parameters):
        """All rows of a query. The next query finds a sound database, whatever this one has met."""
        try:
            return self.connection.execute(sql, list(parameters)).fetchall()
        except Exception:
            try:
                self.connection.execute("select 1").fetchall()
            except duckdb.Error:
                self.connect()
            raise

    def open(self, path):
        return Path(path).open("rb", buffering=0) if self.is_local else self.filesystem.open(path, "rb")

    def change(self, file):
        """Why a file is no longer the one that was listed, or None."""
        try:
            if self.is_local:
                is_same = facts(Path(file.path).stat())["state"] == file.info["state"]
            else:
                self.filesystem.invalidate_cache()
                now = self.filesystem.info(file.path)
                is_same = (now.get("size"), modified_at(now)) == (file.info.get("size"), modified_at(file.info))
        except FileNotFoundError:
            return "vanished before it was read to its end"
        except Exception as error:
            return f"cannot be looked at any more: {first_line(error)}"
        return None if is_same else "changed while it was read; the next build reads it as it is then"


class Stream:
    """Reads the files of one stream and writes the columns of its contract to a folder of its own."""

    def __init__(self, reader, stream, contract):
        self.reader = reader
        self.contract = contract
        self.folder = reader.landed / stream
        self.parts = 0

    def load(self, files):
        """Loads or refuses every file; a stream without files has a part without rows."""
        self.folder.mkdir(parents=True)
        self.write(self.select({}, "(select null::bigint as file_row_number where false) as landing_file", "''"))
        shapes = {}
        for some in batches(files):
            self.in_parts(some, lambda part: self.examine(part, shapes), "not a readable Parquet file")
        for elements, alike in shapes.items():
            for some in batches(alike):
                self.in_parts(some, lambda part, elements=elements: self.read(part, elements), "damaged content")

    def in_parts(self, files, action, complaint):
        """Does something with many files at once; where that fails with ever fewer, until one file is to blame."""
        try:
            action(files)
        except Unwritable:
            raise
        except Exception as error:
            if is_interruption(error):
                raise
            if len(files) > 1:
                half = len(files) // 2
                self.in_parts(files[:half], action, complaint)
                self.in_parts(files[half:], action, complaint)
            else:
                files[0].refuse(self.reader.change(files[0]) or f"{complaint}: {cause(error)}")

    def examine(self, files, shapes):
        """Adds each file to those with the same columns, and notes what its footer says of its rows."""
        by_name = {file.row["path"]: file for file in self.unchanged(files)}
        found = self.reader.query(SCHEMAS, as_patterns(by_name)) if by_name else []
        for elements, names in found:
            for name in names:
                file = by_name[name]
                file.row["row_count"], file.chunks = self.claims(file)
                shapes.setdefault(elements, []).append(file)

    def claims(self, file):
        """How many rows a footer says the file has, and where the pages of event_id lie, if pyarrow can say it."""
        try:
            with self.reader.open(file.path) as opened:
                metadata = pq.read_metadata(opened)
                return metadata.num_rows, chunks_of(metadata)
        except Exception:
            path = as_patterns([file.row["path"]])
            return self.reader.query("select num_rows from parquet_file_metadata(?)", path)[0][0], []

    def read(self, files, elements):
        """Reads files of the same columns to their end, and refuses those that are not what they say they are."""
        files = self.unchanged(files)
        if not files:
            return
        columns = self.columns_of(files[0], json.loads(elements))
        types = json.dumps({column: kind for column, (_, kind, _) in columns.items()}, sort_keys=True)
        reason = mismatch(self.contract, columns)
        for file in files:
            file.row["column_types"] = types
            fault = reason or broken_page(self.reader, file, [name for name, _, _ in columns.values()])
            if fault:
                file.refuse(fault)
        files = still_found(files)
        while files:
            part = self.read_columns(files, columns)
            counts = dict(self.reader.query("select path, count(*) from read_parquet(?) group by path", str(part)))
            for file in self.unchanged(files):
                claimed, count = file.row["row_count"], counts.get(file.row["path"], 0)
                if count != claimed:
                    file.refuse(f"damaged content: its footer says {claimed} rows, but {count} can be read")
            if len(still_found(files)) == len(files):
                break
            part.unlink()
            files = still_found(files)
        for file in files:
            file.row["status"] = "loaded"

    def unchanged(self, files):
        """The files that are still as they were listed; the others are refused."""
        for file in files:
            change = self.reader.change(file)
            if change:
                file.refuse(change)
        return still_found(files)

    def columns_of(self, file, elements):
        """For each column of the contract that files with these elements have: its name there, its type, and its place.

        A name that differs in case only will do if the very name is not there.
        """
        one = as_patterns([file.row["path"]])
        described = self.reader.query(f"describe select * from read_parquet(?, {OPTIONS})", one)
        columns = {}
        for place, (element, (_, kind, *_)) in enumerate(zip(top_level(elements), described, strict=True)):
            name, column = element["name"], element["name"].lower()
            if column in self.contract and (column not in columns or name == column != columns[column][0]):
                kind = "NULL" if element["is_null"] else "INT96" if element["physical"] == "INT96" else kind
                columns[column] = (name, kind, place)
        self.width = len(described)
        return columns

    def read_columns(self, files, columns):
        """Writes the contract's columns of these files as one part."""
        paths = ", ".join(text(path) for path in as_patterns(file.row["path"] for file in files))
        places = ", ".join(f'"{place}"' for place in range(self.width))
        values = {column: (f'landing_file."{place}"', kind, None) for column, (_, kind, place) in columns.items()}
        try:
            return self.write(self.select(values, f"read_parquet([{paths}], {OPTIONS}) as landing_file ({places})"))
        except Exception as error:
            is_of_values = "UTF8" in str(error) or isinstance(error, duckdb.ConversionException)
            if len(files) > 1 or not is_of_values:
                raise
            return self.read_rewritten(files[0], columns)

    def read_rewritten(self, file, columns):
        """As read_columns, for a file with values that DuckDB does not read at all."""
        copy = self.reader.landed / "rewritten.parquet"
        with self.reader.open(file.path) as opened:
            rewrite(opened, copy, {column: name for column, (name, _, _) in columns.items()})
        kinds = dict(row[:2] for row in self.reader.query("describe select * from read_parquet(?)", str(copy)))
        values = {
            column: (f"landing_file.{column}", kinds[column], f"landing_file.unread_{column}") for column in columns
        }
        source = f"read_parquet({text(str(copy))}) as landing_file"
        return self.write(self.select(values, source, text(file.row["path"])))

    def select(self, values, source, path="landing_file.filename"):
        """SQL of the rows of a source as the contract's columns.

        `values` has for some columns of the contract SQL of a value, its type, and SQL of the text that it could not be
        read from, if that is known. Beside the columns stand the names of those whose value is there and cannot be read
        (unreadable), and what it was (unread_values, JSON); both only for the event types that list the column.
        """
        event_type = self.typed("event_type", values)
        typed, unreadable, unread = [], [], []
        for column, (_, _, event_types) in self.contract.items():
            read = self.typed(column, values)
            typed.append(f"{read} as {column}")
            value, kind, unread_text = values.get(column, (None, None, None))
            if value and (read != value or unread_text):
                is_unread = f"({unread_text or 'null'} is not null or {value} is not null and ({read}) is null)"
                case = f"case when {is_unread} and {event_type} in ({', '.join(map(text, event_types))})"
                unreadable.append(f" || {case} then '{column},' else '' end")
                # DuckDB ends the process where it makes text of a TIME that is beyond a day.
                is_time = re.search(r"\bTIME(_NS)?\b", kind.replace(INSTANTS[0], ""))
                written = text(kind) if is_time else f"try({value}::varchar)"
                written = f"coalesce({unread_text or 'null'}, {written})"
                unread.append(f", {case} then '\"{column}\":' || coalesce(to_json({written})::varchar, 'null') end")
        members = f"concat_ws(','{''.join(unread)})" if unread else "''"
        unread_values = "nullif('{' || " + members + " || '}', '{}')"
        return (
            f"select {path} as path, landing_file.file_row_number, {', '.join(typed)},"
            f" ','{''.join(unreadable)} as unreadable, {unread_values} as unread_values from {source}"
        )

    def typed(self, column, values):
        """SQL of one column of the contract."""
        value, kind, _ = values.get(column, (None, "NULL", None))
        return read_as(self.reader, value, kind, self.contract[column][0])

    def write(self, select):
        """Writes the rows of a query as the next part of what the stream landed; returns the part's path."""
        part = self.folder / f"{self.parts}.parquet"
        self.parts += 1
        try:
            # Row groups are kept in memory until they are written, and those of long texts would not fit.
            self.reader.query(f"copy ({select}) to {text(str(part))} (format parquet, row_group_size_bytes '32MB')")
        except Exception as error:
            part.unlink(missing_ok=True)
            if isinstance(error, duckdb.IOException) and str(self.folder) in str(error):
                raise Unwritable(f"{self.folder} cannot be written: {first_line(error)}") from error
            raise
        return part


def batches(files):
    return [files[start : start + TOGETHER] for start in range(0, len(files), TOGETHER)]


def still_found(files):
    return [file for file in files if file.row["status"] == "found"]


def top_level(elements):
    """The columns among the elements of a Parquet schema, which is a tree in depth-first order below its root."""
    columns, place = [], 1
    while place < len(elements):
        columns.append(elements[place])
        open_elements = 1
        while open_elements:
            open_elements += elements[place]["children"] - 1
            place += 1
    return columns


def mismatch(contract, columns):
    """Why files with these columns cannot be loaded, or None."""
    for column, (data_type, is_key, _) in contract.items():
        _, kind, _ = columns.get(column, (None, "", None))
        if not kind and is_key:
            return f"lacks the column {column}"
        if data_type == "timestamptz" and kind == "INT96":
            return (
                f"{column} is INT96, which has no time zone; in Spark set"
                " spark.sql.parquet.outputTimestampType to TIMESTAMP_MICROS and write the file again"
            )
        if data_type == "timestamptz" and kind.startswith("TIMESTAMP") and kind not in INSTANTS:
            return f"{column} is a timestamp without time zone; write it as an instant (isAdjustedToUTC)"
        if (is_key or column in ENVELOPE) and not can_be_read(kind, data_type):
            return f"{column} is {kind}, which cannot be read as {data_type}"
    return None


def can_be_read(kind, data_type):
    """Whether a column of this type of DuckDB's may hold values of a contract's plain type."""
    if kind in ("", "NULL"):
        return True
    if not is_plain(kind):
        return False
    return kind in INSTANTS if data_type == "timestamptz" else data_type != "bigint" or kind != "BOOLEAN"


def is_plain(kind):
    return kind.startswith(PLAIN) and not kind.endswith("]")


def read_as(reader, value, kind, data_type):
    """SQL of a value of a type of DuckDB's as a type of the contract: null where it cannot be read."""
    nothing = f"null::{data_type}"
    if kind == data_type.upper():
        return value
    if data_type.endswith("]"):
        return f"try(cast({value} as {data_type}))" if is_castable(reader, kind, data_type) else nothing
    if kind == "NULL" or not is_plain(kind):
        return nothing
    if kind == "BLOB":
        value, kind = f"try(decode({value}))", "VARCHAR"
    if kind == data_type.upper() or (data_type == "timestamptz" and kind == INSTANTS[0]):
        return value
    if data_type == "timestamptz" and kind in INSTANTS:
        return f"{value}::timestamptz"
    if data_type == "varchar":
        return f"try({value}::varchar)"
    if data_type == "bigint" and kind in WHOLE:
        return f"{value}::bigint"
    if kind == "JSON":
        value, kind = f"{value}::varchar", "VARCHAR"
    if data_type == "bigint" and (kind == "VARCHAR" or kind.startswith(OTHER_NUMBERS)):
        number = f"try_cast({value} as double)"
        return f"case when {number} = trunc({number}) then try_cast({value} as bigint) end"
    if data_type == "boolean" and (kind == "VARCHAR" or kind in WHOLE):
        return f"try_cast({value} as boolean)"
    return nothing


def is_castable(reader, kind, data_type):
    """Whether DuckDB casts lists of one type to lists of another at all."""
    if not kind.endswith("]"):
        return False
    try:
        reader.query(f"select try(cast(null::{kind} as {data_type}))")
    except duckdb.Error:
        return False
    return True


def as_patterns(paths):
    """Paths as patterns of DuckDB's that match nothing else."""
    return [PATTERN.sub(r"[\g<0>]", path) for path in paths]


def text(value):
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def first_line(error):
    """The first line of an error's own text, or its kind where it has none."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return "".join(sign if sign.isprintable() else "?" for sign in lines[0])


def cause(error):
    """What is wrong with a file according to the error that reading it gave."""
    said = first_line(error)
    if "No magic bytes" in said or "too small to be a Parquet file" in said:
        return "it has no footer: it is not finished, cut off, or something else"
    if isinstance(error, PermissionError) or "Permission denied" in said:
        return "this user may not read it"
    return re.sub(r"^(Invalid Input|IO|Invalid|Conversion) Error: ", "", said)


def is_interruption(error):
    return isinstance(error, duckdb.InterruptException) or str(error) == "Query interrupted"


# --- Values that DuckDB does not read ---


def rewrite(opened, target, names):
    """Copies columns of a Parquet file, given by their names here and there, with what cannot be read made null.

    A column unread_<name> has the text of each such value. Raises where the file cannot be read by pyarrow either.
    """
    parquet, writer = pq.ParquetFile(opened), None
    row_number = 0
    for batch in parquet.iter_batches(batch_size=ROWS_TOGETHER, columns=list(names.values())):
        numbers = pa.array(range(row_number, row_number + len(batch)), pa.int64())
        copied = {"file_row_number": numbers}
        row_number += len(batch)
        for column, name in names.items():
            copied[column], unread = readable(batch.column(name), column)
            copied[f"unread_{column}"] = pa.array(unread or [None] * len(batch), pa.string())
        table = pa.table(copied)
        writer = writer or pq.ParquetWriter(target, table.schema)
        writer.write_table(table)
    writer.close()


def readable(values, column):
    """An array as one that DuckDB reads, and the texts of the values that became null for that, if any did."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if isinstance(values, pa.ExtensionArray) and pa.types.is_string(values.storage.type):
        values = values.storage
    kind = values.type
    if pa.types.is_timestamp(kind):
        return in_range(values), None
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return as_text(values, column, may_be_damaged=False)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return as_text(values.view(pa.binary() if pa.types.is_string(kind) else pa.large_binary()), column, True)
    if not pa.types.is_nested(kind):
        return values, None
    read, unread = [], []
    for value in values:
        try:
            read.append(with_text(value.as_py()))
            unread.append(None)
        except (UnicodeDecodeError, OverflowError, ValueError) as error:
            read.append(None)
            unread.append(first_line(error))
    return pa.array(read, kind_with_text(kind)), unread


def with_text(value):
    """A nested value with its bytes read as text."""
    if isinstance(value, list):
        return [with_text(element) for element in value]
    if isinstance(value, dict):
        return {name: with_text(element) for name, element in value.items()}
    return value.decode() if isinstance(value, bytes) else value


def kind_with_text(kind):
    """The type of such values."""
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(kind_with_text(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(kind_with_text(field.type)) for field in kind])
    return pa.string() if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) else kind


def as_text(values, column, may_be_damaged):
    try:
        return values.cast(pa.string()), None
    except pa.ArrowInvalid:
        pass
    read, unread = [], []
    for value in values.to_pylist():
        try:
            read.append(value if value is None else value.decode())
            unread.append(None)
        except UnicodeDecodeError:
            if may_be_damaged and NO_TEXT.search(value):
                raise ValueError(f"a text in {column} is no text in any character set") from None
            read.append(None)
            unread.append(value.decode(errors="backslashreplace"))
    return pa.array(read, pa.string()), unread


def in_range(values):
    """Instants in microseconds; what is beyond them is infinitely far away."""
    scale = {"s": 1_000_000, "ms": 1_000}.get(values.type.unit)
    if not scale:
        return values.cast(pa.timestamp("us", values.type.tz), safe=False)
    numbers = [None if value is None else value * scale for value in values.cast(pa.int64()).to_pylist()]
    bounded = [None if number is None else max(-LARGEST, min(LARGEST, number)) for number in numbers]
    return pa.array(bounded, pa.int64()).cast(pa.timestamp("us", values.type.tz))


# --- Damage that DuckDB does not notice ---


def broken_page(reader, file, names):
    """Why the content of a file is not what was written, or None.

    DuckDB checks neither the checksums of pages nor those of gzip, and leaves out rows that a footer does not tell of.
    """
    if not file.chunks:
        return None
    with reader.open(file.path) as opened:
        is_checked = False
        for begin, end, row_count, codec in file.chunks:
            pages = list(page_headers(opened, begin, end))
            count = sum(page.get(5, page.get(8, {})).get(1, 0) for page in pages)
            if count > row_count:
                return f"damaged content: its footer says {row_count} rows where there are {count}"
            is_checked = is_checked or codec == "GZIP" or any(4 in page for page in pages)
        return unlike_checksums(opened, names) if is_checked else None


def chunks_of(metadata):
    """Where the pages of event_id lie, row group by row group, and how many rows each of these says it has."""
    schema, chunks = metadata.schema, []
    numbers = [number for number, name in enumerate(schema.names) if name.lower() == "event_id"]
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        for number in numbers:
            chunk = group.column(number)
            if chunk.path_in_schema.lower() == "event_id":
                places = (chunk.dictionary_page_offset, chunk.data_page_offset)
                begin = min(place for place in places if place)
                chunks.append((begin, begin + chunk.total_compressed_size, group.num_rows, chunk.compression))
    return chunks


def unlike_checksums(opened, names):
    """What is wrong with the pages of these columns according to checksums, or None."""
    try:
        opened.seek(0)
        batches = pq.ParquetFile(opened, page_checksum_verification=True).iter_batches(ROWS_TOGETHER, columns=names)
    except Exception:
        return None
    try:
        for _ in batches:
            pass
    except pa.ArrowNotImplementedError:
        return None
    except Exception as error:
        return f"damaged content: {first_line(error)}"
    return None


def page_headers(file, at, end):
    """The headers of the pages between two places, as far as they can be read: the fields of each by Thrift number.

    3 is the size of what follows the header, 4 a checksum, and 5 or 8 begins with the number of values.
    """
    while at < end:
        try:
            file.seek(at)
            header, length = thrift_struct(file.read(min(HEADER, end - at)), 0)
            at += length + max(header[3], 0)
        except (IndexError, KeyError, TypeError):
            return
        yield header


def thrift_struct(data, at):
    """A struct of Thrift's compact protocol as its fields by number, and where it ends."""
    fields, number = {}, 0
    while data[at]:
        kind, delta, at = data[at] & 15, data[at] >> 4, at + 1
        number, at = (number + delta, at) if delta else thrift_number(data, at)
        fields[number], at = thrift_value(kind, data, at)
    return fields, at + 1


def thrift_value(kind, data, at):
    if kind in (1, 2):
        return kind == 1, at
    if kind in (4, 5, 6):
        return thrift_number(data, at)
    if kind == 8:
        length, at = varint(data, at)
        return None, at + length
    if kind == 12:
        return thrift_struct(data, at)
    raise KeyError(kind)


def thrift_number(data, at):
    number, at = varint(data, at)
    return number >> 1 ^ -(number & 1), at


def varint(data, at):
    number = shift = 0
    while data[at] & 128:
        number |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
    return number | data[at] << shift, at + 1
