"""the record of a listing -> its network: forward passes as chains f(x·w + b), the targets, the steps between them.

A forward pass is recognized by its values: the result of a product, plus what was added, through an activation of the
rules' table, is what the next product is fed. Weights are what stands beside it; a step is the difference between the
weights of one forward pass and those of the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import CheckError
from ...rules.activations import ACTIVATIONS
from .net import Array, Point
from .record import Event, Record

FORWARD = ("sigmoid", "tanh", "relu", "identity", "leaky_relu", "elu", "softplus", "silu", "gelu")
OUTPUT = ("sigmoid", "tanh", "softmax", "relu", "identity", "softplus", "exp", "leaky_relu", "elu")
FAR = 1200  # events between one product and the next of the same forward pass
STEPS = 4
Score = tuple[int, Array, int | None, float, Array | None]
"""(the score's ref, s (n, o), the bias's ref, its sign, b (o,))"""


@dataclass(frozen=True)
class Link:
    """One layer of one forward pass."""

    event: int
    side: str  # where the weights stand in the product: "right" x·W, "left" W·x
    w_ref: int
    x_ref: int
    b_ref: int | None
    b_sign: float
    w: Array  # (i, o)
    b: Array | None  # (o,)
    x: Array  # (n, i)
    s: Array  # (n, o)
    y_ref: int
    activations: tuple[str, ...]  # all that give this output
    inside: str = ""  # "first" or "last": a row of the weights is the bias

    @property
    def units(self) -> int:
        return int(self.w.shape[1])


@dataclass(frozen=True)
class Chain:
    links: tuple[Link, ...]
    t: Array
    t_ref: int
    end: int  # the event where the output is known

    @property
    def start(self) -> int:
        return self.links[0].event


@dataclass(frozen=True)
class Seen:
    """What a listing does: chains, and points where its steps can be compared."""

    chains: tuple[Chain, ...]
    points: tuple[Point, ...]
    at: tuple[Chain, ...]  # the chain of each point
    activations: tuple[tuple[str, ...], ...]  # per layer
    stacked: bool = False


def _same(a: Array, b: Array) -> bool:
    if a.shape != b.shape:
        return False
    if not a.size:
        return True
    one, other = a.flat[0], b.flat[0]
    if not abs(one - other) <= 1e-13 + 1e-9 * abs(other):  # most comparisons end here; NaN too
        return False
    return bool((np.abs(a - b) <= 1e-13 + 1e-9 * np.abs(b)).all())


class Finder:
    """Searches one record."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.products = list(record.products())
        self.outputs: dict[tuple[int, tuple[str, ...]], tuple[Array, dict[str, Array]]] = {}
        self.far = FAR
        self.adds: dict[int, list[tuple[int, Event, int]]] = {}
        self.subs: list[tuple[int, Event]] = []
        for k, e in enumerate(record.events):
            if e.op in ("+", "-", "add", "subtract") and len(e.operands) == 2 and None not in e.operands:
                for place in (0, 1):
                    ref = e.operands[place]
                    assert ref is not None
                    self.adds.setdefault(ref, []).append((k, e, place))
                if e.op in ("-", "subtract"):
                    self.subs.append((k, e))

    def array(self, ref: int | None) -> Array:
        assert ref is not None
        return self.record.arrays[ref]

    # one layer ----------------------------------------------------------------------------------------------------

    def sides(self, event: Event) -> list[tuple[str, Array, Array, Array]]:
        """(side, x (n, i), w (i, o), product (n, o)) for both ways to read a product."""
        a, b, p = self.array(event.operands[0]), self.array(event.operands[1]), self.array(event.ref)
        made = []
        if a.ndim == 0 or b.ndim == 0:
            return []
        if event.op == "inner" and b.ndim == 2:
            b = b.T
        for side, x, w in (("right", a, b), ("left", b, a)):
            wm = (
                (w.reshape(-1, 1) if w.ndim == 1 else w)
                if side == "right"
                else (w.reshape(-1, 1) if w.ndim == 1 else w.T)
            )
            xm = x.reshape(1, -1) if x.ndim == 1 else x if side == "right" else x.T
            if xm.shape[1] == wm.shape[0] and xm.shape[0] * wm.shape[1] == p.size:
                pm = xm @ wm
                made.append((side, xm, wm, pm))
        return made

    def shaped(self, value: Array, like: Array, side: str) -> Array | None:
        """A recorded value as (n, o) of a layer whose weights stand on that side."""
        if value.ndim == 2 and side == "left" and value.shape == like.T.shape:
            return value.T
        if value.shape == like.shape:
            return value
        if value.size == like.size and (value.ndim < 2 or min(value.shape) == 1 and min(like.shape) == 1):
            return value.reshape(like.shape)
        return None

    def scores(self, k: int, event: Event, side: str, product: Array) -> list[Score]:
        """(score's ref, s (n, o), bias's ref, its sign, b (o,)): the product, and each sum it enters soon after."""
        found: list[Score] = []
        for at, add, place in self.adds.get(event.ref, []):
            if not k < at < k + 60:
                continue
            other = add.operands[1 - place]
            assert other is not None
            b, minus = self.array(other), add.op in ("-", "subtract")
            s = self.shaped(self.array(add.ref), product, side)
            if s is None or minus and place == 1:
                continue
            o = product.shape[1]
            if b.size == o and (
                b.ndim < 2 or b.shape == ((o, 1) if side == "left" else (1, o)) or b.size == 1
            ):
                flat = b.reshape(-1)
            elif b.ndim == 0 or b.size == 1:
                flat = np.full(o, float(b.reshape(-1)[0]))
            elif (
                b.shape in ((product.shape), product.shape[::-1])
                and np.ptp(b.T if b.shape != product.shape else b, axis=0).max(initial=0) == 0
            ):
                flat = (b if b.shape == product.shape else b.T)[0]
            else:
                continue
            sign = -1.0 if minus else 1.0
            if _same(product + sign * flat, s):
                found.append((add.ref, s, other, sign, flat))
        found.append((event.ref, product, None, 1.0, None))
        return found

    def names(self, s: Array, y: Array, table: tuple[str, ...]) -> tuple[str, ...]:
        key = (id(s), table)
        if key not in self.outputs:
            made = {}
            with np.errstate(all="ignore"):
                for name in table:
                    rule = ACTIVATIONS[name]
                    if name != "softmax" or s.shape[1] > 1:
                        made[name] = np.asarray(rule.forward(s=s, **rule.knobs) * np.ones_like(s))
            self.outputs[key] = (s, made)  # s is kept, so that its id stays its own
        return tuple(name for name, f in self.outputs[key][1].items() if _same(f, y))

    # a whole pass -------------------------------------------------------------------------------------------------

    def chain(self, first: int, side: str) -> Chain | None:
        """The forward pass that begins with product number `first` of the list, its weights on that side."""
        links: list[Link] = []
        position, used = first, side
        inside = ""
        while True:
            k, event = self.products[position]
            reading = next((r for r in self.sides(event) if r[0] == used), None)
            if reading is None:
                return None
            _, x, w, product = reading
            options = self.scores(k, event, used, product)
            following = self._next(position, used, options)
            if following is None:
                return self._close(links, k, event, used, x, w, options, inside)
            after, after_side, option, activations, fed, within = following
            links.append(self._link(k, event, used, x, w, option, activations, fed, inside))
            position, used, inside = after, after_side, within
            if len(links) > 30:
                return None

    def _link(
        self, k: int, event: Event, side: str, x: Array, w: Array,
        option: Score, activations: tuple[str, ...], y_ref: int, inside: str,
    ) -> Link:  # fmt: skip
        _, s, b_ref, sign, b = option
        right = side == "right"
        w_ref, x_ref = event.operands[1 if right else 0], event.operands[0 if right else 1]
        assert w_ref is not None and x_ref is not None
        bias = None if b is None else sign * b
        if inside:
            bias = w[0] if inside == "first" else w[-1]
            w, x = (w[1:], x[:, 1:]) if inside == "first" else (w[:-1], x[:, :-1])
        return Link(k, side, w_ref, x_ref, b_ref, sign, w, bias, x, s, y_ref, activations, inside)

    def _next(
        self, position: int, side: str, options: Sequence[Score]
    ) -> tuple[int, str, Score, tuple[str, ...], int, str] | None:
        """The next product that is fed f(score): (number, side, score, activations, ref of its input, bias inside)."""
        began, start = self.products[position]
        for number in range(position + 1, len(self.products)):
            k, event = self.products[number]
            if k > began + self.far:
                return None
            for after_side, fed, w, _ in self.sides(event):
                ref = event.operands[0 if after_side == "right" else 1]
                assert ref is not None
                if ref == start.operands[0] or ref == start.operands[1]:
                    continue
                for option in options:
                    s = option[1]
                    if fed.shape == s.shape:
                        hits = self.names(s, fed, FORWARD)
                        if hits:
                            return number, after_side, option, hits, ref, ""
                    elif fed.shape == (s.shape[0], s.shape[1] + 1) and w.shape[0] == fed.shape[1]:
                        for within, column, rest in (
                            ("last", fed[:, -1], fed[:, :-1]),
                            ("first", fed[:, 0], fed[:, 1:]),
                        ):
                            if (column == 1).all() and (hits := self.names(s, rest, FORWARD)):
                                return number, after_side, option, hits, ref, within
        return None

    def _close(
        self, links: list[Link], k: int, event: Event, side: str, x: Array, w: Array,
        options: Sequence[Score], inside: str,
    ) -> Chain | None:  # fmt: skip
        """The output: a value that is f(score) and is compared with targets."""
        events = self.record.events
        until = min(k + self.far, len(events))
        for option in options:
            s = option[1]
            checked: set[int] = set()
            hits: list[tuple[int, int, tuple[str, ...]]] = []
            for at in range(k, until):
                ref = events[at].ref
                if ref in checked or self.array(ref).size != s.size:
                    continue
                checked.add(ref)
                y = self.shaped(self.array(ref), s, side)
                if y is not None and (names := self.names(s, y, OUTPUT)):
                    hits.append((at, ref, names))
            # a score is its own linear output, and softmax makes exp on its way: only if nothing else was made of them
            hits.sort(
                key=lambda h: (
                    (("exp",), ("identity",)).index(h[2]) + 1 if h[2] in (("exp",), ("identity",)) else 0
                )
            )
            for at, ref, names in hits:
                if target := self._target(at, ref, s, side):
                    link = self._link(k, event, side, x, w, option, names, ref, inside)
                    return Chain((*links, link), target[0], target[1], at)
        return None

    def _target(self, at: int, y_ref: int, s: Array, side: str) -> tuple[Array, int] | None:
        """What the output is subtracted from, or what is subtracted from it."""
        y = self.array(y_ref)
        n, o = s.shape
        for k, e in self.subs:
            if not at <= k < at + self.far:
                continue
            for place in (0, 1):
                mine, other = e.operands[place], e.operands[1 - place]
                assert mine is not None and other is not None
                own = self.array(mine)
                if mine != y_ref and not (own.size == y.size and _same(own.reshape(-1), y.reshape(-1))):
                    continue
                t = self.array(other)
                if t.size == s.size:
                    shaped = self.shaped(t, s, side)
                    return (t.reshape(s.shape) if shaped is None else shaped), other
                if t.size == 1 and n == 1 and o == 1:
                    return t.reshape(1, 1), other
        for k in range(
            at, min(at + self.far, len(self.record.events))
        ):  # classes as whole numbers: y[range(n), t] -= 1
            e = self.record.events[k]
            t, kind = self.array(e.ref), self.record.kinds[e.ref]
            if o > 1 and kind[0] in "iu" and t.size == n > 1 and 0 <= t.min() and t.max() < o and t.max() > 0:
                return np.eye(o)[t.reshape(-1).astype(int)], e.ref
        if o > 1 and n > 1:
            for e in self.record.events[:at]:
                t, kind = self.array(e.ref), self.record.kinds[e.ref]
                if (
                    e.kind == "a"
                    and kind[0] in "iu"
                    and t.ndim
                    and t.size == n
                    and 0 <= t.min()
                    and t.max() == o - 1
                ):
                    return np.eye(o)[t.reshape(-1).astype(int)], e.ref
        return None


