"""facts and evidence of a trained network -> the page of its report, one section per question a reader asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from ..encoding import Encoding
from ..messages import get_language, say
from ..page.page import Page, Paragraph, Table
from ..page.picture import Picture
from ..plan import Plan
from . import class_figures, figures, pictures
from .columns import columns_table
from .curves import confusion, per_class
from .evidence import ALL, Evidence, Rows, together
from .figures import named
from .metrics import METRICS, evaluate
from .text import PARTS, TASKS, ending, folds_told, listed, verdict
from .weak import loss_of_rows, weak_groups, worst

Array = np.ndarray[Any, Any]
FEW_SHOWN = 3  # columns shown of a worst row: the most important ones


@dataclass(frozen=True)
class Subject:
    """A trained network as a report sees it; the names are those of `Model`."""

    plan: Plan
    encoding: Encoding
    history: Mapping[str, Array]
    facts: Mapping[str, Any]
    reasons: Sequence[str]
    notes: Sequence[str]
    stop: str
    name: str = "MODEL"  # of its file, for the commands that are named

    @property
    def target(self) -> str:
        return str(self.facts["target"])

    @property
    def targets(self) -> tuple[str, ...]:
        """Its columns, one by one."""
        return (self.target,) if self.encoding.target is None else self.encoding.target.columns

    @property
    def task(self) -> str:
        return str(self.facts["task"])

    @property
    def labels(self) -> list[str]:
        return [str(label) for label in self.encoding.labels]


def number(value: float | None) -> str:
    """Four digits, a real minus sign, a dash for what is not defined."""
    text = pictures.number(value)
    return "–" if text == "-" else f"−{text[1:]}" if text.startswith("-") else text


def document(subject: Subject, evidence: Evidence | None = None) -> Page:
    """The page. Without evidence it holds what the model itself knows, and says what needs the table."""
    page = Page(say("CR-3204", target=subject.target), language=get_language(), contents=True)
    _summary(page, subject, evidence)
    _data(page, subject, evidence)
    _network(page, subject)
    _training(page, subject)
    _metrics(page, subject, evidence)
    if evidence is not None:
        (_regression if subject.task == "regression" else _classes)(page, subject, evidence)
        _importance(page, subject, evidence)
    _baselines(page, subject)
    if evidence is not None:
        for k in range(len(subject.targets)):
            _weak(page, subject, evidence.of(k), k)
    _made(page, subject)
    page.facts = _facts(subject, evidence)
    return page


def brief(subject: Subject) -> Page:
    """What a notebook shows of a model: how good it is, beside what, and how it was trained."""
    page = Page(f"{subject.target}: {subject.name}", language=get_language())
    _summary(page, subject, None)
    _metrics(page, subject, None)
    _baselines(page, subject)
    _training(page, subject)
    for note in subject.notes:
        page.sections[-1].say(note)
    return page


def in_latex(plan: Plan) -> str:
    """The network, layer by layer; x is a row of inputs."""
    lines, before = [], "x"
    for layer in plan.layers:
        after = r"\hat{y}" if layer is plan.layers[-1] else f"y_{{{layer.index}}}"
        f = layer.activation.name.replace("_", r"\_")
        b = f" + b_{{{layer.index}}}" if layer.b else ""
        lines.append(
            rf"{after} &= \operatorname{{{f}}}\left({before}\,W_{{{layer.index}}}{b}\right),"
            rf"\quad W_{{{layer.index}}} \in \mathbb{{R}}^{{{layer.inputs} \times {layer.units}}}"
        )
        before = after
    return "$$ \\begin{aligned} " + r" \\ ".join(lines) + r" \end{aligned} $$"


def _summary(page: Page, s: Subject, evidence: Evidence | None) -> None:
    section = page.section(say("CR-3205"))
    facts = s.facts
    section.say(say("CR-3206", target=s.target, task=say(TASKS[s.task]), model=s.plan.name, count=s.plan.size,
                    engine=facts["engine"]))  # fmt: skip
    parts = [part for part in PARTS if facts["metrics"].get(part)]
    for last in parts[-1:]:
        names = (
            ("r", "r2", "rmse", "mae")
            if s.task == "regression"
            else ("accuracy", "auc", "log_loss", "f1_macro")
        )
        shown = [
            f"{_short(s.task, name)} {_shown('', facts['metrics'][last][name], _spread(s, last).get(name))}"
            for name in names
            if facts["metrics"][last].get(name) is not None
        ]
        code = {"train": "CR-3208", "validation": "CR-3209", "test": "CR-3207"}[last]
        if last == "test" and facts.get("folds"):
            section.say(folds_told(facts["folds"], listed(shown)))
        else:
            section.say(say(code, rows=facts["rows"][last], values=listed(shown)))
    section.say(verdict(s.task, facts["rows"], facts["metrics"], facts["baselines"], facts.get("folds")))
    if evidence is None:
        section.say(say("CR-3210", command=f"chainrule report {s.name} FILE"))
    elif not evidence.same:
        section.say(say("CR-3211", file=evidence.read.source, rows=evidence.last.count))
    for part in evidence.absent if evidence is not None else ():
        section.say(say("CR-3212", part=named(part)))


def _short(task: str, name: str) -> str:
    return {"r": "R", "r2": "R²"}.get(name) or _label(task, name)


def _label(task: str, name: str) -> str:
    if task == "regression" and name in _REGRESSION:
        return say(_REGRESSION[name])
    language = 1 if get_language() == "zh" else 0
    return next(m.label[language] for m in METRICS[task] if m.name == name)


# ---- the data ----------------------------------------------------------------------------------------------------


def _data(page: Page, s: Subject, evidence: Evidence | None) -> None:
    section = page.section(say("CR-3213"))
    facts, program = s.facts, s.facts["program"]
    if evidence is not None:
        read = evidence.read
        section.say(say("CR-3214", file=read.source, rows=read.rows, columns=len(read.columns)))
        if evidence.without:
            section.say(say("CR-1815", count=evidence.without))
        if read.facts.get("sha256"):
            section.say(say("CR-3215", digest=read.facts["sha256"]))
    section.items.append(
        columns_table(s.encoding, s.targets, program, None if evidence is None else evidence.read)
    )
    rows = facts["rows"]
    counts = listed([f"{named(part)} {rows[part]}" for part in PARTS if rows.get(part)])
    how = "CR-3217" if program.get("part") else "CR-4706" if facts.get("folds") else "CR-3216"
    if facts.get("folds"):
        counts = listed(
            [f"{named(part)} {rows[part]}" for part in PARTS if part != "test" and rows.get(part)]
        )
    if counts:  # not known of a network fitted to arrays
        section.say(say(how, counts=counts, seed=program.get("seed"), part=program.get("part"),
                        folds=program.get("folds"), repeats=program.get("repeats")))  # fmt: skip
    for note in s.notes:
        section.say(note)


def _network(page: Page, s: Subject) -> None:
    section = page.section(say("CR-3218"))
    outputs = s.labels if s.task == "multiclass" else list(s.targets)
    if s.task == "binary":
        outputs = [f"{s.target} = {s.labels[1]}"]
    inputs = list(s.encoding.shown_names)
    if len(inputs) != s.plan.layers[0].inputs:
        inputs = [f"x{i + 1}" for i in range(s.plan.layers[0].inputs)]
    if len(outputs) != s.plan.layers[-1].units:
        outputs = [str(k + 1) for k in range(s.plan.layers[-1].units)]
    section.items.append(figures.network(s.plan, inputs, outputs))
    rows = tuple(
        (str(layer.index), str(layer.inputs), str(layer.units), layer.activation.name,
         str(layer.w.size + (layer.b.size if layer.b else 0)))
        for layer in s.plan.layers
    )  # fmt: skip
    header = tuple(say(code) for code in ("CR-3219", "CR-3220", "CR-3221", "CR-3222", "CR-3223"))
    section.items.append(Table(header, rows, say("CR-3224", count=s.plan.size, loss=s.plan.loss.name)))


def _training(page: Page, s: Subject) -> None:
    section = page.section(say("CR-3225"))
    for reason in s.reasons:
        section.say(reason)
    if np.asarray(s.history["train"]).shape[-1] > 1:
        extra = [name for name in s.history if name not in ("train", "validation", "rate")]
        section.items.append(figures.curves(s.history, s.facts["best_epoch"], extra[0] if extra else None))
    for sentence in ending(s.facts, s.stop):
        section.say(sentence)


# ---- how good ----------------------------------------------------------------------------------------------------

_REGRESSION = {
    "r": "CR-3226", "r2": "CR-3227", "rmse": "CR-3229", "mae": "CR-3230", "mape": "CR-3231", "mse": "CR-3232",
}  # fmt: skip


def _metrics(page: Page, s: Subject, evidence: Evidence | None) -> None:
    section = page.section(say("CR-3233"))
    columns: list[_Column] = [
        (named(part), s.facts["rows"][part], s.facts["metrics"][part], _spread(s, part))
        for part in PARTS
        if s.facts["metrics"].get(part)
    ]
    several = len(s.targets) > 1
    if several:
        section.say(say("CR-3298", count=len(s.targets), targets=listed(s.targets)))
    elif evidence is not None and not evidence.crossed and (not evidence.same or len(evidence.parts) > 1):
        key = ALL if evidence.same else evidence.last.part
        t, y = together(evidence.parts)
        columns.append((named(key), len(t), evaluate(s.task, t, y), {}))
    if columns:
        section.items.append(_table(s.task, columns))
        for name, of in s.facts.get("targets", {}).items() if evidence is None else ():
            section.say(name)
            of_one: list[_Column] = [(named(p), s.facts["rows"][p], of[p], {}) for p in PARTS if of.get(p)]
            section.items.append(_table(s.task, of_one))
    elif evidence is None:
        section.say(say("CR-1713"))
        return
    if s.task == "regression":
        section.say(say("CR-3234", target=listed(s.targets)))
    for k, target in enumerate(s.targets):
        alone = None if evidence is None else evidence.of(k)
        if several and alone is not None:
            section.say(f"{target}")
            of_parts: list[_Column] = [
                (named(p.part), p.count, evaluate(s.task, p.t, p.y), {}) for p in alone.parts
            ]
            columns += of_parts
            section.items.append(_table(s.task, of_parts))
        for rows in alone.parts if alone is not None and s.task == "regression" else ():
            zeros = rows.t == 0
            if zeros.any():
                others = evaluate(s.task, rows.t[~zeros], rows.y[~zeros]) if (~zeros).any() else {}
                value = _shown("mape", others.get("mape"))
                section.say(say("CR-3235", part=named(rows.part), count=int(zeros.sum()), value=value))
    if any(value is None or not np.isfinite(value) for _, _, m, _ in columns for value in m.values()):
        section.say(say("CR-3236"))


_Column: TypeAlias = tuple[
    str, int, Mapping[str, float | None], Mapping[str, float | None]
]  # …, mean, deviation


def _spread(s: Subject, part: str) -> Mapping[str, float | None]:
    """The standard deviations over the folds' trainings; nothing for a part that was measured once."""
    found: Mapping[str, float | None] = (
        s.facts["folds"]["sd"] if part == "test" and s.facts.get("folds") else {}
    )
    return found


