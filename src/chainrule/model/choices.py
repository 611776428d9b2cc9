"""rows, inputs, task -> every setting the user left open, each with its reason in one line."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from ..errors import PlanError
from ..messages import say
from ..rules.activations import Activation
from ..rules.given import activation_of, bare, loss_of, optimizer_of, schedule_of

AUTO = "auto"
STEPS = 8000  # of a training, where 20 epochs take fewer
DECAY = 0.1
TRIED = (2.0, 0.5, 0.05)  # decays, the strongest first: from nearly linear to nearly free
TRIED_ROWS, TRIED_SIZE = (
    10_000,
    50_000,
)  # training rows and weights up to which a few short trainings take seconds
PRESETS: dict[str, dict[str, Any]] = {
    "plain": {"scale": "standard"},
    "classic": {  # what MATLAB's fitnet does with a table; its iRprop stands in for Levenberg–Marquardt
        "hidden": (10,), "activation": "tanh", "start": "nguyen_widrow", "scale": "minmax", "target_scale": "minmax",
        "optimizer": "irprop_minus", "batch": 0, "epochs": 1000, "patience": 60, "members": 1,
    },
    "strong": {"scale": "standard", "schedule": "cosine", "lr": 0.01},
}  # fmt: skip
MOST_MEMBERS = 1000
MEMBERS = 5  # networks of the strong preset
PIECES = (8, 16)  # of a number's range, where they help
STRONG_TRIED = (0.5, 0.1, 0.02)
TRIED_ALL, TRIED_MEMBERS = 2000, 2  # above so many rows, a candidate is judged by so many of its networks
Reason = tuple[str, dict[str, Any]]  # code and facts: said in the language of the reader


@dataclass(frozen=True)
class Settings:
    """What a training is told; "auto" is filled in by `choose`. The names are those of `train`."""

    preset: str = "plain"
    hidden: Any = AUTO
    activation: Any = AUTO
    loss: Any = AUTO
    optimizer: Any = AUTO
    lr: Any = AUTO
    schedule: Any = AUTO
    batch: Any = AUTO
    epochs: Any = AUTO
    patience: Any = AUTO
    decay: Any = AUTO
    start: Any = AUTO
    target_scale: Any = AUTO
    min_delta: float = 0.0
    goal: float | None = None
    monitor: str = "loss"
    l1: float = 0.0
    l2: float = 0.0
    dropout: Any = 0.0
    clip_norm: float | None = None
    clip_value: float | None = None
    max_norm: float | None = None
    scale: str = AUTO
    members: Any = AUTO
    pieces: Any = AUTO
    seed: int = 0
    threads: int = 1
    precision: str = "float32"
    engine: str = AUTO


def choose(
    given: Settings, task: str, rows: int, inputs: int, validation: bool
) -> tuple[Settings, list[Reason]]:  # fmt: skip
    """The settings with nothing left open, and the reasons of what was chosen here.

    What they rest on: AdamW with a rate that rises and falls once (Smith & Topin 2018; Loshchilov & Hutter 2019) needs
    the least tuning; some 8 000 steps bring small tables to the end of learning; SiLU is smooth, so the answer is too.

    Raises PlanError (CR-1401) and RuleError (CR-1316) where a given setting makes no sense by itself.
    """
    s = {f.name: getattr(given, f.name) for f in fields(given)}
    reasons: list[Reason] = []
    if not isinstance(given.preset, str) or given.preset not in PRESETS:
        raise PlanError("CR-3101", preset=given.preset, known=", ".join(PRESETS))
    strong = given.preset == "strong"
    for name, value in PRESETS[given.preset].items():
        if name in ("schedule", "lr") and given.optimizer != AUTO:
            continue  # they belong to the optimizer that was not asked for
        if name == "target_scale" and (task != "regression" or _counts(given.loss)):
            continue
        if isinstance(s[name], str) and s[name] == AUTO:
            s[name] = value
    if given.preset == "classic":
        reasons.append(("CR-3102", {"units": ", ".join(map(str, _whole_list("hidden", s["hidden"])))}))
    auto = {
        name for name, value in s.items() if isinstance(value, str) and value == AUTO and name != "engine"
    }
    if "members" in auto:
        s["members"] = member_count(given.members, given.preset)
    if "pieces" in auto:
        s["pieces"] = 0
    if "hidden" in auto:
        s["hidden"] = _hidden(rows, strong)
        facts = {"layers": len(s["hidden"]), "units": s["hidden"][0], "rows": rows, "inputs": inputs}
        reasons.append(("CR-1801", facts))
    s["hidden"] = _whole_list("hidden", s["hidden"])
    if "activation" in auto:
        s["activation"] = "silu"
    if "loss" in auto:
        s["loss"] = {
            "regression": "squared",
            "binary": "binary_cross_entropy",
            "multiclass": "cross_entropy",
        }[task]
    loss = loss_of(bare(s["loss"]))
    if "target_scale" in auto:
        s["target_scale"] = "none" if loss.targets in ("counts", "positive") else "standard"
    if "optimizer" in auto:
        s["optimizer"] = "adamw"
    optimizer = optimizer_of(bare(s["optimizer"]))
    adaptive = optimizer.name in ("adam", "adamw")
    if "schedule" in auto:
        s["schedule"] = "one_cycle" if adaptive else "constant"
    schedule = schedule_of(bare(s["schedule"]))
    for name in ("lr", "decay"):
        if name not in auto and (isinstance(s[name], bool) or not isinstance(s[name], int | float)):
            raise PlanError("CR-1401", setting=name, value=s[name], wanted="0 … 1e+30")
    if "lr" in auto:
        # divided by √k it is small soon (Kingma & Ba 2015, section 6.1, start higher too): on concrete 0.003 ends at an RMSE
        # of 7.7 on the validation rows, 0.03 at 4.8, a constant 0.003 at 4.5
        rates = {"one_cycle": 0.01, "inverse_scaling": 0.03}
        s["lr"] = rates.get(schedule.name, 3e-3) if adaptive else optimizer.lr
    if "decay" in auto:
        s["decay"] = DECAY if optimizer.name == "adamw" else 0.0
    if "start" in auto:
        names = {activation_of(bare(a)).name for a in _each(s["activation"])}
        rectified = names <= {"relu", "leaky_relu", "silu", "gelu", "elu", "mish"}
        # SELU keeps mean 0 and variance 1 only from LeCun's start (Klambauer et al. 2017)
        s["start"] = "he" if rectified else "lecun" if names == {"selu"} else "glorot"
    if "batch" in auto:
        s["batch"] = 0 if optimizer.whole else _batch(rows, 64 if strong else 256)
    for name, least in (("batch", 0), ("epochs", 1), ("members", 1), ("pieces", 0)):
        value = s[name]
        if value != AUTO and (isinstance(value, bool) or not hasattr(value, "__index__") or value < least):
            raise PlanError("CR-1401", setting=name, value=value, wanted=f"{least}, {least + 1}, …")
    size = min(s["batch"] or rows, rows)
    if "epochs" in auto:
        steps = -(-rows // size)
        s["epochs"] = max(20, min(1000, -(-STEPS // steps)))
    if "patience" in auto:
        # the rate rises for a third of the time: what gets no better for half of it hardly will. Over nine small tables
        # a quarter instead of a half saved a quarter of the epochs and cost 3 % of the validation loss
        s["patience"] = max(20, s["epochs"] // 2) if validation else 0
    reasons.append(("CR-1802", {
        "optimizer": optimizer.name, "lr": float(s["lr"]), "schedule": schedule.name, "batch": size,
        "epochs": s["epochs"], "patience": s["patience"],
    }))  # fmt: skip
    return Settings(**s), reasons


@dataclass(frozen=True)
class Trial:
    """What is tried: decays, the strongest first, and counts of pieces; each candidate with so many of its networks."""

    decays: tuple[float, ...]
    pieces: tuple[int, ...]
    members: int

    def runs(self, members: int) -> int:
        """How many trainings there will be at most."""
        few = min(self.members, members)
        return (len(self.decays) + len(self.pieces) - 2) * few + members


def trials(given: Settings, chosen: Settings, rows: int, size: int, validation: bool) -> Trial:
    """What to try on a table of so many training rows with so many weights; one candidate where the user chose.

    How much a network must be held back depends on the noise in a table, and nothing but trying tells it: measured over
    thirteen tables, the decay that is best for concrete's strength doubles the loss on iris, and the other way round.
    """
    strong = given.preset == "strong"
    few = TRIED_MEMBERS if rows > TRIED_ALL else chosen.members
    left_open = given.epochs == AUTO and validation and optimizer_of(bare(chosen.optimizer)).name == "adamw"
    quick = rows <= TRIED_ROWS and size <= TRIED_SIZE or strong
    if not (left_open and quick):
        return Trial((chosen.decay,), (chosen.pieces,), chosen.members)
    tried = (STRONG_TRIED if strong else TRIED) if given.decay == AUTO else (chosen.decay,)
    pieces = (0, *PIECES) if strong and given.pieces == AUTO else (chosen.pieces,)
    return Trial(tried, pieces, few)


def member_count(members: Any, preset: str) -> int:
    """The number of networks, before anything else is known. Raises PlanError."""
    if isinstance(members, str) and members == AUTO:
        return MEMBERS if preset == "strong" else 1
    if isinstance(members, bool) or not hasattr(members, "__index__") or not 1 <= members <= MOST_MEMBERS:
        raise PlanError("CR-1401", setting="members", value=members, wanted=f"1, 2, … {MOST_MEMBERS}")
    return int(members)


def better(loss: float, best: float, rows: int, task: str, *, paired: bool = False) -> bool:
    """Whether a weaker decay is worth taking: its loss on so many validation rows is lower by more than chance.

    √(2/n) is the relative standard error of the mean of n squares of normal errors. The mean log loss hangs on the few
    rows that are answered wrongly with confidence, so it must be lower by 2/n: what one or two such rows cost.
    paired: both are means over several networks on the same folds, so much of what chance does to one it does to the
    other too, and a quarter of that is asked for.
    """
    margin = min(1.0, math.sqrt(2 / rows)) * max(best, 0.0) if task == "regression" else 2 / rows
    margin = margin / 4 if paired else margin
    return not math.isfinite(best) or loss < best - margin


def _hidden(rows: int, strong: bool) -> tuple[int, ...]:
    if strong:  # an average of networks does not overfit where one of this width would
        return (64, 64) if rows < 2000 else (128, 128)
    return (32, 32) if rows < 2000 else (64, 64)


def _counts(loss: Any) -> bool:
    return loss != AUTO and loss_of(bare(loss)).targets in ("counts", "positive")


def _batch(rows: int, most: int) -> int:
    """A power of two from 16: at least forty steps an epoch where there are so many rows."""
    size = 16
    while size < most and size * 2 <= rows / 40:
        size *= 2
    return size


def sentences(reasons: Sequence[Reason]) -> list[str]:
    return [say(code, **facts) for code, facts in reasons]


def _each(given: Any) -> list[Any]:
    return [given] if isinstance(given, str | Activation) or not hasattr(given, "__iter__") else list(given)


def _whole_list(setting: str, given: Any) -> tuple[int, ...]:
    values = (given,) if isinstance(given, int) and not isinstance(given, bool) else given
    if isinstance(values, str | Mapping) or not hasattr(values, "__iter__"):
        raise PlanError("CR-1401", setting=setting, value=given, wanted="(64, 64)")
    values = tuple(values)
    for value in values:
        if isinstance(value, bool) or not hasattr(value, "__index__") or value < 1:
            raise PlanError("CR-1401", setting=setting, value=given, wanted="(64, 64)")
    return tuple(int(v) for v in values)
