"""Chooses each column's steps from the training rows: which inputs it becomes, what is left out and why."""

import itertools
import re
from typing import Any

import numpy as np

from ..errors import EncodingError
from ..table.columns import Column, Table, counted, nearest, show, sort_labels
from ..table.dates import show_date
from .path import Path, Target, numbers_of
from .primitives import Affine, Flag, Formula, Impute, Lookup, OneHot, Step, without_missing
from .scaling import zero_iqr
from .shapes import Power, Quantile, fit_power, power_text
from .words import DAY, HASHED, DatePart, Hash, turn

Notes = list[tuple[str, dict[str, Any]]]
MOST_LEVELS = 500  # the most frequent ones keep a level of their own
SINGLES = 50  # rows from which on a label seen once is rare rather than simply one of few rows
EMPTY = 0.95  # share of missing cells from which on a column is left out
IDENTIFIER = re.compile(
    r"(?:.*[\s_.-])?(?:id|ids|uid|uuid|guid|no|nr|num|number|index|idx|row|rowid|rownum|key|serial|unnamed: 0|#)"
    r"|.*(?:编号|序号|学号|工号|卡号|单号|身份证号|流水号|样本号|代号)|号|行号|.*[a-z]ID|.*[a-z]Id",
)


PIECE = "min(max(x, 0), 1)"


def fit_paths(
    part: Table, scale: str, formulas: dict[str, str], pieces: int = 0, keep: tuple[str, ...] = ()
) -> tuple[list[Path], Notes]:
    """The paths of all columns of the training part, without the target, and what is worth saying of them."""
    for name in (*formulas, *keep):
        if name not in part:
            raise EncodingError(
                "CR-1101", file=part.source, names=f"{show(name)} ({nearest(name, part.names)})"
            )

    def one(column: Column) -> tuple[list[Path], Notes]:
        notes: Notes = []
        kept = column.name in keep or column.name in formulas
        if not kept and hardly(column, notes) or not kept and identifier(part, column, notes):
            return [], notes
        if column.kind == "date":
            return date_paths(column, notes), notes
        if column.kind == "text":
            notes.append(("CR-1174", {"column": show(column.name), "count": HASHED}))
            return [Path(column.name, (Hash(HASHED),))], notes
        paths: list[Path] = []
        levels, codes = ((), None) if column.kind == "number" else column.factor()
        if column.kind == "number" or column.name in formulas:
            paths += number_paths(part, column, scale, formulas.get(column.name), notes)
            if pieces and column.name not in formulas:
                paths += piece_paths(part, column, pieces)
        elif codes is not None and column.kind == "yesno":
            paths += yes_no_paths(column, levels, codes, notes)
        elif codes is not None:
            paths += category_paths(column, levels, codes, notes, kept)
        return paths, notes

    made = [
        one(column) for column in part.columns
    ]  # in turn: each takes several times its memory for a moment
    return [path for paths, _ in made for path in paths], [note for _, notes in made for note in notes]


def hardly(column: Column, notes: Notes) -> bool:
    """Whether nearly every training row lacks a value; said with the option that keeps the column."""
    missing = column.missing()
    count = int(missing.sum())
    if count == len(missing) or count < EMPTY * len(missing) or len(missing) < SINGLES:
        return False
    notes.append(("CR-1175", {"column": show(column.name), "count": count, "rows": len(missing)}))
    return True


def identifier(part: Table, column: Column, notes: Notes) -> bool:
    """Whether a column numbers the rows: whole numbers, each once, under a name that says so. A float never does."""
    if column.kind != "number" or column.type != "int" or len(column.values) < 10 or len(part.columns) < 2:
        return False
    if not IDENTIFIER.fullmatch(column.name.strip()) and not IDENTIFIER.fullmatch(
        column.name.strip().lower()
    ):
        return False
    if column.missing().any() or len(np.unique(column.values)) < len(column.values):
        return False
    notes.append(("CR-1176", {"column": show(column.name)}))
    return True


