"""findings -> a page at 80 columns, HTML, JSON: what is wrong, where, by how much, and which mistake it is."""

import html
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...messages import get_language, say

WIDTH = 80
Said = tuple[
    str, Mapping[str, Any]
]  # a code and its values: the sentence is made when it is shown, in any language


@dataclass(frozen=True)
class Entry:
    """One number that is wrong."""

    name: str  # "w1", "b2"
    index: tuple[int, ...]
    yours: float
    true: float
    of: str = field(
        default="", compare=False
    )  # the gradient it belongs to, where the number has a name of its own


@dataclass(frozen=True)
class Fault:
    """One fault: `name` is stable ("updated_first", "unknown"), the sentences come from the message catalogue.

    layers   the layers where the mistake was made; the gradients that come out wrong are in `entries`
    others   names of other mistakes that give the same numbers here
    mend     lines of the user's own text: ("-", 34, "old"), ("+", 34, "new")
    """

    name: str
    code: str
    values: Mapping[str, Any]
    layers: tuple[int, ...]
    entries: tuple[Entry, ...] = ()
    others: tuple[tuple[str, str, tuple[int, ...]], ...] = ()  # name, code, layers
    mend: tuple[tuple[str, int, str], ...] = ()

    def lines(self) -> list[str]:
        """Its name, what happened, how to mend it."""
        return say(self.code, **self.values).split("\n")


@dataclass(frozen=True)
class Report:
    """What `check` found. `ok` is True, False, or None where nothing could be decided.

    notes    conventions and constants recognized, none of them a fault
    wrong    names of the gradients that differ from the truth
    diff     the repair of a listing as a unified diff, "" where none was needed
    """

    ok: bool | None
    faults: tuple[Fault, ...] = ()
    notes: tuple[Said, ...] = ()
    wrong: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    net: str = ""
    shape: str = ""
    seen: Said | None = None
    diff: str = ""
    title: str = ""
    why: Said | None = None  # for ok None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        if self.diff:
            yield say("CR-2901")
            yield from (f"    {line}" for line in self.diff.splitlines())
            yield ""
        if self.shape:
            yield from wrapped(say("CR-2902", shape=self.shape, net=self.net))
        if self.seen:
            yield from wrapped(say(self.seen[0], **self.seen[1]))
        for name in self.right:
            yield f"  {name}  {say('CR-2903')}"
        for name in self.wrong:
            yield f"  {name}  {say('CR-2904')}"
        yield ""
        if self.ok:
            yield from wrapped(say("CR-2905"))
        elif self.ok is None and self.why:
            yield from wrapped(say(self.why[0], **self.why[1]))
        for number, fault in enumerate(self.faults, 1):
            yield from self._fault(number, fault)
        if self.notes:
            if not self.faults:
                yield ""
            for code, values in self.notes:
                yield from wrapped(say(code, **values), "· ")

    def _fault(self, number: int, fault: Fault) -> Iterator[str]:
        name, *rest = fault.lines()
        yield from wrapped(say("CR-2906", number=number, name=name), "")
        for line in rest:
            yield from wrapped(line, "   ", "   ")
        if fault.entries:
            yield ""
            yield from (f"   {row}" for row in _table(fault.entries))
        if fault.mend:
            yield ""
            yield f"   {say('CR-2907')}"
            for mark, line_number, text in fault.mend:
                yield f"   {mark} {line_number:>3}  {text}"
        if fault.others:
            listed = "; ".join(f"{say(c, **places(layers)).splitlines()[0]}" for _, c, layers in fault.others)
            yield ""
            yield from wrapped(say("CR-2908", others=listed), "   ", "   ")
        yield ""

    def to_json(self) -> dict[str, Any]:
        """Strict JSON: names are stable, sentences in the chosen language."""
        return {
            "ok": self.ok,
            "net": {"shape": self.shape, "rules": self.net},
            "language": get_language(),
            "right": list(self.right),
            "wrong": list(self.wrong),
            "why": say(self.why[0], **self.why[1]) if self.why else None,
            "faults": [
                {
                    "name": f.name,
                    "code": f.code,
                    "layers": list(f.layers),
                    "text": f.lines(),
                    "entries": [
                        {"gradient": e.name, "index": list(e.index), "yours": e.yours, "true": e.true}
                        for e in f.entries
                    ],
                    "same_numbers": [{"name": n, "layers": list(where)} for n, _, where in f.others],
                    "mend": [{"mark": m, "line": n, "text": text} for m, n, text in f.mend],
                }
                for f in self.faults
            ],
            "notes": [{"code": c, "text": say(c, **v)} for c, v in self.notes],
            "diff": self.diff,
            "facts": dict(self.facts),
        }

    def _repr_html_(self) -> str:
        mark = {True: "✓", False: "✗", None: "?"}[self.ok]
        return f'<div class="chainrule-check"><b>{mark}</b><pre>{html.escape(str(self))}</pre></div>'

    def __bool__(self) -> bool:
        return self.ok is True


def places(layers: Sequence[int]) -> dict[str, Any]:
    """The letters a mistake's sentences may use."""
    shown = ", ".join(str(i) for i in layers)
    return {
        "layer": shown,
        "below": ", ".join(str(i - 1) for i in layers),
        "above": ", ".join(str(i + 1) for i in layers),
    }


def row_of(entry: Entry) -> list[str]:
    """Where it is wrong, the user's number, the true one, their difference and ratio."""
    where = f"∂E/∂{entry.name}" if entry.index or entry.of else entry.name
    where += f"[{', '.join(str(i) for i in entry.index)}]" if entry.index else ""
    ratio = f"{entry.yours / entry.true:.6g}" if entry.true else "–"
    return [where, f"{entry.yours:.9g}", f"{entry.true:.9g}", f"{entry.yours - entry.true:.3g}", ratio]


def _table(entries: Sequence[Entry]) -> Iterator[str]:
    rows = [say("CR-2909").split("|"), *map(row_of, entries)]
    widths = [max(width(r[k]) for r in rows) for k in range(5)]
    for row in rows:
        cells = [row[0] + " " * (widths[0] - width(row[0]))]
        cells += [" " * (w - width(c)) + c for c, w in zip(row[1:], widths[1:], strict=True)]
        yield "  ".join(cells)


def width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrapped(text: str, first: str = "", later: str = "") -> Iterator[str]:
    """Lines of at most 80 columns; Chinese may break anywhere but in front of a full stop."""
    indent = later or " " * width(first)
    line, used = first, width(first)
    for piece in _pieces(text):
        size = width(piece)
        if used + size > WIDTH and line.strip():
            yield line.rstrip()
            line, used = indent, width(indent)
            piece = piece.lstrip()
            size = width(piece)
        line, used = line + piece, used + size
    if line.strip():
        yield line.rstrip()


def _pieces(text: str) -> Iterator[str]:
    """Words with the space in front of them; a wide character is a piece of its own, with the punctuation after it."""
    piece = ""
    for character in text:
        wide = unicodedata.east_asian_width(character) in "WF"
        closing = character in ",.;:)!?\uff0c\u3002\uff1b\uff1a\uff09\u300b\u201d\u3001\uff01\uff1f"
        if (
            piece
            and not closing
            and (wide or character == " " or unicodedata.east_asian_width(piece[-1]) in "WF")
        ):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece
