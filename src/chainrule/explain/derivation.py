"""architecture -> the lesson that derives its forward and backward pass, in index form and matrix form.

Index formulas use the same plain names as a trace, with letters for numbers (w2_h_j), so that `expand` turns each into
the formulas of a concrete network and a test can hold them to the tape.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import PlanError
from ..messages import get_language, say
from ..page.mathwords import call, hadamard, matmul, partial, prime, total, transpose
from ..page.page import Math, Page, Section, Table
from ..page.symbols import WRITERS, Symbol, Written
from ..plan import Layer, Plan
from ..rules.expression import Node, make, name, number
from ..rules.words import read
from .expanding import PLAIN
from .expanding import expand as expand
from .trace import plus, put, times

_HIDDEN = "hkmpquvz"  # not n, r (rows), c (classes), nor letters sizes use


@dataclass
class Lesson:
    """A page under construction, and the claims of it that can be checked with numbers."""

    plan: Plan
    notation: str
    sizes: tuple[str, ...]
    page: Page
    claims: dict[str, Node] = field(default_factory=dict)  # plain name with letters -> index formula

    @property
    def last(self) -> int:
        return len(self.plan.layers)

    @property
    def thresholds(self) -> bool:
        """Zhou subtracts thresholds and writes errors positive: g = −∂E/∂β."""
        return self.notation == "zhou"

    def letter(self, layer: int) -> str:
        if layer == 0:
            return "i"
        return "j" if layer == self.last else _HIDDEN[(layer - 1) % len(_HIDDEN)]

    def size(self, layer: int) -> Node:
        text = self.sizes[layer]
        return number(float(text)) if text.isdigit() else self.plain(text)

    def plain(self, text: str) -> Node:
        self.page.symbols.setdefault(text, Symbol(text[:1], "", text[1:].strip("_")))
        return name(text)

    def q(self, kind: str, layer: int = 0, *at: str) -> Node:
        """A quantity; without indices the whole vector or matrix."""
        label = "_".join([f"{kind}{layer or ''}", *at])
        self.page.symbols[label] = WRITERS[self.notation](kind, layer, at, self.last)
        return name(label)

    def change(self, kind: str, layer: int, *at: str) -> Node:
        """Δ in front of a quantity, Zhou's way of writing an update."""
        symbol = WRITERS[self.notation](kind, layer, at, self.last)
        label = "_".join([f"Δ{kind}{layer}", *at])
        mathml = f"<mrow><mi>Δ</mi>{symbol.mathml}</mrow>"
        self.page.symbols[label] = Written("Δ" + symbol.text, r"\Delta " + symbol.latex, mathml)
        return name(label)

    def out(self, layer: int, *at: str) -> Node:
        """What layer `layer` puts out; layer 0 is the input."""
        return self.q("y", layer, *at) if layer else self.q("x", 0, *at)


def derivation_page(
    plan: Plan, *, notation: str = "house", sizes: Sequence[str] | None = None, folded_bias: bool = False
) -> Lesson:
    """The lesson of this plan's network and training.

    sizes: letters or numbers for the layers' sizes ("d", "q", "l"), the plan's numbers if absent; folded_bias writes the
    bias as a weight from x₀ = 1. Raises PlanError CR-2260 where Zhou's notation has no letter for a deeper layer.
    """
    if notation == "zhou" and len(plan.layers) > 2:
        raise PlanError("CR-2270", layers=len(plan.layers))
    shown = tuple(sizes or (str(plan.inputs), *(str(a.units) for a in plan.layers)))
    page = Page(say("CR-2271", name="-".join(shown)), language=get_language())
    lesson = Lesson(plan, notation, shown, page)
    _symbols(lesson, page.section(say("CR-1914")))
    _count(lesson, page.section(say("CR-2272")))
    _forward(lesson, page.section(say("CR-2273")), folded_bias)
    _loss(lesson, page.section(say("CR-2274")))
    _output_delta(lesson, page.section(say("CR-2275")))
    if lesson.last > 1:
        _hidden_delta(lesson, page.section(say("CR-2276")))
    _gradients(lesson, page.section(say("CR-2277")))
    _update(lesson, page.section(say("CR-2278")))
    _batch(lesson, page.section(say("CR-2279")))
    if lesson.last == 2:
        _direct(lesson, page.section(say("CR-2280")))
    page.facts = {
        "network": "-".join(shown),
        "claims": {k: read(v, PLAIN)[0] for k, v in lesson.claims.items()},
    }
    return lesson


