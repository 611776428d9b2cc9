"""the names other tools use -> ours; one table, used wherever a user names a rule."""

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import TypeVar

from ..errors import RuleError

ALIASES: dict[str, str] = {
    # activations
    "linear": "identity", "purelin": "identity", "none": "identity", "logistic": "sigmoid", "logsig": "sigmoid",
    "tansig": "tanh", "poslin": "relu", "rectifier": "relu", "swish": "silu", "leakyrelu": "leaky_relu",
    # losses
    "mse": "squared", "squared_error": "squared", "mean_squared_error": "squared", "sse_half": "half_squared",
    "mae": "absolute", "absolute_error": "absolute", "l1_loss": "absolute", "smooth_l1": "huber",
    "bce": "binary_cross_entropy", "log_loss": "binary_cross_entropy", "ce": "cross_entropy",
    "crossentropy": "cross_entropy",
    # optimizers
    "sgd": "gd", "traingd": "gd", "gradient_descent": "gd", "traingdm": "momentum", "nag": "nesterov",
    "rprop": "irprop_minus", "trainrp": "irprop_minus", "irprop-": "irprop_minus",
    # initializers
    "xavier": "glorot", "glorot_uniform": "glorot", "kaiming": "he", "he_normal": "he", "initnw": "nguyen_widrow",
    # schedules
    "reduce_on_plateau": "plateau", "onecycle": "one_cycle",
}  # fmt: skip

Row = TypeVar("Row")
_PLAIN = re.compile(r"[\w +-]*\Z")  # words; "+" and "-" alone still make a name such as rprop-


def find(table: dict[str, Row], name: str, kind: str, custom: Callable[[str], Row] | None = None) -> Row:
    """The row a user means by `name`; RuleError CR-1316 with the nearest names where there is none.

    Text that is no name ("s*s", "w = w - lr*g") is the user's own formula where the kind of rule has `custom`.
    """
    if custom is not None and not _PLAIN.match(name):
        return custom(name)
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    for key in (plain, ALIASES.get(plain), ALIASES.get(name.strip().lower())):
        if key in table:
            return table[key]
    near = get_close_matches(plain, [*table, *(a for a, n in ALIASES.items() if n in table)], n=3)
    raise RuleError("CR-1316", kind=kind, name=name, near=", ".join(near) or "-", known=", ".join(table))
