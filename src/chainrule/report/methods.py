"""facts of a finished training -> the paragraph a thesis needs: what was done, with every constant, and whom to cite."""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..messages import get_language, say
from ..page.page import Code, Page, Paragraph, Table
from .document import Subject, _shown
from .figures import named
from .metrics import METRICS
from .text import PARTS, TASKS, ending, listed
from .works import BACKPROP, CLIPPING, DROPOUT, Work, works_of

SCALES = {
    "standard": "CR-3520", "minmax": "CR-3521", "robust": "CR-3522", "power": "CR-3523", "quantile": "CR-3524",
    "none": "CR-3525",
}  # fmt: skip
TOOL = "Chainrule"
SHOWN = {
    "regression": ("r2", "rmse", "mae", "r"),
    "binary": ("accuracy", "auc", "log_loss", "f1"),
    "multiclass": ("accuracy", "balanced_accuracy", "log_loss", "f1_macro"),
}  # fmt: skip


@dataclass
class _Cited:
    """The works in the order they are cited in."""

    works: list[Work] = field(default_factory=list)

    def __call__(self, *works: Work) -> str:
        """ " [2, 3]" """
        for work in works:
            if work not in self.works:
                self.works.append(work)
        return f" [{', '.join(str(self.works.index(w) + 1) for w in works)}]" if works else ""

    def rule(self, row: Any) -> str:
        """The rule's name with the works its row names."""
        return f"{row.name}{self(*works_of(row.source))}"


def methods(subject: Subject, script: str = "") -> Page:
    """The page: the paragraph, the metrics, the command to repeat it, the references in both forms."""
    page = Page(say("CR-3500", target=subject.target), language=get_language())
    cited = _Cited()
    section = page.section(say("CR-3501"))
    sentences = [*_data(subject), *_network(subject, cited), *_training(subject, cited), *_results(subject)]
    sentences += _software(subject, len(cited.works) + 1)
    section.say(("" if get_language() == "zh" else " ").join(sentences))
    page.section(say("CR-3502")).items.append(_metrics(subject))
    section = page.section(say("CR-3503"))
    program = subject.facts["program"]
    section.say(say("CR-3504" if program.get("data") is not None else "CR-3505"))
    section.items.append(
        Code(f"chainrule repeat {subject.name} {' '.join(map(shlex.quote, _files(program))) or 'FILE'}", "sh")
    )
    if script:
        section.items.append(Code(script.rstrip("\n"), "python"))
    section = page.section(say("CR-3506"))
    section.items += [Paragraph(f"[{k}] {line}") for k, line in enumerate(
        [*(work.gbt() for work in cited.works), _tool_gbt(subject)], 1)]  # fmt: skip
    section = page.section("BibTeX")
    section.items.append(
        Code("\n\n".join([*(w.bibtex() for w in cited.works), _tool_bibtex(subject)]), "bibtex")
    )
    page.facts = {
        "paragraph": " ".join(sentences), "sha256": subject.facts.get("sha256", {}),
        "references": [work.key for work in cited.works],
    }  # fmt: skip
    return page


# ---- what was done -----------------------------------------------------------------------------------------------


def _files(program: Mapping[str, Any]) -> list[str]:
    data = program.get("data")
    return data if isinstance(data, list) else [str(data)] if data else []


def _data(s: Subject) -> list[str]:
    facts, program = s.facts, s.facts["program"]
    rows, folds = facts["rows"], facts.get("folds")
    shared = any(
        code == "CR-3111" for code, _ in facts["reasons"]
    )  # every row validates a network without it
    total = rows["train"] + (0 if shared else rows["validation"]) + (0 if folds else rows["test"])
    digest = facts.get("sha256", {}).get("data")
    text = listed(digest if isinstance(digest, list) else [digest]) if digest else "–"
    files = listed([os.path.basename(path) for path in _files(program)])
    said = [say("CR-3510" if files else "CR-3511", files=files, rows=total, target=listed(s.targets), digest=text,
                task=say(TASKS[s.task]))]  # fmt: skip
    counts = listed(
        [
            f"{named(part)} {rows[part]}"
            for part in PARTS
            if rows.get(part) and not (folds and part == "test") and not (shared and part == "validation")
        ]
    )
    said.append(say(_division(facts), counts=counts, seed=program.get("seed"), part=program.get("part"),
                    time=program.get("time"), divide=program.get("divide"),
                    folds=program.get("folds"), repeats=program.get("repeats")))  # fmt: skip
    if program.get("groups"):
        said.append(say("CR-3519", groups=program["groups"]))
    scale, target_scale = (
        SCALES.get(str(program.get(name)), "CR-3520") for name in ("scale", "target_scale")
    )
    inputs = len(s.encoding.feature_names)
    said.append(say("CR-3526", columns=len(s.encoding.columns), inputs=inputs, scale=say(scale)))
    if s.encoding.mix is not None:
        said.append(say("CR-4715", count=s.encoding.mix.size))
    if s.encoding.exposure is not None:
        said.append(say("CR-4714", exposure=s.encoding.exposure))
    elif s.task == "regression":
        said.append(say("CR-3527", scale=say(target_scale)))
    return said


def _division(facts: Mapping[str, Any]) -> str:
    program = facts["program"]
    if facts.get("folds"):
        return "CR-3518"
    if program.get("part"):
        return "CR-3513"
    if program.get("time"):
        return "CR-3514"
    if "validation" in program or "test" in program:
        return "CR-3515"
    divide = program.get("divide", "random")
    return {"random": "CR-3512", "block": "CR-3516", "interleaved": "CR-3517", None: "CR-3528"}.get(
        divide, "CR-3529"
    )