def infer(record: Record) -> list[Seen]:
    """The readings of a listing, the likeliest first. CheckError CR-2923, CR-2924."""
    with np.errstate(all="ignore"):  # products are tried that the listing never meant
        return _infer(record)


def _infer(record: Record) -> list[Seen]:
    finder = Finder(record)
    if not finder.products:
        raise CheckError("CR-2923")
    found: list[Seen] = []
    longest = 0
    for first in range(min(len(finder.products), 60)):
        for side, *_ in finder.sides(finder.products[first][1]):
            chain = finder.chain(first, side)
            if chain is None or len(chain.links) < longest:
                continue
            chains = _all_chains(finder, chain, first)
            for stacked in (False, True):
                if seen := _steps(record, chains, stacked):
                    if len(chain.links) > longest:
                        found, longest = [], len(chain.links)
                    found.append(seen)
        if found and finder.products[first][0] > found[0].chains[0].end:
            break
    if not found:
        names = sorted({e.slot[0] for e in record.events if e.kind == "a" and record.sites[e.site].own
                        and record.arrays[e.ref].ndim == 2})  # fmt: skip
        if not names:
            raise CheckError("CR-2923")
        raise CheckError("CR-2924", names=", ".join(names[:6]))
    return found


def _all_chains(finder: Finder, first: Chain, number: int) -> list[Chain]:
    """Every forward pass of the same form after the first one, some dozens at most."""
    chains, (_, event) = [first], finder.products[number]
    shape = [(link.w.shape, link.side) for link in first.links]
    last = max(link.event for link in first.links)
    finder.far = min(FAR, 2 * (first.end - first.start) + 60)
    changes = 0
    for k in range(number + 1, len(finder.products)):
        at, other = finder.products[k]
        if at <= last or other.site != event.site:
            continue
        chain = finder.chain(k, first.links[0].side)
        if chain is not None and [(link.w.shape, link.side) for link in chain.links] == shape:
            changes += any(
                not np.array_equal(a, b) for a, b in zip(_weights(chain), _weights(chains[-1]), strict=False)
            )
            chains.append(chain)
            last = max(link.event for link in chain.links)
            if len(chains) > 80 or changes > STEPS:
                break
    finder.far = FAR
    return chains


