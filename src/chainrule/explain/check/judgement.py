"""a verdict -> a report: faults with the wrong entries, notes on the conventions recognized."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .match import RELATIVE, Fit, Match, Scale, Verdict, name_factor, names_of
from .net import Array, Point
from .report import Entry, Fault, Report, Said, places

Mend = Callable[[Match], tuple[tuple[str, int, str], ...]]


@dataclass(frozen=True)
class Display:
    """How the user calls the gradients and which way round the arrays are."""

    names: Mapping[str, str] = field(default_factory=dict)
    flipped: Mapping[str, bool] = field(default_factory=dict)
    mend: Mend | None = None
    entries: Mapping[tuple[str, tuple[int, ...]], str] = field(
        default_factory=dict
    )  # of single numbers: "w5"

    def entry(self, name: str, index: tuple[int, ...], yours: float, true: float) -> Entry:
        if (name, index) in self.entries:
            return Entry(self.entries[name, index], (), yours, true, self.name(name))
        shown = index[::-1] if self.flipped.get(name) else index
        return Entry(self.name(name), shown, yours, true, self.name(name))

    def name(self, name: str) -> str:
        return self.names.get(name, name)


@dataclass(frozen=True)
class Asked:
    """What the loss or the settings demand of the constants; None: nothing is known."""

    kappa: float | None = None
    decay: float | None = None
    bias_decay: float | None = None
    declared: float | None = None  # λ of the settings, whose scale is open
    step: bool = False  # the numbers are steps, old − new
    lr: float | None = None


def report_of(
    verdict: Verdict, asked: Asked, display: Display, extra: Sequence[Said] = (), **more: Any
) -> Report:
    """The report of one verdict."""
    net, points = verdict.net, verdict.points
    shape = "-".join(str(n) for n in points[0].sizes)
    every = names_of(points)
    if verdict.ok:
        faults = constant_faults(verdict, asked, display)
        notes = [*notes_on(verdict.truth, verdict, asked), *extra]
        wrong: list[str] = [
            n for n in every if any(e.of == display.name(n) for f in faults for e in f.entries)
        ]
        return Report(
            not faults, tuple(faults), tuple(notes), tuple(display.name(n) for n in wrong),
            tuple(display.name(n) for n in every if n not in wrong), net.words(), shape, **more,
        )  # fmt: skip
    if verdict.matches:
        first = verdict.matches[0]
        truth = _true(verdict, first.fit)
        wrong = _wrong_names(verdict, truth)
        rivals = tuple(m for m in verdict.matches[1:] if not _same_words(first, m))
        mend = display.mend(first) if display.mend else ()
        faults = [
            Fault(
                mistake.name, mistake.code, places(layers), layers,
                entries_of(verdict, truth, wrong, display) if k == 0 else (),
                tuple((m.name, m.code, where) for r in rivals for m, where in r.candidate.parts) if k == 0 else (),
                mend if k == len(first.candidate.parts) - 1 else (),
            )
            for k, (mistake, layers) in enumerate(first.candidate.parts)
        ]  # fmt: skip
        notes = [*notes_on(first.fit, verdict, asked), *extra]
    else:
        right = verdict.right or verdict.truth
        truth = _true(verdict, right)
        wrong = _wrong_names(verdict, truth)
        layer = max((int(n[1:]) for n in wrong), default=net.layers)
        faults = [
            Fault(
                "unknown", "CR-2890", places((layer,)), (layer,), entries_of(verdict, truth, wrong, display)
            )
        ]
        notes = list(extra)
    return Report(
        False, tuple(faults), tuple(notes), tuple(display.name(n) for n in wrong),
        tuple(display.name(n) for n in every if n not in wrong), net.words(), shape, **more,
    )  # fmt: skip


KIN = {"slope_missing": {"slope_of_another", "error_in_gradient", "slope_of_wrong_layer"}}
"""Other words for the same thing where the numbers are the same; not worth a reader's time."""


