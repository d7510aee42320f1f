"""Damage that DuckDB does not notice.

DuckDB verifies neither the checksums of pages nor those of gzip, and it reads as many rows of a row group as the footer
says there are: fewer than the pages hold where it says too few, and rows of its own making where it says too many.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from care.landing.errors import first_line
from care.landing.pages import pages_between

ROWS_TOGETHER = 16_384


class Chunk(NamedTuple):
    """The byte range of the pages of event_id in one row group, and its number of rows in the footer."""

    begin: int
    end: int
    row_count: int
    codec: str


def damage_of(opened: IO[bytes], metadata: pq.FileMetaData, names: list[str]) -> str | None:
    """Why the content of a Parquet file is not what was written, as a reason to refuse it; None if nothing says so.

    The pages of event_id say the number of rows, as each row has one. Checksums are verified for the columns named.
    Raises OSError if the file cannot be read.
    """
    has_checksums = False
    for chunk in _chunks_of_event_id(metadata):
        pages, is_whole = pages_between(opened, chunk.begin, chunk.end)
        count = sum(page.value_count for page in pages)
        if count > chunk.row_count or (is_whole and count < chunk.row_count):
            return f"damaged content: its footer says {chunk.row_count} rows where there are {count}"
        has_checksums = has_checksums or chunk.codec == "GZIP" or any(page.has_checksum for page in pages)
    return _unlike_checksums(opened, names) if has_checksums else None


def _chunks_of_event_id(metadata: pq.FileMetaData) -> Iterator[Chunk]:
    """Each row group's, for every column of that name in any case; none where it is nested."""
    numbers = [number for number, name in enumerate(metadata.schema.names) if name.lower() == "event_id"]
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        for column in map(group.column, numbers):
            if column.path_in_schema.lower() == "event_id":
                begin = min(place for place in (column.dictionary_page_offset, column.data_page_offset) if place)
                yield Chunk(begin, begin + column.total_compressed_size, group.num_rows, column.compression)


def _unlike_checksums(opened: IO[bytes], names: list[str]) -> str | None:
    """The error of pyarrow, which verifies checksums, about the pages of these columns."""
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
