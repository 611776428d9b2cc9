"""Every number of a trace: its formula gives its value, its gradient is the loss's slope, example A's numbers are there."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.batches.source import Source
from chainrule.batches.start import start
from chainrule.explain.stepping import paths, slopes
from chainrule.explain.trace import Trace, trace_row
from chainrule.explain.tracing import trace_page
from chainrule.explain.typed import textbook_settings, typed_net
from chainrule.plan import make_plan
from chainrule.rules.words import NumPy, read

A = dict(weights=".1 .8; .4 .6 | .3 .9", x=[0.35, 0.9], rows="units")
HIDDEN = ("sigmoid", "tanh", "elu", "silu", "gelu", "softplus", "identity")
ENDS = (
    ("half_squared", "sigmoid"),
    ("squared", "tanh"),
    ("squared", "softmax"),
    ("huber", None),
    ("binary_cross_entropy", None),
    ("cross_entropy", None),
    ("poisson", None),
)


def example_a() -> tuple:
    plan, flat = typed_net("2-2-1", A["weights"], A["x"], rows="units", **textbook_settings({"lr": 1.0}))
    return plan, flat, Source(np.array([A["x"]]), np.array([[0.5]]))


def every_number(traced: Trace):
    return [n for numbers in traced.stages.values() for n in numbers]


def value_of_formula(traced: Trace, number) -> float:
    values = {**traced.values, **({"rest": number.rest[1]} if number.rest else {})}
    return float(read(number.formula, NumPy(values)))


@st.composite
def networks(draw):
    loss, output = draw(st.sampled_from(ENDS))
    hidden = draw(st.lists(st.integers(1, 5), max_size=3))
    activation = [draw(st.sampled_from(HIDDEN)) for _ in hidden]
    levels = draw(st.sampled_from([(), (3,), (2, 4)]))
    outputs = (
        draw(st.integers(2, 3)) if loss == "cross_entropy" or output == "softmax" else draw(st.integers(1, 3))
    )
    plan = make_plan(
        draw(st.integers(1, 4)),
        outputs,
        hidden,
        levels=levels,
        activation=activation,
        output=output,
        loss=loss,
        bias=draw(st.booleans()),
        precision="float64",
        seed=draw(st.integers(0, 10_000)),
    )
    rng = np.random.default_rng(plan.seed)
    t = rng.random((1, outputs))
    codes = None if not levels else np.array([[rng.integers(-1, k) for k in levels]], dtype=np.int32)
    return plan, start(plan), Source(rng.standard_normal((1, plan.numeric)), t / t.sum(), codes)


@given(networks())
@settings(max_examples=25, deadline=None)
def test_every_formula_with_its_numbers_gives_its_value(network) -> None:
    plan, flat, source = network
    traced = trace_row(plan, flat, source.batch(slice(None)), 0, differences=False)
    for number in every_number(traced):
        # a sum of a few terms: each rounding is at most 2⁻⁵³ of the largest partial result
        assert value_of_formula(traced, number) == pytest.approx(number.value, rel=1e-11, abs=1e-12), (
            number.name
        )


@given(networks())
@settings(max_examples=10, deadline=None)
def test_every_gradient_is_the_slope_a_central_difference_sees(network) -> None:
    plan, flat, source = network
    traced = trace_row(plan, flat, source.batch(slice(None)), 0)
    tried = [n for n in every_number(traced) if n.difference is not None]
    assert tried
    for number in tried:
        # h = 6e-6: truncation h²·L‴/6 and rounding 2⁻⁵³·L/h are both near 1e-11 for losses of ordinary size
        assert number.difference == pytest.approx(number.value, rel=1e-6, abs=2e-8 * max(1.0, traced.loss)), (
            number.name
        )


def test_example_a_is_explained_to_twelve_digits() -> None:
    plan, flat, source = example_a()
    traced = trace_row(plan, flat, source.batch(slice(None)), 0)
    known = {
        "y1_1": 0.680267196698649,
        "y1_2": 0.663738697404353,
        "y2_1": 0.6902834929076443,
        "L": 0.01810390383656677,
        "ds2_1": 0.040681125112339026,
        "dw2_1_1": 0.027674034938718,
        "dw2_2_1": 0.027001636991007,
        "dw1_1_1": 0.00092907116081,
        "dw1_2_1": 0.002389040127796,
        "dw1_1_2": 0.002860075772445,
        "dw1_2_2": 0.007354480557717,
    }
    for name, value in known.items():
        assert traced.number(name).value == pytest.approx(value, abs=1e-14), name


def test_the_page_of_example_a_ends_with_its_next_weights_and_loss() -> None:
    plan, flat, source = example_a()
    after = trace_page(plan, flat, source).facts["after"]
    assert after["loss"] == pytest.approx(0.016565382326770402, abs=1e-15)
    assert after["weights"]["w2_1_1"] == pytest.approx(0.272325965061282, abs=1e-15)
    assert after["weights"]["w1_2_2"] == pytest.approx(0.592645519442283, abs=1e-15)


def test_a_hundred_steps_of_example_a_are_tabled() -> None:
    plan, flat, source = example_a()
    table = trace_page(plan, flat, source, count_steps=100).sections[-1].items[0]
    assert table.rows[0][0] == "0" and table.rows[-1][0] == "100"
    assert table.rows[1][1] == pytest.approx(0.016565382326770402, abs=1e-15)
    assert table.rows[-1][1] == pytest.approx(0.5 * (0.5007639651525848 - 0.5) ** 2, rel=1e-11)


@pytest.mark.parametrize("weight", ["w1_2_3", "w2_1_2", "w3_2_1", "w4_1_1"])
def test_the_paths_of_a_weight_add_up_to_its_gradient(weight: str) -> None:
    plan = make_plan(3, 2, (3, 2, 3), activation="tanh", precision="float64", seed=4)
    rng = np.random.default_rng(4)
    source = Source(rng.standard_normal((1, 3)), rng.standard_normal((1, 2)))
    traced = trace_row(plan, start(plan), source.batch(slice(None)), 0, differences=False)
    values = {**traced.values, **slopes(plan, traced.values)}
    everything, more, left, whole = paths(plan, values, weight, most=10_000)
    assert more == 0 and left == pytest.approx(0.0, abs=1e-15)
    assert sum(p.value for p in everything) == pytest.approx(whole, rel=1e-12)
    for path in everything:
        assert float(read(path.formula, NumPy(values))) == pytest.approx(path.value, rel=1e-12)
    sizes = [abs(p.value) for p in everything]
    assert sizes == sorted(sizes, reverse=True)


def test_a_wide_network_is_folded_and_can_be_drilled_into() -> None:
    plan = make_plan(50, 3, (80,), loss="cross_entropy", precision="float64", seed=1)
    rng = np.random.default_rng(1)
    source = Source(rng.standard_normal((1, 50)), np.eye(3)[:1])
    traced = trace_row(plan, start(plan), source.batch(slice(None)), 0, differences=False)
    assert traced.hidden == {1: 68}
    folded = next(n for n in traced.stages["forward"] if n.rest)
    assert folded.rest[0] == 50 - 12
    assert value_of_formula(traced, folded) == pytest.approx(folded.value, rel=1e-12)
    asked = trace_row(plan, start(plan), source.batch(slice(None)), 0, units={1: [7, 80]}, differences=False)
    assert [n.name for n in asked.stages["forward"] if n.name.startswith("y1")] == ["y1_7", "y1_80"]


@pytest.mark.parametrize(
    "optimizer", ["gd", "momentum", "nesterov", "rmsprop", "adam", "adamw", "irprop_minus"]
)
def test_the_update_shown_is_the_update_done(optimizer: str) -> None:
    plan = make_plan(2, 1, (2,), optimizer=optimizer, l2=0.1, lr=0.05, precision="float64", seed=2)
    source = Source(np.array([[0.3, -1.2], [0.8, 0.1]]), np.array([[0.4], [-0.7]]))
    page = trace_page(plan, start(plan), source)
    table = next(s for s in page.sections if s.title.startswith("Update")).items[-1]
    shown = {row[0].parts[0].name: row[-1] for row in table.rows}
    for name, value in shown.items():
        assert value == pytest.approx(page.facts["after"]["weights"][name], rel=1e-12), name


@pytest.mark.parametrize(
    ("loss", "output", "fold"),
    [("half_squared", "sigmoid", 99), ("cross_entropy", None, 99), ("squared", "tanh", 3)],
)
def test_a_trace_with_thresholds_is_consistent_and_has_the_textbooks_signs(
    loss: str, output: str | None, fold: int
) -> None:
    from chainrule.explain.thresholds import with_thresholds

    plan = make_plan(4, 3, (5,), activation="silu", loss=loss, output=output, precision="float64", seed=2)
    rng = np.random.default_rng(2)
    flat = start(plan) + 0.3 * rng.standard_normal((1, plan.size))
    batch = Source(rng.standard_normal((1, 4)), np.eye(3)[:1]).batch(slice(None))
    tape = trace_row(plan, flat, batch, 0, fold=fold)
    zhou = with_thresholds(plan, tape)
    for numbers in zhou.stages.values():
        for n in numbers:
            values = {**zhou.values, **({"rest": n.rest[1]} if n.rest else {})}
            assert float(read(n.formula, NumPy(values))) == pytest.approx(n.value, rel=1e-11, abs=1e-13), (
                n.name
            )
            if n.difference is not None:
                assert n.difference == pytest.approx(n.value, abs=1e-7), n.name
    assert zhou.values["b2_1"] == -tape.values["b2_1"] and zhou.values["ds1_2"] == -tape.values["ds1_2"]
    assert zhou.values["db2_1"] == zhou.values["ds2_1"]  # ∂E/∂θ = g
    assert zhou.values["dw2_1_1"] == tape.values["dw2_1_1"]


def test_example_f_is_written_as_the_textbook_writes_it() -> None:
    plan, flat = typed_net("2-2-2", ".2 -.3; .4 .1 | .5 -.4; .3 .6", [1.0, 0.5], thresholds=".1 -.2 | .2 -.1",
                           rows="inputs", **textbook_settings({"lr": 1.0}))  # fmt: skip
    text = trace_page(plan, flat, Source(np.array([[1.0, 0.5]]), np.array([[1.0, 0.0]])), notation="zhou", digits=9,
                      weight="w1_1_1").text()  # fmt: skip
    assert "α_1 = v_11·x_1 + v_21·x_2 = 0.2·1 + 0.4·0.5 = 0.4" in text
    assert "b_1 = 1/(1 + exp(-(α_1 - γ_1)))" in text
    assert "0.108982032" in text and "-0.134257181" in text and "0.0264488953" in text
    assert "∂E/∂θ_1 = g_1 = 0.108982032" in text
    assert "θ_1 → θ_1 - η·∂E/∂θ_1 = 0.2 - 1·0.108982032 = 0.0910179676" in text
    assert "-g_1" not in text.split("∂E/∂θ_1 =")[0].split("Backward")[1].split("Gradient")[0]
