"""A training repeated from a model's own record has the same bits; another table, another weight, a gap in the record is said."""

import dataclasses
import hashlib
from pathlib import Path

import numpy as np
import pytest

import chainrule
from chainrule.errors import ModelError
from chainrule.table import read_table
from chainrule.table.digest import content_digest

FAST = dict(hidden=(3,), epochs=4)


@pytest.fixture
def frame() -> dict[str, list]:
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 60))
    kind = [["p", "q", "r"][i % 3] for i in range(60)]
    return {"a": a.tolist(), "b": b.tolist(), "kind": kind, "y": (a - b).tolist(), "day": list(range(60))}


@pytest.fixture
def file(tmp_path: Path, frame) -> Path:
    rows = "\n".join(",".join(map(str, row)) for row in zip(*frame.values(), strict=True))
    (tmp_path / "d.csv").write_text(f"{','.join(frame)}\n{rows}\n", "utf-8")
    return tmp_path / "d.csv"


OWN = chainrule.Activation("mine", "s/(1 + abs(s))")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"hidden": (), "loss": "quantile:q=0.9", "schedule": "warm_up"},
        {"activation": OWN, "optimizer": chainrule.Optimizer.of("m = 0.9*m + g; w = w - lr*m"), "lr": 0.01},
        {"folds": 3},
        {"members": 3},
        {"preset": "classic", "epochs": 5},
        {"target": "kind", "class_weight": {"p": 2}},
        {"target": "y,b"},
        {"time": "day"},
        {"divide": "1-30/31-45/46-60"},
        {"groups": "kind", "fractions": (0.5, 0.25, 0.25), "drop": ["day"]},
        {"missing": ["-9"], "kinds": {"day": "category"}, "clip_norm": 1.0, "precision": "float64"},
    ],
    ids=lambda settings: "-".join(settings) or "plain",
)
def test_a_training_is_repeated_bit_for_bit_from_the_saved_model(file: Path, settings) -> None:
    settings = {**FAST, **settings}
    target = settings.pop("target", "y")
    model = chainrule.train(str(file), target, **settings)
    model.save(file.with_suffix(".chainrule"))
    found = chainrule.repeat(file.with_suffix(".chainrule"))
    assert found.equal and found.first is None and found.same == {"data": True}, str(found)


def test_what_a_training_chose_by_trying_is_not_tried_again_and_comes_out_the_same(file: Path) -> None:
    model = chainrule.train(str(file), "y", hidden=(3,), drop=["day"])
    assert "CR-1803" in [code for code, _ in model.facts["reasons"]]
    assert chainrule.repeat(model).equal


def test_frames_and_arrays_must_be_given_again(frame) -> None:
    weight = np.linspace(1, 2, 60)
    model = chainrule.train(frame, "y", weight=weight, **FAST)
    with pytest.raises(ModelError, match="`data`"):
        chainrule.repeat(model)
    with pytest.raises(ModelError, match="`weight`"):
        chainrule.repeat(model, frame)
    with pytest.raises(ModelError, match="`groups`"):
        chainrule.repeat(model, frame, weight=weight, groups=frame["kind"])
    found = chainrule.repeat(model, frame, weight=weight)
    assert found.equal and found.same == {"data": True}
    assert not chainrule.repeat(model, frame, weight=weight[::-1].copy()).equal


def test_another_table_is_named_beside_where_the_weights_first_differ(file: Path) -> None:
    model = chainrule.train(str(file), "y", **FAST)
    file.write_text(file.read_text("utf-8").replace("p,", "q,", 1), "utf-8")
    found = chainrule.repeat(model)
    assert found.same == {"data": False} and not found.equal and found.differ > 0
    assert "SHA-256 differs" in str(found) and found.first is not None and found.first[0] in str(found)


def test_one_changed_bit_is_found_where_it_is(file: Path) -> None:
    model = chainrule.train(str(file), "y", **FAST)
    weights = model.weights.copy()
    at = model.plan.views[1].offset + 2  # b1[3]
    weights[at] = np.nextafter(weights[at], np.float32(9))
    found = chainrule.repeat(dataclasses.replace(model, weights=weights))
    assert (found.equal, found.differ) == (False, 1)
    assert found.first == ("b1[3]", float(weights[at]), float(model.weights[at]))
    assert found.largest == abs(found.first[1] - found.first[2])


def test_a_frame_after_a_file_is_trained_on_but_not_called_the_same(file: Path) -> None:
    model = chainrule.train(str(file), "y", **FAST)
    found = chainrule.repeat(model, read_table(str(file)))
    assert found.equal and found.same == {"data": None}


def test_files_are_told_by_their_bytes_and_frames_by_their_content(file: Path, frame) -> None:
    model = chainrule.train(str(file), "y", validation=str(file), **FAST)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert model.facts["sha256"] == {"data": [digest], "validation": [digest]}
    assert chainrule.repeat(model).same == {"data": True, "validation": True}
    before = content_digest(read_table(frame))
    assert content_digest(read_table({k: list(v) for k, v in frame.items()})) == before
    for name, value in (("a", 0.5), ("kind", "q"), ("kind", None), ("day", 7)):
        changed = {k: list(v) for k, v in frame.items()}
        changed[name][3] = value
        assert content_digest(read_table(changed)) != before
    assert content_digest(read_table({("z" if k == "a" else k): v for k, v in frame.items()})) != before


def test_an_estimators_model_is_repeated_from_its_table(frame) -> None:
    x = np.column_stack([frame["a"], frame["b"]])
    fitted = chainrule.TabularRegressor(hidden=(3,), epochs=4).fit(x, frame["y"])
    table = {**{str(name): x[:, i] for i, name in enumerate(["x1", "x2"])}, fitted.model_.target: frame["y"]}
    assert chainrule.repeat(fitted, table).equal


def test_a_record_of_another_version_and_none_at_all_are_refused(file: Path) -> None:
    model = chainrule.train(str(file), "y", **FAST)
    more = dataclasses.replace(
        model, facts={**model.facts, "program": {**model.facts["program"], "magic": 1}}
    )
    with pytest.raises(ModelError, match="magic"):
        chainrule.repeat(more)
    with pytest.raises(ModelError, match="no training"):
        chainrule.repeat(dataclasses.replace(model, facts={**model.facts, "program": {}}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"sha256": {"data": "abc"}}, {"sha256": {"data": []}}, {"sha256": {"rows": "0" * 64}}, {"sha256": []},
        {"versions": {"python": 3}}, {"versions": {"perl": "5"}},
    ],
    ids=str,
)  # fmt: skip
def test_a_file_whose_record_of_the_table_is_damaged_is_refused(file: Path, wrong) -> None:
    model = chainrule.train(str(file), "y", **FAST)
    dataclasses.replace(model, facts={**model.facts, **wrong}).save(file.with_suffix(".m"))
    with pytest.raises(ModelError, match="CR-1831"):
        chainrule.load(file.with_suffix(".m"))
