"""trace -> the same trace as Zhou writes it: thresholds θ = −b are subtracted, g and e are −∂E/∂(score)."""

import dataclasses
from typing import Any

from ..errors import PlanError
from ..page.symbols import Symbol, Written, parse_name, partial_symbol, symbol
from ..plan import Plan
from ..rules.expression import Node, make, name
from .derivation import _negate
from .trace import Number, Trace, put


def turned(label: str, plan: Plan) -> bool:
    """Whether Zhou's quantity has the other sign: thresholds, g and e, ∂E/∂θ, and what deltas send down."""
    kind, layer, _ = parse_name(label)
    return kind in ("b", "ds", "db") or kind == "dy" and layer < len(plan.layers)


def with_thresholds(plan: Plan, traced: Trace) -> Trace:
    """The trace in Zhou's letters. Raises PlanError CR-2270 for more than one hidden layer."""
    if len(plan.layers) > 2:
        raise PlanError("CR-2270", layers=len(plan.layers))
    values = {label: -v if turned(label, plan) else v for label, v in traced.values.items()}
    scores: dict[str, Node] = {}
    for label in traced.values:
        kind, layer, at = parse_name(label)
        threshold = f"b{layer}_{at[0]}" if at else ""
        if kind == "s" and threshold in values:
            values[label] = (
                traced.values[label] + values[threshold]
            )  # the score before the threshold is subtracted
            scores[label] = Node("-", (name(label), name(threshold)))
    made = Trace(plan, traced.row, values, {}, traced.shown)
    for stage, numbers in traced.stages.items():
        made.stages[stage] = [_number(plan, n, values, scores) for n in numbers]
    return made


def _number(plan: Plan, n: Number, values: dict[str, float], scores: dict[str, Node]) -> Number:
    kind, layer, at = parse_name(n.name)
    tree = n.formula
    if kind == "s":
        tree = _without(tree, f"b{layer}_{at[0]}")
    elif kind == "dw" or kind == "ds" and layer == len(plan.layers):
        tree = (
            _negate(put(tree, scores)) if kind == "ds" and plan.loss.link else make("neg", put(tree, scores))
        )
    else:
        tree = put(tree, scores)
    difference, rest = n.difference, n.rest
    if turned(n.name, plan):
        difference = None if difference is None else -difference
        rest = None if rest is None else (rest[0], -rest[1])
    return dataclasses.replace(n, formula=tree, value=values[n.name], difference=difference, rest=rest)


def _without(tree: Node, threshold: str) -> Node:
    """The sum without its bias."""
    if tree.op != "+":
        return tree
    if tree.args[1] == name(threshold):
        return tree.args[0]
    return Node("+", (_without(tree.args[0], threshold), tree.args[1]))


def threshold_symbols(plan: Plan, symbols: dict[str, Any]) -> None:
    """The slopes of E, which have no letter of their own in this notation."""
    layers = len(plan.layers)
    big = Symbol("E")
    for label in list(symbols):
        kind, layer, at = parse_name(label)
        if kind in ("dw", "db", "dy") and at:
            below = symbol("_".join([f"{kind[1]}{layer}", *map(str, at)]), layers, "zhou")
            slope = partial_symbol(big, below)
            if turned(label, plan) and kind == "dy":
                slope = Written(f"-{slope.text}", f"-{slope.latex}", f"<mrow><mo>−</mo>{slope.mathml}</mrow>")
            symbols[label] = slope
