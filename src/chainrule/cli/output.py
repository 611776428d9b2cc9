"""results -> JSON: one object on standard output, nothing else."""

import json
import math
import sys
from typing import Any

from . import console


def put_json(value: dict[str, Any]) -> None:
    """One strict JSON object and a line end; what is no number in JSON becomes null."""
    utf8 = (getattr(sys.stdout, "encoding", "") or "").lower().replace("-", "") == "utf8"
    console.say_out(json.dumps(plain(value), ensure_ascii=not utf8, allow_nan=False))


def plain(value: Any) -> Any:
    """Numbers, texts, lists and objects of Python's own types; NaN and infinity are null."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
