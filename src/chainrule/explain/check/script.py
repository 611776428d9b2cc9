"""a listing -> a report: repaired, run and watched in a child process, read as a network, judged."""

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from ...errors import CheckError
from ...messages import because
from .adapter import check_adapter, is_adapter
from .chains import Seen
from .infer import infer
from .judgement import Asked, Display, report_of, scale_of
from .match import Fit, Verdict, fit, judge, names_of
from .mend import Writer
from .net import Net
from .record import Record, recorded
from .repair import MOST, repaired, without_slope
from .report import Report, Said
from .scalars import Scalars, observed

_RATE = re.compile(
    r"(^|[._])(lr|alpha|eta|rate|learning_?rate|learn_?rate|step_?size|yita|lamda|a|l_?rate|epsilon)$", re.I
)


def check_script(
    file: str | os.PathLike[str] | None, listing: str | None, *, seconds: float, memory: int
) -> Report:
    """The report of a listing. CheckError for what cannot be read, repaired, run or recognized."""
    if not 0 < seconds <= 3600:
        raise CheckError("CR-2939", setting="seconds", value=seconds, wanted="0 … 3600")
    if not 256 <= memory <= 1_000_000:
        raise CheckError("CR-2939", setting="memory", value=memory, wanted="256 … 1000000")
    folder, name = None, "listing.py"
    if file is not None:
        path = Path(file)
        folder, name = path.resolve().parent, path.name
        listing = _text(path)
    assert listing is not None
    try:
        return _checked(listing, folder, name, seconds, memory)
    except CheckError as error:
        alone = without_slope(listing) if error.code in ("CR-2919", "CR-2921", "CR-2922") else None
        if alone is None:
            raise
        raise CheckError(
            "CR-2949", file=name, line=alone[0], text=alone[1], text_right=alone[1].partition("=")[2].strip()
        ) from None


def _checked(listing: str, folder: Path | None, name: str, seconds: float, memory: int) -> Report:
    text, diff = repaired(listing, name)
    if is_adapter(text):
        return replace(check_adapter(text, folder, name, seconds, memory), diff=diff)
    record = recorded(text, folder, seconds, memory)
    if record.end == "error" and not record.events:
        raise CheckError("CR-2921", **record.trouble)
    try:
        readings = infer(record)
        report = _judged(record, readings, diff, name, shallow=True)
    except CheckError:
        by_number = _by_number(text, folder, seconds, memory, diff, name)
        if by_number is not None:
            return by_number
        if record.end == "error":
            raise CheckError("CR-2921", **record.trouble) from None
        if record.end == "time":
            raise CheckError("CR-2920", seconds=seconds) from None
        raise
    if report is not None:
        return report
    report = _by_number(text, folder, seconds, memory, diff, name)
    if report is None or report.ok is None:
        return cast(Report, _judged(record, readings, diff, name))
    return report


def _by_number(
    text: str, folder: Path | None, seconds: float, memory: int, diff: str, name: str
) -> Report | None:
    """The report of a listing that computes number by number; None where no network was found in it."""
    try:
        readings = observed(text, folder, seconds, memory)
    except CheckError:
        return None
    if not readings:
        return None
    rates = {v for text, v in readings[0].numbers if _RATE.search(text) and np.isfinite(v) and v > 0}
    lr = rates.pop() if len(rates) == 1 else None

    def told(seen: Scalars, verdict: Verdict, extra: list[Said]) -> Report:
        layers = {n: [text for (m, _), text in seen.names.items() if m == n] for n in names_of(seen.points)}
        called = {n: f"{n} ({t[0]} … {t[-1]})" if len(t) > 1 else t[0] for n, t in layers.items() if t}
        display = Display(called, entries=seen.names)
        said: Said = ("CR-2950", {"steps": len(seen.points), "rows": seen.points[0].rows})
        asked = Asked(step=True, lr=lr)
        report = report_of(verdict, asked, display, extra, seen=said, diff=diff, title=name)
        return replace(report, facts={"rate": lr, "weights": called})

    def late(seen: Scalars, verdict: Verdict) -> Report | None:
        by_name = _rates(verdict)
        if verdict.matches or by_name is None or not _meant(by_name, {v for _, v in seen.numbers}):
            return None
        return _own_rates(by_name, seen, verdict, told)

    return _decided([(seen, net) for seen in readings for net in _nets(seen)], lr, told, late, (1, 3, 2))


def _text(path: Path) -> str:
    try:
        if not path.is_file():
            raise CheckError("CR-2938", file=path, text=because(21 if path.exists() else 2))
        if path.stat().st_size > 4 * MOST:
            raise CheckError("CR-2918", file=path.name, lines=path.stat().st_size, limit=MOST)
        data = path.read_bytes()
    except OSError as error:
        raise CheckError("CR-2938", file=path, text=because(error)) from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CheckError("CR-2918", file=path.name, lines=len(data), limit=MOST)


