"""Reads a sheet of a workbook (.xlsx): titles, names, units and merged cells recognized, formulas by their values."""

import datetime
import io
import re
import warnings
import zipfile
from typing import Any

import numpy as np

from ..errors import TableError
from ..messages import say
from .columns import name_list, show
from .dates import is_date
from .frames import to_float
from .layout import FIRST, recognize_layout
from .raw import Raw, name_columns
from .text import is_mark, is_number, recognize_header

LARGEST = 1 << 30  # bytes all parts of a workbook may unpack to
MOST_CELLS = 60_000_000
Grid = list[list[Any]]


def read_sheet(
    data: bytes, file: str, sheet: str | int | None, cells: str | None, header: bool | None
) -> Raw:
    """The bytes of a workbook -> what stands in one of its sheets."""
    book = open_book(data, file, read_only=True, data_only=True)
    try:
        name, others = choose_sheet(book, sheet, file)
        page = book[name]
        grid, first_row, first_column = read_cells(page, cells, file)
        notes = [say("CR-3354", file=file, sheet=show(name), others=name_list(others))] if others else []
        if any(value is None for row in grid for value in row):
            refuse_uncomputed(data, name, grid, first_row, first_column, file)
            merged = merged_ranges(data, page)
        else:
            merged = []
    except TableError:
        raise
    except Exception:  # noqa: BLE001  # a workbook may be broken anywhere, and openpyxl raises what it stumbles over
        raise TableError("CR-3315", file=file) from None
    finally:
        book.close()
    wide = fill_merged(grid, merged, first_row, first_column)
    return laid_out(grid, wide, name, first_row, first_column, file, header, notes)


def open_book(data: bytes, file: str, **how: Any) -> Any:
    """An openpyxl workbook. Raises TableError CR-3314, CR-3315."""
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(m.file_size for m in archive.infolist()) > LARGEST:
                raise TableError("CR-3314", file=file, size=LARGEST >> 20)
        with warnings.catch_warnings():  # of parts that are no cells: validations, drawings, styles
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(io.BytesIO(data), **how)
    except TableError:
        raise
    except Exception:  # noqa: BLE001  # as above
        raise TableError("CR-3315", file=file) from None


def choose_sheet(book: Any, sheet: str | int | None, file: str) -> tuple[str, list[str]]:
    """The sheet to read, and the others that hold something where none was named."""
    sheets = [s for s in book.sheetnames if hasattr(book[s], "iter_rows")]
    if not sheets:
        raise TableError("CR-1004", file=file)
    if sheet is not None:
        wanted = str(sheet)
        if wanted in sheets:
            return wanted, []
        if wanted.isdigit() and 1 <= int(wanted) <= len(sheets):
            return sheets[int(wanted) - 1], []
        raise TableError("CR-3343", file=file, sheet=show(wanted), names=name_list(sheets))
    shown = [s for s in sheets if book[s].sheet_state == "visible"] or sheets
    full = [s for s in shown if holds_something(book[s])]
    if not full:
        raise TableError("CR-1004", file=file)
    return full[0], full[1:]


def holds_something(page: Any) -> bool:
    """Whether two rows have values: a sheet of notes or a drawing is not what is meant first."""
    page.reset_dimensions()
    found = 0
    for i, row in enumerate(page.iter_rows(values_only=True)):
        found += any(v is not None for v in row)
        if found >= 2 or i > 1000:
            break
    return found >= 2


