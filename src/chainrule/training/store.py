"""arrays and JSON -> one safetensors file, whole or not at all, and back; anything that is not such a file is refused.

Loading runs no code: the file is a JSON header and raw numbers. A SHA-256 over both finds every flipped bit; since a
hostile file can carry a fitting one, what the numbers mean is checked again by whoever reads them.
"""

import hashlib
import json
import os
from typing import Any

import numpy as np

from ..encoding import state as js
from ..errors import EncodingError, TableError
from ..messages import because, say
from ..table.writing import write_whole

Array = np.ndarray[Any, Any]

HEADER = 100 << 20  # bytes; the limit of the safetensors format itself
TENSORS = 64
_TYPES = {"F32": "<f4", "F64": "<f8", "I64": "<i8", "U8": "|u1"}
_NAMES = {np.dtype(code): name for name, code in _TYPES.items()}


class Refused(Exception):
    """Why a file is not what it should be; `reason` is a sentence. Callers turn it into the error of their stage."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values

    @property
    def reason(self) -> str:
        return say(self.code, **self.values)


def write(
    path: str | os.PathLike[str], kind: str, version: int, state: Any, tensors: dict[str, Array]
) -> None:
    """Write one file beside its place and move it there. Raises Refused (CR-1630) where the disk does not take it."""
    try:
        write_whole(os.fspath(path), pack(kind, version, state, tensors))
    except TableError as error:
        raise Refused("CR-1630", reason=error.values["reason"]) from None


def pack(kind: str, version: int, state: Any, tensors: dict[str, Array]) -> bytes:
    """The bytes of the file: 8 bytes header length, header, numbers in little-endian order."""
    text = json.dumps(state, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    header: dict[str, Any] = {}
    parts, offset = [], 0
    for name, array in sorted(tensors.items(), key=lambda item: (-item[1].dtype.itemsize, item[0])):
        data = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
        code = _NAMES[np.dtype(array.dtype.newbyteorder("<"))]
        header[name] = {
            "dtype": code,
            "shape": list(array.shape),
            "data_offsets": [offset, offset + len(data)],
        }
        parts.append(data)
        offset += len(data)
    body = b"".join(parts)
    about = {"format": kind, "version": str(version), "state": text, "sha256": _digest(text, header, body)}
    raw = json.dumps({"__metadata__": about, **header}, ensure_ascii=False, separators=(",", ":")).encode()
    raw += b" " * (-len(raw) % 8)
    return len(raw).to_bytes(8, "little") + raw + body


def read(path: str | os.PathLike[str], kind: str, version: int) -> tuple[Any, dict[str, Array]]:
    """The JSON state and the arrays of a file `write` wrote. Raises Refused (CR-163x) for anything else."""
    try:
        with open(path, "rb") as stream:
            data = stream.read()
    except (OSError, ValueError, MemoryError) as error:
        raise Refused("CR-1631", reason=because(error)) from None
    return unpack(data, kind, version)


def unpack(data: bytes, kind: str, version: int) -> tuple[Any, dict[str, Array]]:
    """The same from bytes."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 10 or data[8:9] != b"{":
        raise Refused("CR-1632")
    if length > min(HEADER, len(data) - 8):
        raise Refused("CR-1633")
    header = _json(data[8 : 8 + length], "CR-1632")
    about = header.pop("__metadata__", None) if isinstance(header, dict) else None
    if not isinstance(about, dict) or about.get("format") != kind:
        raise Refused("CR-1634", wanted=kind)
    if about.get("version") != str(version):
        raise Refused("CR-1635", version=str(about.get("version"))[:20], known=version)
    text, body = about.get("state"), memoryview(data)[8 + length :]
    if set(about) != {"format", "version", "state", "sha256"} or not isinstance(text, str):
        raise Refused("CR-1636", part="__metadata__")
    arrays = _arrays(header, body)
    if about["sha256"] != _digest(text, header, body):
        raise Refused("CR-1637")
    return _json(text, "CR-1636"), arrays


def _arrays(header: dict[str, Any], body: memoryview) -> dict[str, Array]:
    if len(header) > TENSORS:
        raise Refused("CR-1636", part="header")
    arrays: dict[str, Array] = {}
    end = 0
    for name, entry in header.items():
        try:
            code, shape, (first, last) = entry["dtype"], entry["shape"], entry["data_offsets"]
            whole = all(type(n) is int and 0 <= n < 2**40 for n in (*shape, first, last))
            if (
                set(entry) != {"dtype", "shape", "data_offsets"}
                or not whole
                or len(shape) > 4
                or first != end
            ):
                raise ValueError
            dtype, count = np.dtype(_TYPES[code]), 1
            for n in shape:
                count *= n
            if last - first != count * dtype.itemsize:
                raise ValueError
        except (KeyError, TypeError, ValueError):
            raise Refused("CR-1636", part=name[:40]) from None
        if last > len(body):
            raise Refused("CR-1633")
        native = dtype.newbyteorder("=")
        arrays[name] = (
            np.frombuffer(body[first:last], dtype).reshape(shape).astype(native)
        )  # a copy, writable
        end = last
    if end != len(body):
        raise Refused("CR-1633")
    return arrays


def _json(text: bytes | str, code: str) -> Any:
    try:
        return js.loads(text)
    except EncodingError:
        raise Refused(code, part="JSON") from None


def _digest(text: str, header: dict[str, Any], body: Any) -> str:
    total = hashlib.sha256(text.encode("utf-8", "surrogatepass"))
    total.update(json.dumps(header, sort_keys=True).encode())
    total.update(body)
    return total.hexdigest()


def digest(*arrays: Array | None) -> str:
    """One number for what arrays hold: type, shape and every value."""
    total = hashlib.sha256()
    for array in arrays:
        total.update(b"-" if array is None else f"{array.dtype.str}{array.shape}".encode())
        if array is not None:
            for block in range(0, len(array), 65536):  # memory-mapped arrays are read piece by piece
                total.update(np.ascontiguousarray(array[block : block + 65536]).tobytes())
    return total.hexdigest()
