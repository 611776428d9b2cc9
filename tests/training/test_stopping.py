"""When a training ends, what it then keeps, and what it says."""

import math
import signal

import numpy as np
import pytest

from chainrule.batches.source import Source
from chainrule.batches.start import start
from chainrule.engine.choose import choose
from chainrule.engine.contract import TrainingState, Until, evaluate_loss
from chainrule.engine.reference import Reference
from chainrule.errors import PlanError, TrainingError
from chainrule.messages import set_language
from chainrule.plan import make_plan
from chainrule.rules.losses import LOSSES
from chainrule.training.loop import fit
from chainrule.training.stopping import Monitor, Stopping, loss_monitor

ENGINE = Reference()


def noisy(rows=40, seed=0):
    """Rows with so much noise that a free network soon learns it by heart: the validation loss turns up."""
    generator = np.random.default_rng(seed)
    x = generator.uniform(-1, 1, (rows, 2))
    t = x[:, :1] ** 2 + generator.normal(0, 0.5, (rows, 1))
    return Source(x, t)


def network(**settings):
    given = {"hidden": (8,), "lr": 0.03, "batch": 8, "seed": 3, "precision": "float64", **settings}
    return make_plan(2, 1, **given)


def trained(plan=None, epochs=60, progress=None, validation=True, **limits):
    plan = plan or network()
    return fit(
        plan,
        start(plan),
        noisy(),
        noisy(20, 1) if validation else None,
        engine=ENGINE,
        stopping=Stopping(epochs, **limits),
        progress=progress,
    )


def test_the_best_weights_are_those_with_the_lowest_validation_loss():
    result = trained()
    scores = result.history["validation"][0]
    assert result.best_epoch == int(np.argmin(scores)) + 1 < 60  # it did overfit
    again = evaluate_loss(ENGINE, network(), result.weights, noisy(20, 1))
    assert float(again[0]) == scores.min()


def test_without_validation_rows_the_training_loss_decides():
    result = trained(validation=False)
    assert result.best_epoch == int(np.argmin(result.history["train"][0])) + 1
    assert np.isnan(result.history["validation"]).all()


def test_patience_counts_epochs_without_a_better_score():
    result = trained(patience=5)
    scores = result.history["validation"][0]
    assert (result.stop.reason, len(scores)) == ("patience", result.best_epoch + 5)
    assert str(result.stop) == (
        f"Stopped after epoch {len(scores)}: 5 epochs without a better loss. The weights of epoch "
        f"{result.best_epoch}, the best by loss, are kept."
    )


def test_the_goal_ends_the_training():
    free = trained().history["train"][0]
    goal = float(free[10])
    result = trained(goal=goal)
    assert result.stop.reason == "goal"
    assert len(result.history["train"][0]) == int(np.argmax(free <= goal)) + 1


def test_all_epochs_done_says_so():
    assert str(trained(epochs=3).stop).startswith("All 3 epochs are done. The weights of epoch")


def test_the_chinese_sentence_says_the_same():
    set_language("zh")
    try:
        assert "已完成全部 3 轮。" in str(trained(epochs=3).stop)
    finally:
        set_language("en")


@pytest.mark.parametrize("patience", [0, 4])
def test_watching_the_own_loss_from_outside_keeps_the_same_weights_and_stops_at_the_same_epoch(patience):
    plan = network()
    own = trained(plan, patience=patience)
    other = trained(plan, patience=patience, monitor=loss_monitor(plan, LOSSES["squared"]))
    np.testing.assert_array_equal(own.weights, other.weights)
    np.testing.assert_array_equal(own.history["train"], other.history["train"])
    np.testing.assert_array_equal(other.history["squared"], other.history["validation"])
    assert own.stop.reason == other.stop.reason
    assert own.best_epoch == other.best_epoch


def test_a_higher_score_is_better_where_the_metric_says_so():
    def minus(engine, plan, w, source):
        return -evaluate_loss(engine, plan, w, source)

    own, other = trained(patience=4), trained(patience=4, monitor=Monitor("minus", minus, higher=True))
    np.testing.assert_array_equal(own.weights, other.weights)


def test_another_loss_may_choose_other_weights_and_they_are_the_best_by_it():
    plan = network()
    result = trained(plan, monitor=loss_monitor(plan, LOSSES["absolute"]))
    scores = result.history["absolute"][0]
    assert result.best_epoch == int(np.argmin(scores)) + 1
    answers = ENGINE.predict(plan, result.weights, noisy(20, 1).batch(slice(0, 20)))[0]
    # two sums of 20 terms in another order: 20 roundings each
    assert np.abs(answers - noisy(20, 1).t).mean() == pytest.approx(scores.min(), rel=40 * 2.0**-53)


def test_members_stop_on_their_own_by_an_outside_score():
    plan = network(members=3)
    watched = trained(plan, patience=4, monitor=loss_monitor(plan, LOSSES["squared"]))
    own = trained(plan, patience=4)
    np.testing.assert_array_equal(watched.weights, own.weights)
    np.testing.assert_array_equal(watched.state.epoch, own.state.epoch)
    assert len(set(own.state.epoch.tolist())) > 1


def test_a_metric_without_a_value_is_refused():
    with pytest.raises(TrainingError, match="The metric odd has no value"):
        trained(monitor=Monitor("odd", lambda *_: np.array([np.nan])))


