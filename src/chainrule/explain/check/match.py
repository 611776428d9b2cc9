"""the user's numbers, the truth -> agreement, or the known mistakes that give exactly these numbers.

A gradient may carry any common factor (learning rate, ½ or 2, 1/n) and, where it is a step, weight decay and momentum:
given = κ·gradient + ρ·w + μ·(the step before, or the gradient before). They are fitted over all weights, points and layers at once; a match has
to hold for every single number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

import numpy as np

from .mistakes import Candidate, Mistake, pairs, singles
from .net import Array, Net, Point, Tape
from .walk import gradients, walk

RELATIVE = 1e-6
"""Code in float64 agrees to about 1e-12; finite differences in the user's own code reach 1e-7."""
PAIR_SECONDS, PAIRS = 6.0, 6000


@dataclass(frozen=True)
class Fit:
    """How the user's numbers are composed, and where they still differ."""

    kappa: float
    terms: Mapping[str, float]  # "decay" ρ, "bias_decay", "momentum" μ: only those that were fitted
    wrong: tuple[str, ...]  # names of the gradients that do not agree, the output layer's first
    error: float  # the largest difference, relative to its gradient
    nothing: bool = False  # nothing there to fit

    @property
    def ok(self) -> bool:
        return not self.wrong and not self.nothing


@dataclass(frozen=True)
class Scale:
    """What is known about the constants before fitting.

    kappa      the factor the user's loss or settings demand; None: any
    positive   whether the factor must be > 0 (a step that goes down); gradients may be of either sign
    terms      the columns that may be fitted: sets of them, the simplest first
    """

    kappa: float | None = None
    positive: bool = False
    terms: tuple[tuple[str, ...], ...] = ((),)


def names_of(points: Sequence[Point]) -> list[str]:
    """The gradients by name, the output layer's first."""
    return sorted(points[0].given, key=lambda n: (-int(n[1:]), n[0] == "b"))


def _column(term: str, name: str, point: Point) -> Array | None:
    """One more summand of the given numbers, None where it plays no part in this gradient."""
    layer = int(name[1:])
    if term == "decay":
        return point.w[layer - 1] if name[0] == "w" else None
    if term == "bias_decay":
        return point.b[layer - 1] if name[0] == "b" else None
    if point.earlier is None or name not in point.earlier.given:
        return None
    return point.earlier.given[name]


def _size(points: Sequence[Point], made: Sequence[Mapping[str, Array]], names: Sequence[str]) -> float:
    """Roughly the common factor: the largest number given by the largest one made."""
    given = max((float(np.abs(p.given[n]).max(initial=0.0)) for p in points for n in names), default=0.0)
    want = max((float(np.abs(m[n]).max(initial=0.0)) for m in made for n in names if n in m), default=0.0)
    return given / want if want and np.isfinite(want) else 0.0