# ---- sections ---------------------------------------------------------------------------------------------------


def _symbols(lesson: Lesson, section: Section) -> None:
    zhou, n = lesson.thresholds, lesson.last
    each = [(k, lesson.letter(k)) for k in (range(1, n + 1) if zhou else (n,))]  # Zhou has letters per layer
    j, biased = lesson.letter(n), lesson.plan.layers[-1].b
    rows: list[tuple[Node, str]] = [
        (lesson.q("x", 0, "i"), "CR-2281"),
        *((lesson.q("y", 1, lesson.letter(1)), "CR-2292") for _ in range(n > 1)),
        *((lesson.q("w", k, lesson.letter(k - 1), at), "CR-2282") for k, at in each),
        *((lesson.q("b", k, at), "CR-2291" if zhou else "CR-2283") for k, at in each if biased),
        *((lesson.q("s", k, at), "CR-2284") for k, at in each),
        (lesson.q("y", n, j), "CR-2285"),
        (lesson.q("t", 0, j), "CR-2286"),
        (lesson.q("L"), "CR-2287"),
        *((lesson.q("ds", k, at), "CR-2289" if zhou else "CR-2288") for k, at in reversed(each)),
        (lesson.q("lr"), "CR-2290"),
    ]
    section.items.append(
        Table((say("CR-2293"), say("CR-2294")), tuple((Math((s,)), say(code)) for s, code in rows))
    )


def _count(lesson: Lesson, section: Section) -> None:
    terms = []
    for layer in lesson.plan.layers:
        below, here = lesson.size(layer.index - 1), lesson.size(layer.index)
        product = times(below, here)
        terms.append(Node("+", (product, here)) if layer.b else product)
    parts: list[Any] = [plus(terms)]
    if lesson.last == 2 and lesson.plan.layers[0].b:
        d, q, o = (lesson.size(k) for k in range(3))
        parts += ["=", Node("+", (times(Node("+", (Node("+", (d, o)), number(1))), q), o))]
    if all(s.isdigit() for s in lesson.sizes):
        parts += ["=", float(lesson.plan.size)]
    section.say(say("CR-2295"))
    section.math(*parts)


def _score(lesson: Lesson, layer: Layer) -> Node:
    """Σ w·y, with the bias where it is added."""
    n = layer.index
    i, j = lesson.letter(n - 1), lesson.letter(n)
    body = times(lesson.q("w", n, i, j), lesson.out(n - 1, i))
    summed = total(lesson.plain(i), lesson.size(n - 1), body)
    if layer.b and not lesson.thresholds:
        summed = Node("+", (summed, lesson.q("b", n, j)))
    return summed


def _argument(lesson: Lesson, layer: Layer, j: str) -> Node:
    """What f is applied to: the score, less the threshold in Zhou's notation."""
    score = lesson.q("s", layer.index, j)
    return Node("-", (score, lesson.q("b", layer.index, j))) if layer.b and lesson.thresholds else score


def _knobs(layer: Layer) -> dict[str, Node]:
    return {k: number(v) for k, v in layer.knobs.items()}


def _textbook(lesson: Lesson, layer: Layer) -> Node:
    """f as its textbook page has it, in this layer's letters."""
    j = lesson.letter(layer.index)
    tree = put(layer.activation.textbook.tree, _knobs(layer))
    if layer.activation.elementwise:
        return put(tree, {"s": _argument(lesson, layer, j)})
    return _rowwise(lesson, tree, {"s": lambda at: _argument(lesson, layer, at)}, j, "c", layer)


