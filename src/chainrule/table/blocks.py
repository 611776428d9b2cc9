"""A Parquet or text file too large for memory -> its rows block by block, each block a Table like the others."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import TableError
from ..messages import because
from . import marks, text
from .columns import Table, show
from .files import PARQUET, TEXT, recognize_kind
from .raw import Raw, name_columns
from .reading import How, check_names, recognized

HEAD = 1 << 22


@dataclass(frozen=True)
class Blocks:
    """A file that is read more than once, never whole. Raises TableError CR-3302 for a kind that cannot be so read."""

    path: str
    file: str
    kind: str
    names: tuple[str, ...]
    dialect: text.Dialect | None
    encoding: str
    missing: tuple[str, ...]
    unnamed: tuple[int, ...]
    first_row: int

    @classmethod
    def open(cls, path: Any, how: How, missing: tuple[str, ...] = ()) -> "Blocks":
        path = os.fspath(path)
        file = os.path.basename(path)
        try:
            with open(path, "rb") as stream:
                head = stream.read(HEAD)
        except OSError as error:
            raise TableError("CR-1003", file=show(path, 400), reason=because(error)) from None
        if not head or head.isspace():
            raise TableError("CR-1004", file=file)
        kind = (
            recognize_kind(head, file.lower(), file)[0]
            if not head.startswith((b"\x1f\x8b", b"PK"))
            else "packed"
        )
        if kind == PARQUET:
            names = tuple(str(n) for n in cls._parquet(path, file).schema_arrow.names)
            check_names(list(names), {}, file, True)
            return cls(path, file, kind, names, None, "", missing, (), 1)
        if kind != TEXT:
            raise TableError("CR-3302", file=file)
        cut = head[: head.rfind(b"\n") + 1] if len(head) == HEAD else head
        data, encoding, _ = text.to_utf8(cut, how.encoding, file)
        data, dialect = text.recognize_dialect(data, file, how.delimiter, how.decimal, how.header)
        if dialect.whitespace or encoding not in ("utf-8", "utf-8-sig", "ascii"):
            raise TableError("CR-3302", file=file)
        found = list(dialect.names) or [f"x{j + 1}" for j in range(dialect.width)]
        unnamed = name_columns(found)
        check_names(found, {}, file, True)
        return cls(path, file, kind, tuple(found), dialect, encoding, missing, unnamed, dialect.body_row)

    @staticmethod
    def _parquet(path: str, file: str) -> Any:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            return pq.ParquetFile(path, pre_buffer=False, memory_map=False)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise TableError("CR-3349", file=file, reason=show(str(error).splitlines()[0], 160)) from None

    def count(self, step: int) -> int:
        """The rows of the file: Parquet says, text is read for it."""
        if self.kind == PARQUET:
            return int(self._parquet(self.path, self.file).metadata.num_rows)
        return sum(raw.rows for raw in self.raw(step))

    def raw(self, rows: int) -> Iterator[Raw]:
        """Blocks of about so many rows, every cell of text still as it is written."""
        import pyarrow as pa

        at = self.first_row
        try:
            for batch in self._batches(rows):
                if not batch.num_rows:
                    continue
                numbers = np.arange(at, at + batch.num_rows)
                at += batch.num_rows
                decimal = self.dialect.decimal if self.dialect else "."
                arrays = [batch.column(j) for j in range(batch.num_columns)]
                yield Raw(
                    list(self.names), arrays, numbers, {"kind": self.kind}, [], self.kind == TEXT, decimal
                )
        except (pa.ArrowException, OSError) as error:
            raise TableError(
                "CR-1025", file=self.file, reason=show(str(error).splitlines()[0], 200)
            ) from None

    def _batches(self, rows: int) -> Iterator[Any]:
        import pyarrow as pa
        import pyarrow.csv as pacsv

        if self.kind == PARQUET:
            yield from self._parquet(self.path, self.file).iter_batches(batch_size=rows, use_threads=False)
            return
        dialect = self.dialect
        if dialect is None:
            return
        keys = [str(j) for j in range(dialect.width)]
        with open(self.path, "rb") as stream:
            stream.seek(dialect.body + 3 * (self.encoding == "utf-8-sig"))
            reader = pacsv.open_csv(
                pa.PythonFile(stream, "r"),
                pacsv.ReadOptions(column_names=keys, block_size=1 << 22, use_threads=False),
                pacsv.ParseOptions(
                    delimiter=dialect.delimiter, quote_char=dialect.quote, newlines_in_values=True
                ),
                pacsv.ConvertOptions(
                    column_types=dict.fromkeys(keys, pa.string()),
                    null_values=[*marks.spellings(), *self.missing],
                ),
            )
            for batch in reader:
                for first in range(0, batch.num_rows, rows):
                    yield batch.slice(first, rows)

    def table(self, raw: Raw, kinds: dict[str, str]) -> Table:
        """A block with its columns recognized; `kinds` keeps them what they are in every block."""
        return recognized(raw, self.file, kinds, self.missing, True)

    def chosen(self, raws: list[tuple[Raw, np.ndarray]]) -> Raw:
        """Some rows of several blocks as one."""
        import pyarrow as pa

        arrays = [
            pa.chunked_array([raw.arrays[j].take(pa.array(rows)) for raw, rows in raws]).combine_chunks()
            for j in range(len(self.names))
        ]
        numbers = np.concatenate([raw.numbers[rows] for raw, rows in raws])
        first = raws[0][0]
        return Raw(
            list(self.names), arrays, numbers, dict(first.facts), [], first.text, first.decimal, self.unnamed
        )
