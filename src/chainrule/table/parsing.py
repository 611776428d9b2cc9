"""UTF-8 text in a known dialect -> one Arrow array per column, and the line of the file each row starts at."""

import io
import itertools
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..errors import TableError
from . import marks, text
from .columns import show

ONE_BLOCK = 2**31 - 2
AS_TEXT = ("category", "yesno", "text", "date:dmy", "date:mdy")  # what the user calls so is not guessed at


def parse(
    data: bytes,
    dialect: text.Dialect,
    file: str,
    names: list[str],
    kinds: dict[str, str],
    missing: tuple[str, ...],
) -> list[Any]:
    """UTF-8 bytes -> one Arrow array per column: numbers where all cells are, else encoded text."""
    import pyarrow as pa
    import pyarrow.csv as pacsv

    keys = [str(j) for j in range(dialect.width)]  # a user's names may be anything
    asked = {str(j): pa.string() for j, name in enumerate(names) if kinds.get(name) in AS_TEXT}
    breaks, open_quote = quoted_breaks(data, dialect)
    if open_quote:
        refuse_open_quote(data, dialect, file)

    def read(block: int, types: dict[str, Any], only: list[str] | None = None) -> Any:
        body = pa.py_buffer(data).slice(dialect.body)
        return pacsv.read_csv(
            pa.BufferReader(body),
            pacsv.ReadOptions(column_names=keys, block_size=block),
            pacsv.ParseOptions(
                delimiter=dialect.delimiter, quote_char=dialect.quote, newlines_in_values=breaks
            ),
            pacsv.ConvertOptions(
                column_types=types,
                include_columns=only or [],
                null_values=[*marks.spellings(), *missing],
                true_values=["\0"],
                false_values=["\0"],  # "true" is a label here, not a type
                decimal_point=dialect.decimal,
                auto_dict_encode=True,
                auto_dict_max_cardinality=2**30,
            ),
        )

    try:
        try:
            found = read(1 << 20, asked)  # dictionaries: a label is hashed once, and its text held once
        except pa.ArrowInvalid as error:
            if "straddling" not in str(error) and "block" not in str(error):
                raise
            found = read(max(min(len(data) + 1, ONE_BLOCK), 1 << 20), asked)
        # a date with a time zone goes back to the text it was: its wall clock counts, pyarrow moves it to UTC
        dated = [
            k for k in keys
            if pa.types.is_timestamp(found.schema.field(k).type) and found.schema.field(k).type.tz is not None
            or pa.types.is_temporal(found.schema.field(k).type) and kinds.get(names[int(k)]) == "number"
        ]  # fmt: skip
        if dated:
            again = read(1 << 20, {k: pa.string() for k in dated}, dated)
            for k in dated:
                found = found.set_column(int(k), k, again[k])
    except (pa.ArrowException, OverflowError, MemoryError) as error:
        refuse_open_quote(data, dialect, file)
        refuse_ragged(data, dialect, file)
        raise TableError("CR-1025", file=file, reason=show(str(error).splitlines()[0], 200)) from None
    return [
        found[k].unify_dictionaries() if pa.types.is_dictionary(found[k].type) else found[k] for k in keys
    ]


def quoted_breaks(data: bytes, dialect: text.Dialect) -> tuple[bool, bool]:
    """Whether line breaks may stand inside quotes, and whether a quote may be left open at the end."""
    if dialect.quote.encode() not in data:
        return False, False
    view, odd, inside, block = np.frombuffer(data, np.uint8), False, False, 1 << 20
    for first in range(
        0, len(view), block
    ):  # block by block: the places of all quotes would be larger than the file
        if not odd and data.find(dialect.quote.encode(), first, first + block) < 0:
            continue
        part = view[first : first + block]
        quotes = np.flatnonzero(part == ord(dialect.quote))
        if not inside:
            breaks = np.flatnonzero((part == 10) | (part == 13))
            inside = bool(((np.searchsorted(quotes, breaks) + odd) % 2 == 1).any())
        odd ^= bool(len(quotes) % 2)
    return inside, odd


def slow_records(data: bytes, dialect: text.Dialect) -> Iterable[tuple[int, list[str]]]:
    offset = dialect.body_row - 1
    for line, row in text.records(
        data[dialect.body :].decode("utf-8", "replace"), dialect.delimiter, dialect.quote
    ):
        yield line + offset, row


def refuse_ragged(data: bytes, dialect: text.Dialect, file: str) -> None:
    for line, row in slow_records(data, dialect):
        if len(row) != dialect.width:
            delimiter = "whitespace" if dialect.whitespace else show(dialect.delimiter)
            raise TableError(
                "CR-1009", file=file, row=line, found=len(row), expected=dialect.width, delimiter=delimiter
            )


def refuse_open_quote(data: bytes, dialect: text.Dialect, file: str) -> None:
    """Raise where the last row begins a quote that the file never closes."""
    row = max((line for line, _ in slow_records(data, dialect)), default=dialect.body_row)
    lines = io.StringIO(data[dialect.body :].decode("utf-8", "replace"), newline="")
    last = "".join(itertools.islice(lines, row - dialect.body_row, None))
    if text.ends_open(last, dialect.delimiter, dialect.quote):
        raise TableError("CR-1010", file=file, row=row)


def count_lines(data: bytes, start: int) -> int:
    """Line ends from a place on; NumPy counts a common byte several times as fast as bytes.count."""
    view, block = np.frombuffer(data, np.uint8), 1 << 22
    return sum(int(np.count_nonzero(view[i : i + block] == 10)) for i in range(start, len(view), block))


def line_numbers(data: bytes, dialect: text.Dialect, rows: int) -> np.ndarray:
    """The line of the file each row starts at."""
    if count_lines(data, dialect.body) + (not data.endswith(b"\n")) == rows:
        return np.arange(rows) + dialect.body_row
    body = data[dialect.body :]
    view = np.frombuffer(body, np.uint8)
    ends = np.append(np.flatnonzero(view == 10), len(view))
    starts = np.append(0, ends[:-1] + 1)
    inside = np.searchsorted(np.flatnonzero(view == ord(dialect.quote)), starts) % 2 == 1
    empty = (ends == starts) | ((ends == starts + 1) & (view[np.minimum(starts, len(view) - 1)] == 13))
    lines = np.flatnonzero(~inside & ~empty)
    if len(lines) != rows:  # a lone quote inside a cell broke the count: ask the slow reader
        lines = np.array([line for line, _ in slow_records(data, dialect)]) - dialect.body_row
    if len(lines) != rows:
        lines = np.arange(rows)
    return np.asarray(lines + dialect.body_row)