def read_cells(page: Any, cells: str | None, file: str) -> tuple[Grid, int, int]:
    """The values of the used part of a sheet as equally long rows, and where its first cell is, from 1."""
    from openpyxl.utils.cell import range_boundaries

    page.reset_dimensions()  # what other programs write there is often wrong
    bounds: dict[str, int] = {}
    if cells is not None:
        try:
            left, top, right, bottom = range_boundaries(cells.replace("$", "").upper())
        except (ValueError, TypeError):
            raise TableError("CR-3344", file=file, cells=show(cells)) from None
        found = {"min_col": left, "min_row": top, "max_col": right, "max_row": bottom}
        bounds = {k: v for k, v in found.items() if v is not None}
    grid: Grid = []
    width = total = 0
    for row in page.iter_rows(values_only=True, **bounds):
        values = [_plain(v) for v in row]
        while values and values[-1] is None:
            values.pop()
        width, total = max(width, len(values)), total + len(values)
        if total > MOST_CELLS or len(grid) >= 1 << 20:
            raise TableError("CR-3314", file=file, size=LARGEST >> 20)
        grid.append(values)
    top, left = bounds.get("min_row", 1), bounds.get("min_col", 1)
    while grid and not grid[-1]:
        grid.pop()
    while grid and not grid[0]:
        grid.pop(0)
        top += 1
    if not grid:
        raise TableError("CR-1004", file=file)
    if len(grid) * width > MOST_CELLS:
        raise TableError("CR-3314", file=file, size=LARGEST >> 20)
    for values in grid:
        values += [None] * (width - len(values))
    while all(values[0] is None for values in grid):
        left += 1
        for values in grid:
            del values[0]
    return grid, top, left


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    return value


def merged_ranges(data: bytes, page: Any) -> list[tuple[int, int, int, int]]:
    """(left, top, right, bottom) of the merged cells, from 1; openpyxl does not tell them in a quick reading."""
    from openpyxl.utils.cell import range_boundaries

    path = getattr(page, "_worksheet_path", None)
    if path is None:
        return []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read(path.lstrip("/"))
    found = []
    for ref in re.findall(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"', text)[
        :10_000
    ]:
        found.append(range_boundaries(ref.decode()))
    return found


def fill_merged(grid: Grid, merged: list[tuple[int, int, int, int]], top: int, left: int) -> set[int]:
    """Cells merged downwards hold one value for all their rows: write it into each. The rows that were merged sideways
    are returned: a heading over several columns."""
    wide = set()
    rows, columns = len(grid), len(grid[0])
    for x1, y1, x2, y2 in merged:
        i1, i2, j1, j2 = y1 - top, min(y2 - top, rows - 1), x1 - left, min(x2 - left, columns - 1)
        if not (0 <= i1 < rows and 0 <= j1 < columns):
            continue
        if j2 > j1:
            wide.add(i1)
        for i in range(i1, i2 + 1):
            for j in range(j1, j2 + 1):
                if grid[i][j] is None and (j == j1 or i1 == i2 and i1 < FIRST):
                    grid[i][j] = grid[i1][j1] if j == j1 else _Spread(grid[i1][j1])
    return wide


class _Spread(str):
    """A heading repeated over the columns it was merged across; a title does not become a row of names by it."""

    def __new__(cls, value: Any) -> "_Spread":
        return super().__new__(cls, "" if value is None else str(value))


