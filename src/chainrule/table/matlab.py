"""The bytes of a .mat file -> the same, unpacked and safe for SciPy, which trusts every length it finds and may crash.

MAT-File Format, The MathWorks, chapter 1 (level 5): elements of a tag and data, matrices made of such elements.
"""

import struct
import zlib

MATRIX, COMPRESSED = 14, 15
SIZES = {
    1: 1,
    2: 1,
    3: 2,
    4: 2,
    5: 4,
    6: 4,
    7: 4,
    9: 8,
    12: 8,
    13: 8,
    16: 1,
    17: 2,
    18: 4,
}  # type -> bytes a number
NUMBERS, CHAR, CELL, STRUCT, OBJECT, SPARSE, FUNCTION, OPAQUE = range(6, 16), 4, 1, 2, 3, 5, 16, 17
DEPTH = 20  # matrices within matrices
HEADER = 128


class Broken(Exception):
    """The file contradicts itself."""


class TooLarge(Exception):
    """More comes out than may."""


def unpacked(data: bytes, most: int) -> bytes:
    """A level 5 file with every variable decompressed and its lengths checked; any other file as it is.

    Raises Broken where a length, a type or a checksum is wrong, TooLarge where more than `most` bytes come out.
    """
    if len(data) < HEADER or data[126:128] not in (b"IM", b"MI") or b"\0" in data[:4]:
        return data
    order = "<" if data[126:128] == b"IM" else ">"
    if data[125 if order == "<" else 124] != 1:
        return data
    made, at, size = [data[:HEADER]], HEADER, 0
    while at < len(data) and any(data[at : at + 8]):  # zeros fill a file up
        if at + 8 > len(data):
            raise Broken
        kind, length = struct.unpack_from(order + "II", data, at)
        body = data[at + 8 : at + 8 + length]
        if len(body) != length or kind not in (MATRIX, COMPRESSED):
            raise Broken
        at += 8 + length
        if kind == COMPRESSED:
            packer = zlib.decompressobj()
            try:
                element = packer.decompress(body, most - size + 1)
            except zlib.error:
                raise Broken from None
            if len(element) + size > most:
                raise TooLarge
            if len(element) < 8 or not packer.eof:
                raise Broken
            kind, length = struct.unpack_from(order + "II", element)
            body = element[8:]
            if kind != MATRIX or len(body) != length:
                raise Broken
        size += len(body)
        _matrix(memoryview(body), order, 0)
        made.append(struct.pack(order + "II", MATRIX, len(body)) + body)
    return b"".join(made)


class _Elements:
    """The elements within a matrix, one after the other."""

    def __init__(self, view: memoryview, order: str) -> None:
        self.view, self.order, self.at = view, order, 0

    def next(self, *kinds: int) -> tuple[int, memoryview]:
        """(type, data) of the next element, which has to be of one of these types."""
        if self.at + 8 > len(self.view):
            raise Broken
        kind, length = struct.unpack_from(self.order + "II", self.view, self.at)
        if kind >> 16:  # up to four bytes stand in the tag itself
            kind, length, start, end = kind & 0xFFFF, kind >> 16, self.at + 4, self.at + 8
        else:
            start = self.at + 8
            end = start + length + (-length % 8 if kind != MATRIX else 0)
        if kind not in kinds or start + length > len(self.view) or (kind >> 16 and length > 4):
            raise Broken
        self.at = end
        return kind, self.view[start : start + length]

    def numbers(self, count: int) -> None:
        """The next element holds so many numbers of any type."""
        kind, data = self.next(*SIZES)
        if len(data) != count * SIZES[kind]:
            raise Broken


def _matrix(view: memoryview, order: str, depth: int) -> None:
    """Checks one matrix: as many numbers, letters, cells as its shape says, in types of its class."""
    if not view:
        return  # an empty matrix within a cell
    if depth > DEPTH:
        raise Broken
    elements = _Elements(view, order)
    _, flags = elements.next(6)
    if len(flags) != 8:
        raise Broken
    word, stored = struct.unpack(order + "II", flags)
    kind, complex_, logical = word & 0xFF, bool(word & 0x800), bool(word & 0x200)
    if kind == OPAQUE:  # an object of MATLAB's own: three names, and what it holds
        for _ in range(3):
            elements.next(1, 16)
        return _matrix(elements.next(MATRIX)[1], order, depth + 1)
    _, shape = elements.next(5, 6)
    if len(shape) % 4 or not 2 <= len(shape) // 4 <= 32:
        raise Broken
    dims = struct.unpack(f"{order}{len(shape) // 4}i", shape)
    if min(dims) < 0:
        raise Broken
    count = 1
    for size in dims:
        count *= size
    elements.next(1, 16)
    if kind in NUMBERS:
        for _ in range(1 + complex_):
            elements.numbers(count)
    elif kind == CHAR:
        _, text = elements.next(1, 2, 3, 4, 16, 17, 18)
        if count > len(text) and count > 0 and len(text) > 0:
            raise Broken
    elif kind == SPARSE:
        _, rows = elements.next(5, 6)
        _, starts = elements.next(5, 6)
        if len(dims) != 2 or len(starts) != 4 * (dims[1] + 1):
            raise Broken
        ends = struct.unpack(f"{order}{dims[1] + 1}i", starts)
        filled = ends[-1]
        if ends[0] != 0 or list(ends) != sorted(ends) or len(rows) < 4 * filled:
            raise Broken
        places = struct.unpack_from(f"{order}{filled}i", rows)
        if filled and not 0 <= min(places) <= max(places) < dims[0]:
            raise Broken
        for _ in range(1 + complex_):
            number, values = elements.next(*SIZES)
            if len(values) < filled * (
                1 if logical else SIZES[number]
            ):  # MATLAB writes bytes and says doubles
                raise Broken
    elif kind in (CELL, STRUCT, OBJECT):
        if kind == OBJECT:
            elements.next(1, 16)
        if kind != CELL:
            _, length = elements.next(5, 6)
            if len(length) != 4 or (width := struct.unpack(order + "i", length)[0]) < 1:
                raise Broken
            _, names = elements.next(1, 16)
            if count > len(view) and len(names) < width:  # structs without a field take no bytes, and memory
                raise Broken
            count *= len(names) // width
        for _ in range(count):
            _, cell = elements.next(MATRIX)
            _matrix(cell, order, depth + 1)
    elif kind == FUNCTION:
        _matrix(elements.next(MATRIX)[1], order, depth + 1)
    else:
        raise Broken