def _same_words(first: Match, other: Match) -> bool:
    mine = {m.name for m, _ in first.candidate.parts}
    return all(
        m.name in mine or any(m.name in KIN.get(n, ()) for n in mine) for m, _ in other.candidate.parts
    )


def _true(verdict: Verdict, fit: Fit) -> list[dict[str, Array]]:
    """What the user's numbers should have been, in the user's own scale."""
    from .match import _column

    made: list[dict[str, Array]] = []
    for k, (point, tape) in enumerate(zip(verdict.points, verdict.tapes, strict=True)):
        row = {}
        for name, gradient in tape.gradient.items():
            value = fit.kappa * gradient
            for term, factor in fit.terms.items():
                if term == "before":
                    column = verdict.tapes[k - 1].gradient[name] if k else None
                else:
                    column = _column(term, name, point)
                if column is not None:
                    value = value + factor * column
            row[name] = value
        made.append(row)
    return made


def _wrong_names(verdict: Verdict, truth: Sequence[Mapping[str, Array]]) -> list[str]:
    wrong = []
    for name in names_of(verdict.points):
        for point, true in zip(verdict.points, truth, strict=True):
            given, want = point.given[name], true[name]
            bound = max(RELATIVE * float(np.abs(want).max(initial=0.0)), noise_of(verdict, point, name))
            if given.shape != want.shape or float(np.abs(given - want).max(initial=0.0)) > bound:
                wrong.append(name)
                break
    return wrong


def noise_of(verdict: Verdict, point: Point, name: str) -> float:
    """What rounding may do to a given gradient."""
    kappa = (verdict.right or verdict.truth).kappa
    return point.noise.get(name, 0.0) + abs(kappa) * point.rounding.get(name, 0.0)


def entries_of(
    verdict: Verdict,
    truth: Sequence[Mapping[str, Array]],
    wrong: Sequence[str],
    display: Display,
    most: int = 4,
) -> tuple[Entry, ...]:
    """The largest differences of each wrong gradient at the first point that shows them, in reading order."""
    found: list[Entry] = []
    for name in wrong:
        for point, true in zip(verdict.points, truth, strict=True):
            given, want = point.given[name], true[name]
            if given.shape != want.shape:
                break
            off = np.abs(given - want)
            noise = noise_of(verdict, point, name)
            if not off.max(initial=0.0) > noise:
                continue
            largest = sorted(np.argsort(-off, axis=None, kind="stable")[:most].tolist())
            for place in largest:
                index = tuple(int(i) for i in np.unravel_index(place, off.shape))
                if off[index] <= max(noise, RELATIVE * float(np.abs(want).max())):
                    continue  # rounding
                found.append(display.entry(name, index, float(given[index]), float(want[index])))
            break
    return tuple(sorted(found, key=lambda e: (wrong_order(e.of, wrong, display), e.index)))


def wrong_order(shown: str, wrong: Sequence[str], display: Display) -> int:
    return [display.name(n) for n in wrong].index(shown)


def notes_on(fit: Fit, verdict: Verdict, asked: Asked) -> list[Said]:
    """The constants and conventions that were recognized."""
    notes: list[Said] = []
    tape = verdict.tapes[0]
    rate = asked.lr or 1.0
    name = name_factor(fit.kappa / rate, tape)
    if fit.kappa < 0 and not asked.step:
        notes.append(("CR-2930", {}))
    if name is not None and (not asked.step or asked.lr is not None):
        notes.append(("CR-2928", {"loss": name}))
    elif not asked.step and asked.kappa is None and fit.kappa:
        notes.append(("CR-2929", {"kappa": abs(fit.kappa), "loss": name_factor(1.0, tape) or "E"}))
    for term, code in (("decay", "CR-2931"), ("bias_decay", "CR-2940")):
        if fit.terms.get(term) and asked.decay is None and asked.declared is None:
            notes.append((code, {"rho": fit.terms[term]}))
    if fit.terms.get("momentum"):
        notes.append(("CR-2932", {"mu": fit.terms["momentum"]}))
    if fit.terms.get("before"):
        notes.append(("CR-2951", {"mu": fit.terms["before"] / fit.kappa}))
    return notes


