"""Random networks and rows to hold one engine against the other, and the tolerance that rounding allows."""

import numpy as np

from chainrule.batches.source import Source
from chainrule.batches.start import start
from chainrule.plan import Plan, make_plan
from chainrule.rules.losses import LOSSES


def make(i, o, hidden, precision="float64", **settings) -> Plan:
    return make_plan(i, o, hidden, precision=precision, seed=settings.pop("seed", 5), **settings)


def rows(plan: Plan, n: int, seed: int = 0, missing: bool = False, weights: str = "") -> Source:
    """Rows whose targets suit the plan's loss; `missing`: some targets are NaN; weights "", "rows" or "members"."""
    rng = np.random.default_rng(seed)
    kind, o = LOSSES.get(plan.loss.name, plan.loss).targets, plan.targets
    if kind == "classes":
        t = np.eye(o)[rng.integers(0, o, n)] * 0.9 + 0.1 / o
    else:
        t = {
            "binary": rng.random((n, o)),
            "counts": rng.integers(0, 4, (n, o)) * 1.0,
            "positive": rng.random((n, o)) + 0.1,
        }.get(kind, rng.normal(size=(n, o)))
    if missing:
        t[rng.random((n, o)) < 0.2] = np.nan
    codes = [rng.integers(-1, level, n) for level in plan.levels]
    shape = {"": None, "rows": (n,), "members": (plan.members, n)}[weights]
    weight = None if shape is None else rng.random(shape).astype("float32")
    x = rng.normal(size=(n, plan.numeric)).astype(plan.precision)
    return Source(x, t.astype(plan.precision), np.array(codes, np.int32).T.copy() if codes else None, weight)


def weights(plan: Plan) -> np.ndarray:
    """Start weights with biases that are not 0, in the plan's precision."""
    flat = start(plan).astype(float)
    return (flat + 0.1 * np.random.default_rng(7).normal(size=flat.shape)).astype(plan.precision)


def rounding(plan: Plan, n: int) -> float:
    """A bound on the relative rounding error of a sum of products through all layers: each of the layers' sums and
    the sum over the rows has at most this many terms, every term a rule of about 20 roundings behind it."""
    terms = sum(layer.inputs + 20 for layer in plan.layers) + n
    return terms * float(np.finfo(plan.precision).eps)


def differs(name, got, wanted, tolerance) -> str:
    """ "" or where two arrays first differ by more than `tolerance` of the largest number."""
    got, wanted = np.asarray(got, float), np.asarray(wanted, float)
    if got.shape != wanted.shape:
        return f"{name}: shape {got.shape} instead of {wanted.shape}"
    bound = tolerance * max(1.0, float(np.abs(wanted[np.isfinite(wanted)]).max(initial=0.0)))
    with np.errstate(invalid="ignore"):
        wrong = ~((np.abs(got - wanted) <= bound) | (got == wanted) | (np.isnan(got) & np.isnan(wanted)))
    if not wrong.any():
        return ""
    where = tuple(int(i) for i in np.argwhere(wrong)[0])
    row = where[0] if where else 0
    return f"first differs at {name}, row {row}, {where}: {got[where]!r} instead of {wanted[where]!r}"
