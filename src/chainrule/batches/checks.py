"""plan, source -> nothing, or a refusal: what a loss or a network cannot read is said once, where data enters."""

from typing import Any

import numpy as np

from ..errors import BatchError
from .source import Source

Array = np.ndarray[Any, Any]


def check_source(plan: Any, source: Source, *, targets: bool = True) -> None:
    """Refuse rows the plan cannot use; engines compute without asking. `targets` False: nothing is to be learned.

    Read block by block, so a memory-mapped source stays on its disk. Rows and columns are counted from 1. Raises
    BatchError CR-1215 (widths), CR-1216 (codes), CR-1217 … CR-1219, CR-1291 (targets the loss has no meaning for), CR-1220
    (weights that lack a member).
    """
    widths = [("x", source.x, plan.numeric), ("codes", source.codes, len(plan.levels))]
    if targets:
        widths.append(("t", source.t, plan.targets))
    for label, array, wanted in widths:
        found = 0 if array is None else array.shape[1]
        if found != wanted:
            raise BatchError("CR-1215", label=label, found=found, wanted=wanted, plan=plan.name)
    source.member_weights(plan)
    for rows in source.blocks():
        if source.codes is not None and plan.levels:
            codes = np.asarray(source.codes[rows])
            _refuse((codes < -1) | (codes >= np.array(plan.levels)), codes, rows, plan)
        if targets and source.t is not None:
            _check_targets(plan, np.asarray(source.t[rows]), rows.start)


def _refuse(wrong: Array, codes: Array, rows: slice, plan: Any) -> None:
    if wrong.any():
        row, column = (int(n) for n in np.argwhere(wrong)[0])
        raise BatchError("CR-1216", row=rows.start + row + 1, column=column + 1, found=int(codes[row, column]),
                         levels=plan.levels[column], highest=plan.levels[column] - 1)  # fmt: skip


def _check_targets(plan: Any, t: Array, first: int) -> None:
    """NaN is a target that does not count, so no comparison may find it wrong."""
    kind, loss = plan.loss.targets, plan.loss.name
    if kind == "number":
        return
    with np.errstate(invalid="ignore"):
        low = t <= 0 if kind == "positive" else t < 0
        wrong = low | (np.isinf(t) if kind in ("counts", "positive") else t > 1)
    if wrong.any():
        row, column = (int(n) for n in np.argwhere(wrong)[0])
        code = {"counts": "CR-1218", "positive": "CR-1291"}.get(kind, "CR-1217")
        raise BatchError(code, loss=loss, row=first + row + 1, column=column + 1, value=float(t[row, column]))
    if kind == "classes":
        total = t.sum(axis=1, dtype=float)
        # probabilities that were divided by their sum, in single precision, and rounding in each of them
        off = np.abs(total - 1) > 1e-6 * t.shape[1]
        if off.any():
            row = int(np.flatnonzero(off)[0])
            raise BatchError("CR-1219", loss=loss, row=first + row + 1, total=float(total[row]))
