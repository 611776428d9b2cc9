"""The user's own file and new columns -> the same file with them: its columns, order and kind are kept."""

import bz2
import csv
import gzip
import io
import json
import lzma
import os
import zipfile
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import TableError
from . import text
from .columns import Column, Table, is_missing, show
from .dates import show_date
from .files import ARROW, ENDINGS, LINES, MAT, NPY, NPZ, PACKERS, PARQUET, SHEET, TEXT
from .writing import cells, write_whole

WRITABLE = (TEXT, SHEET, PARQUET, ARROW, NPZ, MAT, LINES)


def kind_to_write(path: str, table: Table) -> tuple[str, str]:
    """(kind, packing) of the file to write: what its ending says, else the kind the table came in."""
    name, packed = path.lower(), ""
    for end, word in PACKERS.items():
        if name.endswith(end):
            name, packed = name[: -len(end)], word
    kind = ENDINGS.get(os.path.splitext(name)[1])
    if kind == NPY:
        raise TableError("CR-3372", file=show(path, 400))
    if kind is None:
        kind = str(table.facts.get("kind", TEXT))
    return kind if kind in WRITABLE else TEXT, packed


def write_with(path: str, table: Table, added: Sequence[Column]) -> None:
    """Write the table's own file with `added` behind its columns, whole or not at all. Raises TableError CR-1031."""
    kind, packed = kind_to_write(path, table)
    data = with_columns(table, added, kind, os.path.basename(path), os.path.splitext(path.lower())[1])
    write_whole(path, pack(data, packed, os.path.basename(path)))


def with_columns(table: Table, added: Sequence[Column], kind: str, file: str = "", ending: str = "") -> bytes:
    """The bytes of such a file."""
    same = table.original is not None and table.facts.get("kind") == kind
    if same and table.original is not None:
        data = table.original
        if kind == TEXT:
            made = text_with(data, table, added, ending)
            if made is not None:
                return made
        elif kind == SHEET:
            return sheet_with(data, table, added)
        elif kind in (PARQUET, ARROW):
            return arrow_with(data, table, added, kind)
        elif kind == LINES:
            return lines_with(data, table, added)
        elif kind == MAT:
            return mat_with(data, table, added)
        elif kind == NPZ:
            return npz_with(data, added)
    return afresh(table, added, kind, file, ending)


# ---- the file as it is, with more columns --------------------------------------------------------------------------


def text_with(data: bytes, table: Table, added: Sequence[Column], ending: str) -> bytes | None:
    """The lines as they are, each with its new cells; None where the rows cannot be told apart that way."""
    facts = table.facts
    encoding = str(facts["encoding"])
    utf8, _, _ = text.to_utf8(data, encoding, table.source)
    lines = utf8.decode("utf-8")
    whitespace = facts["delimiter"] == "whitespace"
    if whitespace:
        lines = text.spaces_to_tabs(utf8, str(facts["quoting"])).decode("utf-8")
    delimiter = "\t" if whitespace else str(facts["delimiter"])
    if lines.lower().startswith("sep="):
        first, _, lines = lines.partition("\n")
        skipped = 1
    else:
        first, skipped = "", 0
    rows = list(text.records(lines, delimiter, str(facts["quoting"])))
    header, body = int(facts["header_row"]) - skipped, int(facts["body_row"]) - skipped
    data_rows = [k for k, (line, _) in enumerate(rows) if line >= body]
    if len(data_rows) != table.rows:
        return None
    wanted = (",", delimiter) if ending == ".csv" and delimiter == "\t" else (delimiter,)
    columns = [list(cells(c.values, c.type)) for c in added]
    if facts["decimal"] == ",":
        columns = [[t.replace(".", ",") for t in c] if a.kind == "number" else c
                   for c, a in zip(columns, added, strict=True)]  # fmt: skip
    out = io.StringIO(newline="")
    end = "\r\n" if "\r\n" in lines[:65536] else "\n"
    if first:
        out.write(first.rstrip("\r") + end)
    writer = csv.writer(out, delimiter=wanted[0], quotechar=str(facts["quoting"]), lineterminator=end)
    width = max(len(rows[k][1]) for k in data_rows)
    place = {k: i for i, k in enumerate(data_rows)}
    for k, (line, row) in enumerate(rows):
        if k in place:
            row = [*row, *[""] * (width - len(row)), *(c[place[k]] for c in columns)]
        elif line == header:
            row = [*row, *[""] * (width - len(row)), *(c.name for c in added)]
        writer.writerow(row)
    try:
        return out.getvalue().encode("utf-8" if encoding == "ascii" else encoding)
    except UnicodeEncodeError:
        return out.getvalue().encode(
            "utf-8-sig"
        )  # a label of the model that the file's encoding does not have


