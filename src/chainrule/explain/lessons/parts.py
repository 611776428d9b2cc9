"""What lessons are made of: sentences, sections of other pages, errata, commands; and a network trained or walked wrong."""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...batches.source import Source
from ...engine.contract import TrainingState, Until
from ...engine.reference import Reference
from ...messages import get_language, say
from ...page.page import Code, Page, Section, Table
from ...plan import Plan
from ...rules.words import show_number
from ..check.mistakes import singles
from ..check.net import Net, Point, Tape
from ..check.walk import gradients, walk

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Erratum:
    """A number as a source prints it, the right one, and the one the named mistake makes.

    `made` None says that the printed digits are right. A test holds that `made` (else `right`) rounds to `printed`.
    """

    what: str
    printed: str
    right: float
    made: float | None = None
    why: str = ""

    @property
    def digits(self) -> int:
        """Decimal places printed."""
        return len(self.printed.partition(".")[2])


class Lesson:
    """A page in the making."""

    def __init__(self, name: str, title: str) -> None:
        self.name = name
        self.page = Page(title, language=get_language(), digits=9)
        self.errata: list[Erratum] = []
        self.lines: list[str] = []

    def told(self, title: str, *sentences: str) -> Section:
        """A section that begins with sentences."""
        section = self.page.section(title)
        for sentence in sentences:
            section.say(sentence)
        return section

    def borrow(self, page: Page, sections: Iterable[int] | None = None) -> None:
        """Sections of another page, by their places, with the symbols they are written in."""
        self.page.symbols |= page.symbols
        self.page.sections += [page.sections[i] for i in sections] if sections is not None else page.sections

    def wrong(self, rows: Sequence[Erratum], *sentences: str) -> None:
        """The errata: printed beside right, and what made the printed number."""
        self.errata += rows
        section = self.page.section(say("CR-2408"))
        cells = tuple(
            (
                e.what,
                e.printed,
                show_number(e.right, 9),
                "–" if e.made is None else show_number(e.made, 9),
                e.why or say("CR-2413"),
            )
            for e in rows
        )
        without = all(e.made is None for e in rows)
        header = (say("CR-2409"), say("CR-2410"), say("CR-2411"), say("CR-2412"), "")
        keep = (0, 1, 2, 4) if without else range(5)
        section.items.append(
            Table(tuple(header[k] for k in keep), tuple(tuple(c[k] for k in keep) for c in cells))
        )
        for sentence in sentences:
            section.say(sentence)

    def commands(self, *lines: str) -> None:
        self.lines += lines

    def finish(self) -> Page:
        if self.lines:
            self.page.section(say("CR-2414")).items.append(Code("\n".join(self.lines), "sh"))
        self.page.facts = {
            "lesson": self.name,
            "errata": [dataclasses.asdict(e) for e in self.errata],
            "commands": self.lines,
            **self.page.facts,
        }
        return self.page


# ---- networks -----------------------------------------------------------------------------------------------------


def trained(plan: Plan, flat: Array, source: Source, steps: int) -> tuple[Array, Array, float]:
    """(weights (P,), outputs (n, o), loss) after `steps` steps on all rows."""
    engine = Reference()
    plan = dataclasses.replace(plan, batch=0)
    state = TrainingState.begin(plan, np.array(flat, dtype=float))
    if steps:
        state = engine.run(plan, state, source, None, Until(epochs=steps))
    rows = source.batch(slice(None), plan=plan)
    sums = engine.gradient(plan, state.w, rows)
    loss = float(sums.loss_sum[0] / (sums.weight_sum[0] if plan.rows == "mean" else 1.0))
    return state.w[0], engine.predict(plan, state.w, rows)[0], loss


def mistaken(plan: Plan, flat: Array, source: Source, mistake: str, layers: tuple[int, ...] = ()) -> Array:
    """(P,) the gradient of Σ over rows and outputs of c·ℓ with one known mistake of `check` in it, in natural order.

    layers: where it is made; by default at every layer it can befall.
    """
    parts = {name: part[0] for name, part in plan.unflatten(np.asarray(flat, dtype=float)).items()}
    count = len(plan.layers)
    rows = source.batch(slice(None), plan=plan)
    point = Point(
        tuple(parts[f"w{i}"] for i in range(1, count + 1)),
        tuple(parts.get(f"b{i}") for i in range(1, count + 1)),
        rows.x, rows.t,
    )  # fmt: skip
    net = Net(tuple(layer.activation for layer in plan.layers), plan.loss)
    tape = Tape(net, point)
    for candidate in singles(net, tape):
        ((row, where),) = candidate.parts
        if row.name == mistake and layers in ((), where):
            try:
                made = gradients(tape, walk(tape, candidate.changes, plan.lr))
            except ValueError:  # this row of the mistake makes no sense here, the next may
                continue
            return np.concatenate([np.ravel(made[v.name]) for v in plan.views])
    raise KeyError(mistake)


def stepped(plan: Plan, flat: Array, gradient: Array, rate: float = 1.0) -> Array:
    """(1, P) after one plain step against a gradient; what is frozen stays."""
    moves = np.concatenate([np.full(v.size, float(v.trainable)) for v in plan.views])
    return np.asarray(flat, dtype=float) - plan.lr * rate * moves * gradient


def loss_at(plan: Plan, flat: Array, source: Source) -> float:
    sums = Reference().gradient(plan, np.asarray(flat, dtype=float), source.batch(slice(None), plan=plan))
    return float(sums.loss_sum[0])


def output_at(plan: Plan, flat: Array, source: Source) -> Array:
    return np.asarray(
        Reference().predict(plan, np.asarray(flat, dtype=float), source.batch(slice(None), plan=plan))[0]
    )


def place(plan: Plan, name: str) -> int:
    """ "w1_2_1" -> where it stands in the flat weights."""
    head, *at = name.split("_")
    view = next(v for v in plan.views if v.name == head)
    return view.offset + int(np.ravel_multi_index(tuple(int(a) - 1 for a in at), view.shape))


def single(x: Sequence[float], t: Sequence[float]) -> Source:
    """One row."""
    return Source(np.array([x], dtype=float), np.array([t], dtype=float))
