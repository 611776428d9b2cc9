"""What a derivation claims, put into numbers, is what the reference computes: forward, deltas, gradients, in each notation."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.batches.source import Source
from chainrule.batches.start import start
from chainrule.errors import PlanError
from chainrule.explain.derivation import derivation_page, expand
from chainrule.explain.slopes import slope_page
from chainrule.explain.trace import trace_row
from chainrule.page.symbols import parse_name
from chainrule.plan import make_plan
from chainrule.rules.activations import ACTIVATIONS
from chainrule.rules.words import NumPy, read

ENDS = (("half_squared", "sigmoid"), ("squared", None), ("squared", "softmax"), ("huber", "tanh"),
        ("binary_cross_entropy", None), ("cross_entropy", None), ("poisson", None))  # fmt: skip


def zhou(values: dict[str, float]) -> dict[str, float]:
    """The same network's numbers as Zhou writes them: θ = −b, scores without threshold, g = −∂E/∂β."""
    made = dict(values)
    for name, value in values.items():
        kind, layer, at = parse_name(name)
        if kind in ("b", "ds"):
            made[name] = -value
        if kind == "s":
            made[name] = value - values.get("_".join([f"b{layer}", *map(str, at)]), 0.0)
        if kind == "db":  # ∂E/∂θ = −∂E/∂b
            made[name] = -value
        if kind == "dy" and f"dy{layer}" != "dy2":  # Σ w·g is what the deltas above send down: −∂E/∂b_h
            made[name] = -value
    return made


def hold(plan, notation: str) -> int:
    lesson = derivation_page(plan, notation=notation)
    rng = np.random.default_rng(plan.seed)
    t = rng.random((1, plan.targets))
    flat = start(plan) + 0.3 * rng.standard_normal((1, plan.size))
    batch = Source(rng.standard_normal((1, plan.inputs)), t / t.sum()).batch(slice(None))
    values = trace_row(plan, flat, batch, 0, differences=False, fold=99).values
    if notation == "zhou":
        values = zhou(values)
    widths = (plan.inputs, *(layer.units for layer in plan.layers))
    sizes = {lesson.letter(k): widths[k] for k in range(len(widths))} | {"c": plan.targets}
    held = 0
    for label, claim in lesson.claims.items():
        head, *letters = label.removesuffix("_direct").split("_")
        for at in itertools.product(*(range(1, sizes[letter] + 1) for letter in letters)):
            formula = expand(claim, sizes, dict(zip(letters, at, strict=True)))
            wanted = values["_".join([head, *map(str, at)])]
            assert float(read(formula, NumPy(values))) == pytest.approx(wanted, rel=1e-12, abs=1e-13), (
                label,
                at,
            )
            held += 1
    return held


@given(
    st.sampled_from(ENDS),
    st.lists(st.sampled_from(["sigmoid", "tanh", "relu", "gelu", "silu", "elu", "softplus"]), max_size=3),
    st.booleans(),
    st.sampled_from(["house", "ng", "matlab"]),
    st.integers(0, 1000),
)
@settings(max_examples=20, deadline=None)
def test_every_claim_of_a_derivation_is_what_the_reference_computes(
    end, activation, bias, notation, seed
) -> None:
    loss, output = end
    plan = make_plan(3, 3, [2 + i for i in range(len(activation))], activation=activation, loss=loss, output=output,
                     bias=bias, precision="float64", seed=seed)  # fmt: skip
    assert hold(plan, notation) > 10


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("loss", "output"), [("half_squared", "sigmoid"), ("cross_entropy", None)])
def test_zhous_signs_hold(loss: str, output: str | None, bias: bool) -> None:
    plan = make_plan(
        3, 3, (4,), activation="sigmoid", loss=loss, output=output, bias=bias, precision="float64", seed=5
    )
    assert hold(plan, "zhou") > 10


def test_zhou_has_no_letters_for_a_third_layer_of_weights() -> None:
    with pytest.raises(PlanError, match="CR-2270"):
        derivation_page(make_plan(2, 1, (2, 2)), notation="zhou")


def test_the_parameters_of_a_d_q_l_network_are_counted() -> None:
    plan = make_plan(3, 2, (4,), activation="sigmoid")
    text = derivation_page(plan, sizes=["d", "q", "l"]).page.text()
    assert "(d + l + 1)·q + l" in text
    assert f"= {(3 + 2 + 1) * 4 + 2}" in derivation_page(plan).page.text()


def test_a_single_neuron_has_no_hidden_section() -> None:
    lesson = derivation_page(make_plan(4, 1, activation="sigmoid", output="sigmoid", loss="half_squared"))
    assert "δ1_j = (y1_j - t_j)·(y1_j·(1 - y1_j))" in lesson.page.text()
    assert not any(name.startswith("ds2") for name in lesson.claims)


def test_recursion_needs_fewer_products_than_the_direct_way() -> None:
    text = derivation_page(make_plan(10, 5, (20,), activation="sigmoid", loss="half_squared")).page.text()
    counts = [
        float(line.rsplit("=", 1)[1]) for line in text.splitlines() if line.strip().startswith("products")
    ]
    assert len(counts) == 2 and counts[1] < counts[0]


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_the_slope_derived_line_by_line_is_the_slope_stated(name: str) -> None:
    page = slope_page(ACTIVATIONS[name])
    assert page.facts["worst"] < 1e-13
    if ACTIVATIONS[name].elementwise:
        assert "d/ds[" in page.text() or name == "identity"


def test_a_wrong_slope_is_seen_by_the_lesson() -> None:
    from dataclasses import replace

    assert slope_page(replace(ACTIVATIONS["tanh"], slope="1.0005*(1 - y*y)")).facts["worst"] > 1e-4
