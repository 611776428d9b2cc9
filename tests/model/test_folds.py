"""A small table is tested by folds: every row by networks that had not seen it, the kept network trained on all rows."""

import numpy as np
import pytest
from model_tables import table

import chainrule
from chainrule.errors import ChainruleError
from chainrule.model.cross import FOLDS, LIMIT, REPEATS, _apart, _cuts
from chainrule.model.evidence import evidence
from chainrule.table import read_table

SMALL = {"hidden": (4,), "epochs": 4, "batch": 32, "decay": 0.1}


@pytest.mark.parametrize("target", ["y", "kind"])
def test_the_test_metrics_are_means_and_deviations_over_trainings_without_each_fold(target: str) -> None:
    """Every number is found again by training on each fold's other rows alone."""
    frame = table(target)
    model = chainrule.train(frame, target, folds=3, repeats=2, **SMALL)
    known = read_table(frame)
    by = known[target].values if target == "y" else known[target].factor()[1]
    cuts = _cuts(3, 2, np.asarray(by), None, 0, model.task, known[target])
    alone = [chainrule.train(frame, target, divide=cut, **SMALL) for cut in cuts]
    facts, main = model.facts, model.facts["primary"]
    assert facts["folds"]["values"] == [one.facts["metrics"]["test"][main] for one in alone]
    for name, value in facts["metrics"]["test"].items():
        each = [one.facts["metrics"]["test"][name] for one in alone]
        if None in each:
            assert value is None
            continue
        assert value == pytest.approx(np.mean(each), rel=1e-12)
        assert facts["folds"]["sd"][name] == pytest.approx(np.std(each, ddof=1), rel=1e-12)
    linear = [one.facts["baselines"]["linear"][main] for one in alone]
    assert facts["baselines"]["linear"][main] == pytest.approx(np.mean(linear), rel=1e-12)
    assert facts["rows"]["test"] == 150 and facts["rows"]["train"] + facts["rows"]["validation"] == 150
    for repeat in range(2):  # each row is tested once in each repeat
        rows = np.concatenate([cut.test for cut in cuts[3 * repeat : 3 * (repeat + 1)]])
        assert sorted(rows) == list(range(150))
    assert model.crossed is not None
    for cut, one in zip(cuts[:3], alone, strict=False):
        said = one.predict(known.take(cut.test))
        names = [target] if target == "y" else [f"{target}={label}" for label in model.encoding.labels]
        np.testing.assert_array_equal(
            model.crossed[cut.test], np.column_stack([said[n].values for n in names])
        )
    everything = _apart(np.arange(150), np.arange(0), np.asarray(by), None, 0, model.task)
    np.testing.assert_array_equal(
        model.weights, chainrule.train(frame, target, divide=everything, **SMALL).weights
    )


def test_there_are_no_folds_where_rows_are_many_or_their_parts_are_given(tmp_path) -> None:
    frame = table("y", LIMIT)
    below = chainrule.train(table("y", LIMIT - 1), "y", **SMALL).facts["folds"]
    assert (below["folds"], below["repeats"], len(below["values"])) == (FOLDS, REPEATS, 15) == (5, 3, 15)
    assert "folds" not in chainrule.train(frame, "y", **SMALL).facts
    small = table("y", 60)
    given = [{"folds": 0}, {"divide": "block"}, {"fractions": (0.6, 0.2, 0.2)}, {"test": table("y", 20)},
             {"members": 2}, {"checkpoint": tmp_path / "c"}]  # fmt: skip
    for settings in given:
        assert "folds" not in chainrule.train(small, "y", **SMALL, **settings).facts, settings
    with pytest.raises(ChainruleError, match="CR-3367"):
        chainrule.train(frame, "y", repeats=3, **SMALL)
    with pytest.raises(ChainruleError, match="CR-3374"):
        chainrule.train(small, "y", folds=3, divide="block", **SMALL)
    with pytest.raises(ChainruleError, match="CR-1401"):
        chainrule.train(small, "y", folds=True, **SMALL)
    assert chainrule.train(small, "y", repeats=2, **SMALL).facts["folds"]["repeats"] == 2


