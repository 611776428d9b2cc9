"""Opens a file, compressed or piped, and says by its content what kind of table it holds; its ending comes second."""

import bz2
import gzip
import hashlib
import io
import lzma
import os
import sys
import threading
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

from ..errors import TableError
from ..messages import because, say
from .columns import show

TEXT, SHEET, PARQUET, ARROW, NPZ, NPY, MAT, LINES = (
    "text",
    "xlsx",
    "parquet",
    "arrow",
    "npz",
    "npy",
    "mat",
    "jsonl",
)
KINDS = (TEXT, SHEET, PARQUET, ARROW, NPZ, NPY, MAT, LINES)
ENDINGS = {
    ".csv": TEXT, ".tsv": TEXT, ".tab": TEXT, ".txt": TEXT, ".dat": TEXT, ".data": TEXT, ".asc": TEXT, ".prn": TEXT,
    ".xlsx": SHEET, ".xlsm": SHEET, ".parquet": PARQUET, ".pq": PARQUET, ".arrow": ARROW, ".feather": ARROW,
    ".ipc": ARROW, ".npz": NPZ, ".npy": NPY, ".mat": MAT, ".jsonl": LINES, ".ndjson": LINES, ".json": LINES,
}  # fmt: skip
PACKERS = {".gz": "gz", ".bz2": "bz2", ".xz": "xz", ".zst": "zst", ".zip": "zip"}
MAGIC = (
    (b"PAR1", PARQUET), (b"ARROW1", ARROW), (b"\x93NUMPY", NPY), (b"MATLAB 5.0 MAT-file", MAT),
    (b"\x1f\x8b", "gz"), (b"BZh", "bz2"), (b"\xfd7zXZ\x00", "xz"), (b"\x28\xb5\x2f\xfd", "zst"), (b"PK\x03\x04", "zip"),
)  # fmt: skip
# what people try, and what it is called
FOREIGN = (
    (b"\xd0\xcf\x11\xe0", "CR-3320"), (b"MATLAB 7.3 MAT-file", "CR-3321"), (b"\x89HDF\r\n\x1a\n", "CR-3321"),
    (b"FEA1", "CR-3322"), (b"%PDF", "CR-3323"), (b"SQLite format 3", "CR-3324"), (b"$FL2", "CR-3325"),
    (b"<stata_dta>", "CR-3325"), (b"\x89PNG", "CR-3326"), (b"\xff\xd8\xff", "CR-3326"), (b"\x80\x02", "CR-3327"),
    (b"\x80\x03", "CR-3327"), (b"\x80\x04", "CR-3327"), (b"\x80\x05", "CR-3327"),
    (b"Rar!", "CR-3328"), (b"7z\xbc\xaf\x27\x1c", "CR-3328"), (b"PK\x05\x06", "CR-3328"),
)  # fmt: skip
LARGEST, RATIO = 1 << 28, 100  # bytes a packed file may unpack to: so many, or so many times its own size


@dataclass(frozen=True)
class Opened:
    """A file's content: `data` unpacked, `kind` what it is."""

    path: str
    file: str  # its short name, for sentences
    data: bytes
    kind: str
    packed: str  # "", "gz", "bz2", "xz", "zst" or "zip"
    notes: tuple[str, ...]
    digest: "Digest"  # SHA-256 of the file as it lies there


class Digest:
    """SHA-256 computed beside the reading: hashing a large file takes as long as parsing a part of it."""

    def __init__(self, data: bytes) -> None:
        self._found = ""
        self._thread = threading.Thread(target=self._compute, args=(data,), daemon=True)
        self._thread.start()

    def _compute(self, data: bytes) -> None:
        self._found = hashlib.sha256(data).hexdigest()

    def __str__(self) -> str:
        self._thread.join()
        return self._found


class LaterDigest:
    """SHA-256 of a file, computed when it is asked for: of a large one it costs what parsing a quarter of it does.

    The file must still be the one that was read; else str() raises TableError CR-3306.
    """

    def __init__(self, path: str, stamp: tuple[int, ...]) -> None:
        self.path, self.stamp, self._found = path, stamp, ""

    @staticmethod
    def stamp_of(number: int) -> tuple[int, ...]:
        """Size, time of the last change and place of an open file."""
        found = os.fstat(number)
        return found.st_size, found.st_mtime_ns, found.st_ino, found.st_dev

    def __str__(self) -> str:
        if not self._found:
            try:
                with open(self.path, "rb") as stream:
                    made = hashlib.file_digest(stream, "sha256").hexdigest()
                    same = self.stamp_of(stream.fileno()) == self.stamp
            except OSError:
                same = False
            if not same:
                raise TableError("CR-3306", file=os.path.basename(self.path))
            self._found = made
        return self._found

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


def open_file(path: Any) -> Opened:
    """A path, or "-" for standard input -> its content. Raises TableError (CR-1001 …, CR-33xx)."""
    path = os.fsdecode(path)
    file = os.path.basename(path) or path
    if path == "-":
        file = "stdin"
        raw = sys.stdin.buffer.read() if hasattr(sys.stdin, "buffer") else sys.stdin.read().encode()
    else:
        raw = read_bytes(path, file)
    if not raw or raw.isspace():
        raise TableError("CR-1004", file=file)
    digest = Digest(raw)
    name, inner = file.lower(), raw
    packed = packer(raw)
    while packed:
        inner, name = unpack(inner, packed, name, file)
        again = packer(inner)
        if again:
            raise TableError("CR-3311", file=file)
        if not inner or inner.isspace():
            raise TableError("CR-1004", file=file)
        break
    kind, notes = recognize_kind(inner, name, file)
    return Opened(path, file, inner, kind, packed, notes, digest)


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
        raise TableError("CR-1003", file=show(path, 400), reason=because(error)) from None


