"""a model or a network typed in -> pages: every number of it, its derivation, a formula's graph."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ChainruleError
from ..messages import say
from . import console

if TYPE_CHECKING:
    from ..explain.page import Page

FORMS = ("text", "html", "markdown", "latex", "json")
NOTATIONS = ("house", "zhou", "ng", "matlab")
_SUFFIXES = {
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".tex": "latex",
    ".json": "json",
    ".txt": "text",
}
_SIZES = re.compile(r"\d+(-\d+)+\Z")
_LETTERS = re.compile(r"[a-z](-[a-z])+\Z")


def explain(given: dict[str, Any]) -> None:
    """The command `explain`: a model with a row of a table, or a network typed in with its row."""
    if _SIZES.fullmatch(given["net"]):
        if given["data"] is not None:
            raise ChainruleError("CR-2241", data=given["data"])
        page = _typed(given)
    else:
        page = _trained(given)
    put(page, given)


def _settings(given: dict[str, Any]) -> dict[str, Any]:
    """What was said of the network and its training; silence is left to the textbook's meaning."""
    names = {
        "activation": "activation",
        "output": "output",
        "loss": "loss",
        "optimizer": "optimizer",
        "lr": "lr",
        "l2": "l2",
    }
    chosen = {setting: given[option] for option, setting in names.items() if given.get(option) is not None}
    activation = chosen.get("activation")
    if isinstance(activation, list | tuple) and len(activation) == 1:
        chosen["activation"] = activation[0]
    if given.get("sum_rows"):
        chosen["reduce_rows"] = "sum"
    return chosen


def _rows(text: str, wanted: int, what: str) -> list[list[float]]:
    from ..explain.typed import numbers_of

    rows = [numbers_of(part, what) for part in re.split(r"[;\n]+", text.strip()) if part.strip()]
    for row in rows:
        if len(row) != wanted:
            raise ChainruleError("CR-2242", what=what, given=len(row), wanted=wanted)
    return rows


def _typed(given: dict[str, Any]) -> "Page":
    import numpy as np

    from ..batches.source import Source
    from ..explain.tracing import trace_page
    from ..explain.typed import sizes_of, textbook_settings, typed_net

    for option in ("weights", "x", "t"):
        if given[option] is None:
            raise ChainruleError("CR-2240", option=f"--{option}", net=given["net"])
    sizes = sizes_of(given["net"])
    x, t = _rows(given["x"], sizes[0], "--x"), _rows(given["t"], sizes[-1], "--t")
    if len(x) != len(t):
        raise ChainruleError("CR-2243", x=len(x), t=len(t))
    settings = textbook_settings({"lr": 0.1, **_settings(given)})
    plan, flat = typed_net(
        given["net"], given["weights"], x[0], biases=given["biases"], thresholds=given["thresholds"], rows=given["rows"],
        **settings,
    )  # fmt: skip
    source = Source(np.array(x), np.array(t))
    return trace_page(plan, flat, source, row=_row(given, len(x)), **_more(given))


def _trained(given: dict[str, Any]) -> "Page":
    import numpy as np

    from ..batches.source import Source
    from ..explain.tracing import trace_page
    from ..model import load

    for option in ("weights", "x", "t", "biases", "thresholds", "rows"):
        if given[option] is not None:
            raise ChainruleError("CR-2244", option=f"--{option}")
    model = load(given["net"])
    if given["data"] is None:
        raise ChainruleError("CR-2245", model=given["net"])
    table = model.read(given["data"], target=True)
    row = _row(given, table.rows)
    encoded = model.encoding.apply(table)
    one = np.array([row])
    source = Source(
        encoded.x[one].astype(float),
        None if encoded.t is None else encoded.t[one].astype(float),
        None if encoded.codes is None else encoded.codes[one],
    )
    names = [(f"x_{i}", label) for i, label in enumerate(model.encoding.feature_names, 1)]
    return trace_page(
        model.plan.only(0),
        model.weights[None, :].astype(float),
        source,
        row=0,
        shown_row=row,
        inputs=names,
        **_more(given),
    )


def _row(given: dict[str, Any], count: int) -> int:
    row = given["row"] or 1
    if row > count:
        raise ChainruleError("CR-2246", row=row, count=count)
    return int(row) - 1