def test_a_class_too_rare_for_folds_leaves_the_usual_parts_and_is_said() -> None:
    frame = table("kind", 60)
    frame["kind"] = ["rare"] + ["often" if k % 2 else "common" for k in range(59)]
    model = chainrule.train(frame, "kind", **SMALL)
    assert "folds" not in model.facts
    assert any("Not tested by folds" in note and "rare" in note for note in model.notes), model.notes


def test_an_interruption_in_the_folds_leaves_the_whole_network_and_says_how_many_were_done() -> None:
    frame, seen = table("y", 80), []

    def after_three(now) -> bool:
        seen.append((now.run, now.runs))
        return now.run > 4

    whole = chainrule.train(frame, "y", folds=5, **SMALL)
    model = chainrule.train(frame, "y", folds=5, progress=after_three, **SMALL)
    np.testing.assert_array_equal(model.weights, whole.weights)
    assert seen[0] == (1, 6) and model.stop.reason != "interrupted"
    assert model.facts["folds"]["values"] == whole.facts["folds"]["values"][:3] and model.crossed is None
    assert "the first 3 of 5 trainings" in model.report().replace("\n", " ")
    ended = chainrule.train(frame, "y", folds=5, progress=lambda now: True, **SMALL)
    assert ended.stop.reason == "interrupted" and ended.facts["metrics"]["test"] is None


def test_a_file_keeps_what_the_folds_answered_and_a_changed_one_is_refused(tmp_path) -> None:
    from chainrule.model import file
    from chainrule.training import store

    model = chainrule.train(table("y", 60), "y", folds=3, **SMALL)
    model.save(tmp_path / "m")
    again = chainrule.load(tmp_path / "m")
    np.testing.assert_array_equal(again.crossed, model.crossed)
    assert again.report() == model.report()
    state, tensors = store.read(tmp_path / "m", file.KIND, file.VERSION)
    for spoilt in (
        tensors[file.CROSSED][:-1],
        tensors[file.CROSSED] * np.nan,
        tensors[file.CROSSED].astype("f4"),
    ):
        with pytest.raises(store.Refused):
            file.assembled(state, {**tensors, file.CROSSED: spoilt})
    for key, value in (("values", ["x"]), ("runs", 0), ("linear", []), ("baselines", {"constant": {}})):
        folds = {**state["facts"]["folds"], key: value}
        with pytest.raises(store.Refused):
            file.assembled({**state, "facts": {**state["facts"], "folds": folds}}, tensors)


def test_the_report_judges_every_row_by_the_network_without_it() -> None:
    frame = table("y", 90)
    model = chainrule.train(frame, "y", folds=3, repeats=2, **SMALL)
    found = evidence(model, frame, importance=False)
    assert found.same and [p.part for p in found.parts] == ["train", "validation", "folds"]
    np.testing.assert_array_equal(found.judged[0].y, model.crossed[:, 0])
    assert found.judged[0].count == 90 and found.held_out == found.judged
    text = " ".join(model.report_page(frame).text().split())
    assert "mean ± standard deviation over 6 trainings (3 folds, 2 times)" in text
    assert "all rows, by folds" in text and "in one of 3 folds, 2 times over" in text
    mean, sd = model.facts["metrics"]["test"]["rmse"], model.facts["folds"]["sd"]["rmse"]
    assert f"{mean:.4g} ± {sd:.2g}" in text


def test_notes_are_said_in_the_language_of_the_reader() -> None:
    from chainrule.messages import set_language

    frame = table("y", 60)
    frame["y"] = np.where(np.arange(60) % 10 == 0, np.nan, frame["y"])
    model = chainrule.train(frame, "y", **SMALL)
    assert any("without a value in the target" in note for note in model.notes)
    set_language("zh")
    try:
        assert any("缺少目标值" in note for note in model.notes)
        assert not any(note.isascii() for note in model.notes), model.notes
    finally:
        set_language("en")