def fit(
    points: Sequence[Point],
    made: Sequence[Mapping[str, Array]],
    scale: Scale,
    terms: Sequence[str] = (),
    *,
    names: Sequence[str] | None = None,
) -> Fit:
    """given = κ·made + Σ terms, each gradient weighted by its own size so that small ones count as much."""
    every = list(names or names_of(points))
    blocks: list[tuple[str, Array, Array, list[Array], float, float]] = []
    shapeless: list[str] = []
    factor = _size(points, made, every)
    quiet = {n: max(p.noise.get(n, 0.0) + factor * p.rounding.get(n, 0.0) for p in points) for n in every}
    for k, (point, model) in enumerate(zip(points, made, strict=True)):
        for name in every:
            given, want = point.given[name], np.asarray(model[name], dtype=float)
            if given.shape != want.shape or not np.isfinite(want).all():
                shapeless.append(name)
                continue
            size = float(np.abs(given).max(initial=0.0))
            noise = point.noise.get(name, 0.0) + factor * point.rounding.get(name, 0.0)
            if size <= noise:
                size = 0.0
            columns = []
            for term in terms:
                before = made[k - 1].get(name) if k and point.earlier is not None else None
                column = before if term == "before" else _column(term, name, point)
                columns.append(
                    np.zeros_like(want) if column is None or column.shape != want.shape else column
                )
            blocks.append((name, given, want, columns, max(RELATIVE * size, noise), noise))
    fixed = scale.kappa is not None
    rows, right = [], []
    for name, given, want, columns, _, noise in blocks:
        size = float(np.abs(given).max(initial=0.0))
        if size <= quiet[name]:
            continue  # nothing but rounding: it is held against the model below, and says nothing of the factor
        size = max(size, noise * 1e7)  # few digits, little to say
        parts = ([] if fixed else [want.ravel()]) + [c.ravel() for c in columns]
        if parts:
            rows.append(np.stack(parts, axis=1) / size)
        right.append((given - (scale.kappa * want if scale.kappa is not None else 0.0)).ravel() / size)
    if not right:
        return Fit(0.0, {}, (), 0.0, nothing=True)
    solved = np.zeros(0)
    if rows:
        matrix, goal = np.concatenate(rows), np.concatenate(right)
        if not np.isfinite(matrix).all() or not np.isfinite(goal).all():
            return Fit(0.0, {}, tuple(every), np.inf)
        if len(terms) and len(goal) < matrix.shape[1] + 2:
            return Fit(0.0, {}, tuple(every), np.inf)  # as many unknowns as numbers: nothing would be shown
        norms = np.linalg.norm(matrix, axis=0)
        idle = [t for t, norm in zip(terms, norms[len(norms) - len(terms) :], strict=True) if norm == 0]
        if (
            idle and len(points) == 1 and set(idle) <= {"momentum", "before"}
        ):  # the first step has none before it
            return fit(points, made, scale, [t for t in terms if t not in idle], names=names)
        if (norms == 0).any():
            return Fit(0.0, {}, tuple(every), np.inf)
        solved = np.linalg.lstsq(matrix / norms, goal, rcond=None)[0] / norms
    kappa = float(scale.kappa if scale.kappa is not None else solved[0])
    found = dict(zip(terms, (float(v) for v in (solved if fixed else solved[1:])), strict=True))
    wrong, error = set(shapeless), 0.0
    for name, given, want, columns, bound, _ in blocks:
        got = kappa * want + sum(
            (found[t] * c for t, c in zip(terms, columns, strict=True)), np.zeros_like(want)
        )
        slack = bound + RELATIVE * float(np.abs(kappa * want).max(initial=0.0)) * 1e-3
        off = float(np.abs(given - got).max(initial=0.0))
        error = max(error, off / max(float(np.abs(given).max(initial=0.0)), 1e-300))
        if off > slack:
            wrong.add(name)
    if kappa == 0.0 or scale.positive and kappa < 0:
        wrong |= set(every)
    return Fit(kappa, found, tuple(n for n in every if n in wrong), error)


def best_fit(points: Sequence[Point], made: Sequence[Mapping[str, Array]], scale: Scale) -> Fit:
    """The simplest fit that agrees; else the plain one."""
    first: Fit | None = None
    for terms in scale.terms:
        tried = fit(points, made, scale, terms)
        if tried.ok and all(abs(v) > 1e-12 for v in tried.terms.values()):
            return tried
        first = first or tried
    assert first is not None
    return first


@dataclass(frozen=True)
class Match:
    """A candidate that gives exactly the user's numbers."""

    candidate: Candidate
    fit: Fit
    values: Sequence[Mapping[str, Array]] = field(repr=False, default=())  # the walk at every point


@dataclass(frozen=True)
class Verdict:
    """What matching found for one reading of the user's network."""

    net: Net
    points: Sequence[Point]
    tapes: Sequence[Tape]
    truth: Fit
    matches: tuple[Match, ...] = ()
    right: Fit | None = None  # the factor read off the topmost gradients that agree

    @property
    def ok(self) -> bool:
        return self.truth.ok


def judge(
    net: Net, points: Sequence[Point], scale: Scale, lr: float | None = None, *, deep: int = 1
) -> Verdict:
    """Compare with the truth; where it differs, compute every known mistake (deep 1), or every two (2)."""
    with np.errstate(all="ignore"):
        tapes = [Tape(net, p) for p in points]
        points = [replace(p, rounding=t.rounding) for p, t in zip(points, tapes, strict=True)]
        truth = best_fit(points, [t.gradient for t in tapes], scale)
        right = None if truth.ok else _topmost(points, tapes, scale)
        if truth.ok or truth.nothing or not deep:
            return Verdict(net, points, tapes, truth, (), right)
        if right is not None:  # what the output layer's gradients are made of, the others are made of too
            scale = Scale(scale.kappa, scale.positive, (tuple(right.terms),))
        return Verdict(net, points, tapes, truth, _search(net, points, tapes, scale, lr, deep), right)


