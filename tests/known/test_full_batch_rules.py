"""Update rules that compare one step with the next: they learn, take back what made it worse, and say what they need."""

import numpy as np
import pytest

from chainrule.batches.source import Source
from chainrule.batches.start import start
from chainrule.engine.contract import TrainingState, Until
from chainrule.errors import ChainruleError
from chainrule.plan import make_plan
from chainrule.rules.optimizers import OPTIMIZERS, Optimizer
from chainrule.training.loop import fit
from chainrule.training.stopping import Stopping

X = np.random.default_rng(0).uniform(-1, 1, (60, 2))
DATA = Source(X, np.sin(3 * X[:, :1]) * X[:, 1:])


def run(engine, optimizer, epochs, lr=None, **settings):
    plan = make_plan(2, 1, (8,), optimizer=optimizer, lr=lr, precision=engine.precision, seed=3, **settings)
    return engine.engine.run(plan, TrainingState.begin(plan, start(plan)), DATA, None, Until(epochs))


@pytest.mark.parametrize("name", [name for name, row in OPTIMIZERS.items() if row.whole])
def test_rules_for_all_rows_at_once_learn(engine, name):
    losses = run(engine, name, 150).train[0]
    assert losses[-1] < 0.6 * losses[0]


def test_which_rules_want_all_rows_is_read_off_their_text():
    assert {name for name, row in OPTIMIZERS.items() if row.whole} == {
        "irprop_minus", "rprop_minus", "rprop_plus", "quickprop", "gda", "gdx",
    }  # fmt: skip
    assert Optimizer.of("w = w - lr*g/E").whole and not Optimizer.of("m = 0.9*m + g; w = w - lr*m").whole


@pytest.mark.parametrize("name", ["gda", "gdx"])
def test_adaptive_descent_takes_back_a_step_that_made_the_loss_4_percent_worse(engine, name):
    """From a rate that is far too high it comes down by itself; plain descent with that rate does not."""
    losses = run(engine, name, 60, lr=30.0).train[0]
    assert losses[-1] < losses[0] and (losses[1:] > 1.04 * losses[0]).any()
    accepted = [losses[0]]
    for loss in losses[1:]:
        if loss <= 1.04 * accepted[-1]:
            accepted.append(loss)
    assert len(accepted) > 20 and accepted[-1] < accepted[0]


def test_the_loss_a_rule_reads_is_the_step_loss_people_see(engine):
    """w = w − lr·E: the sum of all losses so far, in the plan's own reduction and without penalty."""
    for rows in ("mean", "sum"):
        plan = make_plan(2, 1, bias=False, optimizer=Optimizer("sum", ("w = w - lr*E",)), lr=2.0**-10, l2=0.5,
                         reduce_rows=rows, precision=engine.precision, members=2)  # fmt: skip
        state = engine.engine.run(plan, TrainingState.begin(plan, start(plan)), DATA, None, Until(7))
        wanted = start(plan)[:, :1] - 2.0**-10 * state.train.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(np.asarray(state.w, float)[:, :1], wanted, rtol=200 * engine.u)


def test_a_step_is_refused_for_training_with_its_reason():
    from chainrule.engine.native import Native

    plan = make_plan(2, 1, (4,), activation="hardlim")
    with pytest.raises(ChainruleError, match="slope is 0 everywhere") as caught:
        fit(plan, start(plan), DATA, engine=Native(), stopping=Stopping(3))
    assert (caught.value.code, caught.value.values["layer"]) == ("CR-1690", 1)