def _judged(
    record: Record, readings: list[Seen], diff: str, name: str, *, shallow: bool = False
) -> Report | None:
    """The report; shallow: None where not even an output layer is right, which happens where products were misread."""
    lr = _rate(record)
    asked = Asked(step=True, lr=lr)

    def told(seen: Seen, verdict: Verdict, extra: list[Said]) -> Report:
        writer = Writer(record, seen)
        display = Display(writer.names(), writer.flipped(), writer.mend)
        extra = [*extra, *_beside(record, seen)]
        said: Said = ("CR-2927", {"steps": len(seen.points), "rows": seen.points[0].rows})
        report = report_of(verdict, asked, display, extra, seen=said, diff=diff, title=name)
        return replace(report, facts={"rate": lr, "weights": writer.names()})

    def late(seen: Seen, verdict: Verdict) -> Report | None:
        return _right_after_all(record, seen, verdict, told)

    return _decided(
        [(seen, net) for seen in readings[:3] for net in _nets(seen)], lr, told, late, shallow=shallow
    )


def _decided(
    options: Sequence[tuple[Any, Net]],
    lr: float | None,
    told: Any,
    late: Any,
    stages: Sequence[int] = (1, 2),
    *,
    shallow: bool = False,
) -> Report | None:
    """The report of the reading that is right, or of the one whose faults can be named best."""
    scale = scale_of(Asked(step=True), momentum=True)
    tops = []
    for seen, net in options:
        verdict = judge(net, seen.points, scale, lr, deep=0)
        tops.append(verdict.right is not None)
        if verdict.ok:
            extra = _fixed(seen)
            if net.loss.name == "binary_cross_entropy":
                extra.append(("CR-2935", {}))
            return cast(Report, told(seen, verdict, extra))
    if shallow and not any(tops):
        return None
    if any(tops):  # a reading whose output layer already is wrong has less to say
        options = [o for o, top in zip(options, tops, strict=True) if top]
    judged: list[tuple[Any, Verdict]] = []
    for deep in stages:
        judged += [(seen, judge(net, seen.points, scale, lr, deep=deep)) for seen, net in options]
        for seen, verdict in judged[-len(options) :]:
            if report := late(seen, verdict):
                return cast(Report, report)
        if any(v.matches for _, v in judged):
            break
    seen, verdict = min(judged, key=lambda j: _doubt(j[1]))
    report = cast(Report, told(seen, verdict, []))
    if not verdict.matches and verdict.right is None:
        return replace(report, ok=None, faults=(), wrong=(), right=(), why=("CR-2926", {}))
    return report


def _beside(record: Record, seen: Seen) -> list[Said]:
    """Matrices that are multiplied and learn (new = old ± something), and that the reading does not hold."""
    used = {ref for _, event in record.products() for ref in event.operands}
    known = {ref for chain in seen.chains for link in chain.links for ref in (link.w_ref, link.b_ref)}
    moved = {
        e.ref: set(e.operands) for e in record.events if e.op in ("+", "-", "+=", "-=", "add", "subtract")
    }
    held: dict[tuple[str, int], int] = {}
    times: Counter[str] = Counter()
    followed: set[str] = set()
    for event in record.events:
        if event.kind == "a":
            old, name = held.get(event.slot), event.slot[0]
            learns = old in moved.get(event.ref, ()) and old != event.ref and {old, event.ref} <= used
            if learns and old is not None and record.arrays[event.ref].ndim == 2:
                times[name] += 1
            if event.ref in known or not record.arrays[event.ref].any():  # a sum of gradients begins at zero
                followed.add(name)
            held[event.slot] = event.ref
    left = sorted(name for name, count in times.items() if count > 1 and name not in followed)
    return [("CR-2963", {"names": ", ".join(left[:6])})] if left else []


def _fixed(seen: Any) -> list[Said]:
    """Thresholds that take part and never move: nobody but the author knows whether they should."""
    point = seen.points[0]
    still = [f"b{i}" for i, b in enumerate(point.b, 1) if b is not None and f"b{i}" not in point.given]
    return [("CR-2952", {"names": ", ".join(still)})] if still else []


def _doubt(verdict: Verdict) -> tuple[bool, bool, int, int]:
    """How far a reading is from being believed: matched, output layer right, few mistakes."""
    parts = sum(len(where) for _, where in verdict.matches[0].candidate.parts) if verdict.matches else 0
    return (
        not verdict.matches,
        verdict.right is None,
        len(verdict.truth.wrong) if not verdict.matches else 0,
        parts,
    )