def sheet_with(data: bytes, table: Table, added: Sequence[Column]) -> bytes:
    """The workbook with its formats; formulas become their values, for a saved formula has none until Excel opens it."""
    from openpyxl.utils import get_column_letter

    from .sheet import open_book

    book = open_book(data, table.source, data_only=True)
    for sheet in book.worksheets:
        for cell in (c for row in sheet.iter_rows() for c in row if isinstance(c.value, float)):
            put_exactly(cell, cell.value)
    page = book[str(table.facts["sheet"])]
    first = int(table.facts["columns"]) + 1
    for k, column in enumerate(added):
        letter = get_column_letter(first + k)
        if table.facts["header"]:
            page[f"{letter}{table.facts['header_row']}"] = column.name
        for i, value in enumerate(column.values.tolist()):
            put_exactly(page[f"{letter}{table.row(i)}"], _cell(column, value))
    return _saved(book)


def arrow_with(data: bytes, table: Table, added: Sequence[Column], kind: str) -> bytes:
    from .columnar import arrow_table

    found = arrow_table(data, table.source, kind)
    for column in added:
        found = found.append_column(column.name, _arrow(column))
    return _arrow_bytes(found, kind)


def lines_with(data: bytes, table: Table, added: Sequence[Column]) -> bytes:
    from .jsonlines import objects

    found, form = objects(text.to_utf8(data, None, table.source)[0].decode("utf-8"), table.source)
    rows = [row for _, row in found]
    for i, row in enumerate(rows):
        for column in added:
            row[column.name] = _json(column, column.values[i])
    return _json_bytes(rows, form)


def mat_with(data: bytes, table: Table, added: Sequence[Column]) -> bytes:
    from .arrays import load_mat

    across = table.facts["samples"] == "columns"
    return _mat_bytes(load_mat(data, table.source), added, across)


def npz_with(data: bytes, added: Sequence[Column]) -> bytes:
    with np.load(io.BytesIO(data), allow_pickle=False) as found:
        arrays: dict[str, Any] = {name: found[name] for name in found.files}
    out = io.BytesIO()
    arrays |= {c.name: _plain_array(c) for c in added}
    np.savez_compressed(out, **arrays)
    return out.getvalue()


# ---- a new file ----------------------------------------------------------------------------------------------------


def afresh(table: Table, added: Sequence[Column], kind: str, file: str, ending: str) -> bytes:
    """The table's columns and the new ones as a file of this kind."""
    columns = [*table.columns, *added]
    if kind == SHEET:
        import openpyxl
        from openpyxl.cell import WriteOnlyCell

        book = openpyxl.Workbook(write_only=True)
        page = book.create_sheet("data")
        page.append([c.name for c in columns])
        lists = [[put_exactly(WriteOnlyCell(page), _cell(c, v)) for v in c.values.tolist()] for c in columns]
        for row in zip(*lists, strict=True):
            page.append(row)
        return _saved(book)
    if kind in (PARQUET, ARROW):
        import pyarrow as pa

        return _arrow_bytes(pa.table([_arrow(c) for c in columns], names=[c.name for c in columns]), kind)
    if kind == LINES:
        return _json_bytes(
            [{c.name: _json(c, c.values[i]) for c in columns} for i in range(table.rows)], "lines"
        )
    if kind == NPZ:
        out = io.BytesIO()
        arrays: dict[str, Any] = {c.name: _plain_array(c) for c in columns}
        np.savez_compressed(out, **arrays)
        return out.getvalue()
    if kind == MAT:
        return _mat_bytes({c.name: _mat_array(c) for c in table.columns}, added, False)
    from .writing import csv_text

    delimiter = "\t" if ending in (".tsv", ".tab") else ","
    return csv_text(columns, file=file, delimiter=delimiter).encode()