def _knobs(knobs: Mapping[str, float]) -> str:
    """ " (b1 = 0.9, b2 = 0.999)" """
    inner = ", ".join(f"{name} = {value:g}" for name, value in knobs.items())
    return f" ({inner})" if inner else ""


def _network(s: Subject, cited: _Cited) -> list[str]:
    plan = s.plan
    layers = listed(
        [f"{layer.units} × {cited.rule(layer.activation)}{_knobs(layer.knobs)}" for layer in plan.layers[:-1]]
    )
    last = plan.layers[-1]
    said = [say("CR-3560" if layers else "CR-3561", name=plan.name, layers=layers, output=last.activation.name,
                count=plan.size, cite=cited(BACKPROP))]  # fmt: skip
    if plan.members > 1:
        said.append(say("CR-3562", members=plan.members))
    first = plan.layers[0].w
    said.append(say("CR-3563", start=cited.rule(first.start) + _knobs(first.start_knobs), seed=plan.seed))
    return said


def _training(s: Subject, cited: _Cited) -> list[str]:
    plan, program = s.plan, s.facts["program"]
    said = [say(
        "CR-3564", loss=cited.rule(plan.loss) + _knobs(plan.loss_knobs),
        optimizer=cited.rule(plan.optimizer) + _knobs(plan.optimizer_knobs), lr=f"{plan.lr:g}",
        schedule=cited.rule(plan.schedule) + _knobs(plan.schedule_knobs),
        batch=min(plan.batch or s.facts["rows"]["train"], s.facts["rows"]["train"]), precision=plan.precision,
    )]  # fmt: skip
    held = [f"{name} = {value:g}" for name, value in (("L1", plan.l1), ("L2", plan.l2)) if value]
    held += [f"{say('CR-3566')} = {plan.decay:g}"] if plan.decay else []
    if any(layer.dropout for layer in plan.layers):
        held.append(f"dropout{cited(DROPOUT)} = ({', '.join(f'{layer.dropout:g}' for layer in plan.layers)})")
    if plan.clip:
        source = cited(CLIPPING) if plan.clip == "norm" else ""
        held.append(f"{say('CR-3567' if plan.clip == 'norm' else 'CR-3568')}{source} ≤ {plan.limit:g}")
    if plan.max_norm:
        held.append(f"{say('CR-3598')}{cited(DROPOUT)} ≤ {plan.max_norm:g}")
    if held:
        said.append(say("CR-3565", held=listed(held)))
    for name, code in (("weight", "CR-3575"), ("class_weight", "CR-3576")):
        if program.get(name) is not None or name == "weight" and name in program:
            said.append(say(code, value=program[name] or "–"))
    reasons = zip(s.facts["reasons"], s.reasons, strict=True)
    said += [
        text for (code, _), text in reasons if code == "CR-1803" or code.startswith("CR-31")
    ]  # what was tried, and what won
    said.append(say("CR-3569", epochs=program.get("epochs"), patience=program.get("patience"),
                    monitor=program.get("monitor")) if program.get("patience") else
                say("CR-3570", epochs=program.get("epochs")))  # fmt: skip
    return [*said, *ending(s.facts, s.stop)]


def _results(s: Subject) -> list[str]:
    facts = s.facts
    parts = [part for part in PARTS if facts["metrics"].get(part)]
    last = parts[-1]
    sd = facts["folds"]["sd"] if facts.get("folds") and last == "test" else {}
    shown = []
    for name in SHOWN[s.task]:
        value = facts["metrics"][last].get(name)
        if value is not None:
            shown.append(f"{_label(s.task, name)} = {_shown('', value, sd.get(name))}")
    code = "CR-3572" if sd else {"train": "CR-3573", "validation": "CR-3574", "test": "CR-3571"}[last]
    folds = facts.get("folds") or {"folds": 0, "repeats": 0}
    return [say(code, rows=facts["rows"][last], values=listed(shown), runs=len(folds.get("values", ())))]


def _label(task: str, name: str) -> str:
    language = 1 if get_language() == "zh" else 0
    return {"r": "R", "r2": "R²"}.get(name) or next(
        m.label[language] for m in METRICS[task] if m.name == name
    )


def _metrics(s: Subject) -> Table:
    """Every metric of every part; the test part of a cross-validation as mean ± standard deviation."""
    parts = [part for part in PARTS if s.facts["metrics"].get(part)]
    sd = s.facts["folds"]["sd"] if s.facts.get("folds") else {}

    def cell(part: str, name: str) -> str:
        return _shown(name, s.facts["metrics"][part].get(name), sd.get(name) if part == "test" else None)

    lines = [(say("CR-1704"), *(str(s.facts["rows"][part]) for part in parts))]
    lines += [(_label(s.task, m.name), *(cell(part, m.name) for part in parts)) for m in METRICS[s.task]]
    return Table(("", *(named(part) for part in parts)), tuple(lines))


def _software(s: Subject, place: int) -> list[str]:
    versions = s.facts.get("versions", {})
    more = [
        f"{name} {versions[key]}"
        for key, name in (("python", "Python"), ("numpy", "NumPy"))
        if key in versions
    ]
    return [
        say(
            "CR-3577",
            tools=listed([f"{TOOL} {s.facts['chainrule']}", *more]),
            engine=s.facts["engine"],
            cite=place,
        )
    ]


# ---- the tool itself ---------------------------------------------------------------------------------------------


def _tool_bibtex(s: Subject) -> str:
    return "\n".join([
        "@software{chainrule,", "  author = {{The Chainrule developers}},",
        "  title = {Chainrule: back-propagation networks on tables},", f"  version = {{{s.facts['chainrule']}}},", "}",
    ])  # fmt: skip


def _tool_gbt(s: Subject) -> str:
    return f"The Chainrule developers. Chainrule: back-propagation networks on tables[CP]. {s.facts['chainrule']}."