def _nets(seen: Seen | Scalars) -> list[Net]:
    """The networks a listing may mean: its activations, and the losses that go with the output."""
    names = [_likely(kinds) for kinds in seen.activations]
    last = names[-1]
    losses = {"sigmoid": ["squared", "binary_cross_entropy"], "softmax": ["cross_entropy", "squared"],
              "exp": ["squared", "poisson"]}.get(last, ["squared"])  # fmt: skip
    return [Net.of(names, loss, seen.dropout) for loss in losses]


def _likely(kinds: tuple[str, ...]) -> str:
    for name in ("relu", *kinds):
        if name in kinds:
            return name
    return kinds[0]


def _rate(record: Record) -> float | None:
    """The one value of what the listing calls its learning rate."""
    values = set()
    for e in record.events:
        if e.kind == "a" and record.arrays[e.ref].ndim == 0 and _RATE.search(e.slot[0]):
            values.add(float(record.arrays[e.ref]))
    good = [v for v in values if np.isfinite(v) and v > 0]
    return good[0] if len(good) == 1 else None


def _right_after_all(record: Record, seen: Seen, verdict: Verdict, told: Any) -> Report | None:
    """Layers with rates of their own, or another update rule over right gradients: no fault of the derivative."""
    if verdict.matches and not all(
        m.code >= "CR-2884" for c in verdict.matches for m, _ in c.candidate.parts
    ):
        return None
    made, every = [t.gradient for t in verdict.tapes], names_of(verdict.points)
    if by_name := _rates(verdict):
        scalars = {
            float(record.arrays[e.ref])
            for e in record.events
            if e.kind == "a" and record.arrays[e.ref].ndim == 0
        }
        if verdict.matches and not _meant(by_name, scalars):
            return None
        return _own_rates(by_name, seen, verdict, told)
    if verdict.matches:
        return None
    found: list[str] = []
    factors: set[float] = set()
    start, stop = seen.at[0].end, seen.at[1].start if len(seen.at) > 1 else len(record.events)
    for name in every:
        gradient = made[0][name]
        hit = None
        for e in record.events[start:stop]:
            value = record.arrays[e.ref]
            for v in (value, value.T):
                if name[0] == "b" and v.size == gradient.size:
                    v = v.reshape(-1)
                if v.shape == gradient.shape and v.size > 1 and (gradient * gradient).sum() > 0:
                    kappa = float((v * gradient).sum() / (gradient * gradient).sum())
                    if kappa and np.abs(v - kappa * gradient).max() <= 1e-9 * np.abs(v).max():
                        hit = (kappa, record.source(e.site) if e.kind != "a" else e.slot[0])
        if hit is None:
            return None
        factors.add(round(abs(hit[0]), 9))
        found.append(hit[1])
    if len(factors) > 2:
        return None
    right = replace(verdict, truth=Fit(1.0, {}, (), 0.0), matches=())
    return _quiet(told(seen, right, []), ("CR-2934", {"names": ", ".join(dict.fromkeys(found))}))


def _rates(verdict: Verdict) -> dict[str, Fit] | None:
    """The factor of each gradient, where every one of them is right but for its own positive factor."""
    made = [t.gradient for t in verdict.tapes]
    scale = scale_of(Asked(step=True), momentum=False)
    by_name = {n: fit(verdict.points, made, scale, names=[n]) for n in names_of(verdict.points)}
    return by_name if all(f.ok and f.kappa > 0 for f in by_name.values()) else None


def _own_rates(by_name: Mapping[str, Fit], seen: Any, verdict: Verdict, told: Any) -> Report:
    last = list(by_name.values())[-1].kappa
    ratios = " : ".join(f"{f.kappa / last:.6g}" for f in by_name.values())
    right = replace(verdict, truth=Fit(last, {}, (), 0.0), matches=())
    return _quiet(told(seen, right, []), ("CR-2933", {"ratios": ratios}))


def _meant(by_name: Mapping[str, Fit], numbers: Iterable[float]) -> bool:
    """Whether the listing has two numbers in the ratio of its layers' steps: then it means them."""
    usable = [s for s in numbers if np.isfinite(s) and s > 0]
    kappas = [f.kappa for f in by_name.values()]
    most, least = max(kappas), min(kappas)
    return any(
        np.isclose(a / b, most / least, rtol=1e-9)
        for a in usable
        for b in usable
        if a != b and b not in (1.0, 2.0)
    )


def _quiet(report: Report, note: Said) -> Report:
    """Right, with one note in place of those on the common factor."""
    return replace(report, ok=True, faults=(), notes=(note,))