def _rowwise(
    lesson: Lesson, tree: Node, parts: Mapping[str, Any], here: str, over: str, layer: Layer
) -> Node:
    if tree.op == "rowsum":
        body = _rowwise(lesson, tree.args[0], parts, over, over, layer)
        return total(lesson.plain(over), lesson.size(layer.index), body)
    if tree.op == "name":
        return parts[tree.name](here) if tree.name in parts else tree
    if tree.op == "number":
        return tree
    return Node(tree.op, tuple(_rowwise(lesson, a, parts, here, over, layer) for a in tree.args))


def _forward(lesson: Lesson, section: Section, folded_bias: bool) -> None:
    for layer in lesson.plan.layers:
        n = layer.index
        i, j = lesson.letter(n - 1), lesson.letter(n)
        shape = f"{lesson.sizes[n - 1]} → {lesson.sizes[n]}"
        section.say(say("CR-2296", layer=n, shape=shape, activation=layer.activation.name))
        score = _score(lesson, layer)
        lesson.claims[f"s{n}_{j}"] = score
        section.math(lesson.q("s", n, j), "=", score)
        if folded_bias and layer.b and not lesson.thresholds:
            body = times(lesson.q("w", n, i, j), lesson.out(n - 1, i))
            section.math(lesson.q("s", n, j), "=", Node("sum", (Node("from0", (lesson.plain(i),)), lesson.size(n - 1), body)),
                         remark=say("CR-2297"))  # fmt: skip
        y = _textbook(lesson, layer)
        lesson.claims[f"y{n}_{j}"] = y
        section.math(lesson.q("y", n, j), "=", call(lesson.plain("f"), _argument(lesson, layer, j)), "=", y)
        section.math(*_matrix_score(lesson, layer), remark=_shapes(lesson, layer))


def _matrix_score(lesson: Lesson, layer: Layer) -> tuple[Any, ...]:
    n = layer.index
    w, below = lesson.q("w", n), lesson.out(n - 1)
    if lesson.notation in ("ng", "matlab"):
        product = matmul(w, below)
    else:
        product = matmul(below, w)
    if layer.b and not lesson.thresholds:
        product = Node("+", (product, lesson.q("b", n)))
    return lesson.q("s", n), "=", product


def _shapes(lesson: Lesson, layer: Layer) -> str:
    a, b = lesson.sizes[layer.index - 1], lesson.sizes[layer.index]
    if lesson.notation in ("ng", "matlab"):
        return f"({b}×n) = ({b}×{a})({a}×n)"
    return f"(n×{b}) = (n×{a})({a}×{b})"


def _scaled(lesson: Lesson, tree: Node) -> Node:
    """c in front, and 1/l where outputs are averaged; ½·2(y − t) is y − t."""
    plan = lesson.plan
    factors: list[Node] = []
    if plan.c != 1:
        whole = (1 / plan.c).is_integer()
        factors.append(Node("/", (number(1), number(1 / plan.c))) if whole else number(plan.c))
    if plan.outputs == "mean" and lesson.sizes[-1] != "1":
        factors.append(Node("/", (number(1), lesson.size(lesson.last))))
    if tree.op == "*" and tree.args[0].op == "number" and plan.c * tree.args[0].value == 1:
        tree, factors = tree.args[1], [f for f in factors if not (f.op == "/" and f.args[1].op == "number" and
                                                                 f.args[1].value == 1 / plan.c)]  # fmt: skip
    return times(*factors, tree) if factors else tree


def _loss(lesson: Lesson, section: Section) -> None:
    n, j = lesson.last, lesson.letter(lesson.last)
    tree = put(lesson.plan.loss.textbook.tree, {k: number(v) for k, v in lesson.plan.loss_knobs.items()})
    body = put(tree, {"y": lesson.q("y", n, j), "t": lesson.q("t", 0, j)})
    value = total(lesson.plain(j), lesson.size(n), body) if lesson.sizes[-1] != "1" else body
    scaled = _scaled_loss(lesson, value)
    lesson.claims["L"] = scaled
    section.math(lesson.q("L"), "=", scaled)


def _scaled_loss(lesson: Lesson, tree: Node) -> Node:
    plan, factors = lesson.plan, []
    if plan.c != 1:
        whole = (1 / plan.c).is_integer()
        factors.append(Node("/", (number(1), number(1 / plan.c))) if whole else number(plan.c))
    if plan.outputs == "mean" and lesson.sizes[-1] != "1":
        factors.append(Node("/", (number(1), lesson.size(lesson.last))))
    return times(*factors, tree) if factors else tree


