"""Hand-worked computation graphs of courses and posts; every number is a short rational or a few roundings away."""

import pytest

from chainrule.rules.expression import Expression

SIX = 6 * 2.0**-53  # a handful of roundings of numbers of size 1


def gradients(text, **values):
    graph = Expression(text).graph(**values)
    return graph.result.value, {letter: graph.gradient(letter) for letter in values}


def test_d_product_of_a_sum():
    graph = Expression("c*(a + 2*b)").graph(a=3.0, b=1.0, c=-2.0)
    by_text = {node.text: node for node in graph.nodes}
    assert by_text["2*b" if "2*b" in by_text else "2 * b"].value == 2.0
    inner = next(n for n in graph.nodes if n.op == "+")
    product = next(n for n in graph.nodes if n.op == "*" and n.value == 2.0)
    assert (inner.value, inner.gradient, product.gradient) == (5.0, -2.0, -2.0)
    assert graph.result.value == -10.0
    assert (graph.gradient("a"), graph.gradient("b"), graph.gradient("c")) == (-2.0, -4.0, 5.0)


def test_d_cs231n_sum_times_z():
    assert gradients("(x + y)*z", x=-2.0, y=5.0, z=-4.0) == (-12.0, {"x": -4.0, "y": -4.0, "z": 3.0})


def test_d_cs231n_sigmoid_circuit():
    value, got = gradients("1/(1 + exp(-(w0*x0 + w1*x1 + w2)))", w0=2.0, x0=-1.0, w1=-3.0, x1=-2.0, w2=-3.0)
    assert value == pytest.approx(0.7310585786300049, rel=SIX)
    wanted = {"w0": -0.19661193324148185, "x0": 0.3932238664829637, "w1": -0.3932238664829637,
              "x1": -0.5898357997244456, "w2": 0.19661193324148185}  # fmt: skip
    assert got == pytest.approx(wanted, rel=SIX)


def test_d_cs224n_max():
    assert gradients("(x + y)*max(y, z)", x=1.0, y=2.0, z=0.0) == (6.0, {"x": 2.0, "y": 5.0, "z": 0.0})


def test_d_micrograd_readme():
    c = Expression("a + b").substitute()
    d = Expression("a*b + b**3")
    c = Expression("c + (c + 1)").substitute(c=c)
    c = Expression("c + (1 + c + (-a))").substitute(c=c)
    d = Expression("d + (d*2 + max(b + a, 0))").substitute(d=d)
    d = Expression("d + (3*d + max(b - a, 0))").substitute(d=d)
    f = Expression("(c - d)**2").substitute(c=c, d=d)
    g = Expression("f/2.0 + 10.0/f").substitute(f=f)
    graph = g.graph(a=-4.0, b=2.0)
    assert graph.result.value == pytest.approx(24.70408163265306, rel=SIX)
    # the gradients are sums of about ten products each
    assert graph.gradient("a") == pytest.approx(138.83381924198252, rel=10 * SIX)
    assert graph.gradient("b") == pytest.approx(645.5772594752186, rel=10 * SIX)
    assert g(a=-4.0, b=2.0) == graph.result.value
    assert g.derivative("a")(a=-4.0, b=2.0) == pytest.approx(graph.gradient("a"), rel=10 * SIX)


def test_a_shared_part_is_one_node_and_collects_all_its_gradients():
    graph = Expression("(a + b)*(a + b)").graph(a=1.0, b=2.0)
    assert [n.op for n in graph.nodes] == ["name", "name", "+", "*"]
    assert graph.gradient("a") == 6.0
