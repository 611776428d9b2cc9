"""a table and options -> a trained network, saved, and what to know about it."""

import os
from typing import TYPE_CHECKING, Any

from ..errors import ChainruleError
from ..messages import because, say
from ..messages.columns import text_width, wrap
from . import console
from .grammar import quoted, short
from .live import Silent, display
from .output import put_json

if TYPE_CHECKING:
    from ..model import Model
    from ..training.loop import Moment

INTERRUPTED, WIDTH = 130, 79
READING = ("delimiter", "decimal", "encoding", "header", "missing", "sheet", "cells", "samples")


def train(given: dict[str, Any]) -> int:
    """The command `train`; the exit code."""
    as_json, script, quiet = (given.pop(name) for name in ("as_json", "script", "quiet"))
    page, folder = given.pop("report"), given.pop("pictures")
    if as_json and script:
        raise ChainruleError("CR-2029", one="--json", other="--script")
    if given["resume"] and not given["checkpoint"]:
        raise ChainruleError("CR-2028", option="--resume", needs="--checkpoint", command="chainrule train")
    data = given.pop("data")
    data = data[0] if len(data) == 1 else list(data)
    target = given.pop("target")
    settings = chosen(given)
    reading = {k: v for k, v in settings.items() if k in READING}
    first = data if isinstance(data, str) else data[0]
    out = settings.pop("out", None) or model_name(first)
    if target is None:
        ask_for_target(data, first, reading)
    if page is not None or folder is not None:
        from .reporting import form_of

        form_of(
            page, folder, ([data] if isinstance(data, str) else data) + [out]
        )  # refused before the training, not after it
    replaces = check_place(out)
    model = fit(data, target, settings, quiet)
    stop = model.stop
    if stop.reason == "nonfinite":
        if stop.values["best_epoch"]:
            model.save(out)
        raise ChainruleError("CR-2047" if stop.values["best_epoch"] else "CR-2048", stop=stop, file=out)
    model.save(out)
    if script:
        console.put_bytes(model.script().encode())
    elif as_json:
        put_json(model.to_json_report() | {"model": out})
    else:
        closing(model, first, out, replaces)
    if page is not None or folder is not None:
        from .reporting import write

        write(model, data, page, folder, quoted(short(out)), reading, quiet=as_json or script)
    folds = model.facts.get("folds")
    cut_short = folds is not None and len(folds["values"]) < folds["folds"] * folds["repeats"]
    return INTERRUPTED if stop.reason == "interrupted" or cut_short else 0


def closing(model: "Model", data: str, out: str, replaces: bool) -> None:
    """The report, where the model is, and what to type next."""
    text = model.report(unicode=console.can_show("│└─⠿·−²"))
    for line in text.rstrip("\n").split("\n"):
        # pictures and tables fit by themselves; sentences are broken
        for part in [line] if text_width(line) <= WIDTH else wrap(line, WIDTH, "  "):
            console.say_out(part)
    console.say_out()
    console.say_out(say("CR-2168" if replaces else "CR-2167", file=out))
    data = "FILE.csv" if data == "-" else data  # standard input is read once
    stem, end = os.path.splitext(os.path.basename(data))
    name = f"{stem}-predicted{end if end.lower() in ('.xlsx', '.parquet', '.mat', '.feather', '.jsonl') else '.csv'}"
    words = ["chainrule", "predict", quoted(out), quoted(data), "--out", quoted(name)]
    console.say_out(say("CR-2059", command=" ".join(words)))


def chosen(given: dict[str, Any]) -> dict[str, Any]:
    """Only what the user said: everything else is decided by `chainrule.train`."""
    settings = {k: v for k, v in given.items() if v is not None and v != () and v is not False}
    if given.get("header") is False:
        settings["header"] = False
    if given.get("hidden") == ():
        settings["hidden"] = ()
    if "kinds" in settings:
        settings["kinds"] = dict(settings["kinds"])
    return settings


def model_name(data: str) -> str:
    """data/concrete.csv -> data/concrete.chainrule"""
    stem, end = os.path.splitext(data)
    if end.lower() in (".gz", ".bz2", ".xz", ".zst", ".zip"):
        stem, _ = os.path.splitext(stem)
    return ("stdin" if data == "-" else stem) + ".chainrule"


def ask_for_target(data: str | list[str], first: str, reading: dict[str, Any]) -> None:
    from ..table import read_table
    from ..table.columns import name_list

    table = read_table(data, **reading)
    raise ChainruleError("CR-2019", file=short(first), names=name_list(table.names, 40))


def check_place(out: str) -> bool:
    """Whether a model is replaced; refused before any training where nothing could be saved afterwards."""
    folder = os.path.dirname(os.path.abspath(out))
    reason = ""
    if os.path.isdir(out):
        reason = because(21)
    elif not os.path.isdir(folder):
        reason = because(2)
    elif not os.access(folder, os.W_OK | os.X_OK):
        reason = because(13)
    if reason:
        raise ChainruleError("CR-2046", file=out, reason=reason)
    if not os.path.exists(out):
        return False
    try:
        with open(out, "rb") as stream:
            head = stream.read(4096)
    except OSError as error:
        raise ChainruleError("CR-2046", file=out, reason=because(error)) from None
    if head and b"chainrule" not in head.lower():
        raise ChainruleError("CR-2045", file=out)
    return True


def fit(data: str | list[str], target: str, settings: dict[str, Any], quiet: bool) -> "Model":
    """Train with a display."""
    from ..model import train as train_model

    shown: list[Silent] = []

    def progress(now: "Moment") -> None:
        if not shown:
            shown.append(
                display(
                    say("CR-2085", file=short(data if isinstance(data, str) else data[0]), target=target),
                    quiet,
                )
            )
        shown[0].tell(now)

    try:
        return train_model(data, target, progress=progress, **settings)
    finally:
        for one in shown:
            one.close()
