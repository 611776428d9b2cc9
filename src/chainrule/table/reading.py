"""Reads a file or a frame into a Table: the one door through which data enters the flow."""

import os
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..errors import TableError
from ..messages import say
from . import files, frames, parsing, segments, text
from .beside import each
from .columns import Column, Table, nearest, show
from .dates import ORDERS
from .files import LINES, MAT, NPY, NPZ, SHEET, TEXT, Opened
from .raw import Raw, name_columns
from .recognize import ASKED, Context, recognize


@dataclass(frozen=True)
class How:
    """What the user said about a file; None is recognized."""

    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    header: bool | None = None
    sheet: str | int | None = None
    cells: str | None = None
    samples: str | None = None


def read_table(
    source: Any,
    *,
    delimiter: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    header: bool | None = None,
    sheet: str | int | None = None,
    cells: str | None = None,
    samples: str | None = None,
    kinds: Mapping[str, str] | None = None,
    missing: str | Iterable[Any] = (),
    absent_ok: bool = False,
    original: bool = False,
    needed: Collection[str] | None = None,
) -> Table:
    """File name ("-" is standard input), several file names, or frame -> Table. What is None is recognized.

    sheet:    of a workbook: its name or its number from 1       cells: the part of it to read, such as "B3:F200"
    samples:  "rows" or "columns": where the samples of a .mat, .npz or .npy file stand
    kinds:    {column: "number" | "category" | "yesno" | "date" | "text"} where the recognition is to be overruled;
              "date:dmy" and "date:mdy" say what 3/4/2020 means
    missing:  texts (or numbers) that mean "missing" in this table, beside the usual ones
    absent_ok: `kinds` may name columns that are not there, as those of a saved model may
    original: keep the file's bytes, so that columns can be appended to the file as it is
    needed:   the columns somebody looks at; what is wrong in any other is not refused
    """
    marks_ = (missing,) if isinstance(missing, str) else tuple(str(mark).strip() for mark in missing)
    asked = dict(kinds or {})
    if samples not in (None, "rows", "columns"):
        raise TableError("CR-3340", samples=show(samples))
    how = How(delimiter, decimal, encoding, header, sheet, cells, samples)
    if isinstance(source, (str, os.PathLike)):
        return read_file(os.fspath(source), how, asked, marks_, absent_ok, original, needed)
    if (
        isinstance(source, (list, tuple))
        and source
        and all(isinstance(s, (str, os.PathLike)) for s in source)
    ):
        return read_files([os.fspath(s) for s in source], how, asked, marks_, absent_ok, needed)
    names, arrays, rows = frames.columns_of(source)
    raw = Raw(names, arrays, np.arange(1, rows + 1), {"kind": "frame"})
    if not names or not rows:
        check_names(names, asked, "frame", absent_ok)
        raise TableError("CR-1021", file="frame", columns=len(names), rows=rows)
    return recognized(raw, "frame", asked, marks_, absent_ok, needed)


def read_file(
    path: Any, how: How, kinds: dict[str, str], missing: tuple[str, ...], absent_ok: bool, original: bool = False,
    needed: Collection[str] | None = None,
) -> Table:  # fmt: skip
    """A file -> Table."""
    quick = None if original else _in_segments(path, how, kinds, missing)
    if quick is not None:
        return recognized(quick, os.path.basename(quick.facts["path"]), kinds, missing, absent_ok, needed)
    opened = files.open_file(path)
    raw = raw_of(opened, how, kinds, missing)
    raw.facts |= {
        "path": opened.path if opened.path == "-" else os.path.abspath(opened.path), "sha256": str(opened.digest),
        "packed": opened.packed,
    }  # fmt: skip
    raw.notes[:0] = opened.notes
    file, data = opened.file, opened.data if original else None
    del opened  # the text is not needed beside what was read from it
    table = recognized(raw, file, kinds, missing, absent_ok, needed)
    return replace(table, original=data) if original else table


def raw_of(opened: Opened, how: How, kinds: dict[str, str], missing: tuple[str, ...]) -> Raw:
    """The reader of the file's kind."""
    file, kind = opened.file, opened.kind
    given = [f"--{name}" for name in ("sheet", "cells") if getattr(how, name) is not None and kind != SHEET]
    given += [
        f"--{name}" for name in ("delimiter", "decimal", "encoding") if getattr(how, name) and kind != TEXT
    ]
    given += ["--samples"] if how.samples and kind not in (MAT, NPZ, NPY) else []
    given += ["--header"] if how.header is not None and kind not in (TEXT, SHEET) else []
    if given:
        raise TableError("CR-3341", file=file, options=", ".join(given), kind=say(files.NAMES[kind]))
    if kind == TEXT:
        return read_text(opened, how, kinds, missing)
    if kind == SHEET:
        from .sheet import read_sheet

        return read_sheet(opened.data, file, how.sheet, how.cells, how.header)
    if kind in (MAT, NPZ, NPY):
        from .arrays import read_arrays

        return read_arrays(opened.data, file, kind, how.samples)
    if kind == LINES:
        from .jsonlines import read_lines

        return read_lines(opened.data, file)
    from .columnar import read_columnar

    return read_columnar(opened.data, file, kind)


