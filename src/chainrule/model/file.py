"""model -> one safetensors file -> model; loading runs no code, and a file that is not such a model is refused.

The weights stand in the file under their names (w1 of shape (inputs, units), b1, …), with a leading axis where the model is an
average of several networks, the history as `history.train` …; plan, encoding and facts are strict JSON in the header.
"""

import os
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..encoding import Encoding
from ..errors import ChainruleError, EngineError, ModelError
from ..messages import catalogue, say_again
from ..plan import Plan
from ..report.metrics import METRICS, primary
from ..training import store
from ..training.stopping import Stop
from .model import Model, choose_engine

Array = np.ndarray[Any, Any]

KIND, VERSION = "chainrule-model", 1
CROSSED = "folds.answers"
DIGEST = re.compile(r"[0-9a-f]{64}\Z")
FACTS = {
    "chainrule": str, "target": str, "task": str, "rows": dict, "primary": str, "metrics": dict, "baselines": dict,
    "stop": dict, "best_epoch": int, "engine": str, "reasons": list, "notes": list, "missing": list, "program": dict,
}  # fmt: skip

LATER = {
    "ranges",
    "folds",
    "sha256",
    "versions",
    "targets",
}  # absent in files written before they were recorded


def save(model: Model, path: str | os.PathLike[str]) -> None:
    """Write the model whole or not at all; the same training gives the same bytes. Raises ModelError CR-1830."""
    state = {"plan": model.plan.to_json(), "encoding": model.encoding.to_json(), "facts": dict(model.facts)}
    tensors = {name: np.asarray(part) for name, part in model.parts.items()}
    if model.crossed is not None:
        tensors[CROSSED] = np.asarray(model.crossed, np.float64)
    tensors |= {f"history.{name}": np.asarray(curve, dtype=float) for name, curve in model.history.items()}
    try:
        store.write(path, KIND, VERSION, state, tensors)
    except store.Refused as error:
        raise ModelError("CR-1830", file=os.fspath(path), reason=error.reason) from None


def load(path: str | os.PathLike[str], *, engine: str = "auto") -> Model:
    """The model a file holds, ready to predict. Raises ModelError CR-1831 with the reason for any other file."""
    try:
        state, tensors = store.read(path, KIND, VERSION)
        return assembled(state, tensors, engine)
    except store.Refused as error:
        reason = error.reason
    except EngineError:
        raise  # not the file's fault
    except ChainruleError as error:
        reason = str(error)
    raise ModelError("CR-1831", file=os.fspath(path), reason=reason) from None


def assembled(state: Any, tensors: Mapping[str, Array], engine: str = "auto") -> Model:
    """The model of a file's parts, every one of them checked against the others."""
    if not isinstance(state, dict) or set(state) != {"plan", "encoding", "facts"}:
        raise store.Refused("CR-1636", part="state")
    plan, encoding, facts = (
        Plan.from_json(state["plan"]),
        Encoding.from_json(state["encoding"]),
        state["facts"],
    )
    network = plan.numeric, list(plan.levels), plan.targets, plan.precision
    encoded = encoding.numeric, list(encoding.levels), encoding.outputs, encoding.dtype
    if network != encoded or encoding.target is None:
        raise store.Refused("CR-1832", network=network, encoding=encoded)
    _check_facts(facts, encoding)
    weights = _weights(plan, tensors)
    curves = {k.removeprefix("history."): v for k, v in tensors.items() if k.startswith("history.")}
    epochs = {v.shape for v in curves.values()}
    fits = len(epochs) == 1 and all(
        v.ndim == 2 and v.dtype == np.float64 and len(v) == plan.members for v in curves.values()
    )
    if not fits or not {"train", "validation", "rate"} <= set(curves):
        raise store.Refused("CR-1636", part="history")
    crossed = tensors.get(CROSSED)
    if crossed is not None:
        columns = len(encoding.labels) or encoding.outputs
        rows = facts["rows"]["test"] if "folds" in facts else -1
        if crossed.shape != (rows, columns) or crossed.dtype != np.float64 or not np.isfinite(crossed).all():
            raise store.Refused("CR-1636", part=CROSSED)
    return Model(plan, encoding, weights, curves, facts, choose_engine(plan, engine), crossed)


def _weights(plan: Plan, tensors: Mapping[str, Array]) -> Array:
    members = () if plan.members == 1 else (plan.members,)
    names = {name for name in tensors if not name.startswith("history.") and name != CROSSED}
    if names != {view.name for view in plan.views}:
        raise store.Refused("CR-1636", part="weights")
    types = {tensors[view.name].dtype for view in plan.views}
    if len(types) != 1 or not types <= {np.dtype(np.float32), np.dtype(np.float64)}:
        raise store.Refused("CR-1636", part="weights")
    for view in plan.views:
        if tensors[view.name].shape != (*members, *view.shape):
            raise store.Refused("CR-1636", part=view.name)
        if not np.isfinite(tensors[view.name]).all():
            raise store.Refused("CR-1638", part=view.name)
    return np.concatenate([tensors[view.name].reshape(*members, -1) for view in plan.views], axis=-1)


