"""a match in a listing -> the user's own lines, written right: the names are the user's, found by their values."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...rules.activations import ACTIVATIONS
from .chains import Link, Seen
from .match import Match
from .mistakes import slope_text
from .net import Array
from .record import PRODUCTS, Event, Record

Lines = tuple[tuple[str, int, str], ...]


class Writer:
    """Knows what the listing calls its values in its first step."""

    def __init__(self, record: Record, seen: Seen) -> None:
        self.record, self.seen, self.chain = record, seen, seen.at[0]
        following = [c.start for c in seen.chains if c.start > self.chain.end]
        later = [c.start for c in seen.at[1:]] or following
        self.start, self.stop = self.chain.start, (later[0] if later else len(record.events))
        self.slots: dict[tuple[str, int], int] = {}
        for e in record.events[: self.start + 1]:
            if e.kind == "a":
                self.slots[e.slot] = e.ref
        self.own = {e.slot for e in record.events if e.kind == "a" and record.sites[e.site].own}

    # names --------------------------------------------------------------------------------------------------------

    def _holder(self, ref: int) -> tuple[str, bool] | None:
        """(variable, whether it holds the transpose) of an array at the start of the step."""
        array = self.record.arrays[ref]
        hits = [(s not in self.own, False, s[0]) for s, r in self.slots.items() if r == ref]
        if array.ndim == 2:
            hits += [(s not in self.own, True, s[0]) for s, r in self.slots.items()
                     if self.record.arrays[r].shape == array.T.shape and np.array_equal(self.record.arrays[r], array.T)
                     ]  # fmt: skip
        if not hits:
            return None
        _, turned, text = min(hits)
        return text, turned

    def names(self) -> dict[str, str]:
        """{"w1": "W0", …}: what the listing calls its weights."""
        made: dict[str, str] = {}
        for i, link in enumerate(self.chain.links, 1):
            if held := self._holder(link.w_ref):
                made[f"w{i}"] = held[0]
            if link.b_ref is not None and (held := self._holder(link.b_ref)):
                made[f"b{i}"] = held[0]
        return made if len(set(made.values())) == len(made) else {}

    def flipped(self) -> dict[str, bool]:
        made = {}
        for i, link in enumerate(self.chain.links, 1):
            held = self._holder(link.w_ref)
            made[f"w{i}"] = (link.side == "left") != (held is not None and held[1])
        return made

    def called(self, ref: int) -> str:
        """A variable that holds this very array, else the text that made it."""
        for k in range(min(self.stop, len(self.record.events)) - 1, -1, -1):
            e = self.record.events[k]
            if e.kind == "a" and e.ref == ref and e.slot[0].isidentifier() and not self._argument(e):
                return e.slot[0]
        for e in self.record.events[self.start : self.stop]:
            if e.ref == ref:
                return self.record.source(e.site)
        return ""

    def _argument(self, e: Event) -> bool:
        """A function's own name for what it was given is no name outside."""
        s = self.record.sites[e.site]
        return s.line == s.end_line and self.record.source(e.site) == e.slot[0]

    def find(self, wanted: Array, *, loose: bool = False) -> list[Event]:
        """Events of the step whose value is a multiple of `wanted`, in either orientation; loose: in any shape."""
        found, size = [], float(np.abs(wanted).max(initial=0.0))
        if not size:
            return []
        for e in self.record.events[self.start : self.stop]:
            value = self.record.arrays[e.ref]
            if value.size != wanted.size or e.kind == "a" and self._argument(e):
                continue
            ways = (
                [value.reshape(-1)] if loose or value.shape != wanted.shape[::-1] else [value.T.reshape(-1)]
            )
            if value.shape == wanted.shape:
                ways.append(value.reshape(-1))
            flat = wanted.reshape(-1)
            for v in ways:
                factor = float(v @ flat) / float(flat @ flat)
                if wanted.size == 1 and not np.isclose(abs(factor), 1.0, rtol=1e-12):
                    continue  # any number is a multiple of any other
                if factor and np.abs(v - factor * flat).max() <= 1e-9 * np.abs(v).max():
                    found.append(e)
                    break
        return found

    def name_of(self, wanted: Array, avoid: str = "") -> str:
        """The variable that holds a multiple of an array."""
        for e in self.find(wanted):
            if e.kind == "a" and e.slot[0] != avoid:
                return e.slot[0]
        return ""

    # lines --------------------------------------------------------------------------------------------------------

    def mend(self, match: Match) -> Lines:
        """Old and new lines for every part of a match that can be written; () where the listing's form is another."""
        with np.errstate(all="ignore"):
            return self._mend(match)

    def _mend(self, match: Match) -> Lines:
        values = match.values[0]
        lines: dict[int, str] = {}
        for mistake, layers in match.candidate.parts:
            for layer in layers:
                if mistake.mends == ("order",):
                    return self._order(layer)
                for quantity in mistake.mends:
                    where = layer + 1 if quantity == "dx" and mistake.quantity != "dx" else layer
                    self._rewrite(quantity, where, values, lines)
        made: list[tuple[str, int, str]] = []
        for number in sorted(lines):
            old = self.record.line(number)
            if old.strip() != lines[number].strip():
                made += [("-", number, _bare(old)), ("+", number, _bare(lines[number]))]
        return tuple(made)

    def _link(self, layer: int) -> Link | None:
        return self.chain.links[layer - 1] if 0 < layer <= len(self.chain.links) else None

    def _weights(self, link: Link) -> tuple[str, bool]:
        held = self._holder(link.w_ref)
        return held or (self.called(link.w_ref), False)

    def _rewrite(self, quantity: str, layer: int, values: Mapping[str, Any], lines: dict[int, str]) -> None:
        link = self._link(layer)
        if link is None:
            return
        delta = self.name_of(values[f"ds{layer}"]) if f"ds{layer}" in values else ""
        if quantity == "dx":
            new = self._back(layer, values)
            wanted = link_dx(link, values[f"ds{layer}"])
            old = next((e for e in self.find(wanted, loose=True) if e.kind == "o"), None)
            if old is None:
                old = next(
                    (e for e in self.find(np.asarray(values[f"dx{layer}"]), loose=True) if e.kind == "o"),
                    None,
                )
            if new and old is not None:
                self._replace(old, new, lines)
        elif quantity == "dw":
            delta = delta or self._shapeless(layer, values)
            before = self.called(link.x_ref)
            if not delta or not before:
                return
            new = f"{before}.T.dot({delta})" if link.side == "right" else f"{delta}.dot({before}.T)"
            old = self._product_of_update(layer)
            if old is not None:
                self._replace(old, new, lines)
        elif quantity == "ds":
            self._rewrite_delta(layer, link, values, lines)
        elif quantity == "db":
            return

    def _back(self, layer: int, values: Mapping[str, Any]) -> str:
        """delta·w of a layer in the listing's own orientation."""
        link = self._link(layer)
        delta = "" if link is None else self.name_of(values[f"ds{layer}"])
        if link is None or not delta:
            return ""
        name, turned = self._weights(link)
        transposed = name if turned else f"{name}.T"
        return f"{delta}.dot({transposed})" if link.side == "right" else f"{transposed}.dot({delta})"

    def _shapeless(self, layer: int, values: Mapping[str, Any]) -> str:
        """The delta's variable where its value is no delta at all: what the listing multiplies in the update."""
        old = self._product_of_update(layer)
        link = self._link(layer)
        if old is None or link is None:
            return ""
        for ref in old.operands:
            if ref is not None:
                x = self.record.arrays[link.x_ref]
                a = self.record.arrays[ref]
                if not (a.size == x.size and np.array_equal(a.reshape(-1), x.reshape(-1))):
                    return self.called(ref)
        return ""

    def _product_of_update(self, layer: int) -> Event | None:
        """The product in the line where the layer's weights change, or the one whose result that line uses."""
        link = self._link(layer)
        held = self._holder(link.w_ref) if link else None
        if held is None:
            return None
        events = self.record.events[self.start : self.stop]
        change = next((e for e in events if e.kind == "a" and e.slot[0] == held[0]), None)
        if change is None:
            return None
        line = self.record.sites[change.site].line
        at = [e for e in events if e.op in PRODUCTS and self.record.sites[e.site].line == line]
        if at:
            return at[-1]
        used = {
            ref
            for e in events
            if e.kind == "o" and self.record.sites[e.site].line == line
            for ref in e.operands
        }
        return next((e for e in events if e.op in PRODUCTS and e.ref in used), None)

    def _rewrite_delta(
        self, layer: int, link: Link, values: Mapping[str, Any], lines: dict[int, str]
    ) -> None:
        events = [e for e in self.find(values[f"ds{layer}"]) if e.kind == "a"]
        if not events:
            return
        target = events[0]
        site = self.record.sites[target.site]
        line = lines.get(site.line, self.record.line(site.line))
        head, equals, right = line.partition("=")
        if not equals or site.line != site.end_line or head.rstrip()[-1:] in "+-*/":
            return
        rule = ACTIVATIONS[self.seen.activations[layer - 1][0]]
        slope = slope_text(rule, self.called(link.y_ref), self.called_score(link))
        if slope is None:
            return
        above = self.name_of(values[f"dy{layer}"], avoid=target.slot[0])
        text, comment = _comment(right)
        if above:
            back = above
        elif _multiple(values[f"ds{layer}"], values[f"dy{layer}"]):
            back = text.strip().rstrip(";")
            back = f"({back})" if _loose(back) else back
        else:
            back = self._back(layer + 1, values)
        if back:
            lines[site.line] = f"{head}= {back} * ({slope}){comment}"

    def called_score(self, link: Link) -> str:
        for e in self.record.events[self.start : self.stop]:
            if (
                e.kind == "a"
                and self.record.arrays[e.ref].shape == link.s.shape
                and np.array_equal(self.record.arrays[e.ref], link.s)
                and not self._argument(e)
            ):
                return e.slot[0]
        return "s"

    def _replace(self, old: Event, new: str, lines: dict[int, str]) -> None:
        """Put new text in the place of an expression. Expressions over several lines are left alone."""
        site = self.record.sites[old.site]
        if site.line != site.end_line or site.line in lines:
            return
        line = self.record.line(site.line).encode()
        lines[site.line] = (line[: site.column] + new.encode() + line[site.end_column :]).decode()

    def _order(self, layer: int) -> Lines:
        """The update that comes too early, and the line below which it belongs."""
        link = self._link(layer)
        held = self._holder(link.w_ref) if link else None
        if held is None:
            return ()
        events = self.record.events[self.start : self.stop]
        change = next((e for e in events if e.kind == "a" and e.slot[0] == held[0]), None)
        if change is None:
            return ()
        new = self.record.arrays[change.ref]
        use = None
        for e in events[events.index(change) :]:
            if e.op in PRODUCTS and any(
                ref is not None and (np.array_equal(self.record.arrays[ref], new)
                                     or np.array_equal(self.record.arrays[ref], new.T)) for ref in e.operands
            ):  # fmt: skip
                use = e
                break
        if use is None:
            return ()
        from_line, to_line = self.record.sites[change.site].line, self.record.sites[use.site].line
        if to_line <= from_line:
            return ()
        text = _bare(self.record.line(from_line))
        return (
            ("-", from_line, text),
            (" ", to_line, _bare(self.record.line(to_line))),
            ("+", to_line + 1, text),
        )


def link_dx(link: Link, delta: Array) -> Array:
    """What should go back below a layer, to find by its value the text that meant it."""
    return np.asarray(delta @ link.w.T)


def _multiple(a: Array, b: Array) -> bool:
    if a.shape != b.shape or not np.abs(b).max(initial=0.0):
        return False
    factor = float((a * b).sum() / (b * b).sum())
    return bool(np.abs(a - factor * b).max() <= 1e-9 * np.abs(a).max())


def _loose(text: str) -> bool:
    """Whether a text has a sum outside all brackets."""
    depth = 0
    for k, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if not depth and c in "+-" and k:
            return True
    return False


def _comment(text: str) -> tuple[str, str]:
    code, mark, rest = text.partition("#")
    return code, f"  {mark}{rest}" if mark else ""


def _bare(line: str) -> str:
    """A line without its comment, so that it fits on a terminal."""
    code = line.partition("#")[0].rstrip() if line.count("'") + line.count('"') == 0 else line.rstrip()
    return code.strip()
