"""The headers of Parquet pages: how many values each page has, and whether it has a checksum.

No library that is installed here shows them. They are structs of Thrift's compact protocol: each field is a byte with
its type and the distance to its number from the field before, then its value; a zero byte ends the struct.
"""

from __future__ import annotations

from typing import IO, Any, NamedTuple

# Headers are far shorter, unless they hold statistics of long texts.
LONGEST = 4_096
# Fields of a page header, and the field of a data page's header (of either version) that counts its values.
SIZE, CHECKSUM, DATA_PAGE, DATA_PAGE_V2 = 3, 4, 5, 8
VALUE_COUNT = 1
# Thrift's types: true, false, integers of three widths, bytes, a struct.
TRUE, FALSE, INTEGERS, BYTES, STRUCT = 1, 2, (4, 5, 6), 8, 12


class Page(NamedTuple):
    """One page; a dictionary has no values of its own."""

    value_count: int
    has_checksum: bool


def pages_between(opened: IO[bytes], begin: int, end: int) -> tuple[list[Page], bool]:
    """The pages between two places of a file, in bytes, and whether all of them could be read."""
    pages, place = [], begin
    while place < end:
        opened.seek(place)
        try:
            header, length = _struct(opened.read(LONGEST), 0)
            size = header[SIZE]
            data_page = header.get(DATA_PAGE) or header.get(DATA_PAGE_V2) or {}
            pages.append(Page(data_page.get(VALUE_COUNT, 0), CHECKSUM in header))
        except (IndexError, KeyError, AttributeError):
            return pages, False
        place += length + max(size, 0)
    return pages, True


def _struct(data: bytes, at: int) -> tuple[dict[int, Any], int]:
    """A struct's fields by number, and where it ends. Raises IndexError beyond the data, KeyError for another type."""
    fields: dict[int, Any] = {}
    number = 0
    while data[at]:
        kind, distance, at = data[at] & 15, data[at] >> 4, at + 1
        number, at = (number + distance, at) if distance else _integer(data, at)
        fields[number], at = _value(kind, data, at)
    return fields, at + 1


def _value(kind: int, data: bytes, at: int) -> tuple[Any, int]:
    if kind in (TRUE, FALSE):
        return kind == TRUE, at
    if kind in INTEGERS:
        return _integer(data, at)
    if kind == BYTES:
        length, at = _unsigned(data, at)
        return None, at + length
    if kind == STRUCT:
        return _struct(data, at)
    raise KeyError(kind)


def _integer(data: bytes, at: int) -> tuple[int, int]:
    """A signed integer: 0, -1, 1, -2 … are written as 0, 1, 2, 3 …"""
    number, at = _unsigned(data, at)
    return number >> 1 ^ -(number & 1), at


def _unsigned(data: bytes, at: int) -> tuple[int, int]:
    """Seven bits a byte, the lowest first; the highest bit says that another byte follows."""
    number = shift = 0
    while data[at] & 128:
        number |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
    return number | data[at] << shift, at + 1
