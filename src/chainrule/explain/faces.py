"""a model, a network typed in, a formula -> its page: what Python and the command line call.

In a notebook a page shows itself; `str(page)`, `.html()`, `.markdown()`, `.latex()`, `.json()` are its other forms. Rows
and units count from 1, as people do.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import PlanError
from ..page.page import Page
from .typed import numbers_of, plain, sizes_of, textbook_settings, typed_net

if TYPE_CHECKING:
    from ..model import Model

SIZES = re.compile(r"\d+(-\d+)+\Z")
LETTERS = re.compile(r"[a-z](-[a-z])+\Z")
RowChoice = int | str | Sequence[int]
"""3, "3", "3,5,9", "2-6", "all" or [3, 5, 9]: counted from 1."""
MOST_ROWS = 12  # of more rows those with the largest loss are written out


def explain_net(
    net: str | os.PathLike[str],
    weights: str | None,
    x: str | Sequence[Any],
    t: str | Sequence[Any],
    *,
    biases: str | None = None,
    thresholds: str | None = None,
    rows: str | None = None,
    row: RowChoice = 1,
    steps: int = 1,
    weight: str | None = None,
    units: Mapping[int, Iterable[int]] | None = None,
    notation: str = "house",
    digits: int = 6,
    **settings: Any,
) -> Page:
    """Every number of some rows of a network typed in: explain_net("2-2-1", ".1 .8; .4 .6 | .3 .9", [.35, .9], [.5]).
    Or of one in a file of weights, with activation= and output=: explain_net("weights.npz", None, x, t, …).

    net      the units of each layer, or the file; weights: numbers by spaces, rows by ";", layers by "|"; rows: what a row
             of them belongs to, "units" or "inputs"
    x, t     text ("…; …" for more rows) or arrays; the update averages over all rows, `row` says which are written out
             (of more than 12 those with the largest loss)
    biases, thresholds   one of them, layers by "|": added to the score, or subtracted from it
    steps    updates to go on for, as a table; weight: "1_2_1", whose gradient is written path by path
    units    {layer: units} of a wide layer to write out; notation: "house", "zhou", "ng", "matlab"; digits: shown
    settings those of `make_plan` (activation, loss, optimizer, lr …); what is not said is what textbooks mean: sigmoid,
             ½Σ(y − t)², gradient descent

    Raises PlanError CR-1943 … CR-1949, CR-2242 … CR-2259.
    """
    import numpy as np

    from ..batches.source import Source
    from .tracing import trace_page

    inputs, targets = _rows(x, "x"), _rows(t, "t")
    chosen = {"lr": 0.1, **settings}
    if weights is None:
        from .foreign import net_from_weights

        plan, flat = net_from_weights(net, inputs[0], rows=rows, **chosen)
    else:
        sizes = sizes_of(os.fspath(net))
        _fit(inputs, sizes[0], "x")
        plan, flat = typed_net(
            os.fspath(net),
            weights,
            inputs[0],
            biases=biases,
            thresholds=thresholds,
            rows=rows,
            **textbook_settings(chosen),
        )
    _fit(inputs, plan.inputs, "x")
    _fit(targets, plan.targets, "t")
    if len(inputs) != len(targets):
        raise PlanError("CR-2243", x=len(inputs), t=len(targets))
    source = Source(np.array(inputs), np.array(targets))
    written = _largest(plan, flat, source, _row_numbers(row, len(inputs)))
    return trace_page(
        plan, flat, source, rows=written, count_steps=steps, weight=_weight(plan, weight),
        units=_units(plan, units), notation=notation, digits=digits,
    )  # fmt: skip


def explain_model(
    model: Any,
    data: Any,
    *,
    row: RowChoice = 1,
    steps: int = 1,
    weight: str | None = None,
    units: Mapping[int, Iterable[int]] | None = None,
    notation: str = "house",
    digits: int = 6,
) -> Page:
    """Every number of some rows of a table in a trained model; they are one batch, and the update is theirs alone.

    model: a Model, its file, or a fitted scikit-learn MLP or pipeline.
    data: file name or frame with the target. row: one or several, or "all" that have a target; of more than 12 those
    with the largest loss are written out. steps, weight, units, notation, digits: as in `explain_net`.

    Raises what reading a table raises, PlanError CR-1986 for text that names no rows, CR-2246
    for a row that is not there, CR-2260 for a row without target.
    """
    import numpy as np

    from ..batches.source import Source
    from .foreign import as_model
    from .ranges import remarks
    from .tracing import trace_page

    model = as_model(model).single
    table = model.read(data, target=True)
    chosen = _row_numbers(row, table.rows)
    encoded = model.encoding.apply(table)
    nothing = np.full((table.rows, model.plan.targets), np.nan)
    t = nothing if encoded.t is None else encoded.t.astype(float)
    known = [at for at in chosen if not np.isnan(t[at]).all()]
    if len(known) < len(chosen) and (row != "all" or not known):
        raise PlanError("CR-2260", row=next(at for at in chosen if at not in known) + 1)
    codes = None if encoded.codes is None else encoded.codes[known]
    names = [(f"x_{i}", label) for i, label in enumerate(model.encoding.shown_names, 1)]
    plan, flat = model.plan.only(0), model.weights[None, :].astype(float)
    source = Source(encoded.x[known].astype(float), t[known], codes)
    far = remarks(model, table, known)
    return trace_page(
        plan, flat, source, rows=_largest(plan, flat, source, range(len(known))), labels=[at + 1 for at in known],
        inputs=names, remarks={k: far[at] for k, at in enumerate(known) if at in far}, count_steps=steps,
        weight=_weight(plan, weight), units=_units(plan, units), notation=notation, answers=_answers(model), digits=digits,
    )  # fmt: skip


def _answers(model: "Model") -> Callable[[Any], list[str]]:
    """Outputs as the table has its target: numbers in its unit, or the label with its probability."""
    from ..rules.words import show_number

    def said(y: Any) -> list[str]:
        decoded = model.encoding.decode(y)
        if model.task == "regression":
            per = "" if model.encoding.exposure is None else f" / {model.encoding.exposure}"
            rows = decoded.reshape(len(decoded), -1)
            return [", ".join(show_number(float(v)) + per for v in row) for row in rows]
        return [f"{label} ({p.max():.3g})" for label, p in zip(*decoded, strict=True)]

    return said


def derive(
    what: Any, *, notation: str = "house", bias: bool = True, folded_bias: bool = False, **settings: Any
) -> Page:
    """The lesson that derives a network ("2-3-1", "d-q-l"), a trained model, or the slope of an activation ("gelu").

    what      one of these, a Model or its file, a file of weights with activation= and output=, or a fitted
              scikit-learn MLP
    notation  "house", "zhou" (thresholds), "ng" (columns), "matlab"
    bias      whether the network has biases; folded_bias: also as the weight from an input that is always 1
    settings  those of `make_plan` (activation, loss, …)

    Raises PlanError CR-2249 for anything else, CR-2270 for a depth the notation has no letters for.
    """
    from .derivation import derivation_page
    from .foreign import as_model

    if not isinstance(what, str):
        return derivation_page(as_model(what, **settings).single.plan, notation=notation).page
    if SIZES.fullmatch(what) or LETTERS.fullmatch(what):
        from ..plan import make_plan

        letters, pieces = LETTERS.fullmatch(what) is not None, what.split("-")
        # a letter stands for any size; 3, 4, 5 … are only there to make the plan, no number of them is shown
        sizes = tuple(3 + i for i in range(len(pieces))) if letters else sizes_of(what)
        chosen = textbook_settings(settings)
        plan = make_plan(sizes[0], sizes[-1], sizes[1:-1], bias=bias, precision="float64", **chosen)
        shown = pieces if letters else None
        return derivation_page(plan, notation=notation, sizes=shown, folded_bias=folded_bias).page
    from ..rules.activations import ACTIVATIONS
    from ..rules.aliases import ALIASES

    row = ACTIVATIONS.get(what.lower()) or ACTIVATIONS.get(ALIASES.get(what.lower(), ""))
    if row is not None:
        from .slopes import slope_page

        return slope_page(row)
    if not Path(what).is_file():
        from difflib import get_close_matches

        close = get_close_matches(what.lower(), [*ACTIVATIONS, *ALIASES], 1)
        raise PlanError("CR-2255", what=what, near=close[0]) if close else PlanError("CR-2249", what=what)
    return derivation_page(as_model(what, **settings).single.plan, notation=notation).page


def importance(model: Any, data: Any = None, **options: Any) -> Page:
    """Which columns the answer depends on, by four measures; those that ask rows need a table with the target.

    Permutation, Olden, Garson and the mean impact value of `model`, a Model, its file, or a fitted scikit-learn MLP or
    pipeline; `data`: file name or frame, None: only the two that are read off the weights. `options` are those of reading
    a table. Raises what reading a table raises, ModelError CR-1970.
    """
    from .foreign import as_model
    from .importance import importance_page

    model = as_model(model)
    return importance_page(model, None if data is None else model.read(data, target=True, **options))


def lesson(name: str | None = None) -> Page:
    """One of the lessons by its name, or the list of them. Raises PlanError CR-2403 for a name that is none."""
    from .lessons import lesson_page, shelf_page

    return shelf_page() if name is None else lesson_page(name.lower())


def graph(text: str, **values: float) -> Page:
    """The computation graph of a formula, graph("c*(a+2*b)", a=3, b=1, c=-2), or the drawing of a network: "3-4-1", a
    model's file or a file of weights.

    `values` is the number of each letter of `text`. Raises RuleError for text that is no formula, CR-1907 and CR-1909 for
    letters without value and values without letter.
    """
    from .graphs import graph_page, network_page

    if not values and Path(text).suffix and Path(text).is_file():
        from .foreign import sizes_of_file

        return network_page(sizes_of_file(text))
    if SIZES.fullmatch(text):
        return network_page(sizes_of(text))
    return graph_page(text, values)


def _rows(given: str | Sequence[Any], what: str) -> list[list[float]]:
    if isinstance(given, str):
        return [
            numbers_of(part, what) for part in re.split(r"[;\n]+", plain(given).strip()) if part.strip()
        ] or [[]]
    import numpy as np

    try:
        array = np.atleast_2d(np.asarray(given, dtype=float))
    except (TypeError, ValueError):
        raise PlanError("CR-1944", text=str(given)[:60], what=what) from None
    if array.ndim != 2 or not np.isfinite(array).all():
        raise PlanError("CR-1944", text=str(given)[:60], what=what)
    return [[float(v) for v in row] for row in array]


def _fit(rows: Sequence[Sequence[float]], wanted: int, what: str) -> None:
    for row in rows:
        if len(row) != wanted:
            raise PlanError("CR-2242", what=what, given=len(row), wanted=wanted)


def _row_numbers(chosen: RowChoice, count: int) -> list[int]:
    """The rows, counted from 0, each once and in the order said."""
    if isinstance(chosen, str):
        text = chosen.strip().replace("，", ",")
        if text in ("all", "全部"):
            return list(range(count))
        numbers: list[int] = []
        for piece in text.split(","):
            match = re.fullmatch(r"\s*(\d{1,12})\s*(?:[-–~]\s*(\d{1,12})\s*)?", piece)
            if match is None:
                raise PlanError("CR-1986", text=chosen)
            first, last = int(match[1]), int(match[2] or match[1])
            if last > count or first > last:
                raise PlanError("CR-2246", row=max(first, last), count=count)
            numbers += range(first, last + 1)
    else:
        numbers = [chosen] if isinstance(chosen, int) else [int(row) for row in chosen]
    for row in numbers:
        if not 1 <= row <= count:
            raise PlanError("CR-2246", row=row, count=count)
    if not numbers:
        raise PlanError("CR-1986", text=chosen)
    return [row - 1 for row in dict.fromkeys(numbers)]


def _largest(plan: Any, flat: Any, source: Any, rows: Sequence[int]) -> list[int]:
    """The rows to write out: all of them, or the MOST_ROWS with the largest loss, in their order."""
    if len(rows) <= MOST_ROWS:
        return list(rows)
    import numpy as np

    from .trace import tape_of

    loss = tape_of(plan, np.asarray(flat, float), source.batch(slice(None), plan=plan))["loss"][0].sum(axis=1)
    return sorted(sorted(rows, key=lambda r: -loss[r])[:MOST_ROWS])


def _weight(plan: Any, text: str | None) -> str | None:
    if text is None:
        return None
    match = re.fullmatch(r"w?(\d+)[_:,](\d+)[_,](\d+)", text)
    if match is None:
        raise PlanError("CR-2248", text=text)
    layer, at, to = (int(part) for part in match.groups())
    if not 1 <= layer <= len(plan.layers):
        raise PlanError("CR-2257", text=text, layers=len(plan.layers))
    there = plan.layers[layer - 1]
    if not (1 <= at <= there.inputs and 1 <= to <= there.units):
        raise PlanError("CR-2258", text=text, layer=layer, inputs=there.inputs, units=there.units)
    return f"w{layer}_{at}_{to}"


def _units(plan: Any, units: Mapping[int, Iterable[int]] | None) -> dict[int, list[int]] | None:
    made = {int(layer): [int(u) for u in chosen] for layer, chosen in (units or {}).items()}
    for layer, chosen in made.items():
        if not 0 <= layer <= len(plan.layers):
            raise PlanError("CR-2257", text=f"{layer}:…", layers=len(plan.layers))
        most = plan.layers[layer - 1].units if layer else plan.inputs
        if any(not 1 <= u <= most for u in chosen):
            raise PlanError("CR-2259", layer=layer, units=most)
    return made or None
