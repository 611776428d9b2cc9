"""table -> the rows of each part, and the tables of the parts; parts given as files of their own among them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..batches import split as parts
from ..batches.folds import folds
from ..encoding import Encoding
from ..encoding.path import numbers_of
from ..errors import ModelError, PlanError
from ..table import Table, require_rows, split_missing_target
from ..table.columns import factorize
from .model import read_like

Array = np.ndarray[Any, Any]
SHARES = 20  # groups are dealt into twentieths of the rows


def cut_rows(
    table: Table, target: str, task: str, part: str | None, fractions: Sequence[float], seed: int, validation: bool,
    test: bool, groups: Array | None = None, given: parts.Split | None = None,
) -> parts.Split:  # fmt: skip
    """The rows of each part; parts given as files of their own are empty here; a group of rows stays together."""
    column = table[target]
    classes, numbers = (None, column.values) if task == "regression" else (column.factor()[1], None)
    seed = checked_seed(seed)
    if given is not None:  # not drawn
        cut = given
    elif part is not None:
        if validation or test:
            raise ModelError("CR-1814")
        cut = parts.split_by_column(list(table[part].values), part, table.row)
        if not len(cut.validation):  # the training rows give some, so that something says when to stop
            own = parts.split(len(cut.train), seed=seed, fractions=(0.85, 0.15, 0.0),
                              classes=None if classes is None else classes[cut.train],
                              numbers=None if numbers is None else numbers[cut.train])  # fmt: skip
            cut = parts.Split(cut.train[own.train], cut.train[own.validation], cut.test)
    else:
        shares = list(parts.checked_fractions(fractions))
        if validation or test:  # parts of their own: the others keep their proportions
            shares[1:] = [0.0 if validation else shares[1], 0.0 if test else shares[2]]
            shares = [share / sum(shares) for share in shares]
        require_rows(table, sum(share > 0 for share in shares))
        if groups is not None:
            cut = _by_group(groups, shares, seed)
        else:
            cut = parts.split(table.rows, seed=seed, fractions=shares, classes=classes, numbers=numbers)
    if classes is not None:
        parts.check_classes(classes, cut, [str(level) for level in column.factor()[0]])
    return cut


def checked_seed(seed: Any) -> int:
    """Raises PlanError CR-1401."""
    if isinstance(seed, bool) or not hasattr(seed, "__index__") or not 0 <= seed < 2**64:
        raise PlanError("CR-1401", setting="seed", value=seed, wanted="0 … 2^64 − 1")
    return int(seed)


def part_tables(
    table: Table,
    cut: parts.Split,
    known: Encoding,
    files: Mapping[str, Any],
    options: Mapping[str, Any],
    target: str,
) -> dict[str, Table]:
    tables = {"train": table.take(cut.train)}
    for name in ("validation", "test"):
        rows = getattr(cut, name)
        if files[name] is not None:
            own, _ = split_missing_target(read_like(known, files[name], True, options), target)
            if not own.rows:
                raise ModelError("CR-1817", file=own.source)
            tables[name] = own
        elif len(rows):
            tables[name] = table.take(rows)
    return tables


def sortable(column: Any, task: str) -> Array:
    """(n,) the class codes, or the numbers, by which rows are dealt out evenly."""
    return np.asarray(column.values if task == "regression" else column.factor()[1])


def _by_group(groups: Array, shares: Sequence[float], seed: int) -> parts.Split:
    count = len(np.unique(groups))
    wanted = sum(share > 0 for share in shares)
    if count < wanted:
        raise ModelError("CR-3104", groups=count, parts=wanted)
    k = min(SHARES, count)
    place = folds(len(groups), k, seed=seed, groups=groups)
    sizes = [max(1, round(share * k)) if share else 0 for share in shares[1:]]
    while sum(sizes) > k - 1:  # some groups must be left to train on
        sizes[int(np.argmax(sizes))] -= 1
    ends = np.cumsum([0, *sizes])
    where = [
        np.flatnonzero((place >= low) & (place < high)) for low, high in zip(ends, ends[1:], strict=False)
    ]
    return parts.Split(np.flatnonzero(place >= ends[-1]), *where)


def row_values(table: Table, given: Any, what: str) -> tuple[Array | None, str | None]:
    """(n,) what is said of each row, by a column's name or an array, and that column's name. Raises ModelError CR-3103."""
    if given is None:
        return None, None
    if isinstance(given, str):
        return np.asarray(
            table[given].factor()[1] if what == "groups" else numbers_of(table, table[given])
        ), given
    try:
        values = np.asarray(given)
        if what == "groups":
            values = np.array(factorize(values.tolist())[1])
        else:
            values = values.astype(float)
    except (TypeError, ValueError):
        raise ModelError("CR-3103", what=what, rows=table.rows, shape=type(given).__name__) from None
    if values.shape != (table.rows,):
        raise ModelError("CR-3103", what=what, rows=table.rows, shape=values.shape)
    return values, None


def checked_weights(values: Array) -> Array:
    """Raises ModelError CR-3105 for a weight that is none, CR-3106 where all are 0."""
    bad = ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        at = int(np.argmax(bad))
        raise ModelError("CR-3105", row=at + 1, value=float(values[at]))
    if not values.any():
        raise ModelError("CR-3106")
    return values


def dealt_out(
    members: int, shares: Sequence[float], divide: Any, part: Any, time: Any, validation: bool
) -> tuple[bool, Sequence[float]]:
    """Whether several networks deal the rows of train and validation out among themselves, and the shares then.

    Not where the order of the rows has a meaning, and not where the user says which rows are the validation's.
    """
    drawn = part is None and time is None and isinstance(divide, str) and divide == "random"
    if members > 1 and drawn and not validation and shares[1] > 0:
        return True, (1.0 - shares[2], 0.0, shares[2])
    return False, shares