def date_paths(column: Column, notes: Notes) -> list[Path]:
    """Days as a number; the angle in year, week and day as sine and cosine, those that the training rows span."""
    name, x = column.name, column.values
    present = x[~np.isnan(x)]
    shown = show(name)
    if not len(present):
        notes.append(("CR-1151", {"column": shown}))
        return []
    found: list[Path] = []
    said: list[str] = []
    span = (present.max() - present.min()) / DAY
    days = DatePart("time", "value")
    affine = Affine.fit(days.apply(present), "standard")
    if column.type != "time" and affine is not None:
        found.append(Path(name, (days, Impute.fit(days.apply(x)), affine)))
        said.append("time")
    parts = [("year", 180), ("week", 14)] if column.type != "time" else []
    for part, least in [*parts, ("day", 0)]:
        if span < least or len(np.unique(turn(present, part))) < 2:
            continue
        said.append(part)
        for form in ("sin", "cos"):
            step = DatePart(part, form)
            values = step.apply(present)
            scale = Affine.fit(values, "standard")
            if scale is not None and values.max() - values.min() > 1e-9:
                found.append(Path(name, (step, Impute.fit(step.apply(x)), scale)))
    if not found:
        notes.append(("CR-1150", {"column": shown, "text": show_date(float(present[0]), column.type)}))
        return []
    notes.append(("CR-1177", {"column": shown, "parts": ", ".join(said)}))
    if len(present) < len(x):
        notes.append(("CR-1178", {"column": shown, "count": len(x) - len(present), "rows": len(x)}))
        found.append(Path(name, (days, Flag())))
    return found


def number_paths(part: Table, column: Column, scale: str, formula: str | None, notes: Notes) -> list[Path]:
    """impute (if ever needed), formula, affine; and a flag beside it where training rows lack values."""
    name, x = column.name, numbers_of(part, column)
    present = without_missing(x)
    shown = show(name)
    if not len(present):
        notes.append(("CR-1151", {"column": shown}))
        return []
    impute, flag = Impute.fit(x), Flag.fit(x)
    steps: list[Step] = [impute]
    if formula is not None:
        steps.append(Formula.fit(formula))
        Path(name, tuple(steps)).numbers(part, column, [], True)  # refuses a formula that is not finite here
        present = Formula.fit(formula).apply(present)
    if scale == "power":
        p = fit_power(present)
        if p is not None:
            steps.append(Formula.fit(power_text(p)))
            present = Formula.fit(power_text(p)).apply(present)
    elif scale == "quantile":
        quantile = Quantile.fit(present)
        if quantile is not None:
            steps.append(quantile)
            present = quantile.apply(present)
    affine = Affine.fit(present, scale)
    found = []
    if affine is None:
        notes.append(("CR-1150", {"column": shown, "text": show(float(present[0]))}))
    else:
        if scale == "robust" and zero_iqr(present):
            notes.append(("CR-1155", {"column": shown}))
        if scale != "none":
            steps.append(affine)
        found.append(Path(name, tuple(steps)))
    if flag is not None:
        missing = int(np.isnan(x).sum())
        facts = {"column": shown, "count": missing, "rows": len(x), "value": show(impute.value)}
        notes.append(("CR-1152", facts))
        found.append(Path(name, (flag,)))
    return found


def piece_paths(part: Table, column: Column, pieces: int) -> list[Path]:
    """One input per piece of the column's range: -1 below it, 1 above it, straight in between; missing as the median.

    The pieces hold equally many training rows (Gorishniy et al. 2022, "On Embeddings for Numerical Features"). Beside
    the number itself they let a first layer bend where the rows are. A column of two values has no pieces.
    """
    x = numbers_of(part, column)
    present = x[~np.isnan(x)]
    if not len(present):
        return []
    edges = np.unique(np.quantile(present, np.linspace(0, 1, pieces + 1), method="nearest"))
    edges = edges[np.concatenate([[True], np.diff(edges) > 1e-9 * np.abs(edges).max()])]
    if len(edges) < 3:
        return []
    impute, half = Impute.fit(x), Affine(0.5, 0.5)
    return [
        Path(column.name, (impute, Affine(float(low), float(high - low)), Formula(PIECE), half))
        for low, high in itertools.pairwise(edges)
    ]