def test_a_loss_that_owns_another_link_cannot_be_watched():
    with pytest.raises(PlanError, match="CR-1406"):
        loss_monitor(network(), LOSSES["binary_cross_entropy"])


@pytest.mark.parametrize("optimizer", ["gd", "adam"])
def test_a_loss_that_is_no_number_names_step_and_layer_and_keeps_good_weights(optimizer):
    plan = network(lr=1e30, optimizer=optimizer, activation="identity", hidden=(8,) * 6)
    result = trained(plan)
    assert result.stop.reason == "nonfinite"
    assert np.isfinite(result.weights).all()
    step, layer = result.stop.values["step"], result.stop.values["layer"]
    assert step >= 2
    assert str(result.stop).startswith(
        f"Stopped at step {step}: " + (f"the scores of layer {layer}" if layer else "the loss")
    )
    assert "learning rate that is too high (it is 1e+30; try 1e+29)" in str(result.stop)


def test_a_loss_that_breaks_in_the_first_epoch_leaves_the_start_weights():
    plan = network(lr=1e30, activation="identity", optimizer="gd")
    result = trained(plan)
    np.testing.assert_array_equal(result.weights, start(plan))
    assert str(result.stop).endswith("No epoch was finished; the weights are those it started from.")


def test_a_loss_that_breaks_later_keeps_the_best_weights_of_before():
    plan = network(
        schedule="step", schedule_knobs={"drop": 1e100, "every": 50.0}, activation="identity", optimizer="gd"
    )
    result = trained(plan)  # 5 steps an epoch: from epoch 11 on the rate is 1e98
    assert (result.stop.reason, 1 <= result.best_epoch <= 10) == ("nonfinite", True)
    short = trained(plan, epochs=10)
    np.testing.assert_array_equal(result.weights, short.weights)


def test_ctrl_c_ends_the_training_with_the_best_weights_so_far():
    seen = []

    def press(moment):
        seen.append(moment)
        if moment.stop is None:
            signal.raise_signal(signal.SIGINT)

    result = trained(epochs=100_000, progress=press)
    done = int(result.state.epoch[0])
    assert result.stop.reason == "interrupted"
    assert done < 100_000
    assert f"Interrupted after epoch {done}." in str(result.stop)
    np.testing.assert_array_equal(result.weights, trained(epochs=done).weights)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_ctrl_c_is_a_keyboard_interrupt():
    def press(moment):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        trained(epochs=100_000, progress=press)


def test_a_true_answer_of_the_display_ends_the_training():
    result = trained(epochs=100_000, progress=lambda moment: True)
    assert result.stop.reason == "interrupted"


def test_the_display_is_told_each_limit_and_the_reason_at_the_end():
    seen = []
    result = trained(epochs=7, patience=50, goal=-1.0, progress=seen.append)
    last = seen[-1]
    assert (last.epoch, last.epochs, last.patience, last.goal, last.steps) == (7, 7, 50, -1.0, 35)
    assert last.stop is result.stop
    assert last.best == result.history["validation"].min() and last.best_epoch == result.best_epoch
    assert last.train == result.history["train"][0, -1] and last.score == last.validation
    assert [m.stop for m in seen[:-1]] == [None] * (len(seen) - 1)


@pytest.mark.parametrize(
    "limits",
    [
        {"epochs": 0},
        {"epochs": 2.5},
        {"epochs": True},
        {"patience": -1},
        {"min_delta": -1},
        {"min_delta": math.nan},
        {"goal": math.nan},
        {"epochs": "many"},
    ],
)
def test_limits_that_are_none_are_refused(limits):
    with pytest.raises(PlanError, match="CR-1401"):
        Stopping(**{"epochs": 1, **limits})


def test_no_rows_are_refused():
    plan = network()
    empty = Source(np.zeros((0, 2)), np.zeros((0, 1)))
    with pytest.raises(TrainingError, match="CR-1601"):
        fit(plan, start(plan), empty, engine=ENGINE, stopping=Stopping(1))


def test_the_loop_changes_no_bit_of_the_engines_own_run():
    plan = network(dropout=0.2, schedule="plateau")
    alone = ENGINE.run(plan, TrainingState.begin(plan, start(plan)), noisy(), noisy(20, 1), Until(12))
    result = trained(plan, epochs=12)
    for name in ("w", "slots", "best", "train", "validation", "rate", "schedule"):
        np.testing.assert_array_equal(getattr(alone, name), getattr(result.state, name))


def test_ctrl_c_reaches_the_native_engine_too():
    plan = network(precision="float32")

    def press(moment):
        if moment.stop is None:
            signal.raise_signal(signal.SIGINT)

    def run(epochs, progress=None):
        return fit(
            plan,
            start(plan),
            noisy(),
            noisy(20, 1),
            engine=choose(plan),
            stopping=Stopping(epochs),
            progress=progress,
        )

    result = run(100_000_000, press)
    done = int(result.state.epoch[0])
    assert result.stop.reason == "interrupted"
    assert done < 100_000_000
    np.testing.assert_array_equal(result.weights, run(done).weights)


def test_a_loss_that_is_no_number_in_float32_names_its_step_and_keeps_finite_weights_on_the_native_engine():
    plan = network(lr=1e30, optimizer="adam", precision="float32")
    result = fit(plan, start(plan), noisy(), noisy(20, 1), engine=choose(plan), stopping=Stopping(50))
    assert result.stop.reason == "nonfinite"
    assert result.stop.values["step"] >= 2
    assert np.isfinite(result.weights).all()
