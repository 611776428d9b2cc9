"""a formula with values -> the page of its computation graph: drawn, forward step by step, backward step by step."""

from collections.abc import Mapping
from string import ascii_letters

from ..errors import RuleError
from ..messages import get_language, say
from ..page import drawing
from ..page.mathwords import call, hadamard, matmul, partial, prime, total, transpose
from ..page.page import Page, Put
from ..page.symbols import Symbol, partial_symbol, symbol
from ..rules.expression import CONSTANTS, Expression, Node, name, number
from ..rules.graph import Graph, GraphNode

_SIGN = {"neg": "−", "*": "×", "-": "−"}


def graph_page(text: str, values: Mapping[str, float], result: str = "L") -> Page:
    """The page of `text` at `values`. Raises RuleError for text that is no formula, CR-1907/1909 for missing letters."""
    expression = Expression(text)
    for letter in sorted(expression.letters):
        if letter not in values:
            raise RuleError("CR-1907", name=letter)
    for letter in values:
        if letter not in expression.letters:
            raise RuleError("CR-1909", name=letter, known=", ".join(sorted(expression.letters)) or "-")
    graph = expression.graph(**{k: float(v) for k, v in values.items()})
    names = _names(graph, set(expression.letters), result)
    page = Page(say("CR-1901", text=text), language=get_language())
    letters = {n: _letter(n) for n in names.values()}
    top = letters[names[len(graph.nodes) - 1]]
    # "∂" cannot begin a user's letter, so the name of a gradient never meets one of his
    page.symbols = {**letters, **{f"∂{n}": partial_symbol(top, letters[n]) for n in letters}}
    drawn = page.section(say("CR-1902"))
    drawn.say(say("CR-1903", result=names[len(graph.nodes) - 1]))
    labels = {
        i: names[i]
        if n.op == "name"
        else n.text
        if i not in names
        else f"{names[i]}: {_SIGN.get(n.op, n.op)}"
        for i, n in enumerate(graph.nodes)
    }
    drawn.items.append(drawing.graph(graph, names, labels))
    current = {names[i]: float(n.value) for i, n in enumerate(graph.nodes) if i in names}
    forward = page.section(say("CR-1904"))
    for index, node in enumerate(graph.nodes):
        if node.op == "name":
            forward.math(name(names[index]), "=", float(node.value))
        elif index in names:
            tree = _local(node, graph, names)
            forward.math(name(names[index]), "=", tree, "=", Put(tree, current), "=", float(node.value))
    backward = page.section(say("CR-1905"))
    _backward(backward, graph, names, current)
    worst = max(
        (abs(d - g) / max(1.0, abs(g)) for d, g in _differences(expression, values, graph)), default=0.0
    )
    backward.say(say("CR-1910", worst=worst))
    page.facts = {
        "result": graph.result.value if graph.result.gradient is None else float(graph.result.value),
        "nodes": [
            {"name": names.get(i, n.text), "text": n.text, "value": float(n.value), "gradient": n.gradient}
            for i, n in enumerate(graph.nodes)
            if n.gradient is not None
        ],
    }
    return page


def _letter(name: str) -> Symbol:
    head, _, index = name.partition("_")
    if not index and head.rstrip("0123456789"):
        index = head[len(head.rstrip("0123456789")) :]
        head = head.rstrip("0123456789")
    return Symbol(head, "", index)


def _names(graph: Graph, taken: set[str], result: str) -> dict[int, str]:
    """A letter for every node that is no number: its own, the next free one, or the result's."""
    free = (c for c in "defghklmnopqruvw" + ascii_letters if c not in taken and c != result)
    names = {}
    for index, node in enumerate(graph.nodes):
        if node.op == "name" and node.text not in CONSTANTS:
            names[index] = node.text
        elif node.inputs:
            names[index] = result if index == len(graph.nodes) - 1 else next(free)
    return names


def _local(node: GraphNode, graph: Graph, names: Mapping[int, str]) -> Node:
    """The operation alone, on its inputs' names."""
    args = [name(names[i]) if i in names else _constant(graph.nodes[i]) for i in node.inputs]
    return Node(node.op, tuple(args))


def _constant(node: GraphNode) -> Node:
    return name(node.text) if node.text in CONSTANTS else number(float(node.value))


