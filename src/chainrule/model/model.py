"""plan, encoding, weights, history, facts -> a model: it predicts, evaluates, reports and is saved."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..batches.checks import check_source
from ..batches.source import Source
from ..encoding import Encoding
from ..encoding.path import numbers_of
from ..engine.contract import Engine
from ..errors import ModelError
from ..messages import say_again
from ..plan import Plan
from ..report import metrics as measure
from ..report.text import ending, report
from ..table import Table, split_missing_target
from ..table.columns import Column, factorize
from ..training.stopping import Stop
from .average import answered, scoring, side_by_side
from .choices import sentences

if TYPE_CHECKING:
    from ..page.page import Page

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False, repr=False)
class Model:
    """A trained network with all it needs: made by `chainrule.train`, read by `chainrule.load`.

    plan     the network and its training, checked
    encoding columns -> inputs, and outputs -> answers in the user's units
    weights  (P,) flat, in natural order; `parts` names them. Of an average of M networks: (M, P)
    history  train, validation, rate (M, E), and the monitored metric by its name
    facts    what was trained, on what, how well: strict JSON
    engine   what computes its answers
    crossed  where the training table was tested by folds: the answer to each row that counted (n, outputs), in the
             units of `predict`, of the network that had not seen its fold, in the first repeat
    """

    plan: Plan
    encoding: Encoding
    weights: Array
    history: Mapping[str, Array]
    facts: Mapping[str, Any]
    engine: Engine = field(repr=False)
    crossed: Array | None = field(default=None, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        return {
            f.name: getattr(self, f.name) for f in fields(self)
        }  # without what an engine keeps for itself

    def __repr__(self) -> str:
        return f"<Model of {self.target} ({self.task}): {self.name}, {self.plan.size} parameters>"

    @property
    def target(self) -> str:
        """The name of the column that is predicted."""
        return str(self.facts["target"])

    @property
    def task(self) -> str:
        """ "regression", "binary" or "multiclass"."""
        return str(self.facts["task"])

    @property
    def parts(self) -> dict[str, Array]:
        """The weights by name: w1 (inputs, units), b1 (units,), …"""
        return self.plan.unflatten(self.weights)

    @property
    def stop(self) -> Stop:
        """Why the training ended; str() is the sentence."""
        return Stop(self.facts["stop"]["reason"], self.facts["stop"]["values"])

    @property
    def members(self) -> int:
        """How many networks the answer is the average of."""
        return self.plan.members

    @cached_property
    def single(self) -> "Model":
        """The one network that answers as this model does: itself, or all members side by side."""
        if self.members == 1:
            return self
        plan, weights = side_by_side(self.plan, self.weights)
        return Model(plan, self.encoding, weights, self.history, self.facts, self.engine)

    @cached_property
    def _loaded(self) -> tuple[Plan, Any]:
        plan = self.plan if self.members == 1 else scoring(self.plan)
        return plan, self.engine.load(plan, np.atleast_2d(self.weights))

    def outputs(self, source: Source) -> Array:
        """The network's outputs (n, o) in its own scale. Raises BatchError CR-1215, CR-1216."""
        check_source(self.plan, source, targets=False)
        made = outputs(self.engine, *self._loaded, source)
        return np.asarray(made[0]) if self.members == 1 else answered(self.plan, made)

    def predict(self, data: Any, **options: Any) -> Table:
        """A table with the target column, and for classes one column of probabilities per class ("target=label").

        data: file name, frame or Table; `options` are those of reading a table (delimiter, decimal, …).
        Raises TableError, EncodingError where the table cannot be read or lacks a column of the training.
        """
        table = self.read(data, **options)
        encoded = self.encoding.apply(table, target=False)
        decoded = self.encoding.decode(self.outputs(Source(encoded.x, codes=encoded.codes)))
        if self.encoding.exposure is not None:
            decoded = (decoded.T * self.encoding.exposures(table)).T
        if self.task == "regression":
            names = self.encoding.target.columns if self.encoding.target is not None else (self.target,)
            each = decoded.reshape(len(decoded), -1)
            columns = [Column(name, "number", each[:, k]) for k, name in enumerate(names)]
        else:
            labels, p = decoded
            levels, codes = factorize(labels.tolist())
            type_ = _type(self.encoding.labels)
            columns = [Column(self.target, "category", labels, levels=levels, codes=codes, type=type_)]
            columns += [Column(f"{self.target}={label}", "number", p[:, k].astype(float))
                        for k, label in enumerate(self.encoding.labels)]  # fmt: skip
        return Table(tuple(columns), table.rows, table.source, {}, encoded.notes, table.row_numbers)

    def evaluate(self, data: Any, **options: Any) -> dict[str, float | None]:
        """All metrics of the task on another table; rows without a target are left out; None: not defined there.

        Raises TableError, EncodingError as `predict`, ModelError CR-1817 where no row has a target.
        """
        table = self.read(data, target=True, **options)
        table, _ = split_missing_target(table, self.target)
        if not table.rows:
            raise ModelError("CR-1817", file=table.source)
        return self.measured(table)

    def evaluate_each(self, data: Any, **options: Any) -> dict[str, dict[str, float | None]]:
        """Target -> its metrics, where there are several targets; `evaluate` gives their means. Raises as it does."""
        table, _ = split_missing_target(self.read(data, target=True, **options), self.target)
        if not table.rows:
            raise ModelError("CR-1817", file=table.source)
        names = () if self.encoding.target is None else self.encoding.target.columns
        return scored_each(self.task, names, *self._told(table))

    def measured(self, table: Table) -> dict[str, float | None]:
        """The metrics on a table whose rows all have a target."""
        return scored(self.task, *self._told(table))

    def _told(self, table: Table) -> tuple[Array, Array]:
        """Targets and answers."""
        encoded = self.encoding.apply(table)
        source = Source(encoded.x, encoded.t, encoded.codes)
        return truth(self.encoding, table, source), answers(self.encoding, self.outputs(source), table)

    def read(self, data: Any, *, target: bool = False, **options: Any) -> Table:
        """A file, frame or Table with the columns the model needs, with `target` the target's too.

        `options` are those of reading a table. Raises TableError, EncodingError as `predict`.
        """
        return read_like(self.encoding, data, target, {"missing": tuple(self.facts["missing"]), **options})

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model as one safetensors file, whole or not at all. Raises ModelError CR-1830."""
        from .file import save

        save(self, path)

    @property
    def reasons(self) -> list[str]:
        """Why this architecture and this training: one sentence each."""
        return sentences([(code, values) for code, values in self.facts["reasons"]])

    @property
    def notes(self) -> list[str]:
        """What was noticed on the way: columns left out, values filled in, parts with few rows."""
        return [*map(say_again, self.facts["notes"]), *self.encoding.notes]

    @property
    def name(self) -> str:
        """ "8-32-1", or "5 × 8-32-1" for an average of five."""
        return self.plan.name if self.members == 1 else f"{self.members} × {self.plan.name}"

    @property
    def summary(self) -> str:
        """One line: target, network, main metric per part."""
        metric = self.facts["primary"]
        shown = {p: m[metric] for p, m in self.facts["metrics"].items() if m and m.get(metric) is not None}
        return f"{self.target} ({self.task}) {self.name} {metric}: " + ", ".join(
            f"{part} {value:.4g}" for part, value in shown.items()
        )

    def report(self, *, unicode: bool = True, every: bool = False) -> str:
        """The end report as text; `every` shows all metrics, unicode=False keeps to ASCII pictures."""
        told = [*self.reasons, *ending(self.facts, str(self.stop))]
        return report(self.to_json_report(), self.history, told, self.notes, unicode=unicode, every=every)

    def report_page(
        self, data: Any = None, *, name: str = "MODEL", importance: bool = True, **options: Any
    ) -> "Page":
        """The report as a page: `.html()`, `.markdown()`, `.docx()`, `.latex()`; in a notebook it shows itself.

        data        the training table (file name, frame or Table): pictures, importance and weak groups need its rows
        importance  whether to measure the permutation importance, which takes most of the time
        Raises what `evidence` does for a table that cannot be used.
        """
        from ..report.document import Subject, document
        from .evidence import evidence

        with np.errstate(all="ignore"):  # what overflows is shown as not defined
            found = None if data is None else evidence(self, data, importance=importance, **options)
            return document(Subject(self.plan, self.encoding, self.history, self.facts, self.reasons, self.notes,
                                str(self.stop), name), found)  # fmt: skip

    def methods(self, name: str = "MODEL") -> "Page":
        """What was done, for a thesis: one paragraph, the metrics, how to repeat it, BibTeX and GB/T 7714 references.

        In the language chosen; `.text()`, `.markdown()`, `.docx()`, `.latex()`, `.html()` write it down.
        """
        from ..report.document import Subject
        from ..report.methods import methods

        subject = Subject(self.plan, self.encoding, self.history, self.facts, self.reasons, self.notes, str(self.stop),
                          name)  # fmt: skip
        return methods(subject, self.script())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """What a notebook shows: metrics, baselines and curves as HTML without scripts, the network in LaTeX, text."""
        from ..page.notebook import bundle, chosen
        from ..report.document import Subject, brief, in_latex

        if "metrics" not in self.facts:  # weights from elsewhere: nothing is known of their training
            return {"text/plain": repr(self)}
        with np.errstate(all="ignore"):
            page = brief(Subject(self.plan, self.encoding, self.history, self.facts, self.reasons, self.notes,
                                 str(self.stop), self.name))  # fmt: skip
            return chosen(bundle(page, in_latex(self.plan)), include, exclude)

    def to_json_report(self) -> dict[str, Any]:
        """The report as strict JSON; a metric that is not defined is None."""
        facts = self.facts
        return {
            **{key: facts[key] for key in ("target", "task", "rows", "primary", "metrics", "baselines")},
            "stop_reason": str(self.stop), "engine": facts["engine"], "model": self.name,
            **{key: facts[key] for key in ("folds", "targets") if key in facts},
        }  # fmt: skip

    def script(self) -> str:
        """The Python program that trains this model again, with every choice written out.

        Raises ModelError CR-1833 for a network that an estimator fitted to arrays, as `methods` does.
        """
        from .script import script

        self._programmed()
        return script(self.facts)

    def _programmed(self) -> None:
        if not self.facts.get("baselines", True):
            raise ModelError("CR-1833", estimator=self.facts["program"]["estimator"]["name"])


def outputs(engine: Engine, plan: Plan, w: Any, source: Source) -> Array:
    """The outputs (M, n, o) of all rows, block by block, in the plan's precision."""
    with np.errstate(all="ignore"):  # a saturated exp or an underflow is no news to the user
        made = [engine.predict(plan, w, source.batch(rows, dtype=plan.precision)) for rows in source.blocks()]
    return np.concatenate(made, axis=1) if made else np.empty((plan.members, 0, plan.targets))


