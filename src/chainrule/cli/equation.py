"""a model -> its equation: printed, or written as a document, a workbook or a program."""

import os
from typing import Any

from ..errors import ChainruleError
from ..messages import say
from . import console
from .grammar import short
from .predict import reading

ENDINGS = {
    ".txt": "text", ".tex": "latex", ".mml": "mathml", ".xml": "mathml", ".md": "markdown",
    ".html": "html", ".htm": "html", ".docx": "docx", ".xlsx": "xlsx", ".py": "python", ".m": "matlab", ".json": "json",
}  # fmt: skip


def equation(given: dict[str, Any]) -> None:
    """The command `equation`."""
    from ..explain.equation import BINARY
    from ..explain.equation import equation as make
    from ..model import load
    from ..table.writing import write_whole

    out, data = given["out"], given["data"]
    ending = os.path.splitext(out or "")[1].lower()
    form = given["form"] or ENDINGS.get(ending, "text")
    if form in BINARY and out is None:
        raise ChainruleError("CR-2323", form=form)
    if out is not None and os.path.exists(out):
        for used in (given["model"], data):
            if used is not None and os.path.exists(used) and os.path.samefile(out, used):
                raise ChainruleError("CR-2324", file=out)
    made = make(load(given["model"]), data, digits=given["digits"] or 0, **reading(given))
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