def _topmost(points: Sequence[Point], tapes: Sequence[Tape], scale: Scale) -> Fit | None:
    """The factor of the output layer's gradients, if at least they agree."""
    every = names_of(points)
    for names in ([n for n in every if n[1:] == every[0][1:]], every[:1]):
        for terms in scale.terms:
            tried = fit(points, [t.gradient for t in tapes], scale, terms, names=names)
            if tried.ok and all(abs(v) > 1e-12 for v in tried.terms.values()):
                return tried
    return None


def _search(
    net: Net, points: Sequence[Point], tapes: Sequence[Tape], scale: Scale, lr: float | None, deep: int
) -> tuple[Match, ...]:
    found: list[Match] = []
    if deep == 1:
        found = [m for c in singles(net, tapes[0]) if (m := _try(c, points, tapes, scale, lr))]
    else:
        scale = Scale(
            scale.kappa, scale.positive
        )  # weight decay together with two mistakes would be guessing
        until = monotonic() + PAIR_SECONDS
        for candidate in pairs(net, tapes[0], PAIRS):
            if monotonic() > until:
                break
            if match := _try(candidate, points, tapes, scale, lr):
                found.append(match)
    return _ranked(found, tapes, lr)


def _try(
    candidate: Candidate, points: Sequence[Point], tapes: Sequence[Tape], scale: Scale, lr: float | None
) -> Match | None:
    values: list[dict[str, Any]] = []
    made: list[dict[str, Array]] = []
    usable: list[int] = []
    for k, tape in enumerate(tapes):
        stale = any(m.name == "stale" for m, _ in candidate.parts)
        if stale and tape.point.earlier is None:
            continue  # the first pass has nothing older to be stale with
        try:
            walked = walk(tape, candidate.changes, lr)
            made.append(gradients(tape, walked))
        except (ValueError, KeyError, IndexError, TypeError):
            return None
        values.append(walked)
        usable.append(k)
        if len(usable) == 1 and k == 0 and len(tapes) > 1:  # most candidates are out after the first point
            if (
                not best_fit([points[0]], made, scale).ok
                and sum(g.size for g in points[0].given.values()) > 5
            ):
                return None
    if not usable:
        return None
    some = [points[k] for k in usable]
    if all(np.allclose(m[n], tapes[k].gradient[n], rtol=1e-9, atol=0) if m[n].shape == tapes[k].gradient[n].shape
           else False for k, m in zip(usable, made, strict=True) for n in m):  # fmt: skip
        return None  # no mistake here: it changes nothing
    tried = best_fit(some, made, scale)
    return Match(candidate, tried, values) if tried.ok else None


def _ranked(found: list[Match], tapes: Sequence[Tape], lr: float | None) -> tuple[Match, ...]:
    """The likeliest first: a nameable factor, fewer layers, the order of the table. One match per set of names."""

    def rank(match: Match) -> tuple[bool, bool, int, int]:
        factors = any(m.code >= "CR-2882" for m, _ in match.candidate.parts)
        layers = sum(len(where) for _, where in match.candidate.parts)
        return (
            name_factor(match.fit.kappa / (lr or 1.0), tapes[0]) is None,
            factors,
            len(match.candidate.parts) * 100 + len(match.fit.terms) * 10 + (0 if layers == 1 else layers),
            0,
        )

    kept: dict[tuple[Any, ...], Match] = {}
    for match in sorted(found, key=rank):
        names: list[Mistake] = [m for m, _ in match.candidate.parts]
        kept.setdefault(tuple(sorted(m.name for m in names)), match)
    return tuple(kept.values())


def name_factor(kappa: float, tape: Tape) -> str | None:
    """The loss a factor stands for: "½Σ(y − t)²", "Σ(y − t)² / n", …; None where no usual constant gives it."""
    n, outputs = tape.point.t.shape
    halved = tape.net.loss.c == 0.5
    for over, divisor in (("", 1.0), (" / n", n), (" / (n·l)", n * outputs), (" / l", outputs)):
        for sign, constant in (("½", 1.0), ("", 2.0), ("2·", 4.0)) if halved else (("", 1.0),):
            if np.isclose(abs(kappa), constant / divisor, rtol=1e-6, atol=0):
                return f"{sign}Σ{_body(tape)}{over}"
    return None


def _body(tape: Tape) -> str:
    loss = tape.net.loss
    if loss.name == "half_squared":
        return "(y − t)²"
    return f"[{loss.value}]"