def pack(data: bytes, packed: str, file: str) -> bytes:
    if packed == "gz":
        return gzip.compress(data, mtime=0)
    if packed == "bz2":
        return bz2.compress(data)
    if packed == "xz":
        return lzma.compress(data)
    if packed == "zst":
        import pyarrow as pa

        return pa.compress(data, codec="zstd", asbytes=True)  # type: ignore[no-any-return]  # pyarrow has no types
    if packed == "zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo(os.path.splitext(file)[0]), data, zipfile.ZIP_DEFLATED)
        return out.getvalue()
    return data


def _saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put_exactly(cell: Any, value: Any) -> Any:
    """The cell with this value; a float with all its digits, of which openpyxl by itself writes sixteen."""
    whole = isinstance(value, float)
    cell.value = repr(value) if whole else value
    if whole:
        cell.data_type = "n"
    elif isinstance(value, str):  # "=1+1" is a text of the user's, not a formula
        cell.data_type = "s"
    return cell


def _cell(column: Column, value: Any) -> Any:
    """A value as a cell of a workbook."""
    if is_missing(value):
        return None
    if column.kind == "date":
        import datetime

        if column.type == "time":
            return show_date(value, "time")
        return datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=round(value, 6))
    if isinstance(value, float) and column.type == "int" and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, str):
        import re

        return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "\N{REPLACEMENT CHARACTER}", value)
    return value


def _arrow(column: Column) -> Any:
    import pyarrow as pa

    if column.kind == "number":
        whole = column.type == "int" and bool(np.all(np.abs(np.nan_to_num(column.values)) < 2**63))
        array = pa.array(column.values, from_pandas=True)
        return array.cast(pa.int64()) if whole else array
    if column.kind == "date":
        if column.type == "time":
            return pa.array([show_date(v, "time") or None for v in column.values.tolist()], pa.string())
        micro = np.round(column.values * 1e6)
        found = pa.array(np.where(np.isnan(micro), 0, micro).astype(np.int64), mask=np.isnan(micro))
        return found.cast(pa.timestamp("us"))
    values = column.values.tolist()
    kinds = {type(v) for v in values if v is not None}
    return pa.array(values if len(kinds) <= 1 else [None if v is None else str(v) for v in values])


def _arrow_bytes(found: Any, kind: str) -> bytes:
    import pyarrow as pa

    out = pa.BufferOutputStream()
    if kind == PARQUET:
        import pyarrow.parquet as pq

        pq.write_table(found, out)
    else:
        with pa.ipc.new_file(out, found.schema) as writer:
            writer.write_table(found)
    return bytes(out.getvalue().to_pybytes())


def _json(column: Column, value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    if is_missing(value):
        return None
    if column.kind == "date":
        return show_date(value, column.type)
    if isinstance(value, float) and column.type == "int" and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value if isinstance(value, (str, bool, int, float)) else str(value)


def _json_bytes(rows: list[dict[str, Any]], form: str) -> bytes:
    if form == "list":
        return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return lines.encode("utf-8", "backslashreplace")


def _plain_array(column: Column) -> np.ndarray:
    """An array NumPy keeps without pickling: numbers, or text."""
    if column.kind == "number":
        return column.values
    if column.kind == "date":
        return np.array([show_date(v, column.type) for v in column.values.tolist()])
    values = column.values.tolist()
    if values and all(isinstance(v, bool) for v in values):
        return np.array(values)
    return np.array(["" if v is None else str(v) for v in values])


def _mat_array(column: Column) -> np.ndarray:
    if column.kind == "number":
        return column.values[:, None]
    return _text_cells(column)


def _text_cells(column: Column) -> np.ndarray:
    found = np.empty((len(column.values), 1), object)
    found[:, 0] = list(cells(column.values, column.type))
    return found


def _mat_bytes(arrays: dict[str, np.ndarray], added: Sequence[Column], across: bool) -> bytes:
    """Variables need names MATLAB accepts; each new column is one of them, in the orientation of the others."""
    from scipy.io import savemat

    found: dict[str, np.ndarray] = {}
    for name, array in (*arrays.items(), *((c.name, _mat_array(c)) for c in added)):
        word = "".join(ch if ch.isascii() and (ch.isalnum() or ch == "_") else "_" for ch in name)
        word = (word if word[:1].isalpha() else f"v{word}")[:50]
        while word in found:
            word += "_"
        fresh = name not in arrays
        found[word] = array.T if fresh and across else array
    out = io.BytesIO()
    savemat(out, found, do_compression=True, oned_as="column")
    return out.getvalue()
