"""(seed, purpose, member, epoch, index) -> integers: all draws are pure functions, the same in every engine.

The counter of Philox4x32-10 is (index, index2, epoch, purpose << 24 | layer << 16 | member), its key the seed
(Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
"""

import math
from typing import Any

import numpy as np

ORDER, DROPOUT, SPLIT, BLOCKS = 1, 2, 3, 4
ROUNDS = 8

Integers = np.ndarray[Any, np.dtype[np.uint32]]

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = 0x9E3779B9, 0xBB67AE85
_LOW, _SHIFT = np.uint64(0xFFFFFFFF), np.uint64(32)


def philox(seed: int, c0: Any, c1: Any, c2: Any, c3: Any) -> tuple[Integers, Integers, Integers, Integers]:
    """Four 32-bit words per counter; arguments broadcast. Philox4x32 with 10 rounds."""
    a, b, c, d = (np.asarray(v, dtype=np.uint64) & _LOW for v in np.broadcast_arrays(c0, c1, c2, c3))
    k0, k1 = seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF
    for _ in range(10):
        p0, p1 = _M0 * a, _M1 * c
        a, b, c, d = (
            (p1 >> _SHIFT) ^ b ^ np.uint64(k0),
            p1 & _LOW,
            (p0 >> _SHIFT) ^ d ^ np.uint64(k1),
            p0 & _LOW,
        )
        k0, k1 = (k0 + _W0) & 0xFFFFFFFF, (k1 + _W1) & 0xFFFFFFFF
    return a.astype(np.uint32), b.astype(np.uint32), c.astype(np.uint32), d.astype(np.uint32)


def purpose(kind: int, layer: int, member: int) -> int:
    return kind << 24 | layer << 16 | member


def mix(value: Any) -> Any:
    """A 32-bit finalizer with full avalanche (murmur3's fmix32), on uint32 arrays, wrapping."""
    value = value ^ (value >> np.uint32(16))
    value = value * np.uint32(0x85EBCA6B)
    value = value ^ (value >> np.uint32(13))
    value = value * np.uint32(0xC2B2AE35)
    return value ^ (value >> np.uint32(16))


def order(
    n: int, seed: int, member: int, epoch: int, kind: int = ORDER
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The order of n rows in one epoch: (n,) a permutation of 0 … n−1, each place computed on its own.

    A keyed Feistel network (generalized as in Black & Rogaway 2002, "Ciphers with arbitrary finite domains", with its
    cycle walking) on a grid of a × b ≥ n cells, a = ⌈√n⌉, b = ⌈n/a⌉: cell = left·b + right. Even rounds add
    to `left` modulo a, odd rounds to `right` modulo b, a number (mix(other ^ key) · side) >> 32; a result ≥ n walks on
    through the network until it is < n. Eight round keys are two Philox blocks. Every row is as likely at every place;
    whole orders of five rows and more are not (at five rows they vary by 15 %).
    """
    if n <= 1:
        return np.zeros(n, dtype=np.int64)
    a = math.isqrt(n - 1) + 1
    b = -(-n // a)
    tag = purpose(kind, 0, member)
    keys = [int(w) for block in (0, 1) for w in philox(seed, block, 0, epoch, tag)]
    place = np.arange(n, dtype=np.int64)
    walking = np.arange(n)
    while walking.size:
        place[walking] = _feistel(place[walking], a, b, keys)
        walking = walking[place[walking] >= n]
    return place


def _feistel(cell: Any, a: int, b: int, keys: list[int]) -> Any:
    left, right = (cell // b).astype(np.uint32), (cell % b).astype(np.uint32)
    for i, key in enumerate(keys):
        if i % 2 == 0:
            left = _add(left, right, key, a)
        else:
            right = _add(right, left, key, b)
    return left.astype(np.int64) * b + right.astype(np.int64)


def _add(side: Any, other: Any, key: int, size: int) -> Any:
    drawn = (mix(other ^ np.uint32(key)).astype(np.uint64) * np.uint64(size)) >> _SHIFT
    total = side.astype(np.uint64) + drawn
    return np.where(total >= size, total - np.uint64(size), total).astype(np.uint32)


def keep(rows: Any, units: int, rate: float, seed: int, layer: int, member: int, epoch: int) -> Any:
    """Dropout's choice (n, units): True keeps. A unit stays where its word ≥ threshold = ⌊rate·2³²⌋.

    The word belongs to the data row, not to its place in the batch: unit u of row r is word u mod 4 of the counter
    (r, u div 4, epoch, purpose).
    """
    rows = np.asarray(rows, dtype=np.uint64)[:, None]
    blocks = np.arange(-(-units // 4), dtype=np.uint64)[None, :]
    words = philox(seed, rows, blocks, epoch, purpose(DROPOUT, layer, member))
    drawn = np.stack(words, axis=-1).reshape(rows.shape[0], -1)[:, :units]
    return drawn >= np.uint32(threshold(rate))


def threshold(rate: float) -> int:
    return min(int(rate * 2.0**32), 2**32 - 1)
