"""a listing's text -> the record of its first steps, made by a child process with limits; whatever the listing does."""

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import CheckError
from .net import Array

MOST_ANSWER = 300_000_000
COPIED = {".csv", ".txt", ".npy", ".npz", ".json", ".dat", ".data", ".mat", ".gz"}
PRODUCTS = {"@", "dot", "matmul", "inner"}


@dataclass(frozen=True)
class Site:
    """A place in the text."""

    line: int
    column: int
    end_line: int
    end_column: int
    own: bool  # an assignment that reads what it changes
    loops: tuple[int, ...]


@dataclass(frozen=True)
class Event:
    """kind "v" a call's value, "o" an operation, "a" an assignment; `ref` numbers the array."""

    kind: str
    site: int
    ref: int
    op: str = ""
    operands: tuple[int | None, ...] = ()
    slot: tuple[str, int] = ("", 0)


@dataclass
class Record:
    text: str
    end: str
    arrays: list[Array]
    kinds: list[str]
    events: list[Event]
    sites: list[Site]
    trouble: dict[str, Any] = field(default_factory=dict)

    def source(self, site: int) -> str:
        """The text of a place; of a multi-line one, its first line."""
        s = self.sites[site]
        line = self.text.split("\n")[s.line - 1].encode()
        piece = line[s.column : s.end_column] if s.line == s.end_line else line[s.column :]
        return piece.decode("utf-8", "replace").strip()

    def line(self, number: int) -> str:
        return self.text.split("\n")[number - 1]

    def products(self) -> Iterator[tuple[int, Event]]:
        for k, event in enumerate(self.events):
            if event.op in PRODUCTS and len(event.operands) == 2 and None not in event.operands:
                yield k, event


def recorded(text: str, folder: Path | None, seconds: float, memory: int) -> Record:
    """Run and watch. CheckError CR-2920 … CR-2922 and CR-2942."""
    return _read(run(text, folder, seconds, memory), text, memory)


def run(text: str, folder: Path | None, seconds: float, memory: int, *, mode: str = "") -> str:
    """What the child wrote: the record of a listing, the graph of its numbers ("scalars"), or the answer of its own
    functions ("adapter")."""
    if not hasattr(os, "setsid"):
        raise CheckError("CR-2942")
    with tempfile.TemporaryDirectory(prefix="chainrule-check-") as made:
        place = Path(made)
        work = place / "work"
        work.mkdir()
        if folder is not None:
            _copy_data(folder, work)
        source, out = place / "listing.py", place / "record.json"
        source.write_text(text, encoding="utf-8")
        child = Path(__file__).with_name("child.py")
        environment = {
            "PATH": os.environ.get("PATH", ""), "HOME": str(work), "TMPDIR": str(work), "MPLBACKEND": "Agg",
            "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "ignore",
        }  # fmt: skip
        command = [
            sys.executable,
            str(child),
            str(source),
            str(out),
            str(seconds),
            str(memory),
            str(folder or work),
        ]
        if mode:
            command.append(str(Path(__file__).parents[3]) if mode == "adapter" else mode)
        with subprocess.Popen(
            command, cwd=work, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        ) as process:  # fmt: skip
            try:
                code = process.wait(timeout=seconds + 10)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                _end(process)
        return _answer(out, code, seconds, memory)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """The child's whole session, also what it started itself."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    process.wait()


def _copy_data(folder: Path, work: Path) -> None:
    """Small data files beside the listing, so that it finds what it reads and can spoil nothing."""
    left = 20_000_000
    try:
        for path in sorted(folder.iterdir())[:200]:
            if path.suffix.lower() in COPIED and path.is_file():
                left -= path.stat().st_size
                if left < 0:
                    return
                shutil.copyfile(path, work / path.name)
    except OSError:
        return


def _answer(out: Path, code: int | None, seconds: float, memory: int) -> str:
    try:
        if out.stat().st_size > MOST_ANSWER:
            raise CheckError("CR-2922", reason="record", memory=memory)
        return out.read_text(encoding="utf-8")
    except FileNotFoundError:
        if code in (None, 77, -signal.SIGXCPU):
            raise CheckError("CR-2920", seconds=seconds) from None
        reason = signal.Signals(-code).name if code is not None and code < 0 else f"exit {code}"
        raise CheckError("CR-2922", reason=reason, memory=memory) from None
    except (OSError, ValueError):
        raise CheckError("CR-2922", reason="record", memory=memory) from None


def _read(answer: str, text: str, memory: int) -> Record:
    """The record, believed only as far as it has the right form: the listing may have written there."""
    try:
        data = json.loads(answer)
        arrays, kinds = [], []
        for shape, kind, body in data["arrays"]:
            flat = np.frombuffer(base64.b64decode(body), dtype="<f8")
            arrays.append(flat.reshape([int(n) for n in shape]).astype(float))
            kinds.append(str(kind))
        sites = [
            Site(int(a), int(b), int(c), int(d), bool(e), tuple(f)) for a, b, c, d, e, f in data["sites"]
        ]
        events = [_event(e, len(arrays), len(sites)) for e in data["events"]]
        record = Record(text, str(data["end"]), arrays, kinds, events, sites)
        if record.end == "error":
            record.trouble = {"kind": str(data["kind"]), "text": str(data["text"]), "line": int(data["line"])}
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        raise CheckError("CR-2922", reason="record", memory=memory) from None
    return record


def _event(row: list[Any], arrays: int, sites: int) -> Event:
    kind, site, ref = str(row[0]), int(row[1]), int(row[2])
    operands: tuple[int | None, ...] = ()
    op, slot = "", ("", 0)
    if kind == "o":
        op, operands = str(row[3]), tuple(None if n is None else int(n) for n in row[4])
    elif kind == "a":
        slot = (str(row[3]), int(row[4]))
    if (
        not 0 <= ref < arrays
        or not 0 <= site < sites
        or any(n is not None and not 0 <= n < arrays for n in operands)
    ):
        raise ValueError
    return Event(kind, site, ref, op, operands, slot)