def _table(task: str, columns: Sequence[_Column]) -> Table:
    """A line per metric, a column per part."""
    header = ("", *(name for name, _, _, _ in columns))
    lines: list[tuple[str, ...]] = [(say("CR-1704"), *(str(rows) for _, rows, _, _ in columns))]
    names = [m.name for m in METRICS[task]]
    if task == "regression":
        names = [*_REGRESSION, *(n for n in names if n not in _REGRESSION)]
    for name in names:
        lines.append(
            (_label(task, name), *(_shown(name, m.get(name), sd.get(name)) for _, _, m, sd in columns))
        )
        if name == "r2":  # stands beside it, named, because many programs print this one as R²
            squares = [None if (v := m.get("r")) is None else v * v for _, _, m, _ in columns]
            lines.append((say("CR-3228"), *(number(v) for v in squares)))
    return Table(header, tuple(lines))


def _shown(name: str, value: float | None, sd: float | None = None) -> str:
    if value is None or not np.isfinite(value):
        return "–"
    size, unit = (100.0, " %") if name == "mape" else (1.0, "")
    spread = "" if sd is None else f" ± {pictures.short(size * sd)}"
    return f"{number(size * value)}{spread}{unit}"


def _regression(page: Page, s: Subject, evidence: Evidence) -> None:
    for k, target in enumerate(s.targets):
        parts = evidence.of(k).parts
        section = page.section(_of(say("CR-3237"), s, k))
        section.items += _apart(s, k, [figures.regression(parts, target), figures.by_number(parts, target)])
        section = page.section(_of(say("CR-3238"), s, k))
        drawn = [figures.histogram(evidence.of(k).judged, target), figures.residuals(parts, target)]
        if any((p.t != 0).any() for p in parts):
            drawn.insert(0, figures.relative_errors(parts, target))
        section.items += _apart(s, k, drawn)


