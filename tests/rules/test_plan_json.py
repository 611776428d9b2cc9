"""A plan read from a file is the plan that was written, or it is refused: nothing between, and no foreign exception."""

import copy
import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.errors import PlanError, RuleError
from chainrule.plan import Plan, make_plan
from chainrule.rules.activations import ACTIVATIONS, Activation
from chainrule.rules.losses import LOSSES, Loss
from chainrule.rules.optimizers import OPTIMIZERS, Optimizer
from chainrule.rules.schedules import SCHEDULES, Schedule

MINE = Activation("bent", y="(sqrt(s*s + 1) - 1)/c + s", slope="s/(c*sqrt(s*s + 1)) + 1", knobs={"c": 2.0})


def rich() -> Plan:
    """A plan with every kind of part, own rules among them."""
    return make_plan(
        3, 2, (5, 4), levels=(3, 7), activation=["leaky_relu", MINE], dropout=[0.0, 0.25, 0.5], loss=Loss("cube", "abs(y - t)**3"),
        optimizer=Optimizer("mine", ("m = q*m + g", "w = w - lr*m"), {"m": "q"}, {"q": 0.5}), l2=1e-3, clip_norm=1.0,
        schedule=Schedule("own", "lr*z", {"d": 0.5}, {"z": 1.0}, ("z = z*d",)), members=3, seed=2**64 - 1, batch=16,
        views={"b1": {"trainable": False}, "w2": {"rate": 0.5, "start": "he"}}, precision="float64", shuffle=False,
    )  # fmt: skip


def test_a_plan_comes_back_as_it_was() -> None:
    plan = rich()
    assert Plan.from_json(json.loads(json.dumps(plan.to_json(), allow_nan=False))) == plan


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_built_in_rule_comes_back_by_name(optimizer: str, schedule: str) -> None:
    for loss, row in LOSSES.items():
        hidden = next(a for a in ACTIVATIONS if not ACTIVATIONS[a].output)
        plan = make_plan(2, 2, (3,), activation=hidden, loss=loss, optimizer=optimizer, schedule=schedule)
        state = plan.to_json()
        assert state["loss"] == row.name
        assert Plan.from_json(json.loads(json.dumps(state))) == plan


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every value in a JSON document."""
    found = [path]
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inside:
        found += places(below, (*path, key))
    return found


STATE = json.loads(json.dumps(rich().to_json()))
PLACES = [path for path in places(STATE) if path]
junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from([2**31, 2**63, 2**64, 10**400, -1, 0.5, 1e308, math.nan, math.inf, -math.inf, 1e-320])
    | st.sampled_from(
        [
            "",
            "s",
            "w1",
            "dense",
            "gather",
            "numeric",
            "dropout",
            "relu",
            "softmax",
            "adam",
            "1/0",
            "exp(",
            "x" * 3000,
        ]
    )
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["block", "name", "y", "s", "q"]), inner, max_size=3)
    ),
    max_leaves=4,
)


def attempt(state: Any) -> None:
    """A plan, which then works as a plan, or PlanError or RuleError with a sentence."""
    try:
        plan = Plan.from_json(state)
    except (PlanError, RuleError) as refusal:
        assert refusal.code in str(refusal)
        return
    assert plan.size == sum(v.size for v in plan.views) > 0
    assert plan.layers[0].inputs == plan.numeric + sum(plan.levels)
    assert all(layer.w.shape == (layer.inputs, layer.units) for layer in plan.layers)
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan
    values = dict(plan.schedule.state)
    assert isinstance(plan.rate(1, values), float)
    for layer in plan.layers:
        layer.activation.backward(
            s=0.5, y=layer.activation.forward(s=0.5, **layer.knobs), dy=1.0, **layer.knobs
        )
    values = {"w": 0.1, "g": 0.2, "lr": 0.1, "k": 1.0, "decay": 0.0, **plan.optimizer_knobs}
    values |= {letter: plan.optimizer.start(letter, plan.optimizer_knobs) for letter in plan.optimizer.state}
    for letter, expression in plan.optimizer.assignments:
        values[letter] = expression(**values)


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(PLACES), junk)
def test_one_value_changed_is_a_plan_or_refused(path: tuple[Any, ...], value: Any) -> None:
    state = copy.deepcopy(STATE)
    inside = state
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    attempt(state)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(PLACES), st.sampled_from(["drop", "double", "extra"]))
def test_one_value_lost_or_doubled_is_refused_or_the_same(path: tuple[Any, ...], how: str) -> None:
    state = copy.deepcopy(STATE)
    inside = state
    for key in path[:-1]:
        inside = inside[key]
    if how == "drop":
        del inside[path[-1]]
    elif isinstance(inside, list):
        inside.append(copy.deepcopy(inside[path[-1]]))
    else:
        inside["newer"] = copy.deepcopy(inside[path[-1]])
        if path[-2:-1] != ("state",):  # a rule's own letters are its author's; one more is no newer version
            with pytest.raises((PlanError, RuleError)):
                Plan.from_json(state)
            return
    attempt(state)


@settings(max_examples=200, deadline=None)
@given(junk)
def test_any_json_is_a_plan_or_refused(state: Any) -> None:
    attempt(state)


@pytest.mark.parametrize("key", sorted(STATE))
def test_every_setting_is_needed(key: str) -> None:
    with pytest.raises(PlanError) as caught:
        Plan.from_json({k: v for k, v in STATE.items() if k != key})
    assert caught.value.code == "CR-1430"


def test_blocks_out_of_order_are_refused() -> None:
    for order in (
        [1, 0, 2, 3, 4, 5, 6],
        [0, 2, 1, 3, 4, 5, 6],
        [0, 1, 2, 3, 5, 4, 6],
        [0, 1],
        [2, 3],
        [0, 1, 2, 3, 4],
    ):
        state = copy.deepcopy(STATE)
        state["blocks"] = [state["blocks"][i] for i in order if i < len(STATE["blocks"])]
        with pytest.raises(PlanError):
            Plan.from_json(state)


@pytest.mark.parametrize(
    "changes", [{"members": 65537}, {"hidden": (1,) * 255}, {"lr": True}, {"l2": math.nan}]
)
def test_settings_whose_draws_or_numbers_would_go_wrong_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(PlanError) as caught:
        make_plan(1, 1, **changes)
    assert caught.value.code == "CR-1401"


def test_max_norm_is_written_only_where_it_is_set_and_read_with_its_limits() -> None:
    plan = make_plan(2, 1, max_norm=3.0)
    state = json.loads(json.dumps(plan.to_json()))
    assert Plan.from_json(state) == plan and "max_norm" not in make_plan(2, 1).to_json()
    for wrong in (-1.0, "3", True, None, math.nan, [1.0]):
        with pytest.raises(PlanError):
            Plan.from_json({**state, "max_norm": wrong})


@pytest.mark.parametrize("wrong", [0, 0.0, -1.0, math.nan, math.inf, True, "3", [3]])
def test_a_max_norm_that_makes_no_sense_is_refused(wrong: Any) -> None:
    with pytest.raises(PlanError) as caught:
        make_plan(2, 1, max_norm=wrong)
    assert caught.value.code == "CR-1401"
