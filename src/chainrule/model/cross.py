"""table -> k folds, each once the test of a network trained on the others; then one network on all rows."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..batches import split as parts
from ..batches.folds import folds as deal
from ..errors import ModelError, PlanError
from ..messages import say
from ..table import Table, read_table, targets_of
from ..table.target import recognize_task
from .cutting import checked_weights, row_values, sortable
from .model import Model

SHARE = 0.15  # of the rows outside of a fold, for validation
OPTIONS = ("delimiter", "decimal", "encoding", "header", "sheet", "cells", "samples", "missing", "kinds")


def validated(train: Callable[..., Model], asked: dict[str, Any]) -> Model:
    """The model of all rows, its test metrics the mean over folds × repeats trainings that did not see their fold.

    Every training goes the whole way: its own encoding, its own choices, its own rows for validation. The last one has
    all rows, of which `SHARE` validate.

    Raises ModelError CR-3374 where the rows are also divided otherwise, PlanError CR-1401 for fewer than 2 folds.
    """
    count, repeats = asked.pop("folds"), asked.pop("repeats")
    asked.pop("memory")
    for name, value, least in (("folds", count, 2), ("repeats", repeats, 1)):
        if isinstance(value, bool) or not hasattr(value, "__index__") or value < least:
            raise PlanError("CR-1401", setting=name, value=value, wanted=f"{least}, {least + 1}, …")
    ways = [name for name in ("validation", "test", "part", "time") if asked[name] is not None]
    ways += ["divide"] * (asked["divide"] != "random")
    ways += ["fractions"] * (tuple(asked["fractions"]) != parts.FRACTIONS)
    ways += ["checkpoint"] * (asked["checkpoint"] is not None)
    if ways:
        raise ModelError("CR-3374", ways=", ".join(["folds", *ways]))
    data, target = asked["data"], asked["target"]
    table = data if isinstance(data, Table) else read_table(data, **{k: asked[k] for k in OPTIONS})
    if target is None:
        return train(**asked)  # says which columns there are
    table, weights, groups = _rows(table, asked)
    goals = targets_of(table, target)
    task = recognize_task(table[goals[0]], "regression" if len(goals) > 1 else asked["task"])[0]
    by = sortable(table[goals[0]], task)
    asked |= {"data": table, "weight": weights, "groups": groups}
    found: list[Model] = []
    for repeat in range(repeats):
        seed = asked["seed"] + repeat
        place = deal(table.rows, count, seed=seed, order=by, groups=groups)
        for k in range(count):
            cut = _apart(np.flatnonzero(place != k), np.flatnonzero(place == k), by, groups, seed, task)
            found.append(train(**asked | {"divide": cut}))
            if found[-1].stop.reason == "interrupted":
                raise KeyboardInterrupt
    everything = _apart(np.arange(table.rows), np.arange(0), by, groups, asked["seed"], task)
    model = train(**asked | {"divide": everything})
    return _told(model, found, count, repeats, data, asked)


def _rows(table: Table, asked: Mapping[str, Any]) -> tuple[Table, Any, Any]:
    """The rows that count, with their weights and groups: those with a target and a weight."""
    weights, weight_column = row_values(table, asked["weight"], "weight")
    groups, group_column = row_values(table, asked["groups"], "groups")
    kept = np.ones(table.rows, bool) if weights is None else checked_weights(weights) > 0
    goals = targets_of(table, asked["target"])
    for name in goals:
        kept &= ~table[name].missing()
    used = {weight_column, group_column} - {None}
    table = table.take(kept).drop([name for name in used if name is not None and name not in goals])
    return table, None if weights is None else weights[kept], None if groups is None else groups[kept]


def _apart(rest: Any, test: Any, by: Any, groups: Any, seed: int, task: str) -> parts.Split:
    """The rest of the rows divided into train and validation."""
    if groups is None:
        what = {"numbers" if task == "regression" else "classes": by[rest]}
        own = parts.split(len(rest), seed=seed, fractions=(1 - SHARE, SHARE, 0.0), **what)
        return parts.Split(rest[own.train], rest[own.validation], test)
    k = min(7, len(np.unique(groups[rest])))
    held = deal(len(rest), k, seed=seed, groups=groups[rest]) == 0
    return parts.Split(rest[~held], rest[held], test)


def _told(
    model: Model, found: Sequence[Model], count: int, repeats: int, data: Any, asked: Mapping[str, Any]
) -> Model:
    from .flow import paths_of
    from .script import recorded

    facts = dict(model.facts)
    tests = [one.facts["metrics"]["test"] for one in found]
    mean, sd = _over(tests)
    primary = facts["primary"]
    values = [one[primary] for one in tests]
    facts["metrics"] = {**facts["metrics"], "test": mean}
    facts["rows"] = {**facts["rows"], "test": sum(facts["rows"].values())}
    facts["baselines"] = {
        name: _over([one.facts["baselines"][name] for one in found])[0] for name in ("constant", "linear")
    }
    facts["folds"] = {"folds": int(count), "repeats": int(repeats), "sd": sd, "values": values}
    note = say(
        "CR-3365", folds=count, repeats=repeats, metric=primary, mean=_shown(mean[primary]), sd=_shown(sd[primary]),
        runs=len(found),
    )  # fmt: skip
    facts["notes"] = [facts["notes"][0], note, *facts["notes"][1:]]
    program = {
        k: v for k, v in facts["program"].items() if k not in ("divide", "fractions", "weight", "groups")
    }
    named = {
        k: v for k, v in (("weight", asked["weight"]), ("groups", asked["groups"])) if isinstance(v, str)
    }
    facts["program"] = program | recorded(
        {"data": paths_of(data), **named, "folds": count, "repeats": repeats}
    )
    return dataclasses.replace(model, facts=facts)


def _over(found: Sequence[Mapping[str, Any]]) -> tuple[dict[str, float | None], dict[str, float | None]]:
    """Mean and standard deviation of each metric; None where one training had none."""
    mean: dict[str, float | None] = {}
    sd: dict[str, float | None] = {}
    for name in found[0]:
        values = [one[name] for one in found]
        whole = all(v is not None for v in values)
        mean[name] = float(np.mean(values)) if whole else None
        sd[name] = float(np.std(values, ddof=1)) if whole else None
    return mean, sd


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