def packer(data: bytes) -> str:
    """How the bytes are packed; "" where they are not, or where the zip is itself a table (xlsx, npz)."""
    found = next((kind for magic, kind in MAGIC if data.startswith(magic)), "")
    if found == "zip" and zip_kind(data) is not None:
        return ""
    return found if found in PACKERS.values() else ""


def members(data: bytes) -> list[zipfile.ZipInfo] | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [m for m in archive.infolist() if not m.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, IndexError, OverflowError):
        return None


def zip_kind(data: bytes) -> str | None:
    """What a zip is where it is a table of its own: a workbook, npz, or a foreign document; None: just packed."""
    found = members(data)
    names = {m.filename for m in found or ()}
    if "xl/workbook.xml" in names or any(n.startswith("xl/") for n in names):
        return SHEET
    if names and all(n.endswith(".npy") for n in names):
        return NPZ
    if "content.xml" in names or "word/document.xml" in names or "ppt/presentation.xml" in names:
        return "CR-3329"
    return None


def unpack(data: bytes, packed: str, name: str, file: str) -> tuple[bytes, str]:
    """Unpacked bytes and the name they would have; a bomb or a broken archive is refused."""
    most = max(LARGEST, RATIO * len(data))
    inner = next(
        (name[: -len(end)] for end, kind in PACKERS.items() if kind == packed and name.endswith(end)), name
    )
    try:
        if packed == "zip":
            found = members(data)
            if found is None:
                raise TableError("CR-3310", file=file, packed="zip")
            tables = [m for m in found if not os.path.basename(m.filename).startswith((".", "__MACOSX"))
                      and not m.filename.startswith("__MACOSX")]  # fmt: skip
            if len(tables) != 1:
                names = ", ".join(show(m.filename) for m in tables[:5])
                raise TableError("CR-3312", file=file, count=len(tables), names=names or "-")
            if tables[0].flag_bits & 1:
                raise TableError("CR-3313", file=file)
            with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(tables[0]) as stream:
                found_bytes = stream.read(most + 1)
            inner = os.path.basename(tables[0].filename).lower()
        elif packed == "zst":
            import pyarrow as pa

            with pa.input_stream(pa.BufferReader(data), compression="zstd") as unpacked:
                found_bytes = unpacked.read(most + 1)
        else:
            opener: Any = {"gz": gzip.GzipFile, "bz2": bz2.BZ2File, "xz": lzma.LZMAFile}[packed]
            source = io.BytesIO(data)
            with opener(fileobj=source) if packed == "gz" else opener(source) as stream:
                found_bytes = stream.read(most + 1)
    except TableError:
        raise
    except (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError, ValueError, IndexError,
            NotImplementedError, MemoryError):  # fmt: skip
        raise TableError("CR-3310", file=file, packed=packed) from None
    if len(found_bytes) > most:
        raise TableError("CR-3314", file=file, size=most >> 20)
    return found_bytes, inner


def recognize_kind(data: bytes, name: str, file: str) -> tuple[str, tuple[str, ...]]:
    """What the bytes are, and a note where the ending says otherwise."""
    named = ENDINGS.get(os.path.splitext(name)[1])
    refuse_foreign(data, file)
    found = next((kind for magic, kind in MAGIC if data.startswith(magic)), None)
    if found == "zip":
        found = zip_kind(data)
        if found == "CR-3329":
            raise TableError("CR-3300", file=file, what=say("CR-3329"))
    if found is None and named == MAT and binary(data):
        found = MAT  # version 4 has no mark
    if found is None:
        found = LINES if json_like(data, named) else TEXT
    if found == TEXT:
        if binary(data) and not data.startswith((b"\xff\xfe", b"\xfe\xff")) and named not in (None, TEXT):
            raise TableError("CR-3301", file=file, kind=say(NAMES[named]))
        start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<?xml", b"<meta")):
            raise TableError("CR-3300", file=file, what=say("CR-3330"))
    notes: tuple[str, ...] = ()
    if named is not None and named != found:
        notes = (say("CR-3350", file=file, named=say(NAMES[named]), found=say(NAMES[found])),)
    return found, notes


NAMES = {
    TEXT: "CR-3380", SHEET: "CR-3381", PARQUET: "CR-3382", ARROW: "CR-3383", NPZ: "CR-3384", NPY: "CR-3385",
    MAT: "CR-3386", LINES: "CR-3387",
}  # fmt: skip


def refuse_foreign(data: bytes, file: str) -> None:
    for magic, code in FOREIGN:
        if data.startswith(magic):
            raise TableError("CR-3300", file=file, what=say(code))
    if data[8:9] == b"{" and b'"__metadata__"' in data[:4096]:
        raise TableError("CR-3300", file=file, what=say("CR-3331"))


def binary(data: bytes) -> bool:
    """Whether no text file begins like this."""
    return b"\0" in data[:4096]


def json_like(data: bytes, named: str | None) -> bool:
    """Objects, one to a line or in a list: a text table does not begin with {" or [{."""
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if named == LINES and start[:1] in (b"{", b"["):
        return True
    packed = b"".join(start[:200].split())
    return packed.startswith((b'{"', b'[{"')) and b'":' in b"".join(start.split())