def read_files(
    paths: list[Any], how: How, kinds: dict[str, str], missing: tuple[str, ...], absent_ok: bool,
    needed: Collection[str] | None = None,
) -> Table:  # fmt: skip
    """Several files with the same columns -> one table, their rows one after the other."""
    if len(paths) == 1:
        return read_file(paths[0], how, kinds, missing, absent_ok, False, needed)
    tables = [read_file(path, how, kinds, missing, absent_ok, False, needed) for path in paths]
    first = tables[0]
    for other in tables[1:]:
        if set(other.names) != set(first.names):
            odd = sorted(set(other.names) ^ set(first.names))
            raise TableError("CR-3342", file=other.source, first=first.source, column=show(odd[0]))
    # what one file shows of a column, the others may not: all are read again as the most general of the kinds found
    rank = {"constant": 0, "yesno": 1, "number": 1, "date": 1, "category": 2, "text": 3}
    agreed = dict(kinds)
    for name in first.names:
        found = {t[name].kind for t in tables} - {"constant"}
        if len(found) > 1:
            agreed[name] = "category" if "text" not in found else "text"
        elif found:
            agreed.setdefault(name, max(found, key=lambda k: rank[k]))
        elif len({level for t in tables for level in t[name].factor()[0]}) > 1:  # constant, but not the same
            numeric = all(t[name].type in ("int", "float") for t in tables)
            agreed.setdefault(name, "number" if numeric else "category")
    tables = [read_file(path, how, agreed, missing, absent_ok, False, needed) for path in paths]
    columns = tuple(_joined(name, [t[name] for t in tables]) for name in first.names)
    rows = sum(t.rows for t in tables)
    numbers = np.concatenate([np.array([t.row(i) for i in range(t.rows)]) for t in tables])
    notes = [*dict.fromkeys(note for t in tables for note in t.notes)]
    notes.append(say("CR-3351", count=len(tables), rows=rows))
    facts = {"kind": "files", "files": [t.facts for t in tables]}
    return Table(columns, rows, f"{first.source} …", facts, tuple(notes), numbers)


def _joined(name: str, parts: list[Column]) -> Column:
    from .columns import factorize, label_column

    kinds = {p.kind for p in parts} - {"constant"} or {"constant"}
    kind, notes = kinds.pop(), tuple(dict.fromkeys(n for p in parts for n in p.notes))
    if kind in ("number", "date"):
        values = [
            p.values if p.kind == kind else np.array([np.nan if v is None else float(v) for v in p.values])
            for p in parts
        ]
        return Column(name, kind, np.concatenate(values), notes, parts[0].type)
    levels, codes = factorize(v for p in parts for v in p.values.tolist())
    return label_column(name, kind, levels, codes, parts[0].type, notes)


def recognized(
    raw: Raw, file: str, kinds: dict[str, str], missing: tuple[str, ...], absent_ok: bool,
    needed: Collection[str] | None = None,
) -> Table:  # fmt: skip
    """What each column is."""
    check_names(raw.names, kinds, file, absent_ok)
    if not raw.rows:
        raise TableError("CR-1005", file=file, columns=len(raw.names))
    notes, columns = list(raw.notes), list[Column]()

    def one(j: int) -> Column | None:
        name, array = raw.names[j], raw.arrays[j]
        kind, _, order = kinds.get(name, "").partition(":")
        context = Context(file, raw.numbers, raw.text, raw.decimal, missing, kind or None, order or None)
        raw.arrays[j] = None  # a column is held once
        try:
            return column_of(name, array, context)
        except TableError:
            if needed is None or name in needed:
                raise
            try:  # nobody looks at it: what it holds is kept as labels
                return column_of(name, array, replace(context, kind="category"))
            except TableError:
                return None

    for j, column in enumerate(each(one, range(len(raw.names)), raw.rows)):
        name = raw.names[j]
        if column is None:
            continue
        if j in raw.unnamed:
            if not column.missing().all():
                notes.append(say("CR-1062", file=file, position=j + 1, column=name))
            elif len(raw.names) > 1:  # a delimiter at the end of every line
                notes.append(say("CR-1063", file=file, position=j + 1))
                continue
        columns.append(column)
    facts = raw.facts | ({"units": raw.units} if raw.units else {})
    if raw.unnamed:
        facts["unnamed"] = [raw.names[j] for j in raw.unnamed]
    return Table(tuple(columns), raw.rows, file, facts, tuple(notes), raw.numbers)


