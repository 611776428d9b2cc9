"""forward passes with the weights between them -> points where a listing's steps can be compared with the truth."""

from collections.abc import Sequence

import numpy as np

from .chains import Chain, Seen, same
from .net import Array, Point
from .record import Record

STEPS = 4


def weights(chain: Chain) -> list[Array]:
    return [a for link in chain.links for a in (link.w, link.b) if a is not None]


def steps(record: Record, chains: Sequence[Chain], stacked: bool) -> Seen | None:
    """Points at the last pass before each change of the weights; stacked: all passes since the last change."""
    if any(link.keep is not None for c in chains for link in c.links):  # predicting goes without dropout
        chains = [c for c in chains if any(link.keep is not None for link in c.links)]
    groups: list[list[Chain]] = []
    for chain in chains:
        if groups and all(a.shape == b.shape and np.array_equal(a, b) for a, b in
                          zip(weights(groups[-1][-1]), weights(chain), strict=True)):  # fmt: skip
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
        keep = {
            i: np.concatenate([np.ones(x.shape, bool) if (k := c.links[i - 1].keep) is None else k
                               for c in use for x in [c.links[i - 1].x]])
            for i in range(1, len(chain.links) + 1) if any(c.links[i - 1].keep is not None for c in chains)
        }  # fmt: skip
        points.append(Point(
            tuple(link.w for link in chain.links), tuple(link.b for link in chain.links), x, t, given,
            {n: after[n] for n in given}, noise, keep, earlier=points[-1] if points else None, shared=shared,
        ))  # fmt: skip
        at.append(chain)
    kinds = []
    for i in range(len(chains[0].links)):
        common = [
            n for n in chains[0].links[i].activations if all(n in c.links[i].activations for c in chains)
        ]
        kinds.append(tuple(common) or chains[0].links[i].activations)
    rates = tuple(max(c.links[i].rate for c in chains) for i in range(len(chains[0].links)))
    return Seen(
        tuple(chains), tuple(points), tuple(at), tuple(kinds), stacked, rates if any(points[0].keep) else ()
    )


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
                s for s, r in now.items() if same(record.arrays[r], array) or same(record.arrays[r], array.T)
            ]
            holders.sort(key=lambda s: s not in own)
            if not holders:
                made[f"{kind}{i}"] = value
                continue
            new = record.arrays[last[holders[0]]]
            turned = not same(record.arrays[now[holders[0]]], array)
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