def _check_facts(facts: Any, encoding: Encoding) -> None:
    """Refuse facts that could not be shown or do not belong to the encoding."""

    def must(fits: bool, part: str) -> None:
        if not fits:
            raise store.Refused("CR-1636", part=part)

    must(isinstance(facts, dict) and set(facts) - LATER == set(FACTS), "facts")
    for key, kind in FACTS.items():
        must(isinstance(facts[key], kind) and not isinstance(facts[key], bool), f"facts: {key}")
    target = encoding.target
    must(
        target is not None and facts["target"] == target.column and facts["task"] == target.task,
        "facts: target",
    )
    names = {metric.name for metric in METRICS[facts["task"]]}

    def measured(value: Any) -> bool:
        return (
            isinstance(value, dict)
            and set(value) == names
            and all(
                v is None or isinstance(v, int | float) and not isinstance(v, bool) and abs(v) <= 1.8e308
                for v in value.values()
            )
        )

    if "folds" in facts:
        crossed = facts["folds"]
        later = {"runs", "linear", "baselines"}  # absent in files written before they were recorded
        must(
            isinstance(crossed, dict) and set(crossed) - later == {"folds", "repeats", "sd", "values"},
            "facts: folds",
        )
        counts = [crossed[k] for k in ("folds", "repeats", "runs") if k in crossed]
        must(all(type(n) is int and 0 < n < 10**9 for n in counts), "facts: folds")
        must(measured(crossed["sd"]), "facts: folds")
        for numbers in (crossed["values"], crossed.get("linear", crossed["values"])):
            must(isinstance(numbers, list) and len(numbers) == len(crossed["values"]), "facts: folds")
            must(
                all(v is None or isinstance(v, float) and abs(v) <= 1.8e308 for v in numbers), "facts: folds"
            )
        beside = crossed.get("baselines", {})
        must(isinstance(beside, dict) and set(beside) in ({"constant", "linear"}, set()), "facts: folds")
        must(all(map(measured, beside.values())), "facts: folds")
    each = facts.get("targets", {})
    must(
        isinstance(each, dict) and (not each or set(each) == set(target.columns if target else ())),
        "facts: targets",
    )
    for of_parts in each.values():
        must(
            isinstance(of_parts, dict) and set(of_parts) == {"train", "validation", "test"}, "facts: targets"
        )
        must(all(v is None or measured(v) for v in of_parts.values()), "facts: targets")
    _check_origin(facts, must)
    ranges = facts.get("ranges", {})
    must(isinstance(ranges, dict) and set(ranges) <= set(encoding.columns), "facts: ranges")
    must(all(isinstance(r, list) and len(r) == 2 and all(type(v) in (int, float) and abs(v) <= 1.8e308 for v in r)
             for r in ranges.values()), "facts: ranges")  # fmt: skip
    must(facts["primary"] == primary(facts["task"]).name, "facts: primary")
    parts = ("train", "validation", "test")
    counts = facts["rows"]
    must(set(counts) == set(parts) and all(type(n) is int and n >= 0 for n in counts.values()), "facts: rows")
    must(set(facts["metrics"]) == set(parts), "facts: metrics")
    if facts["baselines"] or "estimator" not in facts["program"]:
        must(all(v is None or measured(v) for v in facts["metrics"].values()) and facts["metrics"]["train"] is not None,
             "facts: metrics")  # fmt: skip
        must(set(facts["baselines"]) == {"constant", "linear"} and all(map(measured, facts["baselines"].values())),
             "facts: baselines")  # fmt: skip
    else:  # an estimator fitted to arrays measured nothing
        must(not any(v is not None for v in facts["metrics"].values()), "facts: metrics")
    must(all(isinstance(text, str) for text in facts["missing"]), "facts: missing")
    must(all(isinstance(note, str) or _sentence(note) for note in facts["notes"]), "facts: notes")
    must(
        all(_sentence(r) and r[0].startswith(("CR-180", "CR-31")) for r in facts["reasons"]), "facts: reasons"
    )
    stop = facts["stop"]
    must(set(stop) == {"reason", "values"} and isinstance(stop["reason"], str) and isinstance(stop["values"], dict),
         "facts: stop")  # fmt: skip
    try:
        must(len(str(Stop(stop["reason"], stop["values"]))) < 2000, "facts: stop")
    except (KeyError, ValueError, TypeError, IndexError):
        must(False, "facts: stop")


def _check_origin(facts: dict[str, Any], must: Callable[[bool, str], None]) -> None:
    """Which tables it was trained on, and with which versions."""
    digests, versions = facts.get("sha256", {}), facts.get("versions", {})
    must(isinstance(digests, dict) and set(digests) <= {"data", "validation", "test"}, "facts: sha256")
    for found in digests.values():
        each = found if isinstance(found, list) and found else [found]
        must(all(isinstance(d, str) and DIGEST.match(d) for d in each), "facts: sha256")
    must(isinstance(versions, dict) and set(versions) <= {"python", "numpy"}, "facts: versions")
    must(
        all(isinstance(v, str) and len(v) < 100 and v.isprintable() for v in versions.values()),
        "facts: versions",
    )


def _sentence(kept: Any, depth: int = 0) -> bool:
    """Whether this is [code, values] of the catalogue, so that it can be said; a value may be a sentence too."""
    whole = (
        isinstance(kept, list) and len(kept) == 2 and isinstance(kept[0], str) and isinstance(kept[1], dict)
    )
    if not whole or kept[0] not in catalogue() or depth > 2:
        return False
    code, values = kept
    inner = [v for v in values.values() if isinstance(v, list)]
    if not all(isinstance(v, str | int | float | list) for v in values.values()):
        return False
    if not all(_sentence(v, depth + 1) for v in inner):
        return False
    try:
        said = {k: str(say_again(v)) if isinstance(v, list) else v for k, v in values.items()}
        return all(len(text.format(**said)) < 20_000 for text in catalogue()[code])
    except (KeyError, ValueError, TypeError, IndexError):
        return False