def _slope(lesson: Lesson, layer: Layer, j: str) -> Node:
    """f′ in the letters of this layer, as the rule's row has it."""
    tree = put(layer.activation.gradient.tree, _knobs(layer))
    return put(tree, {"s": _argument(lesson, layer, j), "y": lesson.q("y", layer.index, j)})


def _positive(lesson: Lesson, tree: Node) -> Node:
    """Zhou's g and e are the negative gradient: y − ŷ in place of ŷ − y."""
    if not lesson.thresholds:
        return tree
    return _negate(tree)


def _negate(tree: Node) -> Node:
    if tree.op == "-":
        return Node("-", (tree.args[1], tree.args[0]))
    if tree.op == "*":
        return (
            Node("*", (_negate(tree.args[0]), tree.args[1]))
            if tree.args[0].op in "-*"
            else Node("*", (tree.args[0], _negate(tree.args[1])))
        )
    return make("neg", tree)


def _output_delta(lesson: Lesson, section: Section) -> None:
    plan, n, j = lesson.plan, lesson.last, lesson.letter(lesson.last)
    layer = plan.layers[-1]
    delta, y, t = lesson.q("ds", n, j), lesson.q("y", n, j), lesson.q("t", 0, j)
    big, s = lesson.q("L"), lesson.q("s", n, j)
    knobs = {k: number(v) for k, v in plan.loss_knobs.items()}
    slope = _scaled(lesson, put(plan.loss.gradient.tree, {**knobs, "y": y, "t": t, "s": s}))
    sign = (lambda x: make("neg", x)) if lesson.thresholds else (lambda x: x)
    section.say(say("CR-2298"))
    if not plan.loss.link:
        section.math(delta, "=", sign(partial(big, s)), "=", sign(times(partial(big, y), partial(y, s))))
        section.math(partial(big, y), "=", slope)
        lesson.claims[f"dy{n}_{j}"] = slope
        if layer.activation.elementwise:
            f = _slope(lesson, layer, j)
            section.math(
                partial(y, s), "=", call(prime(lesson.plain("f")), _argument(lesson, layer, j)), "=", f
            )
            value = _positive(lesson, slope if f == number(1) else times(slope, f))
        else:
            section.say(say("CR-2299"))
            k = lesson.plain("c")
            parts = {"dy": lambda at: put(slope, {f"y{n}_{j}": lesson.q("y", n, at), f"t_{j}": lesson.q("t", 0, at)}),
                     "y": lambda at: lesson.q("y", n, at)}  # fmt: skip
            value = _positive(
                lesson, _rowwise(lesson, layer.activation.backward.tree, parts, j, k.name, layer)
            )
    else:
        _owned(lesson, section, layer)
        value = _positive(lesson, slope)
    lesson.claims[f"ds{n}_{j}"] = value
    section.math(delta, "=", value)


def _owned(lesson: Lesson, section: Section, layer: Layer) -> None:
    """Why ∂ℓ/∂s is y − t: the chain written out for the textbook form, before anything cancels."""
    n, j = lesson.last, lesson.letter(lesson.last)
    y, t, s, big = lesson.q("y", n, j), lesson.q("t", 0, j), lesson.q("s", n, j), lesson.q("L")
    knobs = {k: number(v) for k, v in lesson.plan.loss_knobs.items()}
    by_y = put(lesson.plan.loss.textbook.derivative("y").tree, {**knobs, "y": y, "t": t})
    section.say(say("CR-2261", loss=lesson.plan.loss.name, link=layer.activation.name))
    if layer.activation.elementwise:
        f = _slope(lesson, layer, j)
        section.math(partial(big, s), "=", times(partial(big, y), partial(y, s)), "=", times(by_y, f),
                     "=", Node("-", (y, t)))  # fmt: skip
        return
    k = lesson.plain("c")
    yk, tk = lesson.q("y", n, "c"), lesson.q("t", 0, "c")
    section.math(partial(yk, s), "=", times(yk, Node("-", (lesson.plain("1_cj"), y))), remark=say("CR-2262"))
    section.math(
        partial(big, s), "=", total(k, lesson.size(n), times(partial(big, yk), partial(yk, s))), "=",
        total(k, lesson.size(n), times(put(by_y, {y.name: yk, t.name: tk}), times(yk, Node("-", (lesson.plain("1_cj"), y))))),
        "=", Node("-", (times(y, total(k, lesson.size(n), tk)), t)), "=", Node("-", (y, t)),
    )  # fmt: skip
    section.say(say("CR-2263"))


