"""trace -> the update of each weight by the optimizer's own lines, the steps that follow, and the paths of one weight."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..batches.source import Batch, Source
from ..engine.contract import TrainingState, Until
from ..engine.reference import Reference
from ..plan import Dropout, Plan
from ..rules.expression import Expression, Node, name
from ..rules.optimizers import CLIPS, PENALTIES
from .trace import times

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Line:
    """One assignment of the update of one weight: letter = formula, with the numbers it had, and its value."""

    letter: str
    formula: Node
    values: Mapping[str, float]
    value: float


def update_lines(
    plan: Plan,
    weight: str,
    w: float,
    gradient: float,
    state: Mapping[str, float],
    k: int,
    norm: float | None = None,
    held: float | None = None,
) -> list[Line]:
    """The optimizer's lines for one weight at step k: penalties, clipping, then the rule itself.

    gradient: of the mean loss, without penalty; state: the rule's letters before the step; norm: what `clip_norm` says,
    where the plan clips by norm, which needs every weight's gradient; held: what `unit_norms` says of this weight's unit.
    """
    view = next(v for v in plan.views if v.name == weight.partition("_")[0])
    lr = plan.rate(k, plan.schedule.state)
    values = {"w": w, "g": gradient, "lr": lr * view.rate, "k": float(k), "decay": plan.decay * view.decay}
    values |= {**plan.optimizer_knobs, **state}
    lines: list[Line] = []

    def assign(letter: str, expression: Any, extra: Mapping[str, float]) -> None:
        known = {**values, **extra}
        value = float(expression(**known))
        lines.append(Line(letter, expression.tree, known, value))
        values[letter] = value

    for label, penalty in PENALTIES.items():
        strength = getattr(plan, label) * view.decay
        if strength:
            tree = Node("+", (name("g"), penalty.gradient.tree))
            assign("g", Expression.of(tree), {label: strength})
    if not view.trainable:
        return []
    if plan.clip == "value":
        assign("g", CLIPS["value"].rule, {"limit": plan.limit})
    elif plan.clip == "norm" and norm is not None:
        tree = _with_norm(CLIPS["norm"].rule.tree, "g")
        assign("g", Expression.of(tree), {"limit": plan.limit, "norm_g": norm})
    for letter, expression in plan.optimizer.assignments:
        assign(letter, expression, {})
    if held is not None:
        tree = _with_norm(CLIPS["norm"].rule.tree, "w")
        assign("w", Expression.of(tree), {"limit": plan.max_norm, "norm_w": held})
    return lines


def _with_norm(tree: Node, letter: str) -> Node:
    """The rule of `letter` for g; its norm, which looks at many weights, as a letter of its own."""
    if tree.op == "norm":
        return name(f"norm_{letter}")
    if tree.op in ("name", "number"):
        return name(letter) if tree == name("g") else tree
    return Node(tree.op, tuple(_with_norm(a, letter) for a in tree.args))


def clip_norm(plan: Plan, flat: Array, gradient: Array) -> float:
    """‖g‖ as clipping sees it: over all trainable weights, with the penalties; gradient (P,), flat (1, P)."""
    g = np.array(gradient, dtype=float)
    for view in plan.views:
        at = slice(view.offset, view.offset + view.size)
        for label, penalty in PENALTIES.items():
            if strength := getattr(plan, label) * view.decay:
                g[at] += penalty.gradient(w=flat[0, at], **{label: strength})
        if not view.trainable:
            g[at] = 0.0
    return float(np.linalg.norm(g))


def unit_norms(plan: Plan, flat: Array, source: Source) -> dict[str, float]:
    """{"w1_2_1": ‖w‖}: for every weight that max_norm may shorten, the norm of its unit's after one step without it."""
    if not plan.max_norm:
        return {}
    *_, after = steps(dataclasses.replace(plan, max_norm=0.0), flat, source, 1)
    norms = {}
    for layer in plan.layers:
        each = np.linalg.norm(plan.unflatten(after.weights)[layer.w.name], axis=0)
        for i, o in np.ndindex(*layer.w.shape if layer.w.trainable else (0, 0)):
            norms[f"{layer.w.name}_{i + 1}_{o + 1}"] = float(each[o])
    return norms


@dataclass(frozen=True)
class Step:
    """What there is after `number` steps: weights (P,), the loss, outputs (n, o), the optimizer's state (letters, P)."""

    number: int
    weights: Array
    loss: float
    outputs: Array
    state: Array


