"""The computation graph of a formula: every node with its value, and, walked backwards, its gradient."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .expression import CONDITIONS, CONSTANTS, FUNCTIONS, Expression, Node
from .words import TEXT, NumPy, read


@dataclass
class GraphNode:
    """One value of the graph. `gradient` is d(result)/d(this), None for conditions and numbers."""

    op: str
    text: str
    inputs: tuple[int, ...]
    value: Any
    gradient: Any = None
    uses: list[int] = field(default_factory=list)


@dataclass
class Graph:
    """The nodes in an order where inputs come before uses; equal parts are one node; the last node is the result."""

    nodes: list[GraphNode]

    @property
    def result(self) -> GraphNode:
        return self.nodes[-1]

    def gradient(self, letter: str) -> Any:
        """d(result)/d(letter): 0 where the formula does not use the letter."""
        return next((n.gradient for n in self.nodes if n.op == "name" and n.text == letter), 0.0)

    @classmethod
    def of(cls, tree: Node, values: Mapping[str, Any]) -> "Graph":
        import numpy as np

        words = NumPy(values)
        nodes: list[GraphNode] = []
        known: dict[Node, int] = {}

        def place(node: Node) -> int:
            if node in known:
                return known[node]
            inputs = tuple(place(a) for a in node.args)
            value = (
                read(node, words) if not inputs else words.apply(node.op, [nodes[i].value for i in inputs])
            )
            for i in inputs:
                nodes[i].uses.append(len(nodes))
            nodes.append(GraphNode(node.op, read(node, TEXT)[0], inputs, value))
            known[node] = len(nodes) - 1
            return len(nodes) - 1

        with np.errstate(all="ignore"):
            place(tree)
            graph = cls(nodes)
            graph._backward()
        return graph

    def _backward(self) -> None:
        import numpy as np

        for node in self.nodes:
            if node.op not in CONDITIONS and node.op != "number" and node.text not in CONSTANTS:
                node.gradient = np.zeros_like(np.asarray(node.value, dtype=float))
        self.result.gradient = np.ones_like(np.asarray(self.result.value, dtype=float))
        for node in reversed(self.nodes):
            if node.gradient is None or not node.inputs:
                continue
            for position, index in enumerate(node.inputs):
                source = self.nodes[index]
                if source.gradient is not None:
                    part = self._part(node, position)
                    source.gradient = source.gradient + _fit(part, np.shape(source.value))
        for node in self.nodes:
            if node.gradient is not None and np.ndim(node.gradient) == 0:
                node.gradient = float(node.gradient)

    def _part(self, node: GraphNode, position: int) -> Any:
        """What reaches one input: gradient × local slope; a selection passes the gradient on or stops it."""
        import numpy as np

        g = node.gradient
        args = [self.nodes[i].value for i in node.inputs]
        u, v = args[0], args[-1]
        if node.op == "where":
            return np.where(u, g, 0.0) if position == 1 else np.where(u, 0.0, g)
        if node.op in ("min", "max"):
            first = u < v if node.op == "min" else u > v
            return np.where(first, g, 0.0) if position == 0 else np.where(first, 0.0, g)
        if node.op == "rowsum":
            return g * np.ones_like(u)
        if node.op == "rowmax":
            first_largest = np.arange(np.shape(u)[-1]) == np.expand_dims(np.argmax(u, axis=-1), -1)
            return np.where(first_largest, g, 0.0)
        if node.op == "norm":
            return np.where(node.value == 0, 0.0, g * u / np.where(node.value == 0, 1.0, node.value))
        if node.op in FUNCTIONS:
            slope = Expression(FUNCTIONS[node.op].slopes[0])(u=u)
        else:
            slope = _SLOPES[node.op][position](u, v, node.value)
        return np.where(
            np.asarray(g) == 0, 0.0, g * slope
        )  # an unselected branch has gradient 0; 0·inf would be NaN


def _power_slope(u: Any, v: Any, y: Any) -> Any:
    import numpy as np

    return np.where(np.asarray(v) == 0, 0.0, v * np.power(np.asarray(u, dtype=float), np.asarray(v) - 1.0))


def _exponent_slope(u: Any, v: Any, y: Any) -> Any:
    import numpy as np

    return y * np.log(u)


def _divide(u: Any, v: Any) -> Any:
    import numpy as np

    return np.divide(u, v)  # Python's own division would raise at 0


_SLOPES: Mapping[str, Any] = {
    "neg": (lambda u, v, y: -1.0,),
    "+": (lambda u, v, y: 1.0, lambda u, v, y: 1.0),
    "-": (lambda u, v, y: 1.0, lambda u, v, y: -1.0),
    "*": (lambda u, v, y: v, lambda u, v, y: u),
    "/": (lambda u, v, y: _divide(1.0, v), lambda u, v, y: -_divide(y, v)),
    "**": (_power_slope, _exponent_slope),
}


def _fit(gradient: Any, shape: tuple[int, ...]) -> Any:
    """Sum a broadcast gradient back to the shape of what was broadcast."""
    import numpy as np

    gradient = np.asarray(gradient, dtype=float)
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1 and gradient.shape[axis] != 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return np.broadcast_to(gradient, shape) if gradient.shape != shape else gradient
