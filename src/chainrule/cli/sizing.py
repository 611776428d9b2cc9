"""a table and sizes -> the page of the hidden sizes, printed or written."""

import os
from typing import Any

from .explaining import put
from .train import READING, ask_for_target


def size(given: dict[str, Any]) -> None:
    """The command `size`."""
    from ..model.size import size as compare

    reading = {k: v for k, v in given.items() if k in READING and v not in (None, ())}
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
    ending = "" if out is None else os.path.splitext(out)[1].lower()
    if out is not None and ending in (".svg", ".pdf", ".png"):
        from ..messages import say
        from ..page.plot import DPI, picture_files
        from ..page.svg import picture_svg
        from ..table.writing import write_whole
        from . import console

        picture = page.pictures()[0]
        made = (
            picture_svg(picture).encode()
            if ending == ".svg"
            else picture_files(picture, [(ending[1:], DPI)])[0]
        )
        write_whole(out, made)
        console.say_out(say("CR-2250", file=out))
        return
    put(page, {"form": None, **given})
