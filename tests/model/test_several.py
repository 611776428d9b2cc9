"""An average of several networks is what it says: its scores, its folds, its file, its one network side by side."""

import os

import numpy as np
import pytest
from model_tables import QUICK, TARGETS, table

import chainrule
from chainrule.batches.folds import folds
from chainrule.engine.reference import Reference
from chainrule.errors import ChainruleError
from chainrule.model.average import scoring
from chainrule.model.cutting import cut_rows
from chainrule.model.model import outputs
from chainrule.model.several import held_out
from chainrule.table import read_table

STRONG = {**QUICK, "preset": "strong", "epochs": 4, "hidden": (5, 4)}


@pytest.fixture(scope="module", params=TARGETS)
def average(request):
    target = TARGETS[request.param]
    return chainrule.train(table(target), target, pieces=3, **STRONG)


def encoded(model):
    from chainrule.batches.source import Source

    found = model.encoding.apply(read_table(table(model.target)))
    return Source(found.x, found.t, found.codes)


def test_the_answer_is_the_mean_of_the_scores_through_the_last_activation(average):
    """Against the reference engine, in float64; a float32 sum of some 30 products of size 1 is right to 30 · 2⁻²⁴."""
    source = encoded(average)
    plan = scoring(average.plan)
    s = np.mean(
        [
            outputs(Reference(), plan.only(m), w[None].astype(float), source)[0]
            for m, w in enumerate(average.weights)
        ],
        axis=0,
    )
    if average.task == "binary":
        s = 1 / (1 + np.exp(-s))
    elif average.task == "multiclass":
        s = np.exp(s - s.max(axis=1, keepdims=True))
        s /= s.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(average.outputs(source), s, rtol=0, atol=64 * 2**-24 * (1 + np.abs(s).max()))


def test_side_by_side_is_one_network_with_the_same_answers(average):
    single, source = average.single, encoded(average)
    assert single.members == 1 and single.single is single
    assert single.plan.name == f"{average.plan.inputs}-25-20-{average.plan.targets}"
    y = average.outputs(source)
    np.testing.assert_allclose(single.outputs(source), y, rtol=0, atol=64 * 2**-24 * (1 + np.abs(y).max()))


def test_no_hidden_layer_can_be_averaged_too():
    model = chainrule.train(table("y"), "y", preset="strong", hidden=(), epochs=3)
    source = encoded(model)
    np.testing.assert_allclose(
        model.single.outputs(source), model.outputs(source), rtol=0, atol=64 * 2**-24 * 3
    )


def test_an_average_is_explained_as_the_one_network_it_is(average):
    from chainrule.explain.equation import equation

    data = read_table(table(average.target))
    made = equation(average, data)
    assert made.checked.double < 1e-9 * (1 + made.checked.largest)
    assert any("average of 5 networks" in sentence for sentence in made.said)
    assert str(chainrule.explain_model(average, data, row=3)).count("s1") > 0


def test_validation_is_what_networks_say_of_rows_they_did_not_train_on():
    """The metric is computed anew from the folds; the training rows' own error is another number."""
    data = table("y")
    model = chainrule.train(data, "y", **STRONG)
    read = read_table(data)
    cut = cut_rows(read, "y", "regression", None, (0.85, 0.0, 0.15), 0, False, False)
    rows = cut.train
    y = read["y"].values[rows]
    held = held_out(len(rows), 5, 0, y, None)
    assert sorted(np.concatenate(held)) == list(range(len(rows)))
    said = np.empty(len(rows))
    source, plan = encoded(model).take(rows), scoring(model.plan)
    for m, fold in enumerate(held):
        w = model.engine.load(plan.only(m), model.weights[m : m + 1])
        said[fold] = model.encoding.decode(outputs(model.engine, plan.only(m), w, source.take(fold))[0])
    rmse = float(np.sqrt(np.mean((said - y) ** 2)))
    assert model.facts["metrics"]["validation"]["rmse"] == pytest.approx(rmse, rel=1e-6)
    assert model.facts["rows"] == {"train": len(rows), "validation": len(rows), "test": len(cut.test)}


def test_folds_keep_groups_together_and_classes_apart():
    g = np.random.default_rng(0)
    groups = g.integers(0, 23, 400)
    fold = folds(400, 5, groups=groups)
    assert all(len(np.unique(fold[groups == k])) == 1 for k in range(23))
    assert np.bincount(fold).min() > 400 / 5 - max(np.bincount(groups))
    classes = g.integers(0, 3, 400)
    fold = folds(400, 5, order=classes)
    for k in range(3):
        counts = np.bincount(fold[classes == k], minlength=5)
        assert counts.max() - counts.min() <= 1
    with pytest.raises(ChainruleError, match="CR-3100"):
        folds(3, 5)


@pytest.mark.parametrize("preset", ["plain", "strong"])
def test_groups_are_not_parted_by_any_part(preset):
    data = {**table("y"), "day": np.repeat([f"d{i}" for i in range(30)], 5)}
    model = chainrule.train(data, "y", groups="day", **{**STRONG, "preset": preset})
    assert "day" not in model.encoding.columns
    assert all(n % 5 == 0 and n > 0 for n in model.facts["rows"].values())
    assert "groups='day'" in model.script()