def _of(title: str, s: Subject, k: int) -> str:
    """A heading with its target, where there are several."""
    return f"{title}: {s.targets[k]}" if len(s.targets) > 1 else title


def _apart(s: Subject, k: int, pictures: Sequence[Picture]) -> list[Picture]:
    """Pictures whose files do not meet those of another target."""
    return [replace(p, name=f"{p.name}-{k + 1}") if len(s.targets) > 1 else p for p in pictures]


def _classes(page: Page, s: Subject, evidence: Evidence) -> None:
    parts, labels = evidence.parts, s.labels
    section = page.section(say("CR-3239"))
    section.items.append(class_figures.confusions(parts, labels, s.target))
    last = evidence.last
    counts = confusion(last.t, last.chosen, len(labels))
    found = per_class(counts)
    names = ("precision", "recall", "f1", "support")
    header = (say("CR-3240"), *(say(c) for c in ("CR-1782", "CR-1781", "CR-3241", "CR-1704")))
    lines = [(label, *(number(float(found[n][k])) for n in names)) for k, label in enumerate(labels)]
    here = found["support"] > 0
    for code, weight in (("CR-3242", here.astype(float)), ("CR-3243", found["support"])):
        # a class never predicted counts as 0 in a mean, as everywhere
        means = [number(float(np.sum(np.nan_to_num(found[n]) * weight) / weight.sum())) for n in names[:3]]
        lines.append((say(code), *means, str(last.count)))
    section.items.append(Table(header, tuple(lines), say("CR-3244", part=named(last.part))))
    gone = [label for label, any_ in zip(labels, here, strict=True) if not any_]
    if gone:
        section.say(say("CR-3245", part=named(last.part), names=listed(gone)))
    section = page.section(say("CR-3246"))
    for picture in (class_figures.rocs(parts, labels), class_figures.precision_recalls(parts, labels)):
        if picture.panels[0].series:
            section.items.append(picture)
    section.items.append(class_figures.calibrations(parts, labels))


