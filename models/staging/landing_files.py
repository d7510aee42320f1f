"""Which files lie in the landing zone, and which of them can be read: one row per file.

A file is refused whole when it cannot be read to its end, or when a column that every row needs is missing or of a
type that is not the contract's. All others are loaded by the staging models.
"""

import json
import os
from datetime import UTC, datetime

import duckdb
import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

READ = "read_parquet(?, hive_partitioning => false, binary_as_string => true)"
INSTANT = "TIMESTAMP WITH TIME ZONE"
ENVELOPE = ("event_id", "event_type", "org_id", "occurred_at", "sequence", "ingested_at")
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


def model(dbt, session):
    dbt.config(materialized="table")
    contract = {}
    columns = dbt.ref("landing_columns").project("stream, position, column_name, data_type, is_key")
    for stream, _, column, data_type, is_key in sorted(columns.fetchall()):
        contract.setdefault(stream, {})[column] = (data_type, is_key)

    root = os.environ.get("CARE_LANDING", "raw")
    filesystem, base = fsspec.core.url_to_fs(root)
    reader = Reader(filesystem, session)
    files = [
        describe(reader, contract, base, path, info)
        for path, info in sorted(filesystem.find(base, detail=True).items())
        if path.endswith(".parquet") or path.rsplit("/", 1)[-1][0] not in "._"
    ]
    refuse_unreadable(reader, files)
    return pa.Table.from_pylist(files, schema=pa.schema(FIELDS))


class Reader:
    """Opens files of the landing zone in a database of its own: a bad file may take that one down, and no other."""

    def __init__(self, filesystem, session):
        self.filesystem = filesystem
        self.is_local = "file" in filesystem.protocol
        if not self.is_local:
            session.register_filesystem(filesystem)
        self.connect()

    def connect(self):
        self.connection = duckdb.connect(config={"memory_limit": "2GB"})
        if not self.is_local:
            self.connection.register_filesystem(self.filesystem)

    def url(self, path):
        return path if self.is_local else self.filesystem.unstrip_protocol(path)

    def query(self, sql, paths):
        """Rows of a query over files; their names are taken as they are, not as patterns."""
        names = [name.replace("[", "[[]").replace("*", "[*]").replace("?", "[?]") for name in paths]
        try:
            return self.connection.execute(sql, [names]).fetchall()
        except Exception:
            self.connect()
            raise


def describe(reader, contract, base, path, info):
    """What the footer of one file says: a row of FIELDS, refused if the contract cannot be met."""
    folders = path[len(base) :].strip("/").split("/")
    stream = folders[0] if len(folders) > 1 else None
    modified = info.get("mtime") or info.get("LastModified") or info.get("created")
    if isinstance(modified, (int, float)):
        modified = datetime.fromtimestamp(modified, UTC)
    row = dict.fromkeys(FIELDS) | {
        "stream": stream,
        "path": reader.url(path),
        "status": "refused",
        "size_bytes": info["size"],
        "modified_at": modified,
    }
    try:
        if stream not in contract:
            row["reason"] = "lies in no folder of a known stream"
        elif not path.endswith(".parquet"):
            row["reason"] = "its name does not end in .parquet"
        else:
            types = column_types(reader, row["path"])
            row["column_types"] = json.dumps(types, sort_keys=True)
            row["row_count"] = reader.query("select num_rows from parquet_file_metadata(?)", [row["path"]])[0][0]
            row["reason"] = mismatch(contract[stream], types) or broken_page(reader.filesystem, path)
            row["status"] = "refused" if row["reason"] else "loaded"
    except Exception as error:
        row["reason"] = f"not a readable Parquet file: {first_line(error)}"
    return row


def column_types(reader, path):
    """DuckDB's type of each column; a column that only ever held nulls has none of its own."""
    described = reader.query(f"describe select * from {READ}", [path])
    untyped = {
        name for (name,) in reader.query("""select name from parquet_schema(?) where duckdb_type = '"NULL"'""", [path])
    }
    return {name.lower(): "NULL" if name in untyped else kind for name, kind, *_ in described}


def mismatch(columns, types):
    """Why a file of these types cannot be loaded, or None."""
    for column, (data_type, is_key) in columns.items():
        kind = types.get(column, "")
        if not kind and is_key:
            return f"lacks the column {column}"
        if data_type == "timestamptz" and kind.startswith("TIMESTAMP") and kind != INSTANT:
            return f"{column} is a timestamp without time zone; write it as an instant (isAdjustedToUTC)"
        if (is_key or column in ENVELOPE) and not can_be_read(kind, data_type):
            return f"{column} is {kind}, which cannot be read as {data_type}"
    return None


def can_be_read(kind, data_type):
    """Whether a column of this type of DuckDB's may hold values of a contract's plain type."""
    if kind in ("", "NULL"):
        return True
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION")):
        return False
    return kind == INSTANT if data_type == "timestamptz" else data_type != "bigint" or kind != "BOOLEAN"


def broken_page(filesystem, path):
    """Why the content of a file that stores page checksums is not what was written, or None. DuckDB ignores them."""
    with filesystem.open(path, "rb") as file:
        parquet = pq.ParquetFile(file, page_checksum_verification=True)
        if not has_checksums(file, parquet.metadata):
            return None
        try:
            for _ in parquet.iter_batches(batch_size=16_384):
                pass
        except Exception as error:
            return f"damaged content: {first_line(error)}"
    return None


def has_checksums(file, metadata):
    """Whether the first page header (Thrift compact protocol) has its fourth field, crc, after three integers."""
    if not metadata.num_row_groups or not metadata.num_columns:
        return False
    column = metadata.row_group(0).column(0)
    file.seek(column.dictionary_page_offset or column.data_page_offset)
    header, position = file.read(64), 0
    for _ in range(3):
        position += 1
        while header[position] & 0x80:
            position += 1
        position += 1
    return header[position] == 0x15


def refuse_unreadable(reader, files):
    """Read every column of every file once to its end: all files of one shape together, one by one if that fails."""
    shapes = {}
    for row in files:
        if row["status"] == "loaded":
            shapes.setdefault((row["stream"], row["column_types"]), []).append(row)
    for rows in shapes.values():
        if not fault(reader, [row["path"] for row in rows]):
            continue
        for row in rows:
            reason = fault(reader, [row["path"]])
            if reason:
                row.update(status="refused", reason=f"damaged content: {reason}")


def fault(reader, paths):
    """What goes wrong when every column of these files is read, or None."""
    try:
        reader.query(f"select count(columns(*)) from {READ}", paths)
    except Exception as error:
        return first_line(error)
    return None


def first_line(error):
    return str(error).strip().splitlines()[0]
