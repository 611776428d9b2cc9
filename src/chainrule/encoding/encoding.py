"""Turns tables into the numbers a network takes, and its outputs into the user's units."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np

from ..errors import EncodingError
from ..messages import catalogue, say
from ..table.beside import each
from ..table.columns import Table, name_list, show
from ..table.target import TASKS, task_of
from . import state as js
from .fitting import fit_paths, fit_target
from .mixing import Pca
from .path import Path, Target, numbers_of
from .scaling import SCALES
from .targets import Targets

FORMAT, VERSION = "chainrule-encoding", 1
DTYPES = ("float32", "float64")
Note: TypeAlias = tuple[
    str, dict[str, Any]
]  # code and facts: said in the language of the reader, not of the fit


@dataclass(frozen=True)
class Reasons:
    """Notes inside a sentence, said in the language of the moment it is shown."""

    notes: tuple[Note, ...]

    def __str__(self) -> str:
        return " ".join(f"{say(code, **facts)}{say('CR-1172')}" for code, facts in self.notes)


@dataclass(frozen=True, eq=False)
class Encoded:
    """A table as numbers: `x` numeric inputs, `codes` the place of each category (-1 contributes nothing)."""

    x: np.ndarray  # (n, numeric) float32 | float64, C order
    codes: np.ndarray | None  # (n, categories) int32, C order
    t: np.ndarray | None  # (n, o); NaN where the target is missing
    levels: tuple[int, ...]
    x_names: tuple[str, ...]
    target_names: tuple[str, ...]
    notes: tuple[str, ...] = ()  # what the training part had not shown: missing cells, labels never seen

    @property
    def rows(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Encoding:
    """How columns become inputs and outputs become answers; fitted once, on the training rows alone."""

    paths: tuple[Path, ...]
    target: Target | Targets | None
    dtype: str = "float32"
    said: tuple[Note, ...] = field(default=(), compare=False)
    mix: Pca | None = None  # what the numeric inputs are turned into at last
    exposure: str | None = None  # the column the target is counted over: the network learns target / exposure

    @classmethod
    def fit(
        cls,
        table: Table,
        target: str | Sequence[str] | None,
        task: str | None = None,
        *,
        rows: Any = None,
        scale: str = "standard",
        target_scale: str = "standard",
        dtype: Any = "float32",
        formulas: Mapping[str, str] | None = None,
        pieces: int = 0,
        keep: Iterable[str] = (),
        pca: float | None = None,
        exposure: str | None = None,
    ) -> "Encoding":
        """Learn medians, scales, levels, classes from `rows` (the training part; None = all) alone.

        target:   a column, or several columns of numbers
        formulas: {column: formula in x}, applied to a number column before it is scaled, such as "log1p(x)"
        pieces:   beside each number, so many inputs for the pieces of its range; 0: none
        keep:     columns to use though they look like an identifier or free text, or have hardly a value
        pca:      so many principal components of the numeric inputs (1, 2, …), or the share of variance to keep (0 … 1)
        exposure: a column of positive numbers the target is divided by; it is no input
        """
        for what, value in (("scale", scale), ("target_scale", target_scale)):
            if value not in SCALES:
                raise EncodingError("CR-1107", what=what, value=show(value), names=", ".join(SCALES))
        word = _dtype(dtype)
        part = table if rows is None else table.take(rows)
        goal: Target | Targets | None = None
        if target is not None:
            several = (target,) if isinstance(target, str) else tuple(target)
            task = task_of(table[several[0]]) if task is None else task
            if task not in TASKS:
                raise EncodingError("CR-1107", what="task", value=show(task), names=", ".join(TASKS))
            goals = tuple(fit_target(part, part[name], task, target_scale) for name in several)
            goal = goals[0] if len(goals) == 1 else Targets(goals)
            part = part.drop(several)
        if exposure is not None:
            part = part.drop(exposure)
        if not part.rows:
            raise EncodingError("CR-1108", file=table.source)
        paths, notes = fit_paths(part, scale, dict(formulas or {}), pieces, tuple(keep))
        if not paths:
            raise EncodingError("CR-1105", file=table.source, reasons=Reasons(tuple(notes[:10])))
        made = cls(tuple(paths), goal, word, tuple(notes))
        if pca is not None:
            mix, share = Pca.fit(made.apply(part, target=False).x, pca)
            facts = {"count": mix.size, "inputs": made.numeric, "share": f"{100 * share:.3g}"}
            made = replace(made, said=(*notes, ("CR-1173", facts)), mix=mix)
        if exposure is not None:
            over = ("CR-1182", {"column": show(exposure)})
            made = replace(made, said=(*made.said, over), exposure=exposure)
        return made

    # what the network needs to know

    @property
    def numeric(self) -> int:
        return len(self.x_names)

    @property
    def levels(self) -> tuple[int, ...]:
        """The number of levels of each categorical column."""
        return tuple(path.levels for path in self.paths if path.gathers)

    @property
    def inputs(self) -> int:
        return self.numeric + sum(self.levels)

    @property
    def outputs(self) -> int:
        return self.target.outputs if self.target else 0

    @property
    def task(self) -> str | None:
        return self.target.task if self.target else None

    @property
    def labels(self) -> tuple[Any, ...]:
        """The classes in the order of the outputs; empty for a regression."""
        return self.target.labels if self.target else ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns a table must have to be predicted."""
        return tuple(dict.fromkeys(path.column for path in self.paths))

    @property
    def x_names(self) -> tuple[str, ...]:
        if self.mix is not None:
            return tuple(f"component {k + 1}" for k in range(self.mix.size))
        return tuple(name for path in self.paths if not path.gathers for name in path.names)

    @property
    def x_columns(self) -> tuple[str, ...]:
        """The column each numeric input comes from (before components are made of them)."""
        return tuple(path.column for path in self.paths for _ in range(path.width))

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The inputs in the network's order: the numeric ones, then one per level of each category."""
        return self.x_names + tuple(name for path in self.paths if path.gathers for name in path.names)

    @property
    def shown_names(self) -> tuple[str, ...]:
        """`feature_names` in the chosen language."""
        numeric = [name for path in self.paths if not path.gathers for name in path.shown_names]
        levels = [name for path in self.paths if path.gathers for name in path.shown_names]
        return (*(self.x_names if self.mix is not None else numeric), *levels)

    @property
    def target_names(self) -> tuple[str, ...]:
        return self.target.names if self.target else ()

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(say(code, **facts) for code, facts in self.said)

    def kinds(self, *, target: bool = False) -> dict[str, str]:
        """How a file must be read so that its columns mean what they meant in training."""
        words = {"label": "category", "date": "date", "text": "text", "number": "number"}
        found = {path.column: words[path.takes] for path in self.paths}
        if self.exposure is not None:
            found[self.exposure] = "number"
        if target and self.target:
            for name in self.target.columns:
                found[name] = "number" if self.target.task == "regression" else "category"
        return found

    def read(self, source: Any, *, target: bool = False, **options: Any) -> Table:
        """`read_table` with the kinds of the training table; refuses a file that lacks a column."""
        from ..table import read_table

        kinds = self.kinds(target=target)
        table = read_table(source, kinds=kinds, absent_ok=True, needed=kinds, **options)
        self.require(table, target=target)
        return table

    # there

    def require(self, table: Table, *, target: bool = False) -> None:
        needed = self.columns if self.exposure is None else (*self.columns, self.exposure)
        lacking = [name for name in needed if name not in table]
        if lacking:
            raise EncodingError("CR-1101", file=table.source, names=name_list(lacking))
        for name in self.target.columns if target and self.target else ():
            if name not in table:
                raise EncodingError("CR-1115", file=table.source, column=show(name))

    def apply(self, table: Table, *, target: bool = True) -> Encoded:
        """Table -> numbers. Columns the model does not know are ignored; those it needs must be there."""
        self.require(table, target=target)
        notes: list[str] = []
        dtype = np.dtype(self.dtype)
        # the target first: what it takes for a moment is gone before the inputs need their memory
        t = None
        if target and self.target:
            t = self.target.apply(table, dtype)
            if self.exposure is not None:
                t = np.ascontiguousarray(t / self.exposures(table)[:, None], dtype)
        gathered = [p for p in self.paths if p.gathers]
        x = np.empty((table.rows, sum(p.width for p in self.paths)), dtype)
        codes = np.empty((table.rows, len(gathered)), np.int32) if gathered else None
        flagged = {path.column for path in self.paths if path.is_flag}
        places, i, j = [], 0, 0
        for path in self.paths:
            places.append((path, i, j))
            i, j = i + path.width, j + path.gathers

        def fill(place: tuple[Path, int, int]) -> list[str]:
            path, i, j = place
            column, said = table[path.column], list[str]()
            if path.gathers and codes is not None:
                codes[:, j] = path.gather(column, said)
            else:
                path.store(table, column, said, path.column in flagged, x[:, i : i + path.width])
            return said

        for said in each(fill, places, table.rows):
            notes += said
        if self.mix is not None:
            x = np.ascontiguousarray(self.mix.apply(x), dtype)
        return Encoded(x, codes, t, self.levels, self.x_names, self.target_names, tuple(dict.fromkeys(notes)))

    def exposures(self, table: Table) -> np.ndarray:
        """(n,) what each row's target is counted over; 1 where there is no such column. Raises EncodingError CR-1183."""
        if self.exposure is None:
            return np.ones(table.rows)
        values = numbers_of(table, table[self.exposure])
        bad = ~(np.isfinite(values) & (values > 0))
        if bad.any():
            at = int(np.argmax(bad))
            raise EncodingError("CR-1183", file=table.source, column=show(self.exposure), row=table.row(at),
                                value=f"{values[at]:g}")  # fmt: skip
        return values

    # and back

    def decode(self, y: np.ndarray) -> Any:
        """Outputs -> numbers in the user's units (n,), or (n, o) for several targets; or (labels (n,), probabilities
        (n, classes))."""
        if self.target is None:
            raise EncodingError("CR-1111", shape=np.shape(y), outputs=0)
        return self.target.decode(np.asarray(y))

    # state

    def to_json(self) -> dict[str, Any]:
        """Plain strict JSON that holds everything `apply` and `decode` need."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "dtype": self.dtype,
            "paths": [path.to_json() for path in self.paths],
            "target": None if self.target is None else self.target.to_json(),
            "notes": [[code, {k: put_fact(v) for k, v in facts.items()}] for code, facts in self.said],
            **({} if self.mix is None else {"pca": self.mix.to_json()}),
            **({} if self.exposure is None else {"exposure": self.exposure}),
        }

    @classmethod
    def from_json(cls, state: Any) -> "Encoding":
        """The encoding a JSON object or its text describes; all else is refused with an EncodingError."""
        if isinstance(state, (str, bytes, bytearray)):
            state = js.loads(bytes(state) if isinstance(state, bytearray) else state)
        if js.get(state, "format", str) != FORMAT:
            raise js.damaged("format", "CR-1122")
        version = js.get(state, "version", int)
        if version != VERSION:
            raise EncodingError("CR-1113", version=version, known=VERSION)
        js.only(
            state, {"format", "version", "dtype", "paths", "target", "notes", "pca", "exposure"}, "encoding"
        )
        dtype = js.get(state, "dtype", str)
        if dtype not in DTYPES:
            raise js.damaged("dtype", "CR-1122")
        raw: list[Any] = js.get(state, "paths", list)
        if not raw:
            raise js.damaged("paths", "CR-1122")
        paths = tuple(Path.from_json(part) for part in raw)
        if "target" not in state:
            raise js.damaged("target", "CR-1120")
        raw_target = state["target"]
        several = isinstance(raw_target, dict) and "targets" in raw_target
        target = None if raw_target is None else (Targets if several else Target).from_json(raw_target)
        notes: list[Any] = js.get(state, "notes", list)
        width = sum(path.width for path in paths)
        mix = Pca.from_json(state["pca"], width) if "pca" in state else None
        exposure: str | None = js.get(state, "exposure", str) if "exposure" in state else None
        used = {path.column for path in paths} | set(target.columns if target is not None else ())
        if exposure is not None and (exposure in used or target is None or target.task != "regression"):
            raise js.damaged("exposure", "CR-1124")
        return cls(paths, target, dtype, tuple(_note(note) for note in notes), mix, exposure)


def put_fact(value: Any) -> Any:
    return value if isinstance(value, (str, int)) else str(value)


def _note(state: Any) -> Note:
    """A note of a saved encoding; its facts must fit its sentence, for it will be said."""
    if not (
        isinstance(state, list)
        and len(state) == 2
        and isinstance(state[0], str)
        and isinstance(state[1], dict)
    ):
        raise js.damaged("notes", "CR-1121")
    code, facts = state
    if not code.startswith(("CR-115", "CR-117", "CR-118")) or code not in catalogue():
        raise js.damaged("notes", "CR-1122")
    for value in facts.values():
        if not isinstance(value, (str, int)):
            raise js.damaged("notes", "CR-1121")
    try:
        say(code, **facts)
    except (KeyError, IndexError, ValueError, TypeError):
        raise js.damaged("notes", "CR-1120") from None
    return code, dict(facts)


def _dtype(dtype: Any) -> str:
    try:
        word = str(np.dtype(dtype).name)
    except TypeError:
        word = ""
    if word not in DTYPES:
        raise EncodingError("CR-1107", what="dtype", value=show(dtype), names=", ".join(DTYPES))
    return word