def truth(encoding: Encoding, table: Table, source: Source) -> Array:
    """The targets (n,): numbers as the table has them, or class codes."""
    if encoding.task == "regression" and encoding.target is not None:
        found = [numbers_of(table, table[name]) for name in encoding.target.columns]
        return found[0] if len(found) == 1 else np.column_stack(found)
    return codes_of(source)


def codes_of(source: Source) -> Array:
    """The class codes (n,) of an encoded target."""
    t = np.asarray(source.t)
    return t[:, 0].astype(np.int64) if t.shape[1] == 1 else np.argmax(t, axis=1)


def answers(encoding: Encoding, y: Array, table: Table | None = None) -> Array:
    """Outputs (n, o) -> numbers in the user's units (n,) or probabilities (n, K).

    Where the target is counted over an exposure these are counts for the rows of `table`, without it rates.
    """
    decoded = encoding.decode(y)
    made = np.asarray(decoded if encoding.task == "regression" else decoded[1])
    return made if table is None or encoding.exposure is None else (made.T * encoding.exposures(table)).T


def scored(task: str, t: Array, y: Array) -> dict[str, float | None]:
    """All metrics, None instead of NaN; of several targets the mean of each metric."""
    if task == "regression" and t.ndim == 2:
        each = scored_each(task, range(t.shape[1]), t, y)
        found = {}
        for name in each[0]:
            values = [one[name] for one in each.values()]
            known = [v for v in values if v is not None]
            found[name] = float(np.mean(known)) if len(known) == len(values) else None
        return found
    return {
        name: value if np.isfinite(value) else None for name, value in measure.evaluate(task, t, y).items()
    }


def scored_each(task: str, names: Sequence[Any], t: Array, y: Array) -> dict[Any, dict[str, float | None]]:
    """Target -> its metrics; nothing where there is one target."""
    if t.ndim < 2:
        return {}
    return {name: scored(task, t[:, k], y[:, k]) for k, name in enumerate(names)}


def read_like(encoding: Encoding, data: Any, target: bool, options: Mapping[str, Any]) -> Table:
    """A file, frame or Table as the model needs it; refuses one that lacks a column."""
    if isinstance(data, Table):
        encoding.require(data, target=target)
        return data
    return encoding.read(data, target=target, **options)


def _type(labels: tuple[Any, ...]) -> str:
    kinds = {type(label) for label in labels}
    names = {str: "str", bool: "bool", int: "int", float: "float"}
    return names.get(kinds.pop(), "object") if len(kinds) == 1 else "object"


def choose_engine(plan: Plan, wanted: str | Engine) -> Engine:
    """The engine asked for, or with "auto" the native one. Raises EngineError where it cannot compute the plan."""
    if not isinstance(wanted, str):
        return wanted
    from ..engine.choose import choose

    return choose(plan, wanted)