def test_a_row_of_weight_zero_is_no_row():
    data = table("y")
    weight = np.where(np.arange(150) % 3 == 0, 0.0, 1.0)
    with_zero = chainrule.train(data, "y", weight=weight, **STRONG)
    without = chainrule.train({k: v[weight > 0] for k, v in data.items()}, "y", **STRONG)
    np.testing.assert_array_equal(with_zero.weights, without.weights)


def test_a_row_of_weight_two_counts_as_two_rows():
    """Full batches in float64, nothing scaled: the same sums, but for the order of some 200 additions."""
    data = {k: v[:60] for k, v in table("y").items() if k not in ("b", "color")}
    settings = {"hidden": (4,), "epochs": 5, "batch": 0, "scale": "none", "target_scale": "none", "precision": "float64",
                "fractions": (1, 0, 0), "optimizer": "gd", "lr": 1e-6}  # fmt: skip
    weight = np.where(np.arange(60) < 20, 2.0, 1.0)
    weighted = chainrule.train({**data, "w": weight}, "y", weight="w", **settings)
    twice = chainrule.train({k: np.concatenate([v, v[:20]]) for k, v in data.items()}, "y", **settings)
    np.testing.assert_allclose(weighted.weights, twice.weights, rtol=1e-11, atol=1e-13)
    assert not np.allclose(weighted.weights, chainrule.train(data, "y", **settings).weights, rtol=1e-9)


class Killed(Exception):
    pass


@pytest.mark.parametrize("at", [2, 5, 7])
def test_resuming_after_a_kill_gives_the_bits_of_an_uninterrupted_training(tmp_path, at):
    """Killed in a trial or in a network of the winner: twelve trainings, two decays and pieces, all open."""
    from chainrule.model import choices

    path = str(tmp_path / "state")
    options = {"preset": "strong", "hidden": (4,), "batch": 64, "members": 3, "patience": 5}
    whole = chainrule.train(table("y"), "y", **options)

    def killed(moment):
        if moment.run == at:
            raise Killed

    with pytest.raises(Killed):
        chainrule.train(table("y"), "y", checkpoint=path, checkpoint_every=0.0, progress=killed, **options)
    assert os.path.exists(path)
    seen = []
    resumed = chainrule.train(
        table("y"),
        "y",
        checkpoint=path,
        resume=True,
        progress=lambda m: seen.append(m.run) and None,
        **options,
    )
    np.testing.assert_array_equal(resumed.weights, whole.weights)
    assert resumed.facts == whole.facts
    assert min(seen) == 1 and max(seen) >= 3 * len(choices.STRONG_TRIED)
    assert os.listdir(tmp_path) == ["state"], "the checkpoints of the other networks are taken away"


def test_the_program_of_an_average_trains_it_again_bit_for_bit(csv):
    path = csv("kind")
    model = chainrule.train(path, "kind", preset="strong", hidden=(4,), members=3)
    found = {}
    exec(model.script(), found)  # noqa: S102  # the program is our own
    np.testing.assert_array_equal(found["model"].weights, model.weights)


def test_a_file_of_an_average_comes_back_and_a_wrong_number_of_networks_is_refused(average, tmp_path):
    from safetensors import safe_open
    from safetensors.numpy import load_file, save_file

    path = tmp_path / "m.chainrule"
    average.save(path)
    again = chainrule.load(path)
    source = encoded(average)
    np.testing.assert_array_equal(again.outputs(source), average.outputs(source))
    with safe_open(path, "np") as file:
        about = file.metadata()
    tensors = load_file(path)
    tensors["w1"] = np.ascontiguousarray(tensors["w1"][:3])
    save_file(tensors, path, metadata=about)
    with pytest.raises(ChainruleError, match="CR-1831"):
        chainrule.load(path)


def test_a_preset_fills_what_is_left_open_and_nothing_else():
    classic = chainrule.train(table("y"), "y", preset="classic", epochs=3)
    assert classic.plan.name.split("-")[1] == "10" and classic.plan.layers[0].activation.name == "tanh"
    assert classic.plan.batch == 0 and classic.plan.optimizer.name == "irprop_minus"
    x = classic.encoding.apply(read_table(table("y"))).x
    assert np.abs(x[:, 0]).max() <= 1.5  # min-max of the training rows; the others may lie a little outside
    assert any("MATLAB" in reason for reason in classic.reasons)
    own = chainrule.train(table("y"), "y", preset="classic", epochs=3, hidden=(3,), activation="relu")
    assert own.plan.layers[0].units == 3 and own.plan.layers[0].activation.name == "relu"
    with pytest.raises(ChainruleError, match="CR-3101"):
        chainrule.train(table("y"), "y", preset="best")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"weight": np.ones(3)}, "CR-3103"),
        ({"weight": "no such"}, "CR-1016"),
        ({"weight": -np.ones(150)}, "CR-3105"),
        ({"weight": np.zeros(150)}, "CR-3106"),
        ({"weight": ["a"] * 150}, "CR-3103"),
        ({"groups": ["a"] * 149 + ["b"]}, "CR-3104"),
        ({"groups": "y"}, "CR-4713"),
        ({"weight": "a", "drop": "a"}, "CR-1819"),
        ({"members": 0}, "CR-1401"),
        ({"members": 2.5}, "CR-1401"),
        ({"members": "many"}, "CR-1401"),
        ({"pieces": -1}, "CR-1401"),
    ],
)
def test_nonsense_is_refused(given, code):
    with pytest.raises(ChainruleError, match=code):
        chainrule.train(table("y"), "y", **{**QUICK, **given})
