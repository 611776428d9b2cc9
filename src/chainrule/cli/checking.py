"""a script of the user's own -> the command `check`: a report, and an exit code that scripts can use."""

from pathlib import Path
from typing import Any

from . import console

FAULT, UNDECIDED = 3, 4
"""0 nothing found, 2 a file that cannot be read, repaired or run (as everywhere), 3 a fault found, 4 not decided."""


def check(given: dict[str, Any]) -> int:
    """The command `check`; its exit code."""
    from ..explain.check.api import check as judge
    from ..explain.check.pages import checked_page
    from .explaining import put
    from .output import put_json

    report = judge(given["file"], seconds=given["seconds"] or 20.0, memory=given["memory"] or 2048)
    if given["as_json"] and not given["out"]:
        put_json(report.to_json())
    elif given["out"] or given["form"] not in (None, "text"):
        put(checked_page(report, Path(given["file"]).name), {**given, "data": given["file"]})
    else:
        console.say_out(str(report))
    return 0 if report.ok else FAULT if report.ok is False else UNDECIDED
