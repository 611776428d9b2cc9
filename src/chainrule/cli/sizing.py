"""a table and sizes -> the page of the hidden sizes, printed or written."""

import os
from typing import Any

from .explaining import put
from .train import ask_for_target


def size(given: dict[str, Any]) -> None:
    """The command `size`."""
    from ..model.size import size as compare

    reading = {
        k: v
        for k, v in given.items()
        if k in ("delimiter", "decimal", "encoding", "header", "missing") and v not in (None, ())
    }
    if given["target"] is None:
        ask_for_target(given["data"], given["data"], reading)
    chosen = {
        k: given[k]
        for k in ("hidden", "starts", "folds", "task", "epochs", "seed", "threads")
        if given[k] is not None
    }
    if given["activation"]:
        chosen["activation"] = given["activation"]
    found = compare(given["data"], given["target"], drop=given["drop"], options=reading, **chosen)
    out = given["out"]
    page = found.page()
    if out is not None and os.path.splitext(out)[1].lower() == ".svg":
        from ..messages import say
        from ..table.writing import write_whole
        from . import console

        figure = next(item for item in page.sections[0].items if hasattr(item, "svg"))
        write_whole(out, figure.svg.encode())
        console.say_out(say("CR-2250", file=out))
        return
    put(page, {"form": None, **given})