def refuse_uncomputed(data: bytes, name: str, grid: Grid, top: int, left: int, file: str) -> None:
    """Refuse formulas nobody has computed: a program wrote them, and no Excel has opened the file since."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if not any(
            b"<f" in archive.read(m) for m in archive.infolist() if m.filename.startswith("xl/worksheets/")
        ):
            return
    book = open_book(data, file, read_only=True)
    try:
        page = book[name]
        page.reset_dimensions()
        for i, row in enumerate(page.iter_rows(min_row=top, min_col=left, values_only=True)):
            for j, value in enumerate(row):
                if (
                    i < len(grid)
                    and j < len(grid[i])
                    and grid[i][j] is None
                    and str(value or "").startswith("=")
                ):
                    from openpyxl.utils import get_column_letter

                    cell = f"{get_column_letter(left + j)}{top + i}"
                    raise TableError("CR-3316", file=file, cell=cell, formula=show(value))
    finally:
        book.close()


def laid_out(
    grid: Grid,
    wide: set[int],
    sheet: str,
    top: int,
    left: int,
    file: str,
    header: bool | None,
    notes: list[str],
) -> Raw:
    """Rows of cells -> names, units and columns."""
    texts = [["" if isinstance(v, _Spread) else _text(v) for v in row] for row in grid[: FIRST + 20]]

    def is_value(cell: str) -> bool:
        return is_number(cell) or is_date(cell)

    found = recognize_layout(texts, header, is_value, recognize_header)
    width = len(grid[0])
    start = found.body
    names = [""] * width
    if found.header >= 0:
        names = [_text(v).strip() for v in grid[found.header]]
        above = found.header - 1 if found.units != found.header - 1 else found.header - 2
        second = found.header + 1
        if above >= 0 and above in wide and any(texts[above][1:]):  # groups over the names
            groups = [_text(v).strip() for v in grid[above]]
            names = [f"{g} {n}" if g and n and g != n else n or g for g, n in zip(groups, names, strict=True)]
        elif (
            found.header in wide
            and second < len(texts)
            and _all_words(texts[second], is_value)
            and second == start
        ):
            under = [_text(v).strip() for v in grid[second]]
            names = [f"{g} {n}" if g and n and g != n else n or g for g, n in zip(names, under, strict=True)]
            start += 1
    if found.titles and found.header >= 0:
        notes.append(say("CR-3352", file=file, count=found.titles, row=top + found.header))
    if found.units >= 0:
        notes.append(say("CR-3353", file=file, row=top + found.units))
    if found.header < 0 and header is None:
        notes.append(say("CR-1060", file=file, columns=width))
    rows = [i for i in range(start, len(grid)) if any(v is not None for v in grid[i])]
    if len(rows) < len(grid) - start:
        notes.append(say("CR-3355", file=file, count=len(grid) - start - len(rows)))
    keep = [j for j in range(width) if names[j] or any(grid[i][j] is not None for i in rows)]
    if not rows:
        raise TableError("CR-1005", file=file, columns=len(keep))
    names = [names[j] for j in keep] if found.header >= 0 else [f"x{k + 1}" for k in range(len(keep))]
    unnamed = name_columns(names)
    arrays = [to_column([grid[i][j] for i in rows], name, notes) for j, name in zip(keep, names, strict=True)]
    units = {}
    if found.units >= 0:
        units = {
            n: _text(grid[found.units][j]) for j, n in zip(keep, names, strict=True) if grid[found.units][j]
        }
    facts = {
        "kind": "xlsx", "sheet": sheet, "header": found.header >= 0, "header_row": top + found.header,
        "columns": left + width - 1,
    }  # fmt: skip
    return Raw(names, arrays, np.array(rows) + top, facts, notes, True, ".", unnamed, units)


def _all_words(row: list[str], is_value: Any) -> bool:
    cells = [cell for cell in row if cell.strip()]
    return len(cells) >= 2 and not any(is_value(cell) for cell in cells)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ") if value.time() != datetime.time() else value.date().isoformat()
    return str(value)


def to_column(values: list[Any], name: str, notes: list[str]) -> Any:
    """The cells of one column -> an Arrow array; where numbers and text are mixed, all as text."""
    import pyarrow as pa

    kinds = {_kind(v) for v in values} - {""}
    if kinds <= {"number"}:
        whole = all(v is None or isinstance(v, int) for v in values)
        if whole and all(v is None or abs(v) < 2**63 for v in values):
            return pa.array(values, pa.int64())
        return pa.array([None if v is None else to_float(v) for v in values], pa.float64())
    if kinds == {"bool"}:
        return pa.array(values, pa.bool_())
    if kinds == {"date"}:
        moments = [
            datetime.datetime.combine(v, datetime.time()) if type(v) is datetime.date else v for v in values
        ]
        return pa.array(moments, pa.timestamp("us"))
    if kinds == {"time"}:
        return pa.array(values, pa.time64("us"))
    texts = [None if v is None else _text(v) for v in values]
    if kinds == {"number", "text"}:
        stored = sum(isinstance(v, str) and is_number(v) for v in values)
        words = sum(isinstance(v, str) and not is_number(v) and not is_mark(v) for v in values)
        if stored and not words:
            notes.append(say("CR-3356", column=name, count=stored))
    return pa.array(
        [None if t is None else t.encode("utf-8", "replace").decode() for t in texts], pa.string()
    )


def _kind(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, datetime.datetime | datetime.date):
        return "date"
    return "time" if isinstance(value, datetime.time) else "text"
