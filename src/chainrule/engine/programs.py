"""rule -> native program: a row's text, built in or the user's own, compiled for the interpreter of the native engine.

A program gives the same bits as the C++ that rules/emit.py writes of the same row (a test holds every row to it), so
what a user types runs like what is built in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..rules.activations import Activation
from ..rules.bytecode import Program
from ..rules.expression import Expression
from ..rules.losses import Loss
from ..rules.optimizers import Clip, Optimizer, Penalty
from ..rules.schedules import Schedule
from .isa import native

Array = np.ndarray[Any, Any]
Lines = Sequence[tuple[str, Expression]]


@dataclass(frozen=True)
class Native:
    """A compiled formula. `letters` have an element each, in the order of the arrays; `lifted` have none."""

    letters: tuple[str, ...]
    lifted: tuple[str, ...]
    program: Any  # the native module's Program

    @classmethod
    def of(
        cls, letters: Sequence[str], lifted: Sequence[str], lines: Lines, wanted: Sequence[str]
    ) -> "Native":
        """Lines run in order; `wanted` names the letters handed back, as the last line that assigned them left them."""
        inputs = (*letters, *lifted)
        made = Program.of(inputs, [(letter, expression.tree) for letter, expression in lines])
        register = {letter: i for i, letter in enumerate(inputs)}
        register |= {letter: r for (letter, _), r in zip(lines, made.results, strict=True)}
        flags = [False] * len(letters) + [True] * len(lifted)
        program = native().Program(flags, made.constants, made.steps, [register[w] for w in wanted])
        return cls(tuple(letters), tuple(lifted), program)

    def __call__(self, values: Mapping[str, float], arrays: Mapping[str, Array]) -> list[Array]:
        """The wanted letters for rows (n, o) of float32 or float64; reductions run over o."""
        given = [float(values[letter]) for letter in self.lifted]
        return list(
            self.program.run(given, [np.ascontiguousarray(arrays[letter]) for letter in self.letters])
        )

    def numbers(self, values: Mapping[str, float]) -> list[float]:
        """The wanted letters where nothing has an element: schedules."""
        return list(self.program.run_numbers([float(values[letter]) for letter in self.lifted]))


def _one(letters: Sequence[str], knobs: Sequence[str], formula: Expression) -> Native:
    return Native.of(letters, knobs, [("result", formula)], ["result"])


def of_activation(row: Activation) -> tuple[Native, Native]:
    """Forward from s, backward from s, y, dy."""
    knobs = list(row.knobs)
    return _one(["s"], knobs, row.forward), _one(["s", "y", "dy"], knobs, row.backward)


def of_loss(row: Loss) -> tuple[Native, Native, Native]:
    """Value from s (y without a link) and t, gradient and curvature from s, y, t."""
    knobs, every = list(row.knobs), ["s", "y", "t"]
    given = ["s" if row.link else "y", "t"]
    return (
        _one(given, knobs, row.forward),
        _one(every, knobs, row.gradient),
        _one(every, knobs, row.curvature),
    )


def of_optimizer(row: Optimizer) -> Native:
    """From w, g and the state, with k, lr, decay and E: w and the state after one step."""
    letters = ["w", "g", *row.state]
    return Native.of(letters, [*row.knobs, "k", "lr", "decay", "E"], row.assignments, ["w", *row.state])


def of_penalty(row: Penalty) -> tuple[Native, Native]:
    """Value and gradient from w."""
    return _one(["w"], [row.name], row.forward), _one(["w"], [row.name], row.gradient)


def of_clip(row: Clip) -> Native:
    """From g, all of it at once: the bounded gradient."""
    return _one(["g"], ["limit"], row.rule)


def of_schedule(row: Schedule) -> tuple[Native, Native]:
    """The rate from lr, k, total, state, knobs; the state after an epoch from lr, loss, state, knobs."""
    state, knobs = list(row.state), list(row.knobs)
    rate = _one([], ["lr", "k", "total", *state, *knobs], row.expression)
    return rate, Native.of([], ["lr", "loss", *state, *knobs], row.assignments, state)
