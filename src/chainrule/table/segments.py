"""A large text file -> the columns it holds, parsed in segments beside one another and never whole in memory.

What is read so is what `parsing.parse` reads of the whole file; where that is not certain - a quote in a cell, a blank
line, a column of numbers here and of text there - nothing is returned, and the file is read whole.
"""

import codecs
import mmap
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import Queue
from typing import Any

import numpy as np

from . import marks, text
from .files import FOREIGN, TEXT, LaterDigest, packer, recognize_kind
from .parsing import AS_TEXT
from .raw import Labels, Numbers

LEAST, HEAD, SEGMENT = 1 << 24, 1 << 22, 1 << 21  # bytes: of a file worth it, looked at first, parsed at once
EXACT = 2**53
LEVELS = (
    10_000  # labels of a column in a segment; more are no categories, and the whole file is read as it was
)
MISSING = frozenset(marks.MISSING + marks.MISSING_NUMBER)


class _Ordinary(Exception):
    """Only the whole file tells what this is."""


@dataclass(frozen=True)
class Segments:
    """What was read: an array per column, the rows, and the SHA-256 of the file."""

    dialect: text.Dialect
    encoding: str
    names: list[str]
    arrays: list[Any]
    rows: int
    digest: LaterDigest


@dataclass(frozen=True)
class _Piece:
    """Of a column: numbers ("int", "float"), labels ("label": levels and codes), or nothing ("null")."""

    kind: str
    values: np.ndarray
    levels: tuple[str | None, ...] = ()


class _Filled:
    """A column that grows by pieces: float64 with NaN for missing, or the codes of labels."""

    def __init__(self, room: int) -> None:
        self.room, self.rows, self.kind = room, 0, "null"
        self.places: dict[str | None, int] = {}
        self.values: np.ndarray | None = None

    def add(self, piece: _Piece) -> None:
        if (
            piece.kind == "label"
            and self.kind in ("int", "float")
            or piece.kind != "label"
            and self.kind == "label"
        ):
            raise _Ordinary  # a column of nothing but marks too: labels keep their spelling
        if self.values is None and piece.kind != "null":
            # pages nobody writes to are no memory
            self.values = np.empty(self.room, np.int32 if piece.kind == "label" else np.float64)
            if piece.kind == "label" and self.rows:
                raise _Ordinary
            self.values[: self.rows] = np.nan if piece.kind != "label" else -1
        end = self.rows + len(piece.values)
        if end > self.room:
            raise _Ordinary
        if self.values is not None:
            place = self.values[self.rows : end]
            if piece.kind == "null":
                place[:] = np.nan
            elif piece.kind == "label":
                codes = [self.places.setdefault(level, len(self.places)) for level in piece.levels]
                np.take(np.array([*codes, -1], np.int32), piece.values, out=place, mode="wrap")
            else:
                place[:] = piece.values
        self.rows = end
        if piece.kind != "null":
            self.kind = "float" if "float" in (piece.kind, self.kind) else piece.kind

    def whole(self) -> Any:
        """The column, as the recognition takes it."""
        import pyarrow as pa

        if self.values is None:
            return pa.nulls(self.rows)
        values = self.values[: self.rows]
        if self.kind != "label":
            return Numbers(values, self.kind)
        return Labels(tuple(self.places), values)


def read(
    path: str, file: str, delimiter: str | None, decimal: str | None, encoding: str | None, header: bool | None,
    kinds: dict[str, str], missing: tuple[str, ...],
) -> Segments | None:  # fmt: skip
    """The columns of a plain UTF-8 text file of at least `LEAST` bytes; None for any other."""
    try:
        if path == "-" or not os.path.isfile(path) or os.path.getsize(path) < LEAST:
            return None
        with open(path, "rb", buffering=0) as stream:
            return _read(stream, file, delimiter, decimal, encoding, header, kinds, missing)
    except (_Ordinary, OSError, ValueError, MemoryError):  # the usual way says what is wrong, if anything is
        return None


