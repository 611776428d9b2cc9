"""rows on disk -> windows of them in memory, in an order of two levels: blocks are drawn, then the rows of a window."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from . import draws
from .source import Source

Array = np.ndarray[Any, Any]
PARTS = ("x", "t", "codes")


class Spool:
    """Encoded rows as they come -> raw files in a folder."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder, self.rows = Path(folder), 0
        self._open: dict[str, BinaryIO] = {}
        self.kinds: dict[str, tuple[np.dtype[Any], int]] = {}

    def add(self, **arrays: Array | None) -> None:
        """Rows (n, …) behind those that are there."""
        for name, array in arrays.items():
            if array is None:
                continue
            if name not in self._open:
                self._open[name] = open(self.folder / f"{name}.raw", "wb")
                self.kinds[name] = (array.dtype, array.shape[1])
            self._open[name].write(np.ascontiguousarray(array).tobytes())
        self.rows += len(arrays["x"]) if arrays["x"] is not None else 0

    def close(self) -> None:
        for stream in self._open.values():
            stream.close()


@dataclass(frozen=True)
class Windows:
    """Epoch e trains on one window: `blocks` blocks of `block` rows each, drawn for the pass e belongs to.

    One pass sees every row once, in `count` windows; the rows of a window are in memory, shuffled among themselves.
    """

    folder: Path
    rows: int
    kinds: dict[str, tuple[np.dtype[Any], int]]  # file -> (type, columns)
    block: int
    blocks: int
    seed: int

    @property
    def count(self) -> int:
        """The windows of one pass."""
        return -(-self._all // self.blocks)

    @property
    def _all(self) -> int:
        return -(-self.rows // self.block)

    @property
    def most(self) -> int:
        """The rows of a full window."""
        return min(self.rows, self.block * self.blocks)

    def rows_of(self, epoch: int) -> list[range]:
        """The blocks of an epoch's window, as ranges of rows, in drawn order."""
        turn, place = divmod(epoch, self.count)
        drawn = draws.order(self._all, self.seed, 0, turn, draws.BLOCKS)[
            place * self.blocks : (place + 1) * self.blocks
        ]
        return [range(int(b) * self.block, min((int(b) + 1) * self.block, self.rows)) for b in drawn]

    def source(self, epoch: int) -> Source:
        """The rows of an epoch's window, with their order."""
        parts = self.rows_of(epoch)
        found = {name: self._read(name, parts) for name in PARTS if name in self.kinds}
        order = draws.order(sum(map(len, parts)), self.seed, 0, epoch)
        return Source(
            found["x"], found.get("t"), found.get("codes"), None, order[None, :].astype(np.uint32), epoch
        )

    def order(self, epoch: int) -> Array:
        """The same order in numbers of all rows: what a training in memory would be told."""
        parts = self.rows_of(epoch)
        rows = np.concatenate([np.arange(part.start, part.stop) for part in parts])
        return np.asarray(rows[draws.order(len(rows), self.seed, 0, epoch)], np.uint32)

    def _read(self, name: str, parts: Sequence[range]) -> Array:
        """Read, not mapped: what was read before is out of memory again."""
        dtype, columns = self.kinds[name]
        found = np.empty((sum(map(len, parts)), columns), dtype)
        at = 0
        with open(self.folder / f"{name}.raw", "rb", buffering=0) as stream:
            for part in parts:
                stream.seek(part.start * columns * dtype.itemsize)
                rows: Any = found[at : at + len(part)]
                view = memoryview(rows).cast("B") if columns and len(part) else memoryview(b"")
                done = 0
                while done < len(view):
                    got = stream.readinto(view[done:])
                    if not got:
                        raise OSError(5, os.strerror(5), os.fspath(self.folder / name))
                    done += got
                at += len(part)
        return found