def constant_faults(verdict: Verdict, asked: Asked, display: Display) -> list[Fault]:
    """Directions agree; do the constants agree with the loss as well?"""
    fit, net, point = verdict.truth, verdict.net, verdict.points[0]
    faults: list[Fault] = []
    layers = tuple(range(1, net.layers + 1))
    n = point.rows
    if asked.step and fit.kappa < 0:
        faults.append(Fault("uphill", "CR-2891", places(layers), layers))
    if asked.kappa is not None and not np.isclose(abs(fit.kappa), asked.kappa, rtol=1e-5, atol=0):
        ratio = abs(fit.kappa) / asked.kappa
        named = {float(n): ("sum_for_mean", "CR-2882"), 1.0 / n: ("mean_for_sum", "CR-2883"),
                 0.5: ("half_for_two", "CR-2885"), 2.0: ("two_for_half", "CR-2884")}  # fmt: skip
        if asked.lr is not None:
            named.setdefault(asked.lr, ("rate_twice", "CR-2886"))
        hits = [
            row for value, row in named.items() if value != 1 and np.isclose(ratio, value, rtol=1e-5, atol=0)
        ]
        truth = [
            {k: asked.kappa * np.sign(fit.kappa) * g for k, g in t.gradient.items()} for t in verdict.tapes
        ]
        entries = (
            entries_of(verdict, truth, names_of(verdict.points), display, most=1) if not fit.terms else ()
        )
        name, code = hits[0] if hits else ("constant", "CR-2892")
        values = {**places(layers), "ratio": f"{ratio:.6g}"}
        others = tuple((a, b, layers) for a, b in hits[1:])
        faults.append(Fault(name, code, values, layers, entries, others))
    return faults + _penalty_faults(
        fit, net.layers, n, asked, [i for i, b in enumerate(point.b, 1) if b is not None]
    )


def _penalty_faults(fit: Fit, layers: int, n: int, asked: Asked, with_bias: Sequence[int]) -> list[Fault]:
    sign = 1.0 if fit.kappa > 0 or asked.step else -1.0
    found, on_bias = sign * fit.terms.get("decay", 0.0), sign * fit.terms.get("bias_decay", 0.0)
    every, faults = tuple(range(1, layers + 1)), []
    wanted = asked.decay
    if wanted is None and asked.declared is not None:
        rate = asked.lr if asked.step and asked.lr else 1.0
        usual = [asked.declared * c * rate / d for d in (1.0, float(n)) for c in (1.0, 2.0)]
        wanted = next((u for u in usual if np.isclose(found, u, rtol=1e-5, atol=0)), usual[0])
    if wanted is None:
        return []
    if wanted and not found:
        faults.append(Fault("regularization_missing", "CR-2887", places(every), every))
    elif not np.isclose(found, wanted, rtol=1e-5, atol=1e-12):
        values = {**places(every), "found": f"{found:.6g}", "wanted": f"{wanted:.6g}"}
        faults.append(Fault("regularization_scale", "CR-2889", values, every))
    if on_bias and not asked.bias_decay:
        faults.append(Fault("regularization_on_bias", "CR-2888", places(with_bias), tuple(with_bias)))
    return faults


def scale_of(asked: Asked, *, momentum: bool, decay: bool = True) -> Scale:
    """Which constants are fitted: for steps the factor must go downhill or all layers share one sign."""
    terms: list[tuple[str, ...]] = [()]
    if decay:
        terms += [("decay",), ("decay", "bias_decay"), ("bias_decay",)]
    if momentum:
        terms += [("momentum",), ("decay", "momentum"), ("before",)]
    return Scale(None, False, tuple(terms))
