"""One table of every estimator's settings: it checks them, words what is wrong with them and documents them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval, Options, StrOptions

from ..messages import say
from ..rules.activations import Activation
from ..rules.losses import Loss
from ..rules.optimizers import Optimizer
from ..rules.schedules import Schedule

BOTH, CLASSIFIER, REGRESSOR = "", "classifier", "regressor"


@dataclass(frozen=True)
class Setting:
    """name, default, what scikit-learn's checker accepts, the code of its sentence, and whose it is.

    `beyond`: no setting of scikit-learn's, keyword-only.
    """

    name: str
    default: Any
    allowed: list[Any]
    code: str
    kind: str = BOTH
    beyond: bool = False

    @cached_property
    def text(self) -> str:
        return say(self.code)


def _more(least: Real | int, closed: str, most: Any = None, kind: type = Real) -> Any:
    return Interval(kind, least, most, closed=closed)


_TEXT = [str]
SETTINGS: tuple[Setting, ...] = (
    Setting("loss", "squared_error", [str, Loss], "CR-3001", REGRESSOR),
    Setting("hidden_layer_sizes", (100,), ["array-like", _more(1, "left", kind=Integral)], "CR-3002"),
    Setting("activation", "relu", [str, Activation, list, tuple], "CR-3003"),
    Setting("solver", "adam", [StrOptions({"lbfgs", "sgd", "adam"})], "CR-3004"),
    Setting("alpha", 0.0001, [_more(0, "left")], "CR-3005"),
    Setting("batch_size", "auto", [StrOptions({"auto"}), _more(1, "left", kind=Integral)], "CR-3006"),
    Setting("learning_rate", "constant", [StrOptions({"constant", "invscaling", "adaptive"})], "CR-3007"),
    Setting("learning_rate_init", 0.001, [_more(0, "neither")], "CR-3008"),
    Setting("power_t", 0.5, [_more(0, "left")], "CR-3009"),
    Setting("max_iter", 200, [_more(1, "left", kind=Integral)], "CR-3010"),
    Setting("shuffle", True, ["boolean"], "CR-3011"),
    Setting("random_state", None, ["random_state"], "CR-3012"),
    Setting("tol", 1e-4, [_more(0, "left")], "CR-3013"),
    Setting("verbose", False, ["verbose"], "CR-3014"),
    Setting("warm_start", False, ["boolean", StrOptions({"continue"})], "CR-3015"),
    Setting("momentum", 0.9, [_more(0, "both", 1)], "CR-3016"),
    Setting("nesterovs_momentum", True, ["boolean"], "CR-3017"),
    Setting("early_stopping", False, ["boolean"], "CR-3018"),
    Setting("validation_fraction", 0.1, [_more(0, "left", 1)], "CR-3019"),
    Setting("beta_1", 0.9, [_more(0, "left", 1)], "CR-3020"),
    Setting("beta_2", 0.999, [_more(0, "left", 1)], "CR-3021"),
    Setting("epsilon", 1e-8, [_more(0, "neither")], "CR-3022"),
    Setting("n_iter_no_change", 10, [_more(1, "left", kind=Integral), Options(Real, {np.inf})], "CR-3023"),
    Setting("max_fun", 15000, [_more(1, "left", kind=Integral)], "CR-3024"),
    Setting("loss", "log_loss", [str, Loss], "CR-3025", CLASSIFIER, beyond=True),
    Setting("output_activation", None, [None, str, Activation], "CR-3026", beyond=True),
    Setting("dropout", 0.0, [_more(0, "left", 1), "array-like"], "CR-3027", beyond=True),
    Setting("l1", 0.0, [_more(0, "left")], "CR-3028", beyond=True),
    Setting("clip_norm", None, [None, _more(0, "neither")], "CR-3029", beyond=True),
    Setting("max_norm", None, [None, _more(0, "neither")], "CR-3041", beyond=True),
    Setting("optimizer", None, [None, str, Optimizer], "CR-3030", beyond=True),
    Setting("schedule", None, [None, str, Schedule], "CR-3031", beyond=True),
    Setting(
        "class_weight", None, [None, dict, list, StrOptions({"balanced"})], "CR-3032", CLASSIFIER, beyond=True
    ),
    Setting("start", None, [None, str, tuple, list], "CR-3033", beyond=True),
    Setting("scoring", None, [None, str, callable], "CR-3034", beyond=True),
    Setting("n_init", 1, [_more(1, "left", kind=Integral)], "CR-3035", beyond=True),
    Setting("n_estimators", 1, [_more(1, "left", kind=Integral)], "CR-3036", beyond=True),
    Setting("n_jobs", None, [None, Integral], "CR-3037", beyond=True),
    Setting("precision", "auto", [StrOptions({"auto", "float32", "float64"})], "CR-3038", beyond=True),
    Setting("quantiles", None, [None, "array-like"], "CR-3040", REGRESSOR, beyond=True),
    Setting("progress", "auto", ["boolean", StrOptions({"auto"})], "CR-3039", beyond=True),
)


def settings_of(kind: str) -> tuple[Setting, ...]:
    return tuple(s for s in SETTINGS if s.kind in (BOTH, kind))


def constraints_of(kind: str) -> dict[str, Any]:
    """What scikit-learn's parameter checker reads."""
    return {s.name: s.allowed for s in settings_of(kind)}


def documented(kind: str) -> Callable[[type], type]:
    """A class decorator: the settings' table becomes the docstring's Parameters."""

    def write(cls: type) -> type:
        lines = ["", "    Parameters", "    ----------"]
        for s in settings_of(kind):
            lines += [f"    {s.name} : default={s.default!r}", f"        {s.text}"]
        cls.__doc__ = (cls.__doc__ or "").rstrip() + "\n" + "\n".join(lines) + "\n"
        return cls

    return write
