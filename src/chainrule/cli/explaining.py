"""a model or a network typed in -> pages: every number of it, its derivation, a formula's graph."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ChainruleError
from ..messages import say
from . import console

if TYPE_CHECKING:
    from ..page.page import Page

_SUFFIXES = {
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".tex": "latex",
    ".json": "json",
    ".txt": "text",
    ".docx": "docx",
}


def explain(given: dict[str, Any]) -> None:
    """The command `explain`: a model with a row of a table, or a network typed in with its row."""
    from ..explain.faces import SIZES, explain_model, explain_net
    from ..explain.foreign.weights import is_weights

    net, shared = given["net"], _shared(given)
    typed, file = SIZES.fullmatch(net) is not None, is_weights(net)
    if typed or file:
        if given["data"] is not None:
            raise ChainruleError("CR-2241", data=given["data"])
        for option in ("weights", "x", "t")[file:]:
            if given[option] is None:
                raise ChainruleError("CR-2240", option=f"--{option}", net=net)
        for option in ("weights", "biases", "thresholds") if file else ():
            if given[option] is not None:
                raise ChainruleError("CR-2244", option=f"--{option}")
        shape = {name: given[name] for name in ("biases", "thresholds", "rows")}
        put(
            explain_net(net, given["weights"], given["x"], given["t"], **shape, **shared, **_settings(given)),
            given,
        )
        return
    own = (
        "weights",
        "x",
        "t",
        "biases",
        "thresholds",
        "rows",
        "activation",
        "output",
        "loss",
        "optimizer",
        "lr",
        "l2",
    )
    for option in own:
        if given[option] not in (None, ()):
            raise ChainruleError("CR-2244", option=f"--{option}")
    if given["sum_rows"]:
        raise ChainruleError("CR-2244", option="--sum-rows")
    if given["data"] is None:
        raise ChainruleError("CR-2245", model=net)
    from ..model import load

    put(explain_model(load(net), given["data"], **shared), given)


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


def _shared(given: dict[str, Any]) -> dict[str, Any]:
    units: dict[int, list[int]] = {}
    for text in given["unit"]:
        match = re.fullmatch(r"(\d+):(\d+(,\d+)*)", text)
        if match is None:
            raise ChainruleError("CR-2247", text=text)
        units[int(match[1])] = [int(u) for u in match[2].split(",")]
    return {"row": given["row"] or 1, "steps": given["steps"] or 1, "weight": given["weight"], "units": units,
            "notation": given["notation"] or "house", "digits": given["digits"] or 6}  # fmt: skip


def derive(given: dict[str, Any]) -> None:
    """The command `derive`: an architecture, a model, or the slope of one activation."""
    from ..explain import faces
    from ..explain.foreign.weights import is_weights

    settings, shape = _settings(given), {}
    if Path(given["net"]).suffix and Path(given["net"]).is_file():  # the file says how the network is made
        weights = is_weights(given["net"])
        own = ("no_bias", "folded_bias") if weights else ("no_bias", "folded_bias", "rows", *settings)
        for option in own:
            if given[option] not in (None, False, ()):
                raise ChainruleError("CR-2244", option="--" + option.replace("_", "-"))
        shape = {"rows": given["rows"]} if weights else {}
    elif given["rows"] is not None:
        raise ChainruleError("CR-1900", option="--rows")
    put(
        faces.derive(
            given["net"],
            notation=given["notation"] or "house",
            bias=not given["no_bias"],
            folded_bias=given["folded_bias"],
            **shape,
            **settings,
        ),
        given,
    )


def graph(given: dict[str, Any]) -> None:
    """The command `graph`: the computation graph of a formula, or the drawing of a network."""
    from ..explain import faces

    values: dict[str, float] = {}
    for pair in given["values"]:
        letter, sign, number = pair.partition("=")
        try:
            values[letter.strip()] = float(number)
        except ValueError:
            sign = ""
        if not sign:
            raise ChainruleError("CR-1908", text=pair)
    put(faces.graph(given["text"], **values), given)


def importance(given: dict[str, Any]) -> None:
    """The command `importance`: a model alone, or with a table."""
    from ..explain.importance import importance_page
    from .equation import opened
    from .predict import reading

    model = opened(given)
    table = None if given["data"] is None else model.read(given["data"], target=True, **reading(given))
    put(importance_page(model, table), given)


def lesson(given: dict[str, Any]) -> None:
    """The command `lesson`: the list, or one lesson."""
    from ..explain import faces

    put(faces.lesson(given["name"]), given)


def rules(given: dict[str, Any]) -> None:
    """The command `rules`: all of them, or one."""
    from ..explain.rulebook import rules_page

    put(rules_page(given["name"]), given)


def put(page: "Page", given: dict[str, Any]) -> None:
    """The page in the form asked for, or the form the file's ending means."""
    out = given["out"]
    ending = Path(out).suffix.lower() if out else ""
    form = "json" if given.get("as_json") else given["form"] or _SUFFIXES.get(ending, "")
    if out and not form:
        raise ChainruleError("CR-2254", ending=ending or out, known=" ".join(dict.fromkeys(_SUFFIXES)))
    if form == "docx" and out is None:
        raise ChainruleError("CR-2323", form=form)
    for read in (given.get("net"), given.get("data"), given.get("model")):
        if out and read and Path(read).is_file() and Path(out).exists() and Path(read).samefile(out):
            raise ChainruleError("CR-2324", file=out)
    made = getattr(page, form or "text")()
    content = made if isinstance(made, bytes) else made.encode("utf-8", "replace")
    if out is None:
        console.put_bytes(content) if form == "json" else console.say_out(made.rstrip("\n"))
        return
    from ..table.writing import write_whole

    write_whole(out, content)
    console.say_out(say("CR-2250", file=out))