def steps(plan: Plan, flat: Array, source: Source, count: int) -> Iterator[Step]:
    """Before the first and after each of `count` steps on all rows; dropout is not drawn, as in the trace."""
    engine = Reference()
    kept = tuple(block for block in plan.blocks if not isinstance(block, Dropout))
    plan = dataclasses.replace(plan, batch=0, blocks=kept)
    state = TrainingState.begin(plan, np.asarray(flat, dtype=float))
    everything = source.batch(slice(None), plan=plan)
    for k in range(count + 1):
        if k:
            state = engine.run(plan, state, source, None, Until(epochs=k))
        sums = engine.gradient(plan, state.w, everything)
        loss = float(sums.loss_sum[0] / (sums.weight_sum[0] if plan.rows == "mean" else 1.0))
        outputs = engine.predict(plan, state.w, everything)[0]
        yield Step(k, state.w[0].copy(), loss, outputs, state.slots[:, 0].copy())


@dataclass(frozen=True)
class Path:
    """One way from a weight to the loss: the units it passes, its factors as names, and their product."""

    units: tuple[int, ...]  # of layers l, l+1, … L
    formula: Node
    value: float


def paths(
    plan: Plan, values: Mapping[str, float], weight: str, most: int = 10
) -> tuple[list[Path], int, float, float]:
    """The paths of a weight's gradient, largest first: (paths, how many more, their sum, the sum of all).

    ∂L/∂w = Σ over i_K … i_{l+1} of ∂L/∂s_{i_K} · Π w·f′ · x: the layered sum written out. Needs elementwise
    activations in the hidden layers. Beyond 20 000 paths only those through the largest deltas are walked; the sum of
    the rest is still exact, since the sum of all is the gradient itself.
    """
    view, at_from, at_to = weight.split("_")
    layer = int(view[1:])
    last = len(plan.layers)
    inside = f"x_{at_from}" if layer == 1 else f"y{layer - 1}_{at_from}"
    count = (
        int(np.prod([plan.layers[i].units for i in range(layer, last)], dtype=object)) if layer < last else 1
    )
    keep = [
        range(1, a.units + 1)
        if count <= 20_000
        else sorted(range(1, a.units + 1), key=lambda u, a=a: -abs(values[f"ds{a.index}_{u}"]))[:8]  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        for a in plan.layers
    ]
    found: list[Path] = []

    def walk(units: tuple[int, ...], factors: tuple[Node, ...], product: float) -> None:
        here = layer + len(units) - 1
        if here == last:
            delta = f"ds{last}_{units[-1]}"
            value = product * values[delta] * values[inside]
            found.append(Path(units, times(name(delta), *reversed(factors), name(inside)), value))
            return
        slope_name = f"f{here}_{units[-1]}"
        for unit in keep[here]:
            w = f"w{here + 1}_{units[-1]}_{unit}"
            walk(
                (*units, unit),
                (*factors, times(name(w), name(slope_name))),
                product * values[w] * values[slope_name],
            )

    walk((int(at_to),), (), 1.0)
    found.sort(key=lambda p: -abs(p.value))
    whole = values[f"d{weight}"]
    shown = found[:most]
    return shown, count - len(shown), whole - sum(p.value for p in shown), whole


def slopes(plan: Plan, values: Mapping[str, float]) -> dict[str, float]:
    """f′(s) of every hidden unit, as f1_2: what a delta is multiplied by on its way back."""
    made = {}
    for layer in plan.layers[:-1]:
        for j in range(1, layer.units + 1):
            s, y = values[f"s{layer.index}_{j}"], values[f"y{layer.index}_{j}"]
            made[f"f{layer.index}_{j}"] = float(layer.activation.backward(s=s, y=y, dy=1.0, **layer.knobs))
    return made


def batch_gradient(plan: Plan, flat: Array, batch: Batch) -> tuple[Array, float]:
    """(P,) the gradient of the loss people see (mean or sum over rows), before penalties, and that loss."""
    sums = Reference().gradient(plan, np.asarray(flat, dtype=float), batch)
    scale = float(sums.weight_sum[0]) if plan.rows == "mean" else 1.0
    return sums.grad_sum[0] / scale, float(sums.loss_sum[0]) / scale