def _read(
    stream: Any, file: str, delimiter: str | None, decimal: str | None, encoding: str | None, header: bool | None,
    kinds: dict[str, str], missing: tuple[str, ...],
) -> Segments | None:  # fmt: skip
    import pyarrow as pa

    head = stream.read(HEAD)
    if len(head) == HEAD:
        head = head[: head.rfind(b"\n") + 1]
    if not head or packer(head) or head.startswith(tuple(magic for magic, _ in FOREIGN)):
        return None
    if recognize_kind(head, file.lower(), file) != (TEXT, ()):
        return None
    data, found, guessed = text.to_utf8(head, encoding, file)
    whole, dialect = text.recognize_dialect(data, file, delimiter, decimal, header)
    if found not in ("utf-8", "ascii") or guessed or data != head or whole != head or dialect.whitespace:
        return None
    names = list(dialect.names) or [f"x{j + 1}" for j in range(dialect.width)]
    asked = {j for j, name in enumerate(names) if kinds.get(name) in AS_TEXT}
    digest = LaterDigest(os.path.abspath(stream.name), LaterDigest.stamp_of(stream.fileno()))
    workers = min(os.cpu_count() or 1, 8)
    columns: list[_Filled] = []
    waiting: deque[tuple[Future[list[_Piece]], mmap.mmap, int]] = deque()
    whole_size = os.fstat(stream.fileno()).st_size

    def take(done: Future[list[_Piece]], buffer: mmap.mmap, size: int) -> None:
        found = done.result()
        if not columns:  # rows may be half as long as the first ones
            columns.extend(_Filled(2 * len(found[0].values) * (whole_size // size + 1)) for _ in found)
        for one, column in zip(found, columns, strict=True):
            column.add(one)
        free.put(buffer)

    free: Queue[mmap.mmap] = Queue()
    for _ in range(workers + 2):  # memory of its own, which goes back to the system when it is done with
        free.put(mmap.mmap(-1, SEGMENT))
    with ThreadPoolExecutor(workers) as pool:
        try:
            for buffer, size in _parts(stream, dialect.body, whole_size, free):
                waiting.append((pool.submit(_parse, buffer, size, dialect, asked, missing), buffer, size))
                if len(waiting) > workers:
                    take(*waiting.popleft())
            while waiting:
                take(*waiting.popleft())
        finally:
            for one, _, _ in waiting:
                one.cancel()
    if not columns or not columns[0].rows or LaterDigest.stamp_of(stream.fileno()) != digest.stamp:
        raise _Ordinary
    pa.default_memory_pool().release_unused()
    return Segments(dialect, found, names, [c.whole() for c in columns], columns[0].rows, digest)


def _parts(stream: Any, at: int, end: int, free: "Queue[mmap.mmap]") -> Iterator[tuple[mmap.mmap, int]]:
    """The rest of the file in pieces that end where lines do: (a buffer that must come back to `free`, its bytes)."""
    while True:
        buffer = free.get()
        stream.seek(at)
        size = stream.readinto(buffer)
        if not size:
            return
        cut = size if at + size >= end else buffer.rfind(b"\n", 0, size) + 1
        if not cut:  # a line longer than a segment
            raise _Ordinary
        at += cut
        yield buffer, cut


def _parse(
    buffer: mmap.mmap, size: int, dialect: text.Dialect, asked: set[int], missing: tuple[str, ...]
) -> list[_Piece]:
    import pyarrow as pa
    import pyarrow.csv as pacsv

    seen = np.frombuffer(buffer, np.uint8, size)
    if buffer.find(dialect.quote.encode(), 0, size) >= 0 or buffer.find(b"\0", 0, size) >= 0:
        raise _Ordinary
    highest = int(seen.max())
    if highest <= 32:  # nothing but blanks
        raise _Ordinary
    if highest > 127:
        codecs.utf_8_decode(memoryview(buffer)[:size], "strict", True)  # UnicodeDecodeError is a ValueError
    data = pa.py_buffer(seen)
    keys = [str(j) for j in range(dialect.width)]
    try:
        found = pacsv.read_csv(
            pa.BufferReader(data),
            pacsv.ReadOptions(column_names=keys, block_size=size + 1, use_threads=False),
            pacsv.ParseOptions(delimiter=dialect.delimiter, quote_char=dialect.quote),
            pacsv.ConvertOptions(
                column_types={keys[j]: pa.dictionary(pa.int32(), pa.string()) for j in asked},
                null_values=[*marks.spellings(), *missing], true_values=["\0"], false_values=["\0"],
                decimal_point=dialect.decimal, auto_dict_encode=True, auto_dict_max_cardinality=2**30,
            ),
        )  # fmt: skip
    except pa.ArrowException:
        raise _Ordinary from None
    ends = int(np.count_nonzero(seen == 10)) + int(seen[-1] != 10)
    if found.num_rows != ends:  # a blank line: rows are not the lines counted on
        raise _Ordinary
    return [_piece(found[key]) for key in keys]


def _piece(column: Any) -> _Piece:
    import pyarrow as pa
    import pyarrow.compute as pc

    array = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    kind, types = array.type, pa.types
    if types.is_null(kind):
        return _Piece("null", np.empty(len(array), np.int8))
    if types.is_dictionary(kind):
        if len(array.dictionary) > LEVELS:
            raise _Ordinary
        codes = array.indices if not array.null_count else pc.fill_null(array.indices, -1)
        return _Piece("label", codes.to_numpy(zero_copy_only=False), tuple(array.dictionary.to_pylist()))
    if types.is_int64(kind):
        if array.null_count < len(array):
            low, high = pc.min_max(array).values()
            if max(high.as_py(), -low.as_py()) > EXACT:
                raise _Ordinary
        return _Piece("int", array.to_numpy(zero_copy_only=False))  # float64 with NaN where cells are missing
    if types.is_float64(kind):
        return _Piece("float", array.to_numpy(zero_copy_only=False))
    raise _Ordinary
