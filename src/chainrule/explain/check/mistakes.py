"""the backward pass -> its known mistakes: one row each, saying which quantity comes out differently."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ...rules.activations import ACTIVATIONS, Activation
from ...rules.expression import Expression
from .net import Array, Net, Tape
from .walk import PLAIN, At, Change


@dataclass(frozen=True)
class Mistake:
    """One way to get a gradient wrong.

    code      the sentences: its name, what happened, how to mend it (three lines of one message)
    where     the layers it can befall: "hidden", "output", "sloped" (whose slope is the user's to apply), "above"
              (2 …, whose delta goes further back), "bias", "owned" (output whose loss owns the slope), "dropped" (entered
              through dropout), "feeds_dropout", "any"
    quantity  what changes in the walk; a "*" behind it multiplies on top of another change
    mends     the quantities whose line of code is to be written anew, from ("dx", "ds", "dw", "db")
    also      what else changes in the same layers, where two quantities go wrong together
    """

    name: str
    code: str
    where: str
    quantity: str
    change: Change
    mends: tuple[str, ...]
    also: tuple[tuple[str, Change], ...] = ()


def _other(name: str) -> Change:
    return lambda a: a.through(a.dy, rule=ACTIVATIONS[name])


def _outer_units(a: At) -> Array:
    """delta (u,) against slopes (u,) as a row against a column: every unit gets Σ over the units (one row of data)."""
    _some(len(a.dy) != 1 or a.x.shape != a.dy.shape)
    mixed = a.x * a.through(np.ones_like(a.dy))  # (1, u): needs as many inputs as units
    return np.asarray((a.dy * mixed.sum(axis=1, keepdims=True)).T @ np.ones((1, a.dy.shape[1])))


def _some(there_is_none: object) -> None:
    """Leaves a change that makes no sense here: the walk drops it."""
    if there_is_none:
        raise ValueError


def _only_last_row(a: At) -> Array:
    _some(len(a.ds) < 2)
    return np.asarray(a.x[-1:].T @ a.ds[-1:])


def _below(a: At) -> Array:
    """The slope at what enters the layer in place of what leaves it."""
    _some(a.layer < 2)
    return a.through(a.dy, s=a.tape.s(a.layer - 1), y=a.tape.y(a.layer - 1))


def _next(a: At) -> Array:
    _some(a.last)
    return a.through(a.dy, s=a.tape.s(a.layer + 1), y=a.tape.y(a.layer + 1), rule=a.net.activations[a.layer])


def _stale(a: At) -> Tape:
    _some(a.tape.earlier is None)
    assert a.tape.earlier is not None
    return a.tape.earlier


def _stale_slope(a: At) -> Array:
    old = _stale(a)
    if a.owned:
        return a.dy
    return a.through(a.dy, s=old.s(a.layer), y=old.y(a.layer))


def _stale_input(a: At) -> Array:
    return _stale(a).x(a.layer)


def _diagonal(a: At) -> Array:
    """y(1 − y) where softmax has its whole Jacobian."""
    _some(a.activation.name != "softmax")
    return a.through(a.dy, rule=ACTIVATIONS["sigmoid"])


def _sums(a: At) -> Array:
    """Σ over the outputs of the weight gradients, row by row, where Σ delta·w belongs."""
    return np.asarray(a.x * a.ds.sum(axis=1, keepdims=True))


def _target_row(a: At) -> Array:
    """Targets (n,) against outputs (n, 1): every output is compared with every target, and the mean or sum taken."""
    _some(len(a.dy) < 2 or a.dy.shape[1] != 1)
    loss, t = a.net.loss, a.tape.point.t
    slope = loss.gradient(s=a.s, y=a.y, t=t.T, **loss.knobs) * np.ones((len(t), len(t)))
    return np.asarray(slope.mean(axis=1, keepdims=True) * loss.c)


def _loss_value(a: At) -> Array:
    loss = a.net.loss
    return np.asarray(
        loss.forward(s=a.s, y=a.y, t=a.tape.point.t, **loss.knobs) * loss.c * np.ones_like(a.dy)
    )


def _weights_below(a: At) -> Array:
    return np.asarray(a.ds @ a.tape.point.w[a.layer - 2].T)


def _score_below(a: At) -> Array:
    _some(a.layer < 2)
    return a.tape.s(a.layer - 1)


def _no_dropout(a: At) -> Array:
    return a.dx


def _no_scale(a: At) -> Array:
    assert a.keep is not None
    return np.asarray(a.dx * a.keep)


def _after_dropout(a: At) -> Array:
    """The slope of what dropout left of the output, which also carries its mask."""
    return a.through(a.values[f"dx{a.layer + 1}"], y=a.tape.x(a.layer + 1), s=a.tape.x(a.layer + 1))


def _slope_wrong_letter(a: At) -> Array:
    """y(1 − y) of the net input: the slope is written for the output and got the score."""
    return a.through(a.dy, y=a.s)


def _slope_of_output(a: At) -> Array:
    """f′(y): the slope is written for the score and got the output."""
    again = a.activation.forward(s=a.y, **a.activation.knobs) * np.ones_like(a.y)
    return a.through(a.dy, s=a.y, y=again)


def _slope_without_one(a: At) -> Array:
    """y in place of y(1 − y): half of the slope left out."""
    _some(a.activation.name != "sigmoid")
    return np.asarray(a.dy * a.y)


def _gradient_mask(a: At) -> Array:
    _some(a.activation.name not in ("relu", "leaky_relu"))
    return a.through(a.dy, s=a.dy, y=a.dy)


MISTAKES: tuple[Mistake, ...] = (
    Mistake("updated_first", "CR-2850", "above", "dx", lambda a: a.ds @ a.after.T, ("order",)),
    Mistake("slope_missing", "CR-2851", "sloped", "ds", lambda a: a.dy, ("ds",)),
    Mistake("slope_twice", "CR-2852", "sloped", "ds", lambda a: a.through(a.through(a.dy)), ("ds",)),
    Mistake("slope_on_owned", "CR-2853", "owned", "ds", lambda a: a.through(a.dy), ("ds",)),
    Mistake("slope_on_owned", "CR-2853", "owned", "ds", _diagonal, ("ds",)),
    Mistake("softmax_diagonal", "CR-2854", "sloped", "ds", _diagonal, ("ds",)),
    Mistake("slope_at_score", "CR-2855", "sloped", "ds", _slope_wrong_letter, ("ds",)),
    Mistake("slope_at_output", "CR-2856", "sloped", "ds", _slope_of_output, ("ds",)),
    Mistake("slope_half", "CR-2857", "sloped", "ds", _slope_without_one, ("ds",)),
    *(
        Mistake("slope_of_another", "CR-2858", "sloped", "ds", _other(name), ("ds",))
        for name in ("sigmoid", "tanh", "relu")
    ),
    Mistake("slope_of_wrong_layer", "CR-2859", "hidden", "ds", _next, ("ds",)),
    Mistake("slope_of_wrong_layer", "CR-2859", "sloped", "ds", _below, ("ds",)),
    Mistake("mask_of_gradient", "CR-2860", "hidden", "ds", _gradient_mask, ("ds",)),
    Mistake("weights_transposed", "CR-2861", "above", "dx", lambda a: a.ds @ a.w, ("dx",)),
    Mistake("weights_transposed", "CR-2861", "above", "dx", lambda a: a.ds @ a.w.reshape(a.w.T.shape), ("dx",)),
    Mistake("gradient_transposed", "CR-2862", "any", "dw*", lambda a: a.dw.T, ("dw",)),
    Mistake("gradient_transposed", "CR-2862", "any", "dw*", lambda a: a.dw.T.reshape(a.w.shape), ("dw",)),
    Mistake("broadcast", "CR-2863", "hidden", "dw", _outer_units, ("dx", "dw")),
    Mistake("broadcast", "CR-2863", "sloped", "ds",
            lambda a: a.dy * a.through(np.ones_like(a.dy)).sum(1, keepdims=True),
            ("dx", "ds")),
    Mistake("broadcast", "CR-2863", "sloped", "ds",
            lambda a: a.through(np.ones_like(a.dy)) * a.dy.sum(1, keepdims=True),
            ("dx", "ds")),
    Mistake("target_broadcast", "CR-2864", "output", "dy", _target_row, ("ds",)),
    Mistake("sums_for_delta_w", "CR-2865", "above", "dx", _sums, ("dx",)),
    Mistake("without_weights", "CR-2866", "above", "dx",
            lambda a: a.ds.sum(1, keepdims=True) * np.ones((1, a.w.shape[0])), ("dx",)),
    Mistake("weights_of_wrong_layer", "CR-2867", "above", "dx", _weights_below, ("dx",)),
    Mistake("error_not_delta", "CR-2868", "above", "dx", lambda a: a.dy @ a.w.T, ("dx",)),
    Mistake("error_in_gradient", "CR-2869", "any", "dw", lambda a: a.x.T @ a.dy, ("dw",)),
    Mistake("score_for_output", "CR-2870", "any", "x", _score_below, ("dw",)),
    Mistake("wrong_input", "CR-2871", "any", "x", lambda a: a.y, ("dw",)),
    Mistake("wrong_input", "CR-2871", "above", "x", lambda a: a.tape.y(0), ("dw",)),
    Mistake("stale", "CR-2872", "any", "x", _stale_input, (), also=(("ds", _stale_slope),)),
    Mistake("stale", "CR-2872", "sloped", "ds", _stale_slope, ()),
    Mistake("stale", "CR-2872", "any", "x", _stale_input, ()),
    Mistake("loss_for_slope", "CR-2873", "output", "dy", _loss_value, ("ds",)),
    Mistake("one_row_only", "CR-2874", "any", "dw", _only_last_row, ("dw",)),
    Mistake("bias_missing", "CR-2875", "bias", "db", lambda a: 0 * a.ds.sum(axis=0), ("db",)),
    Mistake("bias_not_summed", "CR-2876", "bias", "db", lambda a: a.ds, ("db",)),
    Mistake("bias_not_summed", "CR-2876", "bias", "db", lambda a: a.ds[-1], ("db",)),
    Mistake("bias_not_summed", "CR-2876", "bias", "db", lambda a: a.ds[0], ("db",)),
    Mistake("bias_over_units", "CR-2877", "bias", "db", lambda a: np.full(a.ds.shape[1], a.ds.sum()), ("db",)),
    Mistake("dropout_missing", "CR-2878", "dropped", "back", _no_dropout, ()),
    Mistake("dropout_scale_missing", "CR-2879", "dropped", "back", _no_scale, ()),
    Mistake("slope_after_dropout", "CR-2893", "feeds_dropout", "ds", _after_dropout, ()),
    Mistake("slope_after_dropout", "CR-2893", "feeds_dropout", "ds",
            lambda a: a.through(a.dy, y=a.tape.x(a.layer + 1), s=a.tape.x(a.layer + 1)), ("ds",)),
    Mistake("sign", "CR-2880", "hidden", "ds*", lambda a: -a.ds, ("ds",)),
    Mistake("sign", "CR-2880", "any", "dw*", lambda a: -a.dw, ("dw",), also=(("db*", lambda a: -a.db),)),
    Mistake("sign", "CR-2880", "any", "dw*", lambda a: -a.dw, ("dw",)),
    Mistake("sign", "CR-2880", "bias", "db*", lambda a: -a.db, ("db",)),
    Mistake("never_moves", "CR-2881", "any", "dw*", lambda a: 0 * a.dw, ()),
)  # fmt: skip


def _factors(name: str, code: str, factor: Callable[[At], float | None]) -> tuple[Mistake, ...]:
    def times(quantity: str) -> Change:
        def change(a: At) -> Array:
            by = factor(a)
            if by is None or by == 1.0:
                raise ValueError
            return np.asarray(getattr(a, quantity) * by)

        return change

    return (
        Mistake(name, code, "hidden", "ds*", times("ds"), ()),
        Mistake(name, code, "any", "dw*", times("dw"), (), also=(("db*", times("db")),)),
        Mistake(name, code, "any", "dw*", times("dw"), ()),
        Mistake(name, code, "bias", "db*", times("db"), ()),
    )


FACTORS: tuple[Mistake, ...] = (
    *_factors("sum_for_mean", "CR-2882", lambda a: float(len(a.ds))),
    *_factors("mean_for_sum", "CR-2883", lambda a: 1.0 / len(a.ds)),
    *_factors("two_for_half", "CR-2884", lambda a: 2.0),
    *_factors("half_for_two", "CR-2885", lambda a: 0.5),
    *_factors("rate_twice", "CR-2886", lambda a: a.lr),
)
"""Constants that one layer has and another has not; over the whole net they are the loss chosen, and no mistake."""


@dataclass(frozen=True)
class Candidate:
    """One or two mistakes at their layers; `unit`: only in one column of what changes."""

    parts: tuple[tuple[Mistake, tuple[int, ...]], ...]
    unit: int | None = None

    @property
    def changes(self) -> dict[tuple[str, int], Change]:
        made = {(m.quantity, i): m.change for m, layers in self.parts for i in layers}
        made |= {(q, i): change for m, layers in self.parts for i in layers for q, change in m.also}
        return made if self.unit is None else {k: _column(k[0], c, self.unit) for k, c in made.items()}


def _column(quantity: str, change: Change, unit: int) -> Change:
    def changed(a: At) -> Array:
        whole = np.array(getattr(a, quantity[:-1]) if quantity.endswith("*") else PLAIN[quantity](a))
        new = np.asarray(change(a))
        _some(new.shape != whole.shape or unit >= whole.shape[-1])
        whole[..., unit] = new[..., unit]
        return whole

    return changed


def places(mistake: Mistake, net: Net, tape: Tape) -> tuple[int, ...]:
    """The layers this mistake can befall."""
    every = range(1, net.layers + 1)
    match mistake.where:
        case "hidden":
            return tuple(every)[:-1]
        case "output":
            return (net.layers,)
        case "owned":
            return (net.layers,) if net.owned else ()
        case "sloped":
            return tuple(i for i in every if i < net.layers or not net.owned)
        case "above":
            return tuple(every)[1:]
        case "bias":
            return tuple(i for i in every if tape.point.b[i - 1] is not None)
        case "dropped":
            return tuple(i for i in every if i > 1 and i in tape.point.keep)
        case "feeds_dropout":
            return tuple(i for i in every if i + 1 in tape.point.keep)
        case _:
            return tuple(every)


def singles(net: Net, tape: Tape) -> Iterator[Candidate]:
    """Every mistake, at all its layers at once and at each alone."""
    for mistake in (*MISTAKES, *FACTORS):
        layers = places(mistake, net, tape)
        groups = [layers, *((i,) for i in layers)] if len(layers) > 1 else [layers]
        if len(layers) > 2 and net.layers in layers:
            groups.append(layers[:-1])  # the loop over the hidden layers
        for group in groups:
            if group:
                yield Candidate(((mistake, group),))


def in_one_unit(net: Net, tape: Tape, most: int = 12) -> Iterator[Candidate]:
    """Every mistake in one unit of one layer: where each unit has lines of its own."""
    widths = tape.point.sizes
    if max(widths[1:]) > most:
        return
    for mistake in (*MISTAKES, *FACTORS):
        if mistake.quantity.rstrip("*") not in ("ds", "dw", "db", "dx"):
            continue
        for layer in places(mistake, net, tape):
            for unit in range(widths[layer - 1] if mistake.quantity == "dx" else widths[layer]):
                yield Candidate(((mistake, (layer,)),), unit)


def pairs(net: Net, tape: Tape, most: int) -> Iterator[Candidate]:
    """Two different mistakes at once, as long as they do not change the same quantity of the same layer."""
    alone = [c for c in singles(net, tape) if c.parts[0][0] not in FACTORS]
    count = 0
    for one, other in combinations(alone, 2):
        if one.parts[0][0].name == other.parts[0][0].name or one.changes.keys() & other.changes.keys():
            continue
        count += 1
        if count > most:
            return
        yield Candidate((*one.parts, *other.parts))


def slope_text(rule: Activation, y: str, s: str) -> str | None:
    """The slope as NumPy code in the user's names; None where the rule's is no plain product (softmax)."""
    if rule.back:
        return None
    from ...rules.words import read

    return str(read(Expression(rule.gradient.text).tree, _Code(y, s, rule))[0])


class _Code:
    """Python as the user writes it: np. in front of functions, the user's names for y and s."""

    def __init__(self, y: str, s: str, rule: Activation) -> None:
        from ...rules.words import TEXT

        self.text, self.names, self.knobs = TEXT, {"y": y, "s": s}, rule.knobs

    def number(self, value: float) -> tuple[str, int]:
        return self.text.number(value)

    def name(self, name: str) -> tuple[str, int]:
        if name in self.knobs:
            return self.text.number(float(self.knobs[name]))
        shown = self.names.get(name, name)
        return self.text.name(shown if name in self.names else f"np.{name}")

    def apply(self, op: str, args: Sequence[tuple[str, int]]) -> tuple[str, int]:
        from ...rules.expression import FUNCTIONS

        made = self.text.apply(op, args)
        if op not in FUNCTIONS:
            return made
        inside = ", ".join(a[0] for a in args)
        return f"np.{FUNCTIONS[op].numpy}({inside})", made[1]
