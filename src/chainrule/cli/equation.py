"""a model -> its equation: printed, or written as a document, a workbook or a program."""

import os
from typing import TYPE_CHECKING, Any

from ..errors import ChainruleError
from ..messages import say
from . import console
from .grammar import short
from .predict import reading

if TYPE_CHECKING:
    from ..model import Model

ENDINGS = {
    ".txt": "text", ".tex": "latex", ".mml": "mathml", ".xml": "mathml", ".md": "markdown",
    ".html": "html", ".htm": "html", ".docx": "docx", ".xlsx": "xlsx", ".py": "python", ".m": "matlab", ".json": "json",
}  # fmt: skip


def equation(given: dict[str, Any]) -> None:
    """The command `equation`."""
    from ..explain.equation import BINARY
    from ..explain.equation import equation as make
    from ..table.writing import write_whole

    out, data = given["out"], given["data"]
    if out is not None and os.path.exists(out):
        for used in (given["model"], data):
            if used is not None and os.path.exists(used) and os.path.samefile(out, used):
                raise ChainruleError("CR-2324", file=out)
    ending = os.path.splitext(out or "")[1].lower()
    form = given["form"] or ENDINGS.get(ending, "text")
    if given["form"] is None and ending and ending not in ENDINGS:  # a text called .pdf opens nowhere
        raise ChainruleError("CR-2308", file=out, endings=" ".join(ENDINGS))
    if form in BINARY and out is None:
        raise ChainruleError("CR-2323", form=form)
    made = make(opened(given), data, digits=given["digits"] or 0, **reading(given))
    name = os.path.splitext(os.path.basename(out))[0] if out is not None else ""
    written = made.form(form, name=name)
    content = written if isinstance(written, bytes) else written.encode("utf-8", "replace")
    if out is None:
        console.put_bytes(content)
        return
    write_whole(out, content)
    for sentence in made.said:
        console.say_out(sentence)
    console.say_out(say("CR-2327", file=short(out)))


def opened(given: dict[str, Any]) -> "Model":
    """The model of the command: a model file, or a file of weights with what it does not hold."""
    from ..explain.foreign import from_weights
    from ..explain.foreign.weights import is_weights
    from ..model import load

    own = {name: given[name] for name in ("activation", "output", "rows", "columns", "target", "answer")}
    said = {name: value for name, value in own.items() if value not in (None, ())}
    if is_weights(given["model"]):
        if isinstance(said.get("activation"), tuple | list) and len(said["activation"]) == 1:
            said["activation"] = said["activation"][0]
        if "columns" in said:
            said["columns"] = [name.strip() for name in said["columns"].replace("，", ",").split(",")]
        return from_weights(given["model"], **said)
    for name in said:
        raise ChainruleError("CR-2244", option=f"--{name}")
    return load(given["model"])
