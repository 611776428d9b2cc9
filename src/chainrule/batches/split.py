"""rows -> three parts: train, validation (when to stop) and test (seen once, at the end)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import BatchError
from ..messages import Said
from . import draws

Array = np.ndarray[Any, Any]

PARTS = ("train", "validation", "test")
PART_NAMES = {"train": "CR-1701", "validation": "CR-1702", "test": "CR-1703"}  # what people call them
FRACTIONS = (0.7, 0.15, 0.15)
BINS = 10  # strata of a number target: tenths of its sorted values

# what people write into a column that names the part, compared without case
_WORDS: dict[str, str] = {
    "train": "train", "training": "train", "learn": "train", "fit": "train", "训练": "train", "训练集": "train",
    "validation": "validation", "valid": "validation", "val": "validation", "dev": "validation",
    "eval": "validation", "验证": "validation", "验证集": "validation",
    "test": "test", "testing": "test", "holdout": "test", "测试": "test", "测试集": "test",
    "0": "train", "1": "validation", "2": "test",
}  # fmt: skip


@dataclass(frozen=True)
class Split:
    """Row numbers of each part, ascending, int64; a part that is not wanted is empty."""

    train: Array
    validation: Array
    test: Array

    @property
    def rows(self) -> dict[str, int]:
        return {name: len(getattr(self, name)) for name in PARTS}


def split(
    rows: int,
    *,
    seed: int = 0,
    fractions: Sequence[float] = FRACTIONS,
    classes: Array | None = None,
    numbers: Array | None = None,
) -> Split:
    """`rows` rows in three drawn parts of the given fractions; the same on every machine.

    classes  (rows,) int codes: every class is cut in the same proportions, has a row in each wanted part where it has
             as many rows as there are wanted parts, and stays in train where it has fewer
    numbers  (rows,) float: tenths of the sorted values are cut in the same proportions

    Raises BatchError CR-1210 (fractions), CR-1211 (fewer rows than parts).
    """
    shares = checked_fractions(fractions)
    wanted = sum(share > 0 for share in shares)
    if rows < wanted:
        raise BatchError("CR-1211", rows=rows, parts=wanted)
    drawn = draws.order(rows, seed, 0, 0, draws.SPLIT)
    if classes is not None:
        strata = np.asarray(classes)
    elif numbers is not None:
        rank = np.empty(rows, dtype=np.int64)
        rank[drawn[np.argsort(np.asarray(numbers)[drawn], kind="stable")]] = np.arange(rows)
        strata = rank * BINS // rows
    else:
        strata = np.zeros(rows, dtype=np.int64)
    where = np.zeros(rows, dtype=np.int8)  # 0 train, 1 validation, 2 test
    carried = [0.0, 0.0]  # rows a part still has to get, so that rounding errors of the strata do not add up
    grouped = drawn[np.argsort(strata[drawn], kind="stable")]
    for group in np.split(grouped, np.flatnonzero(np.diff(strata[grouped])) + 1):
        n = len(group)
        if classes is not None and n < wanted:
            continue
        least = 1 if classes is not None else 0
        counts = []
        for part in (1, 2):
            due = carried[part - 1] + n * shares[part]
            count = max(round(due), least) if shares[part] else 0
            counts.append(count)
        keep = 1 if shares[0] else 0
        while sum(counts) > n - keep:  # the fuller part gives, train must not be empty
            counts[counts.index(max(counts))] -= 1
        for part in (1, 2):
            carried[part - 1] += n * shares[part] - counts[part - 1]
        where[group[: counts[0]]] = 1
        where[group[counts[0] : sum(counts)]] = 2
    for part in (1, 2):  # very few rows: a wanted part is never empty
        if shares[part] and not (where == part).any():
            where[next(r for r in drawn if (where == where[r]).sum() > 1)] = part
    return Split(*(np.flatnonzero(where == part) for part in range(3)))


def split_in_order(
    rows: int, *, fractions: Sequence[float] = FRACTIONS, manner: str = "block", key: Array | None = None
) -> Split:
    """Parts by the order of the rows, nothing drawn.

    block        the first rows train, those after them validate, the last ones test
    interleaved  validation and test rows lie evenly among the others
    key          (rows,) numbers: this order instead, as of time; rows with equal numbers stay in one part

    Raises BatchError CR-1210 (fractions), CR-1211 (fewer rows than parts), CR-1223 (too few different numbers).
    """
    shares = checked_fractions(fractions)
    wanted = sum(share > 0 for share in shares)
    if rows < wanted:
        raise BatchError("CR-1211", rows=rows, parts=wanted)
    order = np.arange(rows) if key is None else np.argsort(np.asarray(key), kind="stable")
    if manner == "interleaved":
        where = np.resize(_dealt(shares, min(rows, 10_000)), rows)
    else:
        ends = [round(rows * shares[0]), round(rows * (shares[0] + shares[1]))]
        where = np.zeros(rows, np.int8)
        for part, end in enumerate(ends, 1):
            if key is not None and 0 < end < rows:  # the rows of one moment are not told apart
                ordered = np.asarray(key)[order]
                end = int(np.searchsorted(ordered, ordered[end], "left"))
            where[end:] = part
    made = Split(*(np.sort(order[where == part]) for part in range(3)))
    for name, share in zip(PARTS, shares, strict=True):
        if share and not len(getattr(made, name)):
            raise BatchError("CR-1223", rows=rows, part=Said(PART_NAMES[name]))
    return made


def _dealt(shares: Sequence[float], rows: int) -> Array:
    """The part of each row so that every part is at its share as early as possible."""
    counts, where = np.zeros(3), np.zeros(rows, np.int8)
    for i in range(rows):
        part = int(np.argmax(np.asarray(shares) * (i + 1) - counts))
        counts[part] += 1
        where[i] = part
    return where


def split_by_index(text: str, numbers: Array) -> Split:
    """ "2-85/86-103/104-121": the user's row numbers of train, validation and test; lists and ranges with commas.

    numbers (rows,) those of the table. Raises BatchError CR-1224 (not so written, or a row twice), CR-1225 (no such row).
    """
    places = {int(n): i for i, n in enumerate(numbers)}
    sides: list[list[int]] = []
    for side in text.split("/"):
        found: list[int] = []
        for piece in filter(None, (p.strip() for p in side.split(","))):
            first, _, last = piece.partition("-")
            if (
                not first.isdecimal()
                or last
                and not last.isdecimal()
                or int(last or first) - int(first) > 2**31
            ):
                raise BatchError("CR-1224", text=text[:60])
            known = range(int(first), int(last or first) + 1)
            rows = [places[n] for n in known if n in places]
            if not rows:
                raise BatchError("CR-1225", rows=piece[:40], first=min(places), last=max(places))
            found += rows
        sides.append(found)
    sides += [[]] * (3 - len(sides))
    everything = [row for side in sides for row in side]
    if len(sides) != 3 or len(set(everything)) < len(everything) or not sides[0]:
        raise BatchError("CR-1224", text=text[:60])
    return Split(*(np.sort(np.array(side, np.int64)) for side in sides))


def split_by_column(labels: Sequence[Any], name: str, row: Callable[[int], int] = lambda i: i + 1) -> Split:
    """The parts a column names: train / validation / test, 训练 / 验证 / 测试, or 0 / 1 / 2.

    `row` gives the user's number of a row, for sentences. Raises BatchError CR-1212 (a word that names no part),
    CR-1213 (no row for training), CR-1221 (most of its values are other words: no column of parts).
    """
    meant: dict[Any, str | None] = {}
    for label in labels:
        if label not in meant:
            meant[label] = _WORDS.get(_plain(label))
    given = {label: word for label, word in meant.items() if label is not None and label == label}
    strange = sum(word is None for word in given.values())
    digits = all(_plain(label) in ("1", "2") for label in given)
    if strange > len(given) - strange or given and digits:  # an ordinary column, such as a code 1 / 2
        shown = ", ".join(_shown(label) for label in list(given)[:3]) + (", …" if len(given) > 3 else "")
        raise BatchError("CR-1221", column=name, labels=shown)
    where = np.empty(len(labels), dtype=np.int8)
    for i, label in enumerate(labels):
        word = meant[label]
        if word is None:
            raise BatchError("CR-1212", column=name, row=row(i), label=_shown(label))
        where[i] = PARTS.index(word)
    made = Split(*(np.flatnonzero(where == part) for part in range(3)))
    if not len(made.train):
        raise BatchError("CR-1213", column=name)
    return made


def check_classes(classes: Array, parts: Split, names: Sequence[str]) -> None:
    """Refuse parts where a class of the validation or test part has no row in train: CR-1214."""
    known = set(np.unique(classes[parts.train]).tolist())
    for part in ("validation", "test"):
        for code in np.unique(classes[getattr(parts, part)]).tolist():
            if code not in known:
                raise BatchError("CR-1214", label=names[code], part=Said(PART_NAMES[part]))


def _plain(label: Any) -> str:
    if isinstance(label, float) and label.is_integer():
        label = int(label)
    return str(label).strip().casefold()


def _shown(label: Any) -> str:
    return "-" if label is None or label != label else f'"{str(label)[:40]}"'


def checked_fractions(fractions: Sequence[float]) -> tuple[float, float, float]:
    """The three shares as floats. Raises BatchError CR-1210."""
    try:
        given = tuple(float(f) for f in fractions)
    except (TypeError, ValueError):
        raise BatchError("CR-1210", fractions=fractions) from None
    if len(given) != 3 or not all(0 <= f <= 1 for f in given) or abs(sum(given) - 1) > 1e-9 or given[0] <= 0:
        raise BatchError("CR-1210", fractions=", ".join(f"{f:g}" for f in given))
    return given[0], given[1], given[2]
