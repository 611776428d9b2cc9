"""Reads a file or a frame into a Table: the one door through which data enters the flow."""

import hashlib
import io
import itertools
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..errors import TableError
from ..messages import say
from . import frames, marks, text
from .columns import Column, Table, nearest, show
from .recognize import ASKED, Context, recognize

ONE_BLOCK = 2**31 - 2


def read_table(
    source: Any,
    *,
    delimiter: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    header: bool | None = None,
    kinds: Mapping[str, str] | None = None,
    missing: str | Iterable[Any] = (),
    absent_ok: bool = False,
) -> Table:
    """File name or frame -> Table. What is None is recognized.

    kinds:    {column: "number" | "category" | "yesno"} where the recognition is to be overruled
    missing:  texts (or numbers) that mean "missing" in this table, beside the usual ones
    absent_ok: `kinds` may name columns that are not there, as those of a saved model may
    """
    marks_ = (missing,) if isinstance(missing, str) else tuple(str(mark).strip() for mark in missing)
    asked = dict(kinds or {})
    if isinstance(source, (str, os.PathLike)):
        return read_file(os.fspath(source), delimiter, decimal, encoding, header, asked, marks_, absent_ok)
    names, arrays, rows = frames.columns_of(source)
    check_names(names, asked, "frame", absent_ok)
    if not names or not rows:
        raise TableError("CR-1021", file="frame", columns=len(names), rows=rows)
    numbers = np.arange(1, rows + 1)
    columns = []
    for name, array in zip(names, arrays, strict=True):
        context = Context("frame", numbers, False, ".", marks_, asked.get(name))
        columns.append(
            frames.recognize_any(name, array, context)
            if isinstance(array, list)
            else recognize(name, array, context)
        )
    return Table(tuple(columns), rows, "frame", {"kind": "frame"}, (), numbers)


def read_file(
    path: Any,
    delimiter: str | None,
    decimal: str | None,
    encoding: str | None,
    header: bool | None,
    kinds: dict[str, str],
    missing: tuple[str, ...],
    absent_ok: bool,
) -> Table:
    """A text table -> Table."""
    path = os.fsdecode(path)
    file = os.path.basename(path) or path
    raw = read_bytes(path, file)
    if not raw or raw.isspace():
        raise TableError("CR-1004", file=file)
    data, encoding_name, guessed = text.to_utf8(raw, encoding, file)
    digest = hashlib.sha256(raw).hexdigest()
    del raw
    data, dialect = text.recognize_dialect(data, file, delimiter, decimal, header)
    notes = [say("CR-1061", file=file, encoding=encoding_name)] if guessed else []
    names = list(dialect.names)
    if not dialect.header:
        names = [f"x{j + 1}" for j in range(dialect.width)]
        if header is None:
            notes.append(say("CR-1060", file=file, columns=dialect.width))
    if decimal is None and dialect.decimal == ",":
        notes.append(say("CR-1064", file=file))
    if not re.compile(rb"\S").search(data, dialect.body):
        raise TableError("CR-1005", file=file, columns=len(names))
    unnamed = [j for j, name in enumerate(names) if not name]
    for j in unnamed:
        names[j] = next(
            n for n in (f"x{j + 1}", f"column {j + 1}", f"column {j + 1} (unnamed)") if n not in names
        )
    check_names(names, kinds, file, absent_ok)
    arrays = parse(data, dialect, file, names, kinds, missing)
    rows = len(arrays[0])
    if not rows:
        raise TableError("CR-1005", file=file, columns=len(names))
    numbers = line_numbers(data, dialect, rows)
    columns: list[Column] = []
    for j, (name, array) in enumerate(zip(names, arrays, strict=True)):
        context = Context(file, numbers, True, dialect.decimal, missing, kinds.get(name))
        column = recognize(name, array, context)
        if j in unnamed:
            if not column.missing().all():
                notes.append(say("CR-1062", file=file, position=j + 1, column=name))
            elif len(names) > 1:  # a delimiter at the end of every line
                notes.append(say("CR-1063", file=file, position=j + 1))
                continue
        columns.append(column)
    facts = {
        "kind": "text",
        "path": os.path.abspath(path),
        "sha256": digest,
        "encoding": encoding_name,
        "delimiter": "whitespace" if dialect.whitespace else dialect.delimiter,
        "decimal": dialect.decimal,
        "header": dialect.header,
        "quoting": dialect.quote,
    }
    return Table(tuple(columns), rows, file, facts, tuple(notes), numbers)


def read_bytes(path: str, file: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except FileNotFoundError:
        folder = os.path.abspath(os.path.dirname(path) or ".")
        raise TableError("CR-1001", file=show(path, 400), folder=show(folder, 400)) from None
    except IsADirectoryError:
        raise TableError("CR-1002", file=show(path, 400)) from None
    except (OSError, ValueError, MemoryError) as error:  # ValueError: a NUL in the name
        if os.path.isdir(path.replace("\0", "")):  # how Windows refuses a folder
            raise TableError("CR-1002", file=show(path, 400)) from None
        raise TableError(
            "CR-1003", file=show(path, 400), reason=getattr(error, "strerror", None) or error
        ) from None


def check_names(names: list[str], kinds: dict[str, str], file: str, absent_ok: bool) -> None:
    """Refuse duplicate names and kinds that do not exist or belong to no column."""
    counts = Counter(names)
    if len(counts) < len(names):
        name, count = counts.most_common(1)[0]
        at = ", ".join(str(j + 1) for j, other in enumerate(names) if other == name)
        raise TableError("CR-1011", file=file, column=show(name), count=count, positions=at)
    for name, kind in kinds.items():
        if kind not in ASKED:
            raise TableError("CR-1015", file=file, column=show(name), kind=show(kind))
        if name not in counts and not absent_ok:
            raise TableError("CR-1016", file=file, column=show(name), nearest=nearest(name, names))


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
    asked = {str(j): pa.string() for j, name in enumerate(names) if kinds.get(name) in ("category", "yesno")}
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
            found = read(1 << 20, asked)
        except pa.ArrowInvalid as error:
            if "straddling" not in str(error) and "block" not in str(error):
                raise
            found = read(max(min(len(data) + 1, ONE_BLOCK), 1 << 20), asked)
        # dates and times that pyarrow recognized go back to the text they were
        dated = [k for k in keys if pa.types.is_temporal(found.schema.field(k).type)]
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
    view = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(view == ord(dialect.quote))
    breaks = np.flatnonzero((view == 10) | (view == 13))
    inside = np.searchsorted(quotes, breaks) % 2 == 1
    return bool(inside.any()), len(quotes) % 2 == 1


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


def line_numbers(data: bytes, dialect: text.Dialect, rows: int) -> np.ndarray:
    """The line of the file each row starts at."""
    if data.count(b"\n", dialect.body) + (not data.endswith(b"\n")) == rows:
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