def _weights(chain: Chain) -> list[Array]:
    return [a for link in chain.links for a in (link.w, link.b) if a is not None]


def _steps(record: Record, chains: Sequence[Chain], stacked: bool) -> Seen | None:
    """Points at the last pass before each change of the weights; stacked: all passes since the last change."""
    groups: list[list[Chain]] = []
    for chain in chains:
        if groups and all(a.shape == b.shape and np.array_equal(a, b) for a, b in
                          zip(_weights(groups[-1][-1]), _weights(chain), strict=True)):  # fmt: skip
            groups[-1].append(chain)
        else:
            groups.append([chain])
    if stacked and all(len(g) == 1 for g in groups):
        return None
    pairs: list[tuple[list[Chain], dict[str, Array]]] = []
    for here, there in zip(groups, groups[1:], strict=False):
        pairs.append((here, _named(there[0])))
    if record.end == "end" and len(pairs) < STEPS and (final := _final(record, groups[-1][-1])):
        pairs.append((groups[-1], final))
    points: list[Point] = []
    moving = {
        n for group, after in pairs for n, v in _named(group[-1]).items() if not np.array_equal(v, after[n])
    }
    learned = {n for n in _named(groups[0][-1]) if n[0] == "w"} | moving
    if not any(n[0] == "w" for n in moving):
        return None
    at: list[Chain] = []
    shared = frozenset(
        f"b{i}" for i, link in enumerate(chains[0].links, 1)
        if link.b is not None and link.b_ref is not None and link.units > 1 and record.arrays[link.b_ref].size == 1
    )  # fmt: skip
    for group, after in pairs[:STEPS]:
        chain = group[-1]
        before = _named(chain)
        given = {n: before[n] - after[n] for n in before if n in learned}
        noise = {n: 8 * float(np.finfo(float).eps) * float(np.abs(before[n]).max(initial=0.0)) for n in given}
        use = group if stacked else [chain]
        x, t = (np.concatenate([c.links[0].x if a == "x" else c.t for c in use]) for a in "xt")
        points.append(Point(
            tuple(link.w for link in chain.links), tuple(link.b for link in chain.links), x, t, given,
            {n: after[n] for n in given}, noise, earlier=points[-1] if points else None, shared=shared,
        ))  # fmt: skip
        at.append(chain)
    kinds = []
    for i in range(len(chains[0].links)):
        common = [
            n for n in chains[0].links[i].activations if all(n in c.links[i].activations for c in chains)
        ]
        kinds.append(tuple(common) or chains[0].links[i].activations)
    return Seen(tuple(chains), tuple(points), tuple(at), tuple(kinds), stacked)


