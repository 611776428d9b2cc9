"""Recognizes how a text table is written: encoding, delimiter, quotes, decimal mark, header."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import TableError
from . import marks
from .columns import show
from .dates import is_date
from .layout import recognize_layout

HEAD = 1 << 16  # bytes looked at to recognize the dialect, and at least so many lines
HEAD_LINES = 20
DELIMITERS = ("\t", ";", "|", ",")  # ties go to the first: decimal commas look like a comma-separated file
LONGEST_LINE = 1 << 24  # of the first line: what is longer is no table, and would take minutes to find out
ALL_MARKS = frozenset(marks.MISSING + marks.MISSING_NUMBER)
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Dialect:
    delimiter: str  # one character; "\t" also for whitespace, which is rewritten to tabs
    whitespace: bool
    quote: str
    decimal: str
    header: bool
    names: tuple[str, ...]  # the header's cells, stripped; empty without a header
    width: int
    body: int  # offset in bytes of the first data row
    body_row: int  # the row number of the line it starts at
    header_row: int = 0  # the line of the names; 0 without a header
    units: tuple[str, ...] = ()  # the cells of the row of units, where there is one
    units_row: int = 0
    titles: int = 0  # lines above the table


def to_utf8(data: bytes, encoding: str | None, file: str) -> tuple[bytes, str, bool]:
    """Bytes in any encoding -> (UTF-8 without a mark, name of the encoding, whether it was a guess)."""
    guessed = False
    bom = next((name for mark, name in BOMS if data.startswith(mark)), None)
    if encoding is not None:
        try:
            name = codecs.lookup(encoding).name
            "".encode(name)  # refuses byte-to-byte codecs such as zlib
        except (LookupError, TypeError, ValueError, UnicodeError):
            raise TableError("CR-1006", file=file, encoding=show(encoding)) from None
        if name == "utf-8" and bom == "utf-8-sig":
            name = "utf-8-sig"
        elif name in ("utf-16-le", "utf-16-be") and bom == "utf-16":
            name = "utf-16"
    elif bom is not None:
        name = bom
    else:
        name, guessed = recognize_encoding(data)
    if name in ("utf-8", "ascii") and data.isascii():
        utf8 = data
    else:
        try:
            text = data.decode(name)
            utf8 = data if name == "utf-8" else text.encode("utf-8")
        except UnicodeError as error:
            at = getattr(error, "start", 0)
            if name.startswith(("utf-16", "utf-32")):
                row = data[:at].decode(name, "ignore").count("\n") + 1
            else:
                row = data.count(b"\n", 0, at) + 1
            raise TableError("CR-1007", file=file, row=row, encoding=name) from None
        except Exception:  # noqa: BLE001  # an odd codec of the user's Python, such as "undefined"
            raise TableError("CR-1006", file=file, encoding=show(encoding)) from None
    at = utf8.find(b"\0")
    if at >= 0:
        raise TableError("CR-1008", file=file, row=utf8.count(b"\n", 0, at) + 1)
    if b"\n" not in utf8 and b"\r" in utf8:  # line ends of old Macs
        utf8 = utf8.replace(b"\r", b"\n")
    if utf8[-64:].rstrip(b"\r\n").endswith((b" ", b"\x1a")):  # DOS ended its files with Ctrl-Z
        utf8 = utf8.rstrip(b" \r\n\x1a")
    return utf8, name, guessed


def recognize_encoding(data: bytes) -> tuple[str, bool]:
    """UTF-8 where it decodes (nothing else does by accident), GB18030 if that looks Chinese, else Western."""
    if data.isascii():
        return "utf-8", False
    try:
        data.decode("utf-8")
        return "utf-8", False
    except UnicodeDecodeError:
        pass
    if b"\0" in data:  # no guess can be right: the refusal of NUL bytes follows
        return "latin-1", True
    try:
        data.decode("gb18030")
        high = b"".join(re.findall(rb"[\x80-\xff][^\n]", data[: 1 << 20]))
        # Everyday Chinese lies in rows B0-D7 of the code table, its punctuation in A1-A3, both bytes high.
        # Western letters stand alone between ASCII ones, so their pairs fall elsewhere.
        common = sum(
            1
            for a, b in zip(high[::2], high[1::2], strict=False)
            if b >= 0xA1 and (0xB0 <= a <= 0xD7 or 0xA1 <= a <= 0xA3)
        )
        if common * 2 >= 0.6 * len(high):
            return "gb18030", True
    except UnicodeDecodeError:
        pass
    try:
        data.decode("cp1252")
        return "cp1252", True
    except UnicodeDecodeError:
        return "latin-1", True


def records(text: str, delimiter: str, quote: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank and the line it starts at, read as pyarrow reads it but slowly."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter, quotechar=quote)
    start = 1
    limit = csv.field_size_limit(1 << 30)
    try:
        for row in reader:
            if row:
                yield start, row
            start = reader.line_num + 1
    except csv.Error:  # what csv cannot split, pyarrow refuses as well and gives the reason
        return
    finally:
        csv.field_size_limit(limit)


def ends_open(text: str, delimiter: str, quote: str) -> bool:
    """Whether the text, one row, ends inside quotes."""
    limit = csv.field_size_limit(1 << 30)
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote, strict=True):
            pass
    except csv.Error as error:
        return "end of data" in str(error)
    finally:
        csv.field_size_limit(limit)
    return False


def fits(cell: str, *patterns: str) -> bool:
    return any(re.match(pattern, cell, re.ASCII) for pattern in patterns)


def is_number(cell: str) -> bool:
    return fits(
        cell.strip(), marks.POINT, marks.COMMA, marks.POINT_GROUPS, marks.COMMA_GROUPS, marks.INFINITE
    )


def is_mark(cell: str) -> bool:
    return cell.strip().casefold() in ALL_MARKS


def head_of(data: bytes) -> tuple[str, bool]:
    """The first lines as text, and whether they are the whole file."""
    if len(data) <= HEAD:
        return data.decode("utf-8"), True
    cut = data.rfind(b"\n", 0, HEAD) + 1
    lines = 0
    at = -1
    while lines < HEAD_LINES and at < LONGEST_LINE:  # lines of a wide table are long
        at = data.find(b"\n", at + 1)
        if at < 0:
            return data.decode("utf-8"), True
        lines += 1
    cut = max(cut, at + 1)
    return data[:cut].decode("utf-8"), cut == len(data)


def recognize_dialect(
    data: bytes, file: str, delimiter: str | None, decimal: str | None, header: bool | None
) -> tuple[bytes, Dialect]:
    """UTF-8 bytes -> (bytes, dialect); the bytes change only where runs of spaces separate the cells."""
    if decimal not in (None, ".", ","):
        raise TableError("CR-1024", file=file, decimal=show(decimal))
    if delimiter is not None:
        delimiter = {"tab": "\t", "\\t": "\t", " ": "whitespace", "space": "whitespace"}.get(
            delimiter, delimiter
        )
        if delimiter != "whitespace" and (
            len(delimiter) != 1 or not delimiter.isascii() or delimiter in "\"'\n\r\0" or delimiter.isalnum()
        ):
            raise TableError("CR-1023", file=file, delimiter=show(delimiter))
    skipped = 0
    hint = re.match(rb"\s*sep=(.)\r?\n", data)  # Excel's own first line
    if hint:
        data, skipped = data[hint.end() :], data.count(b"\n", 0, hint.end())
        if delimiter is None and hint.group(1) in (b",", b";", b"|", b"\t"):
            delimiter = hint.group(1).decode()
    if len(data) > LONGEST_LINE and data.find(b"\n", 0, LONGEST_LINE) < 0:
        raise TableError("CR-1035", file=file, size=LONGEST_LINE)
    head, whole = head_of(data)
    quote = recognize_quote(head)
    if delimiter is None:
        delimiter = recognize_delimiter(head, quote, whole)
    whitespace = delimiter == "whitespace"
    if whitespace:
        data = spaces_to_tabs(data, quote)
        head, whole = head_of(data)
    mark = "\t" if whitespace else delimiter
    rows = list(records(head, mark, quote))
    if not whole and len(rows) > 2:
        rows.pop()  # the cut may have gone through it
    if not rows or not head.strip():
        raise TableError("CR-1004", file=file)
    cells = [row for _, row in rows]
    found = recognize_layout(cells, header, lambda cell: is_number(cell) or is_date(cell), recognize_header)
    if decimal is None:
        decimal = recognize_decimal(cells[found.body :], mark)
    named = cells[found.header] if found.header >= 0 else []
    width = len(named) if named else len(cells[min(found.body, len(cells) - 1)])
    if found.body == len(rows):
        body, body_row = len(data), rows[-1][0] + 1
        if len(rows) == 1:
            body_row = rows[0][0]
    else:
        lines = io.StringIO(head, newline="")
        body_row = rows[found.body][0]
        body = sum(len(next(lines).encode("utf-8")) for _ in range(body_row - 1))
    names = tuple(cell.strip() for cell in named)
    units = tuple(cell.strip() for cell in cells[found.units]) if found.units >= 0 else ()
    dialect = Dialect(
        mark, whitespace, quote, decimal, bool(named), names, width, body, body_row + skipped,
        rows[found.header][0] + skipped if named else 0, units,
        rows[found.units][0] + skipped if units else 0, found.titles,
    )  # fmt: skip
    return data, dialect


def recognize_quote(head: str) -> str:
    """The double quote, unless the file has none and whole cells stand between single ones."""
    if '"' in head:
        return '"'
    return (
        "'" if len(re.findall(r"(?:^|[,;\t|])'[^'\n]*'(?=$|[,;\t|\r\n])", head, re.MULTILINE)) >= 2 else '"'
    )


def recognize_delimiter(head: str, quote: str, whole: bool) -> str:
    """The candidate that cuts most rows into equally many cells."""
    best, best_score = ",", 0.0
    for candidate in DELIMITERS:
        if candidate not in head:
            continue
        rows = [row for _, row in records(head, candidate, quote)]
        rows = rows if whole or len(rows) < 3 else rows[:-1]
        counts = Counter(len(row) for row in rows)
        # the most frequent width above one; the first row counts double, it is the header
        width, share = max(((w, n) for w, n in counts.items() if w > 1), key=lambda e: e[1], default=(1, 0))
        score = (share + (len(rows[0]) == width)) / (len(rows) + 1) if share else 0.0
        if score > best_score + 0.02:
            best, best_score = candidate, score
    if best_score >= 0.9 or best_score == 0.0 and not re.search(r"\S[ \t]+\S", head):
        return best
    lines = [line.split() for line in head.splitlines()[: -1 if not whole else None] if line.strip()]
    widths = Counter(len(line) for line in lines)
    if not widths:
        return best
    width, share = widths.most_common(1)[0]
    body = [cell for line in lines[1:] or lines for cell in line]
    numbers = sum(is_number(cell) for cell in body) / max(len(body), 1)
    # words apart are usually one cell; numbers apart are columns, even where a row is too short
    regular = share >= 0.9 * len(lines) and numbers >= 0.5 or 2 * share > len(lines) and numbers >= 0.9
    if width > 1 and regular and share / len(lines) > best_score:
        return "whitespace"
    return best


def spaces_to_tabs(data: bytes, quote: str) -> bytes:
    """Runs of spaces and tabs outside quotes become one tab; those at the ends of a line go."""
    mark = quote.encode()
    if mark not in data:
        data = re.sub(rb"[ \t]+", b"\t", data)
    else:
        pattern = mark + b"[^" + mark + b"]*" + mark + rb"|[ \t]+"
        data = re.sub(pattern, lambda m: m[0] if m[0].startswith(mark) else b"\t", data)
    return re.sub(rb"(?m)^\t|\t(?=\r?$)", b"", data)


def recognize_header(rows: list[list[str]]) -> bool:
    """Whether the first row is a header: text above numbers says yes, a number or a repeated label no."""
    first, body = rows[0], rows[1:]
    columns = [[row[j] for row in body if j < len(row) and not is_mark(row[j])] for j in range(len(first))]
    for cell, column in zip(first, columns, strict=True):
        if not cell.strip() or is_number(cell) or is_mark(cell):
            continue
        if column and sum(map(is_number, column)) > 0.5 * len(column):
            return True
    if any(is_number(cell) for cell in first):
        return False
    again = sum(bool(cell.strip()) and cell in column for cell, column in zip(first, columns, strict=True))
    return 2 * again <= len(first)  # a column named like one of its labels is no reason yet


def recognize_decimal(rows: list[list[str]], delimiter: str) -> str:
    """The decimal mark of the file: a comma where whole columns need one and no cell in them a point."""
    needs_comma = may_comma = needs_point = False
    for j in range(max(map(len, rows), default=0)):
        cells = [row[j].strip() for row in rows if j < len(row) and not is_mark(row[j])]
        commas = [c for c in cells if "," in c]
        if commas and all(fits(c, marks.COMMA, marks.COMMA_GROUPS) for c in cells):
            may_comma = True
            needs_comma |= not all(fits(c, marks.POINT_GROUPS) for c in commas)
        elif cells and all(fits(c, marks.POINT, marks.POINT_GROUPS) for c in cells):
            needs_point |= any("." in c and not fits(c, marks.COMMA_GROUPS) for c in cells)
    if needs_comma:
        return ","
    # 1,234 alone could be either: among commas its quotes speak for thousands, else it is a decimal comma
    return "," if may_comma and not needs_point and delimiter != "," else "."