def column_of(name: str, array: Any, context: Context) -> Column:
    return (
        frames.recognize_any(name, array, context)
        if isinstance(array, list)
        else recognize(name, array, context)
    )


def read_text(opened: Opened, how: How, kinds: dict[str, str], missing: tuple[str, ...]) -> Raw:
    """A text table, its dialect recognized."""
    file = opened.file
    data, encoding, guessed = text.to_utf8(opened.data, how.encoding, file)
    data, dialect = text.recognize_dialect(data, file, how.delimiter, how.decimal, how.header)
    raw = described(dialect, encoding, guessed, how, file)
    if not re.compile(rb"\S").search(data, dialect.body):
        raise TableError("CR-1005", file=file, columns=len(raw.names))
    check_names(raw.names, {}, file, True)
    raw.arrays = parsing.parse(data, dialect, file, raw.names, kinds, missing)
    rows = len(raw.arrays[0])
    raw.numbers = parsing.line_numbers(data, dialect, rows) if rows else np.arange(0)
    return raw


def described(dialect: text.Dialect, encoding: str, guessed: bool, how: How, file: str) -> Raw:
    """What is known of a text table before its rows are read."""
    notes = [say("CR-1061", file=file, encoding=encoding)] if guessed else []
    names = list(dialect.names)
    if not dialect.header:
        names = [f"x{j + 1}" for j in range(dialect.width)]
        if how.header is None:
            notes.append(say("CR-1060", file=file, columns=dialect.width))
    if dialect.titles:
        notes.append(
            say("CR-3352", file=file, count=dialect.titles, row=dialect.header_row or dialect.body_row)
        )
    if dialect.units:
        notes.append(say("CR-3353", file=file, row=dialect.units_row))
    if how.decimal is None and dialect.decimal == ",":
        notes.append(say("CR-1064", file=file))
    unnamed = name_columns(names)
    facts = {
        "kind": TEXT,
        "encoding": encoding,
        "delimiter": "whitespace" if dialect.whitespace else dialect.delimiter,
        "decimal": dialect.decimal,
        "header": dialect.header,
        "quoting": dialect.quote,
        "body_row": dialect.body_row,
        "header_row": dialect.header_row,
    }
    units = {n: u for n, u in zip(names, dialect.units, strict=False) if u}
    return Raw(names, [], np.arange(0), facts, notes, True, dialect.decimal, unnamed, units)


def _in_segments(path: Any, how: How, kinds: dict[str, str], missing: tuple[str, ...]) -> Raw | None:
    """A large text file, where it can be read in segments; `kinds` are of columns that have names."""
    if any(getattr(how, name) is not None for name in ("sheet", "cells", "samples")):
        return None
    path = os.fsdecode(path)
    file = os.path.basename(path) or path
    found = segments.read(path, file, how.delimiter, how.decimal, how.encoding, how.header, kinds, missing)
    if found is None:
        return None
    raw = described(found.dialect, found.encoding, False, how, file)
    check_names(raw.names, {}, file, True)
    first = found.dialect.body_row
    raw.arrays, raw.numbers = found.arrays, np.arange(first, first + found.rows, dtype=np.int32)
    raw.facts |= {"path": os.path.abspath(path), "sha256": found.digest, "packed": ""}
    return raw


def check_names(names: list[str], kinds: dict[str, str], file: str, absent_ok: bool) -> None:
    """Refuse duplicate names and kinds that do not exist or belong to no column."""
    counts = Counter(names)
    if len(counts) < len(names):
        name, count = counts.most_common(1)[0]
        at = ", ".join(str(j + 1) for j, other in enumerate(names) if other == name)
        raise TableError("CR-1011", file=file, column=show(name), count=count, positions=at)
    for name, kind in kinds.items():
        word, _, order = kind.partition(":")
        if word not in ASKED or order not in ("", *ORDERS) or order and word != "date":
            raise TableError("CR-1015", file=file, column=show(name), kind=show(kind))
        if name not in counts and not absent_ok:
            raise TableError("CR-1016", file=file, column=show(name), nearest=nearest(name, names))