# ---- what it rests on, and where it fails ------------------------------------------------------------------------


def _importance(page: Page, s: Subject, evidence: Evidence) -> None:
    if not evidence.importance:
        return
    section = page.section(say("CR-3247"))
    metric = say("CR-3248" if s.task == "regression" else "CR-3249")
    section.items.append(figures.importance(evidence.importance, metric))
    rows, part = evidence.looked_at
    section.say(say("CR-3250", rows=rows, part=named(part), metric=metric))
    section.say(say("CR-3251"))


def _baselines(page: Page, s: Subject) -> None:
    facts = s.facts
    if not facts["baselines"]:
        return
    part = [p for p in PARTS if facts["metrics"].get(p)][-1]
    section = page.section(say("CR-3252"))
    crossed = facts.get("folds") and part == "test"
    section.say(say("CR-4705" if crossed else "CR-3253", part=named(part), rows=facts["rows"][part]))
    header = ("", say("CR-3254"), say("CR-1706"), say("CR-1705"))
    spread = facts["folds"].get("baselines", {}) if facts.get("folds") and part == "test" else {}
    sides = (
        (facts["metrics"][part], _spread(s, part)),
        *((facts["baselines"][name], spread.get(name, {})) for name in ("linear", "constant")),
    )
    lines = tuple(
        (_label(s.task, m.name), *(_shown(m.name, side.get(m.name), sd.get(m.name)) for side, sd in sides))
        for m in METRICS[s.task]
    )
    section.items.append(Table(header, lines))
    section.say(verdict(s.task, facts["rows"], facts["metrics"], facts["baselines"], facts.get("folds")))