def _hidden_delta(lesson: Lesson, section: Section) -> None:
    section.say(say("CR-2264"))
    for layer in reversed(lesson.plan.layers[:-1]):
        n, h = layer.index, lesson.letter(layer.index)
        j = lesson.letter(n + 1)
        big = lesson.q("L")
        delta, s, y = lesson.q("ds", n, h), lesson.q("s", n, h), lesson.q("y", n, h)
        above, w = lesson.q("ds", n + 1, j), lesson.q("w", n + 1, h, j)
        index, count = lesson.plain(j), lesson.size(n + 1)
        if not lesson.thresholds:
            chain = total(
                index,
                count,
                times(partial(big, lesson.q("s", n + 1, j)), partial(lesson.q("s", n + 1, j), y)),
            )
            section.math(partial(big, s), "=", times(chain, partial(y, s)))
        lesson.claims[f"dy{n}_{h}"] = total(index, count, times(above, w))
        f = _slope(lesson, layer, h)
        value = times(total(index, count, times(w, above)), f)
        lesson.claims[f"ds{n}_{h}"] = value
        called = call(prime(lesson.plain("f")), _argument(lesson, layer, h))
        section.math(delta, "=", times(total(index, count, times(w, above)), called), "=", value)
        matrix = lesson.q("w", n + 1)
        if lesson.notation in ("ng", "matlab"):
            back = matmul(transpose(matrix), lesson.q("ds", n + 1))
        else:
            back = matmul(lesson.q("ds", n + 1), transpose(matrix))
        section.math(lesson.q("ds", n), "=", hadamard(back, call(prime(lesson.plain("f")), lesson.q("s", n))),
                     remark=_back_shapes(lesson, n))  # fmt: skip


def _back_shapes(lesson: Lesson, n: int) -> str:
    a, b = lesson.sizes[n], lesson.sizes[n + 1]
    if lesson.notation in ("ng", "matlab"):
        return f"({a}×n) = ({a}×{b})({b}×n) ∘ ({a}×n)"
    return f"(n×{a}) = (n×{b})({b}×{a}) ∘ (n×{a})"


def _gradients(lesson: Lesson, section: Section) -> None:
    big = lesson.q("L")
    for layer in reversed(lesson.plan.layers):
        n = layer.index
        i, j = lesson.letter(n - 1), lesson.letter(n)
        w, delta, below = lesson.q("w", n, i, j), lesson.q("ds", n, j), lesson.out(n - 1, i)
        s = lesson.q("s", n, j)
        value: Node = times(delta, below)
        if lesson.thresholds:
            value = make("neg", value)
        lesson.claims[f"dw{n}_{i}_{j}"] = value
        section.math(partial(big, w), "=", times(partial(big, s), partial(s, w)), "=", value)
        if layer.b:
            lesson.claims[f"db{n}_{j}"] = delta
            section.math(partial(big, lesson.q("b", n, j)), "=", delta)
        a, b = lesson.sizes[n - 1], lesson.sizes[n]
        if lesson.notation in ("ng", "matlab"):
            whole, shape = (
                matmul(lesson.q("ds", n), transpose(lesson.out(n - 1))),
                f"({b}×{a}) = ({b}×n)(n×{a})",
            )
        else:
            whole, shape = (
                matmul(transpose(lesson.out(n - 1)), lesson.q("ds", n)),
                f"({a}×{b}) = ({a}×n)(n×{b})",
            )
        section.math(
            partial(big, lesson.q("w", n)),
            "=",
            make("neg", whole) if lesson.thresholds else whole,
            remark=shape,
        )


