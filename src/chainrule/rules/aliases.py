"""the names other tools use -> ours; one table, used wherever a user names a rule.

A name chooses the formula. Constants stay ours (MATLAB's rands draws from ±1, ours from ±bound), and so does a constant
factor in front (sse has the ½ of its gradient y − t here; traingdm's lr carries a factor 1 − mc).
"""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import TypeVar

from ..errors import RuleError
from ..messages import Said

ALIASES: dict[str, str] = {
    # activations: MATLAB, Keras, PyTorch, scikit-learn
    "linear": "identity", "purelin": "identity", "none": "identity", "logistic": "sigmoid", "logsig": "sigmoid",
    "tansig": "tanh", "poslin": "relu", "rectifier": "relu", "swish": "silu", "leakyrelu": "leaky_relu",
    "elliotsig": "softsign", "elliot_symmetric": "softsign", "elliott": "elliot", "hardtanh": "satlins", "hard_tanh": "satlins",
    "heaviside": "hardlim", "gaussian": "radbas", "gauss": "radbas", "sin": "sine", "exponential": "exp",
    # losses
    "mse": "squared", "mseloss": "squared", "squared_error": "squared", "mean_squared_error": "squared",
    "l2_loss": "squared", "sse_half": "half_squared", "sse": "half_squared",
    "mae": "absolute", "l1loss": "absolute", "absolute_error": "absolute", "mean_absolute_error": "absolute",
    "l1_loss": "absolute", "smooth_l1": "huber", "smoothl1loss": "huber", "huberloss": "huber", "huber_loss": "huber",
    "bce": "binary_cross_entropy", "bceloss": "binary_cross_entropy", "bcewithlogitsloss": "binary_cross_entropy",
    "binary_crossentropy": "binary_cross_entropy", "log_loss": "binary_cross_entropy", "ce": "cross_entropy",
    "crossentropy": "cross_entropy", "crossentropyloss": "cross_entropy", "categorical_crossentropy": "cross_entropy",
    "softmax_cross_entropy": "cross_entropy",
    "sparse_categorical_crossentropy": "cross_entropy", "poissonnllloss": "poisson", "poisson_loss": "poisson",
    "pinball": "quantile", "pinball_loss": "quantile", "quantile_loss": "quantile", "logcosh": "log_cosh",
    "gamma_loss": "gamma", "tweedie_loss": "tweedie", "label_smoothing": "smoothed_cross_entropy",
    # optimizers
    "sgd": "gd", "traingd": "gd", "gradient_descent": "gd", "traingdm": "momentum", "gdm": "momentum",
    "nag": "nesterov", "traingda": "gda", "traingdx": "gdx", "rprop": "irprop_minus", "irprop": "irprop_minus",
    "irprop-": "irprop_minus", "rprop-": "rprop_minus", "trainrp": "rprop_minus", "rprop+": "rprop_plus",
    # initializers
    "xavier": "glorot", "glorot_uniform": "glorot", "xavier_uniform": "glorot", "kaiming": "he",
    "kaiming_normal": "he", "he_normal": "he", "initnw": "nguyen_widrow", "lecun_normal": "lecun",
    "random_normal": "normal", "random_uniform": "uniform", "rands": "uniform", "data_dependent": "data",
    # schedules
    "reduce_on_plateau": "plateau", "reducelronplateau": "plateau", "onecycle": "one_cycle", "onecyclelr": "one_cycle",
    "cosine_annealing": "cosine", "cosineannealinglr": "cosine", "steplr": "step", "exponentiallr": "exponential",
    "exponential_decay": "exponential", "exponentialdecay": "exponential", "cosine_decay": "cosine",
    "cosinedecay": "cosine", "invscaling": "inverse_samples", "warmup": "warm_up",
    "warmup_cosine": "warm_up_cosine",
}  # fmt: skip

KINDS = {
    "activation": "CR-1331", "loss": "CR-1332", "optimizer": "CR-1333", "schedule": "CR-1334", "initializer": "CR-1335",
}  # fmt: skip  # what a row is called

Row = TypeVar("Row")
_PLAIN = re.compile(r"[\w +-]*\Z")  # words; "+" and "-" alone still make a name such as rprop-


def find(table: Mapping[str, Row], name: str, kind: str, custom: Callable[[str], Row] | None = None) -> Row:
    """The row a user means by `name`; RuleError CR-1316 with the nearest names where there is none.

    Text that is no name ("s*s", "w = w - lr*g") is the user's own formula where the kind of rule has `custom`.
    """
    if custom is not None and not _PLAIN.match(name):
        return custom(name)
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    bare = plain.rstrip("_")  # PyTorch's xavier_uniform_
    for key in (plain, ALIASES.get(plain), ALIASES.get(name.strip().lower()), bare, ALIASES.get(bare)):
        if key is not None and key in table:
            return table[key]
    near = get_close_matches(plain, [*table, *(a for a, n in ALIASES.items() if n in table)], n=3)
    kinds: object = Said(KINDS[kind]) if kind in KINDS else kind
    close: object = Said("CR-1327", ", ".join(near)) if near else ""
    raise RuleError("CR-1316", kind=kinds, name=name, near=close, known=", ".join(table))
