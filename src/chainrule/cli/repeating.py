"""a model and its table -> trained once more: equal or not, as a sentence and as an exit code."""

from typing import TYPE_CHECKING, Any

from ..messages import say
from . import console
from .grammar import short
from .live import Silent, display
from .output import put_json
from .predict import reading

if TYPE_CHECKING:
    from ..training.loop import Moment

DIFFERS = 3
"""0 every bit is the same, 2 what cannot be used (as everywhere), 3 the weights differ."""


def repeat(given: dict[str, Any]) -> int:
    """The command `repeat`; its exit code."""
    from ..model.repeat import repeat as train_again

    files = given["data"]
    data = None if not files else files[0] if len(files) == 1 else list(files)
    shown: list[Silent] = []

    def progress(now: "Moment") -> None:
        if not shown:
            shown.append(
                display(say("CR-3551", file=short(given["model"])), given["as_json"] or given["quiet"])
            )
        shown[0].tell(now)

    try:
        found = train_again(given["model"], data, validation=given["validation"], test=given["test"],
                            progress=progress, **reading(given))  # fmt: skip
    finally:
        for one in shown:
            one.close()
    if given["as_json"]:
        put_json(found.to_json())
    else:
        for line in str(found).splitlines():
            console.say_out(line)
    return 0 if found.equal else DIFFERS
