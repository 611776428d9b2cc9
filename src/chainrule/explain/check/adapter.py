"""a file with NET and gradient or step -> a report: its functions are called in the child, the numbers judged here."""

import ast
import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import CheckError
from .api import Answer, Settings, called, judged, readings_of
from .layout import flat, rebuilt
from .record import run
from .report import Report

FUNCTIONS = ("gradient", "step")
PLAIN = ("activations", "loss", "l2", "lr", "rows", "samples", "thresholds", "fixed", "dropout")


def is_adapter(text: str) -> bool:
    """Whether a listing brings NET and one of the functions instead of a loop."""
    body = ast.parse(text).body
    functions = {n.name for n in body if isinstance(n, ast.FunctionDef)}
    names = {t.id for n in body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)}
    return "NET" in names and bool(functions & set(FUNCTIONS))


def observed(names: Mapping[str, Any]) -> dict[str, Any]:
    """In the child: the function of a listing at the places `check` asks for, as JSON."""
    net = names.get("NET")
    if not isinstance(net, dict) or not {"weights", "x", "t"} <= net.keys():
        raise CheckError("CR-2948", file="NET", text="weights, x, t")
    if unknown := net.keys() - {"weights", "x", "t", *PLAIN}:
        raise CheckError("CR-2948", file="NET", text=", ".join(sorted(map(str, unknown))))
    kind = next(f for f in FUNCTIONS if callable(names.get(f)))
    answers = called(names[kind], net["weights"], net["x"], net["t"], kind == "step")
    return {
        "kind": kind,
        "net": {k: list(net[k]) if isinstance(net[k], tuple) else net[k] for k in PLAIN if k in net},
        "weights": _packed(flat(net["weights"])),
        "data": _packed([net["x"], net["t"]]),
        "seen": [{"w": _packed(a.weights), "r": _packed(a.result), "loss": a.loss} for a in answers],
    }


def _packed(arrays: Any) -> list[Any]:
    made = []
    for array in arrays:
        value = np.asarray(array)
        plain = np.ascontiguousarray(value, dtype="<f8")
        made.append([list(value.shape), str(value.dtype), base64.b64encode(plain.tobytes()).decode()])
    return made


def _unpacked(rows: Any) -> list[Any]:
    made = []
    for shape, dtype, body in rows:
        value = np.frombuffer(base64.b64decode(body), dtype="<f8").reshape([int(n) for n in shape])
        made.append(value.astype(np.float32 if dtype == "float32" else float))
    return made


def check_adapter(text: str, folder: Path | None, name: str, seconds: float, memory: int) -> Report:
    """In the parent: the report. CheckError for what the child refused or what makes no sense."""
    answer = run(text, folder, seconds, memory, mode="adapter")
    try:
        data = json.loads(answer)
        if "code" in data:
            raise CheckError(str(data["code"]), **dict(data["values"]))
        weights, (x, t) = _unpacked(data["weights"]), _unpacked(data["data"])
        seen = [
            Answer(_unpacked(a["w"]), _unpacked(a["r"]), None if a["loss"] is None else float(a["loss"]))
            for a in data["seen"]
        ]
        net, kind = dict(data["net"]), str(data["kind"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        if isinstance(error, CheckError):
            raise
        raise CheckError("CR-2922", reason="record", memory=memory) from None
    readings = readings_of(
        rebuilt(weights, iter(weights)), x, t, net.get("rows"), net.get("samples"), net.get("thresholds")
    )
    what = Settings(
        net.get("activations", "sigmoid"), net.get("loss", "squared"), tuple(net.get("dropout", ())), {},
        tuple(net.get("fixed", ())), net.get("l2"), net.get("lr"),
    )  # fmt: skip
    return judged(readings, seen, what, kind)
