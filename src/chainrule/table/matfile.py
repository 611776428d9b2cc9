"""A MATLAB 5 file -> the same file unpacked and checked, tag by tag: SciPy's reader follows broken ones out of memory.

The format: "MAT-File Format", The MathWorks; elements are a tag (type, bytes) and that many bytes, up to the next eight.
"""

import struct
import zlib

HEAD, DEEPEST, MATRIX, PACKED = 128, 30, 14, 15
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
}  # of a value of each type
CELL, STRUCT, OBJECT, SPARSE, FIRST_NUMBER, LAST_NUMBER = 1, 2, 3, 5, 6, 15


def checked(data: bytes, most: int) -> bytes:
    """The file with nothing packed in it. Raises ValueError where a tag does not hold, or it unpacks beyond `most` bytes."""
    order = {b"IM": "<", b"MI": ">"}.get(data[126:128])
    if order is None:
        raise ValueError("byte order")
    made, at = [data[:HEAD]], HEAD
    while at < len(data):
        if not any(data[at : at + 8]) and not any(data[at:]):  # filled up with zeros
            break
        if at + 8 > len(data):
            raise ValueError("tag")
        kind, size = struct.unpack_from(order + "II", data, at)
        body = data[at + 8 : at + 8 + size]
        if len(body) < size:
            raise ValueError("cut off")
        at += 8 + size
        if kind == PACKED:
            unpacker = zlib.decompressobj()
            try:
                body = unpacker.decompress(body, most)
            except zlib.error:
                raise ValueError("packed") from None
            if unpacker.unconsumed_tail or not unpacker.eof or len(body) < 8:
                raise ValueError("packed")
            most -= len(body)
            kind, size = struct.unpack_from(order + "II", body)
            body = body[8:]
        if kind != MATRIX or size != len(body):
            raise ValueError("element")
        _matrix(body, order, 0)
        made += [struct.pack(order + "II", MATRIX, len(body)), body]
    return b"".join(made)


def _elements(body: bytes, order: str) -> list[tuple[int, bytes]]:
    """(type, bytes) of each element; small ones have both in eight bytes."""
    found, at = [], 0
    while at < len(body):
        if at + 8 > len(body):
            raise ValueError("tag")
        (word,) = struct.unpack_from(order + "I", body, at)
        small = word >> 16
        if small:
            kind, size, first, step = word & 0xFFFF, small, at + 4, 8
            if size > 4:
                raise ValueError("small element")
        else:
            kind, (size,) = word, struct.unpack_from(order + "I", body, at + 4)
            first, step = at + 8, 8 + (size if kind == MATRIX else -(-size // 8) * 8)
        if kind not in SIZES and kind != MATRIX or first + size > len(body):
            raise ValueError("element")
        found.append((kind, body[first : first + size]))
        at += step
    return found


def _matrix(body: bytes, order: str, depth: int) -> None:
    """Refuse a matrix whose parts are not those of its class, or hold more or less than its dimensions say."""
    if not body:  # an empty cell
        return
    parts = _elements(body, order)
    if depth > DEEPEST or len(parts) < 2 or parts[0][0] != 6 or len(parts[0][1]) != 8:
        raise ValueError("flags")
    (flags,) = struct.unpack_from(order + "I", parts[0][1])
    kind = flags & 0xFF
    if kind > 15:  # functions, tables, strings of objects: named as what cannot be read
        return
    if len(parts) < 3 or parts[1][0] not in (5, 6) or parts[2][0] not in (1, 2, 16):
        raise ValueError("matrix")
    sides = struct.unpack(f"{order}{len(parts[1][1]) // 4}i", parts[1][1])
    count = 1
    for side in sides:
        if side < 0 or len(sides) < 2 or len(sides) > 32:
            raise ValueError("dimensions")
        count *= side
    rest = parts[3:]
    if kind in (STRUCT, OBJECT):
        rest = rest[1:] if kind == OBJECT else rest
        if len(rest) < 2 or rest[0][0] not in (5, 6) or len(rest[0][1]) != 4 or rest[1][0] not in (1, 2, 16):
            raise ValueError("struct")
        (length,) = struct.unpack(order + "i", rest[0][1])
        if length <= 0 or len(rest[1][1]) % length:
            raise ValueError("fields")
        count *= len(rest[1][1]) // length
        rest = rest[2:]
    if kind in (CELL, STRUCT, OBJECT):
        if len(rest) != count or any(k != MATRIX for k, _ in rest):
            raise ValueError("cells")
        for _, inner in rest:
            _matrix(inner, order, depth + 1)
        return
    if any(k == MATRIX for k, _ in rest):
        raise ValueError("values")
    if kind == SPARSE:
        if len(sides) != 2 or len(rest) not in (3, 4) or len(rest[1][1]) != 4 * (sides[1] + 1):
            raise ValueError("sparse")
        return
    wanted = 2 if flags & 0x800 and FIRST_NUMBER <= kind <= LAST_NUMBER else 1
    if len(rest) != wanted:
        raise ValueError("values")
    for k, values in rest:
        if FIRST_NUMBER <= kind <= LAST_NUMBER and len(values) // SIZES[k] != count:
            raise ValueError("count")