def _named(chain: Chain) -> dict[str, Array]:
    made = {}
    for i, link in enumerate(chain.links, 1):
        made[f"w{i}"] = link.w
        if link.b is not None:
            made[f"b{i}"] = link.b
    return made


def _final(record: Record, chain: Chain) -> dict[str, Array] | None:
    """The weights after the very last step: the last value of the variables that held them in the last pass."""
    now: dict[tuple[str, int], int] = {}
    for e in record.events[: chain.start + 1]:
        if e.kind == "a":
            now[e.slot] = e.ref
    last = {e.slot: e.ref for e in record.events if e.kind == "a"}
    own = {e.slot for e in record.events if e.kind == "a" and record.sites[e.site].own}
    made: dict[str, Array] = {}
    for i, link in enumerate(chain.links, 1):
        for kind, ref, value in (("w", link.w_ref, link.w), ("b", link.b_ref, link.b)):
            if value is None or kind == "b" and ref is None:
                continue
            assert ref is not None
            array = record.arrays[ref]
            holders = [
                s
                for s, r in now.items()
                if _same(record.arrays[r], array) or _same(record.arrays[r], array.T)
            ]
            holders.sort(key=lambda s: s not in own)
            if not holders:
                made[f"{kind}{i}"] = value
                continue
            new = record.arrays[last[holders[0]]]
            turned = not _same(record.arrays[now[holders[0]]], array)
            matrix = new.T if turned else new
            if kind == "b":
                made[f"b{i}"] = link.b_sign * (matrix.reshape(-1) if matrix.size == value.size else value)
                continue
            if link.side == "left":
                matrix = matrix.reshape(-1, 1) if matrix.ndim == 1 else matrix.T
            else:
                matrix = matrix.reshape(-1, 1) if matrix.ndim == 1 else matrix
            if link.inside:
                made[f"b{i}"] = matrix[0] if link.inside == "first" else matrix[-1]
                matrix = matrix[1:] if link.inside == "first" else matrix[:-1]
            if matrix.shape != value.shape:
                return None
            made[f"w{i}"] = matrix
    return made if set(made) == set(_named(chain)) else None