def _update(lesson: Lesson, section: Section) -> None:
    plan, n = lesson.plan, lesson.last
    i, j = lesson.letter(n - 1), lesson.letter(n)
    w, g = lesson.q("w", n, i, j), partial(lesson.q("L"), lesson.q("w", n, i, j))
    section.say(say("CR-2265", rule=plan.optimizer.name))
    lesson.q("lr")
    if plan.l2:
        section.math(g, "→", Node("+", (g, times(lesson.plain("l2"), w))), remark=say("CR-2266"))
    knobs = {}
    for knob in ("b1", "b2"):  # β₁ and β₂ of the moments, not the biases of layers 1 and 2
        lesson.page.symbols[f"beta_{knob}"] = Symbol("beta", "", knob[1])
        knobs[knob] = name(f"beta_{knob}")
    for letter, expression in plan.optimizer.assignments:
        tree = put(expression.tree, {"w": w, "g": g, **knobs})
        left = w if letter == "w" else g if letter == "g" else name(letter)
        section.math(left, "→" if letter in ("w", "g") else "=", tree)
    if lesson.thresholds and plan.optimizer.name == "gd":
        for layer in reversed(plan.layers):
            i, j = lesson.letter(layer.index - 1), lesson.letter(layer.index)
            lr, delta = lesson.q("lr"), lesson.q("ds", layer.index, j)
            section.math(
                lesson.change("w", layer.index, i, j), "=", times(lr, delta, lesson.out(layer.index - 1, i))
            )
            if layer.b:
                section.math(lesson.change("b", layer.index, j), "=", make("neg", times(lr, delta)))


def _batch(lesson: Lesson, section: Section) -> None:
    w = lesson.q("w", lesson.last, lesson.letter(lesson.last - 1), lesson.letter(lesson.last))
    r, n = lesson.plain("r"), lesson.plain("n")
    row = lesson.plain("L_r")
    section.say(say("CR-2267"))
    section.math(w, "→", Node("-", (w, times(lesson.q("lr"), partial(row, w)))), remark=say("CR-2268"))
    mean = total(r, n, partial(row, w))
    scaled = times(Node("/", (number(1), n)), mean) if lesson.plan.rows == "mean" else mean
    section.math(w, "→", Node("-", (w, times(lesson.q("lr"), scaled))), remark=say("CR-2269"))


def _direct(lesson: Lesson, section: Section) -> None:
    """The three-layer case without recursion, and what each way costs."""
    first, second = lesson.plan.layers
    i, h, j = (lesson.letter(k) for k in range(3))
    d, q, o = (lesson.size(k) for k in range(3))
    section.say(say("CR-2251"))
    big, v = lesson.q("L"), lesson.q("w", 1, i, h)
    delta = lesson.claims[f"ds2_{j}"]
    if lesson.thresholds:
        delta = _negate(delta)
    body = times(delta, lesson.q("w", 2, h, j), _slope(lesson, first, h), lesson.q("x", 0, i))
    direct = total(lesson.plain(j), o, body)
    lesson.claims[f"dw1_{i}_{h}_direct"] = direct
    section.math(partial(big, v), "=", direct)
    per = 3 + _products(delta)
    slow = times(number(per), d, q, o)
    fast = plus([times(number(_products(delta)), o), times(q, o), q, times(q, o), times(d, q)])
    numbers = all(s.isdigit() for s in lesson.sizes)
    values = (
        {}
        if not numbers
        else {"slow": per * _product(lesson, 0, 1, 2), "fast": _fast(lesson, _products(delta))}
    )
    section.math(say("CR-2252"), slow, *(("=", values["slow"]) if numbers else ()))
    section.math(say("CR-2253"), fast, *(("=", values["fast"]) if numbers else ()))


def _products(tree: Node) -> int:
    return sum(n.op in ("*", "**") for n in tree)


def _product(lesson: Lesson, *layers: int) -> float:
    result = 1.0
    for k in layers:
        result *= float(lesson.sizes[k])
    return result


def _fast(lesson: Lesson, per: int) -> float:
    d, q, o = (float(s) for s in lesson.sizes)
    return per * o + 2 * q * o + q + d * q