def yes_no_paths(column: Column, levels: Any, codes: np.ndarray, notes: Notes) -> list[Path]:
    """no -> -1, yes -> +1, missing -> 0 (between them) with a flag: this pair needs no scale of its own."""
    counts = counted(codes, len(levels))
    ordered = sort_labels(level for level, count in zip(levels, counts, strict=True) if count)
    shown = show(column.name)
    flag = Flag.fit(codes)
    found = []
    if int((counts > 0).sum()) < 2:
        _constant(levels, counts, shown, notes)
    else:
        notes.append(("CR-1156", {"column": shown, "no": show(ordered[0]), "yes": show(ordered[1])}))
        lookup = Lookup.fit(ordered)
        found.append(Path(column.name, (lookup, Impute(0.5), Affine(0.5, 0.5))))
    if flag is not None:
        facts = {"column": shown, "count": int((codes < 0).sum()), "rows": len(codes), "value": "0"}
        notes.append(("CR-1152", facts))
        found.append(Path(column.name, (Lookup.fit(ordered), flag)))
    return found


def category_paths(
    column: Column, levels: Any, codes: np.ndarray, notes: Notes, kept: bool = False
) -> list[Path]:
    """A level per label, one for missing where training rows lack a label, one that rare labels share.

    Labels never seen take the level of the rare ones, which is what they are; without it they contribute
    nothing.
    """
    shown = show(column.name)
    counts = counted(codes, len(levels))
    used = np.flatnonzero(counts)
    missing = bool((codes < 0).any())
    if not len(used):
        notes.append(("CR-1151", {"column": shown}))
        return []
    if len(used) + missing < 2:
        _constant(levels, counts, shown, notes)
        return []
    often = used
    rows = int(counts.sum())
    if rows >= SINGLES and not kept:
        often = used[counts[used] > 1]
    if len(often) > MOST_LEVELS:
        often = often[np.argsort(-counts[often], kind="stable")[:MOST_LEVELS]]
    rare = len(used) - len(often)
    if not len(often) or (
        not kept and rows >= SINGLES and 2 * int(counts[often].sum()) < rows and 2 * len(used) > rows
    ):
        words = [str(levels[i]) for i in used[:200] if isinstance(levels[i], str)]
        text = 2 * sum(
            len(w.split()) > 2 or len(w) > 30 or len(w) > 8 and not w.isascii() for w in words
        ) > len(words)
        notes.append(("CR-1179" if text and words else "CR-1154", {"column": shown}))
        return []
    if rare:
        notes.append(("CR-1153", {"column": shown, "count": rare}))
    lookup = Lookup.fit(sort_labels(levels[i] for i in often), missing=missing, other=rare > 0)
    return [Path(column.name, (lookup, OneHot.fit(lookup)))]


def _constant(levels: Any, counts: np.ndarray, shown: str, notes: Notes) -> None:
    used = np.flatnonzero(counts)
    if len(used):
        notes.append(("CR-1150", {"column": shown, "text": show(levels[used[0]])}))
    else:
        notes.append(("CR-1151", {"column": shown}))


def fit_target(part: Table, column: Column, task: str, scale: str) -> Target:
    """Scale or classes of the training rows that have a target."""
    shown = show(column.name)
    levels, codes = ((), None) if task == "regression" else column.factor()
    if codes is None:
        if column.kind not in ("number", "constant"):
            text = next((show(v) for v in column.values if v is not None), "")
            raise EncodingError("CR-1110", file=part.source, column=shown, text=text)
        x = numbers_of(part, column)
        x = x[~np.isnan(x)]
        if not len(x):
            raise EncodingError("CR-1108", file=part.source)
        if scale == "quantile" and (quantile := Quantile.fit(x)) is not None:
            return Target(column.name, task, (quantile,))
        power = Power.fit(x) if scale == "power" else None
        affine = Affine.fit(x if power is None else power.apply(x), scale)
        if affine is None:
            raise EncodingError("CR-1106", file=part.source, column=shown, count=1)
        return Target(column.name, task, (affine,) if power is None else (power, affine))
    used = np.unique(codes[codes >= 0])
    if not len(used):
        raise EncodingError("CR-1108", file=part.source)
    if len(used) < 2 or task == "binary" and len(used) > 2:
        raise EncodingError("CR-1106", file=part.source, column=shown, count=len(used))
    return Target(column.name, task, (Lookup.fit(sort_labels(levels[i] for i in used)),))
