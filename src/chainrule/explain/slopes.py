"""activation -> the lesson that differentiates it, line by line; for softmax its Jacobian.

Every line is made by the same rules of calculus that differentiate a user's own formula, one level deeper each time;
the last line is the slope as the rule's row states it, held against the line before at many points.
"""

from typing import Any

import numpy as np

from ..messages import get_language, say
from ..page.mathwords import partial, total
from ..page.page import Page
from ..page.symbols import Symbol
from ..rules.activations import Activation
from ..rules.expression import FUNCTIONS, Expression, Node, make, number
from ..rules.expression import name as letter
from .trace import put


def slope_page(row: Activation) -> Page:
    """The page that proves dy/ds of one activation."""
    page = Page(say("CR-2201", name=row.name), language=get_language())
    page.symbols = {"y": Symbol("y"), "s": Symbol("s")}
    knobs = {k: number(v) for k, v in row.knobs.items()}
    section = page.section(say("CR-2202"))
    tree = put(row.textbook.tree, knobs)
    y, s = letter("y"), letter("s")
    if not row.elementwise:
        _jacobian(page, row)
        return page
    section.math(y, "=", tree)
    lines = page.section(say("CR-2203"))
    line: Node = Node("d", (tree,))
    lines.math(partial(y, s), "=", line)
    shown = {str(line)}
    for _ in range(12):
        line = _one_level(line)
        if str(line) not in shown:
            shown.add(str(line))
            lines.math("=", line)
        if not any(n.op == "d" for n in line):
            break
    neat = row.textbook.derivative("s").tree
    neat = put(neat, knobs)
    if neat != line:
        lines.math("=", neat, remark=say("CR-2204"))
    stated = put(row.gradient.tree, knobs)
    if stated != neat:
        if "y" in row.gradient.letters:
            lines.math(partial(y, s), "=", stated, "=", put(stated, {"y": tree}), remark=say("CR-2205"))
        else:
            lines.math("=", stated, remark=say("CR-2206"))
    points = np.array([-4.3, -2.1, -0.9, -0.3, 0.2, 0.8, 1.7, 3.9])
    worst = _worst(row, points)
    page.section(say("CR-2207")).say(say("CR-2208", count=len(points), worst=worst))
    page.facts = {"activation": row.name, "slope": row.gradient.text, "worst": worst}
    return page


def _worst(row: Activation, s: Any) -> float:
    """The largest difference, relative to 1, between the derived and the stated slope."""
    y = row.textbook(s=s, **row.knobs)
    derived = row.textbook.derivative("s")(s=s, **row.knobs) * np.ones_like(s)
    stated = row.gradient(s=s, y=y, **row.knobs) * np.ones_like(s)
    return float(np.max(np.abs(derived - stated) / np.maximum(1.0, np.abs(derived))))


def _one_level(node: Node) -> Node:
    """Carries every outermost d( ) one level inwards by the rule for what stands in it."""
    if node.op != "d":
        if not node.args:
            return node
        return Node(node.op, tuple(_one_level(a) for a in node.args))
    inside = node.args[0]

    def d(part: Node) -> Node:
        if not any(n.op == "name" and n.name == "s" for n in part):
            return number(0)
        return number(1) if part == letter("s") else Node("d", (part,))

    if inside.op in ("number", "name"):
        return d(inside)
    u = inside.args[0]
    if inside.op == "neg":
        return make("neg", d(u))
    if inside.op in ("where", "min", "max"):
        v = inside.args[1]
        condition = u if inside.op == "where" else Node("<" if inside.op == "min" else ">", (u, v))
        yes, no = (v, inside.args[2]) if inside.op == "where" else (u, v)
        return Node("where", (condition, d(yes), d(no)))
    if inside.op in FUNCTIONS:
        slope = Expression(FUNCTIONS[inside.op].slopes[0]).substitute(u=Expression.of(u)).tree
        return make("*", slope, d(u))
    v = inside.args[1]
    if inside.op in ("+", "-"):
        return make(inside.op, d(u), d(v))
    if inside.op == "*":
        return make("+", make("*", d(u), v), make("*", u, d(v)))
    if inside.op == "/":
        if d(v) == number(0):
            return make("/", d(u), v)
        return Node("/", (make("-", make("*", d(u), v), make("*", u, d(v))), Node("**", (v, number(2)))))
    return make("*", make("*", v, make("**", u, make("-", v, number(1)))), d(u))


def _jacobian(page: Page, row: Activation) -> None:
    """softmax: the slope of output c by score j, the quotient rule in both cases, and what ds becomes."""
    for written in ("y_c", "y_j", "s_c", "s_j", "s_k", "y_k"):
        head, below_it = written.split("_")
        page.symbols[written] = Symbol(head, "", below_it)
    page.symbols |= {
        "dy_c": Symbol("dy", "", "c"),
        "ds_j": Symbol("ds", "", "j"),
        "1_cj": Symbol("1", "", "cj"),
    }
    e = {k: Node("exp", (letter(f"s_{k}"),)) for k in "cjk"}
    below = total(letter("k"), letter("o"), e["k"])
    square = Node("**", (below, number(2)))
    page.sections[-1].math(letter("y_c"), "=", Node("/", (e["c"], below)))
    same = page.section(say("CR-2209"))
    same.math(partial(letter("y_c"), letter("s_c")), "=",
              Node("/", (make("-", make("*", e["c"], below), make("*", e["c"], e["c"])), square)), "=",
              make("*", letter("y_c"), make("-", number(1), letter("y_c"))))  # fmt: skip
    other = page.section(say("CR-2210"))
    other.math(partial(letter("y_c"), letter("s_j")), "=", Node("/", (make("neg", make("*", e["c"], e["j"])), square)), "=",
               make("neg", make("*", letter("y_c"), letter("y_j"))))  # fmt: skip
    both = page.section(say("CR-2211"))
    both.math(
        partial(letter("y_c"), letter("s_j")),
        "=",
        make("*", letter("y_c"), make("-", letter("1_cj"), letter("y_j"))),
    )
    every = letter("c"), letter("o")
    both.math(
        letter("ds_j"),
        "=",
        total(*every, make("*", letter("dy_c"), partial(letter("y_c"), letter("s_j")))),
        "=",
        make(
            "*",
            letter("y_j"),
            make("-", letter("dy_j"), total(*every, make("*", letter("dy_c"), letter("y_c")))),
        ),
    )
    page.symbols["dy_j"] = Symbol("dy", "", "j")
    rng = np.random.Generator(np.random.Philox(key=[0, 0]))
    s, dy = rng.standard_normal((8, 5)), rng.standard_normal((8, 5))
    y = row.forward(s=s)
    jacobian = y[:, :, None] * (
        np.eye(5)[None] - y[:, None, :]
    )  # (n, c, j): the last formula, by its letters
    worst = float(np.max(np.abs(np.einsum("nc,ncj->nj", dy, jacobian) - row.backward(s=s, y=y, dy=dy))))
    page.section(say("CR-2207")).say(say("CR-2208", count=8, worst=worst))
    page.facts = {"activation": row.name, "back": row.backward.text, "worst": worst}