def _weak(page: Page, s: Subject, evidence: Evidence, k: int) -> None:
    section = page.section(_of(say("CR-3255"), s, k))
    order = sorted(evidence.importance, key=lambda c: -evidence.importance[c][0]) or list(s.encoding.columns)
    shown = order[:FEW_SHOWN]
    numbers = s.task == "regression"
    codes = ("CR-3256", "CR-3257", "CR-3258", "CR-3259", "CR-3260" if numbers else "CR-3261")
    header = (*(say(code) for code in codes), *shown)
    lines = []
    for rows, i in worst(s.task, evidence.judged):
        actual = number(float(rows.t[i])) if numbers else s.labels[int(rows.t[i])]
        predicted = number(float(rows.y[i])) if numbers else s.labels[int(rows.chosen[i])]
        size = (
            number(float(rows.error[i])) if numbers else number(float(np.exp(-loss_of_rows(s.task, rows)[i])))
        )
        cells = [_cell(rows, column, i) for column in shown]
        lines.append((named(rows.part), str(rows.table.row(i)), actual, predicted, size, *cells))
    section.items.append(Table(header, tuple(lines), say("CR-3262", file=evidence.read.source)))
    groups, compared = weak_groups(s.task, evidence.held_out, s.encoding.columns, s.targets[k])
    parts = listed([named(p.part) for p in evidence.held_out])
    if not groups:
        section.say(say("CR-3263" if compared else "CR-3264", compared=compared, parts=parts))
        return
    header = tuple(say(c) for c in ("CR-3265", "CR-1704", "CR-3266" if numbers else "CR-3267",
                                    "CR-3268" if numbers else "CR-3269"))  # fmt: skip
    shares = number if numbers else _percent
    lines = [(g.name, str(g.rows), shares(g.error), shares(g.rest)) for g in groups]
    section.items.append(Table(header, tuple(lines)))
    section.say(say("CR-3270", compared=compared, parts=parts))


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def _cell(rows: Rows, column: str, i: int) -> str:
    if column not in rows.table:
        return "–"
    values = rows.table[column]
    value = values.values[i]
    if value is None or value != value:
        return "–"
    return number(float(value)) if values.kind == "number" else str(value)[:30]


def _made(page: Page, s: Subject) -> None:
    if "seed" not in s.facts["program"]:  # fitted to arrays: no command makes it again
        return
    section = page.section(say("CR-3271"))
    section.items.append(
        Paragraph(say("CR-3272", version=s.facts["chainrule"], seed=s.facts["program"].get("seed")))
    )


def _facts(s: Subject, evidence: Evidence | None) -> dict[str, Any]:
    facts: dict[str, Any] = {
        k: s.facts[k] for k in ("target", "task", "rows", "metrics", "baselines", "best_epoch")
    }
    facts["network"], facts["parameters"] = s.plan.name, s.plan.size
    if evidence is not None:
        facts["same"] = evidence.same
        facts["importance"] = {c: list(v) for c, v in evidence.importance.items()}
    return facts
