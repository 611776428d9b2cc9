"""What the defaults choose fits the table: noise is held back, a law is followed, and trying costs no bit."""

import math

import numpy as np
import pytest

import chainrule
from chainrule.model.choices import (
    PIECES,
    STRONG_TRIED,
    TRIED,
    TRIED_ALL,
    TRIED_MEMBERS,
    Settings,
    better,
    choose,
    trials,
)


def columns(noise, rows=300):
    g = np.random.default_rng(5)
    x = g.uniform(-1, 1, (rows, 4))
    law = np.sin(3 * x[:, 0]) * x[:, 1]
    return {
        **{f"x{i}": x[:, i] for i in range(4)},
        "y": law if noise is None else noise * g.normal(size=rows),
    }


def test_a_law_without_noise_gets_the_weakest_decays_and_pure_noise_the_strongest():
    followed, noise = chainrule.train(columns(None), "y"), chainrule.train(columns(1.0), "y")
    assert followed.plan.decay <= 0.1 and followed.facts["metrics"]["test"]["r2"] > 0.95
    assert noise.plan.decay == max(TRIED)
    # nothing can be learned: the error stays within 15 % of the mean's, which is the best answer there is
    scores, mean = noise.facts["metrics"]["test"], noise.facts["baselines"]["constant"]
    assert scores["rmse"] < 1.15 * mean["rmse"]
    assert any("Weight decay 2: of 2, 0.5, 0.05" in reason for reason in noise.reasons)


def test_the_decay_that_was_found_trains_the_same_network_when_it_is_given():
    found = chainrule.train(columns(0.1), "y")
    given = chainrule.train(columns(0.1), "y", decay=found.plan.decay)
    np.testing.assert_array_equal(found.weights, given.weights)
    assert f"decay={found.plan.decay}" in found.script()
    assert not any("Weight decay" in reason for reason in given.reasons)


@pytest.mark.parametrize(
    ("given", "rows", "size", "validation"),
    [
        ({"decay": 0.02}, 100, 100, True),
        ({"epochs": 10}, 100, 100, True),
        ({"optimizer": "momentum"}, 100, 100, True),
        ({}, 100_000, 100, True),
        ({}, 100, 1_000_000, True),
        ({}, 100, 100, False),
    ],
)
def test_nothing_is_tried_where_the_user_chose_or_it_would_take_long_or_nothing_could_judge(
    given, rows, size, validation
):
    def tried(options, *rest):
        open_ = Settings(**options)
        return trials(open_, choose(open_, "regression", rest[0], 4, rest[2])[0], *rest)

    assert len(tried(given, rows, size, validation).decays) == 1
    assert tried({}, 100, 100, True).decays == TRIED


def test_the_strong_preset_tries_pieces_too_and_judges_large_tables_by_few_networks():
    def tried(rows, **given):
        open_ = Settings(preset="strong", **given)
        return trials(open_, choose(open_, "regression", rows, 4, True)[0], rows, 10_000, True)

    small, large = tried(500), tried(TRIED_ALL + 1)
    assert (small.decays, small.pieces) == (large.decays, large.pieces) == (STRONG_TRIED, (0, *PIECES))
    assert large.members == TRIED_MEMBERS < small.members
    assert large.runs(5) == (len(STRONG_TRIED) + len(PIECES) - 1) * TRIED_MEMBERS + 5
    assert tried(500, pieces=3).pieces == (3,) and tried(500, decay=0.3).decays == (0.3,)


def test_a_weaker_decay_must_win_by_more_than_chance():
    # 200 rows: the mean of 200 squares of normal errors has a relative standard error of √(2/200) = 0.1
    for task, margin in (("regression", 0.1), ("multiclass", 2 / 200)):
        assert not better(1.01 - margin, 1.0, 200, task) and better(0.99 - margin, 1.0, 200, task)
        assert better(5.0, math.inf, 200, task)
        assert not better(math.inf, 5.0, 200, task) and not better(math.nan, 5.0, 200, task)
    assert better(-1.1, -1.0, 200, "regression")  # Poisson's loss may be below 0
    assert not better(0.1, 1.0, 1, "regression")  # one row says nothing


def test_ctrl_c_while_decays_are_tried_keeps_the_better_network_so_far(monkeypatch) -> None:
    import signal

    import numpy as np

    from chainrule.model import several, train

    real, calls = several.fit, []

    def pressed(*args, **more):
        calls.append(args[0].decay)
        if len(calls) == 2:  # Ctrl-C in the first moment of the second trial
            presses = iter([signal.SIGINT])  # once: a second one would be meant at once
            more["progress"] = lambda moment: [signal.raise_signal(press) for press in presses] and None
        return real(*args, **more)

    monkeypatch.setattr(several, "fit", pressed)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 3))
    data = {"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "y": np.sin(2 * x[:, 0]) + x[:, 1] * x[:, 2]}
    model = train(data, "y", engine="reference")
    assert len(calls) == 2, "neither the third decay nor a training after the trial was begun"
    assert model.stop.reason == "interrupted"
    assert model.plan.decay in calls and np.isfinite(model.weights).all()
    assert model.evaluate(data)["r2"] > 0.3