def _more(given: dict[str, Any]) -> dict[str, Any]:
    units: dict[int, list[int]] = {}
    for text in given["unit"]:
        match = re.fullmatch(r"(\d+):(\d+(,\d+)*)", text)
        if match is None:
            raise ChainruleError("CR-2247", text=text)
        units[int(match[1])] = [int(u) for u in match[2].split(",")]
    weight = given["weight"]
    if weight is not None:
        match = re.fullmatch(r"w?(\d+)[_:,](\d+)[_,](\d+)", weight)
        if match is None:
            raise ChainruleError("CR-2248", text=weight)
        weight = f"w{match[1]}_{match[2]}_{match[3]}"
    return {"units": units or None, "weight": weight, "count_steps": given["steps"] or 1,
            "notation": given["notation"] or "house", "digits": given["digits"] or 6}  # fmt: skip


def derive(given: dict[str, Any]) -> None:
    """The command `derive`: an architecture, a model, or the slope of one activation."""
    what = given["net"]
    if _SIZES.fullmatch(what) or _LETTERS.fullmatch(what):
        put(_lesson(given), given)
        return
    from ..rules.activations import ACTIVATIONS
    from ..rules.aliases import ALIASES

    if what.lower() in ACTIVATIONS or ALIASES.get(what.lower()) in ACTIVATIONS:
        from ..explain.slopes import slope_page

        row = ACTIVATIONS.get(what.lower()) or ACTIVATIONS[ALIASES[what.lower()]]
        put(slope_page(row), given)
        return
    if not Path(what).exists():
        raise ChainruleError("CR-2249", what=what)
    from ..explain.derivation import derivation_page
    from ..model import load

    put(derivation_page(load(what).plan, notation=given["notation"] or "house").page, given)


def _lesson(given: dict[str, Any]) -> "Page":
    from ..explain.derivation import derivation_page
    from ..explain.typed import textbook_settings
    from ..plan import make_plan

    text = given["net"]
    letters = _LETTERS.fullmatch(text) is not None
    pieces = text.split("-")
    settings = textbook_settings(_settings(given))
    # a letter stands for any size; 3, 4, 5 … are only there to make the plan, no number of them is shown
    sizes = [3 + i for i in range(len(pieces))] if letters else [int(p) for p in pieces]
    plan = make_plan(
        sizes[0], sizes[-1], sizes[1:-1], bias=not given["no_bias"], precision="float64", **settings
    )
    lesson = derivation_page(
        plan,
        notation=given["notation"] or "house",
        sizes=pieces if letters else None,
        folded_bias=given["folded_bias"],
    )
    return lesson.page


def graph(given: dict[str, Any]) -> None:
    """The command `graph`: the computation graph of a formula, or the drawing of a network."""
    text = given["text"]
    if _SIZES.fullmatch(text):
        from ..explain.graphs import network_page
        from ..explain.typed import sizes_of

        put(network_page(sizes_of(text)), given)
        return
    from ..explain.graphs import graph_page

    values: dict[str, float] = {}
    for pair in given["values"]:
        letter, sign, number = pair.partition("=")
        try:
            values[letter.strip()] = float(number)
        except ValueError:
            sign = ""
        if not sign:
            raise ChainruleError("CR-1908", text=pair)
    put(graph_page(text, values), given)


def importance(given: dict[str, Any]) -> None:
    """The command `importance`: a model alone, or with a table."""
    from ..explain.importance import importance_page
    from ..model import load
    from .predict import reading

    model = load(given["model"])
    table = None if given["data"] is None else model.read(given["data"], target=True, **reading(given))
    put(importance_page(model, table), given)


def lesson(given: dict[str, Any]) -> None:
    """The command `lesson`: the list, or one lesson."""
    from ..explain.lessons import lesson_page, shelf_page

    put(shelf_page() if given["name"] is None else lesson_page(given["name"].lower()), given)


def put(page: "Page", given: dict[str, Any]) -> None:
    """The page in the form asked for, or the form the file's ending means."""
    out = given["out"]
    form = given["form"] or (_SUFFIXES.get(Path(out).suffix.lower(), "text") if out else "text")
    if given.get("as_json"):
        form = "json"
    text = getattr(page, form)()
    if out is None:
        console.put_bytes(text.encode()) if form == "json" else console.say_out(text.rstrip("\n"))
        return
    from ..table.writing import write_whole

    write_whole(out, text.encode())
    console.say_out(say("CR-2250", file=out))
