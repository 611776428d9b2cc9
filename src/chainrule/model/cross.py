"""table -> k folds, each once the test of a network trained on the others, beside one network trained on all rows."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..batches import split as parts
from ..batches.folds import folds as deal
from ..batches.source import Source
from ..errors import ChainruleError, ModelError, PlanError
from ..messages import say, stored
from ..report.metrics import primary
from ..table import Table, missing_targets, targets_of
from ..table.digest import digest_of
from ..table.target import recognize_task
from ..training.loop import Moment, Progress
from .choices import AUTO, member_count
from .cutting import checked_seed, checked_weights, row_values, sortable
from .model import Model, answers
from .script import paths_of, recorded

Array = np.ndarray[Any, Any]
SHARE = 0.15  # of the rows outside of a fold, for validation
LIMIT, LEAST = (
    500,
    20,
)  # rows: from LEAST on and below LIMIT a table is tested by folds unless it is told otherwise
FOLDS, REPEATS = 5, 3  # then
KEPT = 1_000_000  # numbers a model keeps of the answers its folds gave


def validated(
    train: Callable[..., Model], asked: dict[str, Any], table: Table
) -> tuple[Model | None, list[str]]:
    """The model of all rows, its test metrics the mean over folds × repeats trainings that did not see their fold.

    Every training goes the whole way: its own encoding, its own choices, its own rows for validation. The one that is
    kept has all rows, of which `SHARE` validate; it comes first, so that Ctrl-C later leaves a network.
    None where nobody asked for folds and the table is no small one that can be divided so, with a note that says why.

    Raises ModelError CR-3374 where the rows are also divided otherwise, CR-3367 for repeats of no folds, PlanError
    CR-1401 for fewer than 2 folds.
    """
    count, repeats = asked["folds"], asked["repeats"]
    ways = [name for name in ("validation", "test", "part", "time") if asked[name] is not None]
    ways += ["divide"] * (not isinstance(asked["divide"], str) or asked["divide"] != "random")
    ways += ["fractions"] * (parts.checked_fractions(asked["fractions"]) != parts.FRACTIONS)
    ways += ["checkpoint"] * (asked["checkpoint"] is not None)
    left_open = isinstance(count, str) and count == AUTO
    if left_open:
        # of several networks each is judged by rows it did not train on as it is
        single = member_count(asked["members"], asked["preset"]) == 1
        if ways or not single or asked["target"] is None or not _small(table, asked):
            if repeats != AUTO:
                raise ModelError("CR-3367")
            return None, []
        count, repeats = FOLDS, REPEATS if repeats == AUTO else repeats
    elif asked["target"] is None:
        return train(**asked | {"folds": 0, "repeats": AUTO}), []  # says which columns there are
    repeats = 1 if isinstance(repeats, str) and repeats == AUTO else repeats
    for name, value, least in (("folds", count, 2), ("repeats", repeats, 1)):
        if isinstance(value, bool) or not hasattr(value, "__index__") or value < least:
            raise PlanError("CR-1401", setting=name, value=value, wanted=f"{least}, {least + 1}, …")
    if ways:
        raise ModelError("CR-3374", ways=", ".join(["folds", *ways]))
    try:
        return _crossed(train, asked, table, count, repeats), []
    except ChainruleError as error:
        if not left_open:
            raise
        # folds break it: the usual way to divide a table says what is wrong with it, if anything is
        return None, [say("CR-4701", limit=LIMIT, reason=say(error.code, **error.values))]


def _small(table: Table, asked: Mapping[str, Any]) -> bool:
    try:
        return LEAST <= int(_counting(table, asked).sum()) < LIMIT
    except ChainruleError:  # the training says it better
        return False


def _counting(table: Table, asked: Mapping[str, Any]) -> Array:
    """(n,) True for the rows that count: those with a target and a weight."""
    weights, _ = row_values(table, asked["weight"], "weight")
    kept = ~missing_targets(table, targets_of(table, asked["target"]))
    return kept if weights is None else kept & (checked_weights(weights) > 0)


def _crossed(
    train: Callable[..., Model], asked: dict[str, Any], table: Table, count: int, repeats: int
) -> Model:
    seed, data = checked_seed(asked["seed"]), asked["data"]
    digest = digest_of(data, table)
    again = {
        name: [asked[name]] if isinstance(asked[name], str) else list(asked[name])
        for name in ("drop", "keep")
    }
    asked = {**asked, **again, "data": table, "folds": 0, "repeats": AUTO}
    kept = _counting(table, asked)
    goals = targets_of(table, asked["target"])
    known = table.take(kept)
    groups, _ = row_values(table, asked["groups"], "groups")
    groups = None if groups is None else groups[kept]
    task = recognize_task(known[goals[0]], "regression" if len(goals) > 1 else asked["task"])[0]
    by = sortable(known[goals[0]], task)
    cuts = _cuts(count, repeats, by, groups, seed, task, known[goals[0]])
    everything = _apart(np.arange(known.rows), np.arange(0), by, groups, seed, task)
    told = _Told(asked["progress"], 1 + len(cuts))
    model = train(**asked | {"divide": everything, "progress": told.next()})
    crossed = _Crossed(known.rows, count)
    if model.stop.reason not in ("interrupted", "nonfinite"):
        crossed.train(lambda cut: train(**asked | {"divide": cut, "progress": told.next()}), cuts, known)
    facts = {**model.facts, "sha256": {"data": digest}}
    program = {k: v for k, v in facts["program"].items() if k not in ("divide", "fractions")}
    facts["program"] = program | recorded({"data": paths_of(data), "folds": count, "repeats": repeats})
    return crossed.told(dataclasses.replace(model, facts=facts), count, repeats)


class _Crossed:
    """What the folds' trainings came to."""

    def __init__(self, rows: int, count: int) -> None:
        self.rows, self.count = rows, count
        self.test: list[dict[str, float | None]] = []
        self.beside: dict[str, list[dict[str, float | None]]] = {"constant": [], "linear": []}
        self.answers: Array | None = (
            None  # (n, outputs) of the first repeat: each row by the network without it
        )
        self.targets: dict[str, list[dict[str, float | None]]] = {}
        self.repeated = 0  # rows that stand, every cell the same, in another fold too
        self.labels: tuple[Any, ...] = ()

    def train(self, make: Callable[[parts.Split], Model], cuts: Sequence[parts.Split], table: Table) -> None:
        """All trainings, or those until Ctrl-C."""
        for k, cut in enumerate(cuts):
            try:
                model = make(cut)
            except KeyboardInterrupt:
                return
            if model.stop.reason == "interrupted":
                return
            self.test.append(model.facts["metrics"]["test"])
            for name, of_parts in model.facts.get("targets", {}).items():
                self.targets.setdefault(name, []).append(of_parts["test"])
            for name, found in self.beside.items():
                found.append(model.facts["baselines"][name])
            if k < self.count:
                self.repeated += sum(
                    note[1]["count"]
                    for note in model.facts["notes"]
                    if isinstance(note, list) and note[0] == "CR-3369"
                )
                self._keep(model, table.take(cut.test), cut.test)

    def _keep(self, model: Model, table: Table, rows: Array) -> None:
        encoded = model.encoding.apply(table, target=False)
        made = answers(model.encoding, model.outputs(Source(encoded.x, codes=encoded.codes)), table)
        made = made.reshape(len(rows), -1)
        if self.answers is None and len(self.test) == 1 and self.rows * made.shape[1] <= KEPT:
            self.answers, self.labels = np.full((self.rows, made.shape[1]), np.nan), model.encoding.labels
        if self.answers is not None and model.encoding.labels == self.labels:
            self.answers[rows] = made

    def told(self, model: Model, count: int, repeats: int) -> Model:
        """The model with what is known of it: test metrics and baselines are means over the trainings."""
        if not self.test:
            return model
        facts = dict(model.facts)
        mean, sd = _over(self.test)
        beside = {name: _over(found) for name, found in self.beside.items()}
        main = primary(str(facts["task"])).name
        facts["metrics"] = {**facts["metrics"], "test": mean}
        facts["rows"] = {**facts["rows"], "test": self.rows}
        facts["baselines"] = {name: both[0] for name, both in beside.items()}
        if self.repeated:
            facts["notes"] = [*facts["notes"], stored(say("CR-4719", count=self.repeated, rows=self.rows))]
        if self.targets:
            facts["targets"] = {
                name: {**facts["targets"][name], "test": _over(found)[0]}
                for name, found in self.targets.items()
            }
        facts["folds"] = {
            "folds": int(count), "repeats": int(repeats), "runs": len(self.test), "sd": sd,
            "values": [one[main] for one in self.test], "linear": [one[main] for one in self.beside["linear"]],
            "baselines": {name: both[1] for name, both in beside.items()},
        }  # fmt: skip
        whole = (
            self.answers is not None
            and np.isfinite(self.answers).all()
            and self.labels == model.encoding.labels
        )
        return dataclasses.replace(model, facts=facts, crossed=self.answers if whole else None)


