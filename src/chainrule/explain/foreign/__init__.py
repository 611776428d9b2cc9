"""networks of other tools -> models of Chainrule, so that they can be explained and written as equations."""

from .sklearn import from_sklearn
from .weights import from_weights, net_from_weights

__all__ = ["from_sklearn", "from_weights", "net_from_weights"]
