"""facts of a finished training -> the report people read: metrics beside the baselines, the curve, and the reasons."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..batches.split import PART_NAMES
from ..messages import get_language, say
from .metrics import METRICS
from .pictures import curves, number, short, table

Array = np.ndarray[Any, Any]
PARTS = PART_NAMES
TASKS = {"regression": "CR-1730", "binary": "CR-1731", "multiclass": "CR-1732"}
_SHOWN = {
    "regression": ("rmse", "mae", "r2", "r"),
    "binary": ("log_loss", "accuracy", "auc", "f1"),
    "multiclass": ("log_loss", "accuracy", "balanced_accuracy", "f1_macro"),
}  # fmt: skip


def listed(words: Sequence[str]) -> str:
    """Words one after the other, as the language of the report separates them."""
    return ("、" if get_language() == "zh" else ", ").join(words)


def part_name(part: str) -> str:
    """train, validation or test in the chosen language."""
    return say(PARTS[part])


def metrics_table(
    task: str, rows: Mapping[str, int], metrics: Mapping[str, Any], baselines: Mapping[str, Any], *,
    every: bool = False, folds: Mapping[str, Any] | None = None,
) -> list[str]:  # fmt: skip
    """One line per metric, one column per part with its row count, then the baselines on the last part there is.

    folds: what the folds' trainings came to; the test column and the baselines are then mean ± standard deviation
    """
    parts = [part for part in PARTS if metrics.get(part)]
    if not parts:
        return []
    language = 1 if get_language() == "zh" else 0
    head = ["", *(part_name(part) for part in parts)]
    counts = [say("CR-1704"), *(str(rows[part]) for part in parts)]
    columns = [metrics[part] for part in parts]
    spread: list[Mapping[str, Any]] = [{} for _ in parts]
    if folds and parts[-1] == "test":
        spread[-1] = folds["sd"]
    if baselines:
        head += [say("CR-1705"), say("CR-1706")]
        counts += [str(rows[parts[-1]])] * 2
        columns += [baselines["constant"], baselines["linear"]]
        beside = (folds or {}).get("baselines", {})
        spread += [{}, beside.get("linear", {})]  # the constant has none to speak of, and the line is full
    lines = [head, counts]
    for metric in METRICS[task]:
        if every or metric.name in _SHOWN[task]:
            lines.append([metric.label[language],
                          *(with_sd(column.get(metric.name), sd.get(metric.name))
                            for column, sd in zip(columns, spread, strict=True))])  # fmt: skip
    return table(lines)


def with_sd(value: float | None, sd: float | None) -> str:
    """55.21 ± 2.9, or the value alone."""
    return number(value) if value is None or sd is None else f"{number(value)} ± {short(sd)}"


def folds_told(folds: Mapping[str, Any], values: str) -> str:
    """What the folds were, and what came out."""
    runs = len(folds["values"])
    whole = runs == folds["folds"] * folds["repeats"]
    return say("CR-3365" if whole else "CR-4703", folds=folds["folds"], repeats=folds["repeats"], runs=runs,
               all=folds["folds"] * folds["repeats"], values=values)  # fmt: skip


def verdict(
    task: str, rows: Mapping[str, int], metrics: Mapping[str, Any], baselines: Mapping[str, Any],
    folds: Mapping[str, Any] | None = None,
) -> str:  # fmt: skip
    """The sentence that compares the network with the linear baseline on the last part there is."""
    metric = METRICS[task][0]
    if not any(metrics.values()):
        return say("CR-1713")
    part = [p for p in PARTS if metrics.get(p)][-1]
    ours, linear = metrics[part].get(metric.name), baselines["linear"].get(metric.name)
    if ours is None or linear is None:
        return say("CR-1712")
    language = 1 if get_language() == "zh" else 0
    values = {"metric": metric.label[language], "ours": number(ours), "linear": number(linear)}
    better = ours > linear if metric.higher else ours < linear
    said = say("CR-1710" if better else "CR-1711", **values)
    both = zip((folds or {}).get("values", ()), (folds or {}).get("linear", ()), strict=False)
    pairs = [(a, b) for a, b in both if None not in (a, b)]
    if not pairs or part != "test":
        return said
    wins = sum(a > b if metric.higher else a < b for a, b in pairs)
    return f"{said}{'' if language else ' '}{say('CR-4704', wins=wins, runs=len(pairs))}"


def history_lines(
    history: Mapping[str, Array], *, width: int = 60, height: int = 10, unicode: bool = True
) -> list[str]:
    """The loss curves of training and validation with a heading; [] for fewer than two epochs."""
    series = {"train": history["train"][0], "validation": history["validation"][0]}
    lines = curves(series, width=width, height=height, unicode=unicode)
    if not lines:
        return []
    both = bool(np.isfinite(series["validation"]).any())
    code = "CR-1722" if not both else "CR-1720" if unicode else "CR-1721"
    return [say(code), *lines]


def ending(facts: Mapping[str, Any], stop: str) -> list[str]:
    """Why the training ended. Of an average whose networks ended by themselves the reasons name every best epoch."""
    several = {"CR-3111", "CR-3112"} & {code for code, _ in facts["reasons"]}
    return [] if several and facts["stop"]["reason"] in ("epochs", "patience") else [stop]


def _crossed(facts: Mapping[str, Any]) -> list[str]:
    """What the test column is, where it is not of one training."""
    folds, name = facts.get("folds"), facts["primary"]
    if not folds:
        return []
    label = METRICS[facts["task"]][0].label[1 if get_language() == "zh" else 0]
    return [folds_told(folds, f"{label} {with_sd(facts['metrics']['test'][name], folds['sd'][name])}")]


def _targets(facts: Mapping[str, Any]) -> list[str]:
    """Of several targets each one's metrics on the last part there is; above stand their means."""
    each = facts.get("targets")
    parts = [part for part in PARTS if facts["metrics"].get(part)]
    if not each or not parts:
        return []
    language = 1 if get_language() == "zh" else 0
    shown = [m for m in METRICS[facts["task"]] if m.name in _SHOWN[facts["task"]]]
    lines = [[part_name(parts[-1]), *(m.label[language] for m in shown)]]
    lines += [
        [name, *(number((of[parts[-1]] or {}).get(m.name)) for m in shown)] for name, of in each.items()
    ]
    return [say("CR-4717", count=len(each)), *table(lines)]


def report(
    facts: Mapping[str, Any], history: Mapping[str, Array], reasons: Sequence[str], notes: Sequence[str], *,
    unicode: bool = True, every: bool = False,
) -> str:  # fmt: skip
    """The whole end report as text."""
    task, rows, metrics, baselines = facts["task"], facts["rows"], facts["metrics"], facts["baselines"]
    blocks = [
        [say("CR-1700", target=facts["target"], task=say(TASKS[task]),
             model=facts["model"], engine=facts["engine"])],
        metrics_table(task, rows, metrics, baselines, every=every, folds=facts.get("folds")),
        _targets(facts),
        [*_crossed(facts), verdict(task, rows, metrics, baselines, facts.get("folds"))],
        history_lines(history, unicode=unicode),
        list(reasons),
        list(notes),
    ]  # fmt: skip
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"