class _Told:
    """One display over all trainings."""

    def __init__(self, given: Progress | None, count: int) -> None:
        self.given, self.count = given, count
        self.done = self.before = 0
        self.seconds = self.spent = 0.0
        self.trainings = 0

    def next(self) -> Progress | None:
        given = self.given
        if given is None:
            return None
        self.before, self.spent = self.done, self.seconds
        self.trainings += 1
        number = self.trainings

        def progress(now: Moment) -> object:
            self.done, self.seconds = self.before + now.runs, self.spent + now.seconds
            left = self.count - number
            each = (self.spent + now.seconds + now.seconds_left) / number
            stopped = now.stop is not None and now.stop.reason == "interrupted"
            moment = dataclasses.replace(
                now, seconds=self.seconds, seconds_left=now.seconds_left + left * each, run=self.before + now.run,
                runs=self.before + now.runs * (left + 1), stop=now.stop if stopped or not left else None,
            )  # fmt: skip
            return given(moment)

        return progress


def _cuts(
    count: int, repeats: int, by: Array, groups: Any, seed: int, task: str, column: Any
) -> list[parts.Split]:
    """The rows of every training. Raises BatchError where there are too few rows, groups, or rows of a class."""
    made = []
    for repeat in range(repeats):
        place = deal(len(by), count, seed=(seed + repeat) % 2**64, order=by, groups=groups)
        for k in range(count):
            rest, test = np.flatnonzero(place != k), np.flatnonzero(place == k)
            made.append(_apart(rest, test, by, groups, (seed + repeat) % 2**64, task))
            if task != "regression":
                parts.check_classes(by, made[-1], [str(level) for level in column.factor()[0]])
    return made


def _apart(rest: Any, test: Any, by: Any, groups: Any, seed: int, task: str) -> parts.Split:
    """The rest of the rows divided into train and validation."""
    if groups is None:
        what = {"numbers" if task == "regression" else "classes": by[rest]}
        own = parts.split(len(rest), seed=seed, fractions=(1 - SHARE, SHARE, 0.0), **what)
        return parts.Split(rest[own.train], rest[own.validation], test)
    k = min(7, len(np.unique(groups[rest])))
    held = deal(len(rest), k, seed=seed, groups=groups[rest]) == 0
    return parts.Split(rest[~held], rest[held], test)


def _over(found: Sequence[Mapping[str, Any]]) -> tuple[dict[str, float | None], dict[str, float | None]]:
    """Mean and standard deviation of each metric; None where one training had none."""
    mean: dict[str, float | None] = {}
    sd: dict[str, float | None] = {}
    for name in found[0]:
        values = [one[name] for one in found]
        whole = all(v is not None for v in values)
        mean[name] = float(np.mean(values)) if whole else None
        sd[name] = float(np.std(values, ddof=1)) if whole and len(values) > 1 else None
    return mean, sd