def _backward(section: "object", graph: Graph, names: Mapping[int, str], values: Mapping[str, float]) -> None:
    """Each node's gradient as the sum over its uses: gradient of the use × local slope."""
    from ..page.page import Section

    assert isinstance(section, Section)
    top = names[len(graph.nodes) - 1]
    known = dict(values)
    section.math(name(f"∂{top}"), "=", 1.0, remark=say("CR-1906"))
    known[f"∂{top}"] = 1.0
    for index in range(len(graph.nodes) - 2, -1, -1):
        node = graph.nodes[index]
        if index not in names or node.gradient is None:
            continue
        terms = []
        for use in sorted(set(node.uses)):
            user = graph.nodes[use]
            for position, source in enumerate(user.inputs):
                if source == index and user.gradient is not None:
                    slope = _slope(_local_letters(user), position)
                    parts = {f"u{k}": name(names[i]) if i in names else _constant(graph.nodes[i])
                             for k, i in enumerate(user.inputs)}  # fmt: skip
                    slope_tree = slope.substitute(**{k: Expression.of(v) for k, v in parts.items()}).tree
                    above = name(f"∂{names[use]}")
                    terms.append(above if slope_tree == number(1) else Node("*", (above, slope_tree)))
        tree = terms[0]
        for term in terms[1:]:
            tree = Node("+", (tree, term))
        label = f"∂{names[index]}"
        section.math(name(label), "=", tree, "=", Put(tree, known), "=", float(node.gradient))
        known[label] = float(node.gradient)


def _local_letters(node: GraphNode) -> Expression:
    return Expression.of(Node(node.op, tuple(name(f"u{k}") for k in range(len(node.inputs)))))


def _slope(local: Expression, position: int) -> Expression:
    return local.derivative(f"u{position}")


def _differences(
    expression: Expression, values: Mapping[str, float], graph: Graph
) -> list[tuple[float, float]]:
    """(central difference, gradient) per letter, where both are finite."""
    pairs = []
    for letter in expression.letters:
        h = 6e-6 * max(1.0, abs(values[letter]))
        up, down = (float(expression(**{**values, letter: values[letter] + d})) for d in (h, -h))
        gradient = float(graph.gradient(letter))
        if all(abs(v) < float("inf") for v in (up, down, gradient)):
            pairs.append(((up - down) / (2 * h), gradient))
    return pairs


def network_page(sizes: tuple[int, ...]) -> Page:
    """A network of these sizes: drawn, and its computation graph with one node per layer's score and output, each with
    its shape for n rows, forwards and then backwards."""
    text, layers = "-".join(map(str, sizes)), len(sizes) - 1
    page = Page(say("CR-2218", name=text), language=get_language())
    titles = ("x", *(f"y{i}" for i in range(1, layers + 1)))
    page.section(say("CR-1912")).items.append(drawing.network(sizes, titles))
    kinds = ("s", "y", "w", "b", "ds", "dy", "dw", "db")
    names = ["x", "t", "L", *(f"{kind}{i}" for kind in kinds for i in range(1, layers + 1))]
    page.symbols |= {label: symbol(label, layers) for label in names} | {
        "f": Symbol("f"),
        "n": Symbol("n"),
        "l": Symbol("ℓ"),
    }
    forward, backward = page.section(say("CR-1904")), page.section(say("CR-1905"))
    n, f = name("n"), name("f")
    for i, (below, units) in enumerate(zip(sizes, sizes[1:], strict=False), 1):
        before = name(f"y{i - 1}" if i > 1 else "x")
        score = Node("+", (matmul(before, name(f"w{i}")), name(f"b{i}")))
        forward.math(name(f"s{i}"), "=", score, remark=f"(n×{units}) = (n×{below})({below}×{units})")
        forward.math(name(f"y{i}"), "=", call(f, name(f"s{i}")), remark=f"(n×{units})")
    forward.math(name("L"), "=", call(name("l"), name(f"y{layers}")), remark="(1×1)")
    backward.math(name(f"dy{layers}"), "=", partial(name("L"), name(f"y{layers}")), remark=f"(n×{sizes[-1]})")
    for i in range(layers, 0, -1):
        below, units = sizes[i - 1], sizes[i]
        before = name(f"y{i - 1}" if i > 1 else "x")
        delta = name(f"ds{i}")
        backward.math(
            delta, "=", hadamard(name(f"dy{i}"), call(prime(f), name(f"s{i}"))), remark=f"(n×{units})"
        )
        backward.math(name(f"dw{i}"), "=", matmul(transpose(before), delta),
                      remark=f"({below}×{units}) = ({below}×n)(n×{units})")  # fmt: skip
        backward.math(name(f"db{i}"), "=", total(name("r"), n, delta), remark=f"({units})")
        if i > 1:
            backward.math(name(f"dy{i - 1}"), "=", matmul(delta, transpose(name(f"w{i}"))),
                          remark=f"(n×{below}) = (n×{units})({units}×{below})")  # fmt: skip
    page.facts = {
        "network": text,
        "parameters": sum(a * b + b for a, b in zip(sizes, sizes[1:], strict=False)),
    }
    return page
