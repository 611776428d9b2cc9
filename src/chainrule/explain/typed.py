"""a network typed in ("2-2-1", weights as text) -> plan and flat weights; says when the orientation is open.

Weights of one layer are rows separated by ";" (or newlines), numbers by spaces or commas; layers by "|":
"0.1 0.8; 0.4 0.6 | 0.3 0.9". Rows are units or inputs; when both fit and it was not said, nothing is guessed.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..batches.source import Batch
from ..batches.start import start
from ..engine.reference import Reference
from ..errors import PlanError
from ..plan import Plan, make_plan

Array = np.ndarray[Any, Any]


_WIDE = str.maketrans("，；｜．－＋　、", ",;|.-+ ,")  # as a Chinese keyboard types them


def plain(text: str) -> str:
    """Numbers and their separators as typed, in ASCII."""
    return text.translate(_WIDE)


def sizes_of(text: str) -> tuple[int, ...]:
    """ "2-2-1" -> (2, 2, 1). PlanError CR-1943 for anything else."""
    if not re.fullmatch(r"\d{1,6}(-\d{1,6})+", text) or any(int(n) == 0 for n in text.split("-")):
        raise PlanError("CR-1943", text=text)
    return tuple(int(n) for n in text.split("-"))


def numbers_of(text: str, what: str) -> list[float]:
    """Numbers separated by spaces or commas. PlanError CR-1944 naming the piece that is none."""
    found = []
    for piece in re.split(r"[,\s]+", plain(text).strip()):
        try:
            value = float(piece)
        except ValueError:
            raise PlanError("CR-1944", text=piece, what=what) from None
        if not np.isfinite(value):
            raise PlanError("CR-1944", text=piece, what=what)
        found.append(value)
    return found


def matrices_of(text: str, what: str) -> list[Array]:
    """The matrices of all layers as typed. PlanError CR-1945 for rows of different lengths."""
    made = []
    for number, layer in enumerate(plain(text).split("|"), 1):
        rows = [numbers_of(row, what) for row in re.split(r"[;\n]+", layer.strip()) if row.strip()]
        if not rows or len({len(row) for row in rows}) > 1:
            raise PlanError("CR-1945", what=what, layer=number)
        made.append(np.array(rows))
    return made


class Open(Exception):
    """A matrix fits both ways; `ways` holds what each way makes of the network, for whoever says so."""

    def __init__(self, layer: int, ways: Mapping[str, Any] | None = None) -> None:
        super().__init__(layer)
        self.layer, self.ways = layer, ways or {}

    def refusal(self, nets: Mapping[str, tuple[Plan, Array]], x: Sequence[float] | None) -> PlanError:
        """CR-1947 (CR-1995 without a row, then for inputs of 1) with the first output of both networks."""
        first = {}
        for way, (plan, flat) in nets.items():
            row = np.ones(plan.inputs) if x is None else np.array(x, dtype=float)
            batch = Batch(row[None, :], np.zeros((1, plan.targets)))
            first[way] = float(Reference().predict(plan, flat, batch)[0, 0, 0])
        return PlanError("CR-1947" if x is not None else "CR-1995", layer=self.layer, **first)


def orient(matrices: Sequence[Array], sizes: Sequence[int], rows: str | None) -> list[Array]:
    """Each matrix as (inputs, units). `rows` says what a typed row is: "units" or "inputs".

    Raises PlanError CR-1946 for a shape that fits neither way, CR-1948 for a wrong number of layers.
    """
    if len(matrices) != len(sizes) - 1:
        raise PlanError("CR-1948", given=len(matrices), wanted=len(sizes) - 1)
    made: list[Array] = []
    for number, (matrix, below, units) in enumerate(zip(matrices, sizes, sizes[1:], strict=False), 1):
        if 1 in (below, units) and 1 in matrix.shape and matrix.size == below * units:
            made.append(matrix.reshape(below, units))  # one line of numbers: there is only one way
            continue
        ways = [
            way
            for way, shape in (("inputs", (below, units)), ("units", (units, below)))
            if matrix.shape == shape
        ]
        if rows is not None:
            ways = [way for way in ways if way == rows]
        if not ways:
            shape = f"{matrix.shape[0]}×{matrix.shape[1]}"
            raise PlanError("CR-1946", layer=number, shape=shape, inputs=below, units=units)
        if len(ways) == 2 and not np.array_equal(matrix, matrix.T):
            raise Open(number)
        made.append(matrix if ways[0] == "inputs" else matrix.T)
    return made


def typed_net(
    net: str,
    weights: str,
    x: Sequence[float],
    *,
    biases: str | None = None,
    thresholds: str | None = None,
    rows: str | None = None,
    **settings: Any,
) -> tuple[Plan, Array]:
    """Plan and flat weights (1, P) in float64. `biases` are added to the score, `thresholds` are subtracted (θ = −b);
    one list per layer, separated by "|".

    Raises PlanError CR-1947, with the first output of both readings, where the weights fit both ways and `rows` was not
    given.
    """
    sizes = sizes_of(net)
    if len(x) != sizes[0]:
        raise PlanError("CR-1949", given=len(x), wanted=sizes[0])
    if biases is not None and thresholds is not None:
        raise PlanError("CR-1440")
    matrices = matrices_of(weights, "weights")
    try:
        oriented = orient(matrices, sizes, rows)
    except Open as both:
        ways = {way: typed_net(net, weights, x, biases=biases, thresholds=thresholds, rows=way, **settings)
                for way in ("units", "inputs")}  # fmt: skip
        raise both.refusal(ways, x) from None
    text, lists = biases if biases is not None else thresholds, None
    if text is not None:
        lists = [numbers_of(part, "biases") for part in plain(text).split("|")]
        if [len(part) for part in lists] != list(sizes[1:]):
            raise PlanError("CR-1441", given=[len(part) for part in lists], wanted=list(sizes[1:]))
    sign = 1.0 if biases is not None else -1.0
    return flat_of(oriented, None if lists is None else [sign * np.array(part) for part in lists], **settings)


def flat_of(w: Sequence[Array], b: Sequence[Array] | None, **settings: Any) -> tuple[Plan, Array]:
    """Plan and flat weights (1, P) in float64 of matrices (inputs, units) and biases (units,) or none."""
    given: dict[str, Any] = {f"w{i}": matrix for i, matrix in enumerate(w, 1)}
    given |= {f"b{i}": vector for i, vector in enumerate(b or (), 1)}
    sizes = (w[0].shape[0], *(matrix.shape[1] for matrix in w))
    plan = make_plan(sizes[0], sizes[-1], sizes[1:-1], bias=b is not None, precision="float64", **settings)
    return plan, start(plan, given)


def textbook_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What the textbooks mean when they say nothing: sigmoid everywhere, ½Σ(y − t)², gradient descent."""
    chosen = {
        "activation": "sigmoid",
        "loss": "half_squared",
        "reduce_outputs": "sum",
        "optimizer": "gd",
        **settings,
    }
    if "output" not in chosen and chosen["loss"] in ("half_squared", "squared", "mse"):
        chosen["output"] = (
            chosen["activation"] if isinstance(chosen["activation"], str) else chosen["activation"][-1]
        )
    return chosen
