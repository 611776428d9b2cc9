"""Choosing the hidden size: as many trainings as it says, the rule of one standard error, rules of thumb judged."""

import json
import re

import numpy as np
import pytest

import chainrule
from chainrule.cli import main
from chainrule.errors import ChainruleError
from chainrule.model.size import Sizes


@pytest.fixture(scope="module")
def frame():
    """One tanh unit makes the target: a larger hidden layer has nothing left to find but noise."""
    rng = np.random.default_rng(1)
    x = rng.uniform(-1, 1, (120, 2))
    return {"a": x[:, 0], "b": x[:, 1], "y": np.tanh(3 * x[:, 0] - 2 * x[:, 1]) + 0.02 * rng.normal(size=120)}


@pytest.fixture(scope="module")
def found(frame):
    return chainrule.size(frame, "y", hidden=(1, 2, 6), starts=2, folds=3, epochs=150, threads=2)


def test_every_size_start_and_fold_is_trained_and_measured(found):
    assert found.train.shape == found.validation.shape == (3, 3, 2)
    assert found.parameters == (2 + 1 + 1 + 1, 2 * 2 + 2 + 2 + 1, 2 * 6 + 6 + 6 + 1)
    assert len(np.unique(found.validation)) == 18  # no training is another one's


def test_the_smallest_layer_that_will_do_is_recommended_where_the_table_asks_for_no_more(found):
    assert found.recommended == 1


def made(means, spread):
    """Sizes 2, 4, 8 with these means and, over three folds, this standard deviation."""
    values = np.array(means)[:, None, None] + spread * np.array([-1.0, 0.0, 1.0])[None, :, None]
    return Sizes("y", "regression", "rmse", 100, 3, 1, (2, 4, 8), (11, 21, 41), values, values)


def test_recommended_is_the_smallest_within_one_standard_error_of_the_lowest():
    assert made([1.30, 1.05, 1.0], 0.1).error == pytest.approx([0.1 / np.sqrt(3)] * 3, rel=1e-12)
    assert made([1.30, 1.05, 1.0], 0.1).recommended == 4  # 1.05 ≤ 1 + 0.0577
    assert made([1.30, 1.06, 1.0], 0.1).recommended == 8
    assert made([1.00, 1.00, 1.0], 0.1).recommended == 2


def test_rules_of_thumb_are_what_they_say_and_are_judged():
    sizes = made([1.30, 1.05, 1.0], 0.1)
    assert sizes.thumbs == {"√(d+l)+a": (3, 12), "2d+1": (7,)}
    holds, missing = sizes.judged()
    assert "holds" in holds and "not among" in missing
    assert "misses" in made([1.0, 2.0, 2.0], 0.1).judged()[0]


def test_any_number_of_threads_and_any_company_of_sizes_give_the_same_bits(frame, found):
    again = chainrule.size(frame, "y", hidden=(2, 6), starts=2, folds=3, epochs=150, threads=1)
    np.testing.assert_array_equal(again.validation, found.validation[1:])


def test_held_out_rows_never_reach_the_encoding(frame):
    """A huge value of an input in one row changes nothing for the fold that holds this row out but that fold's own error."""
    plain = chainrule.size(frame, "y", hidden=(1, 2), starts=1, folds=3, epochs=5)
    moved = {k: v.copy() for k, v in frame.items()}
    moved["a"][0] = 1e6
    other = chainrule.size(moved, "y", hidden=(1, 2), starts=1, folds=3, epochs=5)
    same = (plain.train == other.train).all(axis=(0, 2))
    assert same.sum() == 1


@pytest.mark.parametrize(
    ("settings", "code"),
    [({"hidden": (3,)}, "CR-3401"), ({"hidden": (0, 2)}, "CR-3401"), ({"hidden": "ab"}, "CR-3401"),
     ({"hidden": (2.5, 3)}, "CR-3401"), ({"folds": 100}, "CR-3402"), ({"folds": 1}, "CR-1401"), ({"starts": 0}, "CR-1401"),
     ({"drop": ["y"]}, "CR-1819")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(frame, settings, code):
    with pytest.raises(ChainruleError) as caught:
        chainrule.size(frame, "y", **settings)
    assert caught.value.code == code


def test_the_command_prints_a_page_writes_files_and_json(frame, tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text(
        "\n".join(
            [
                "a,b,y",
                *(
                    f"{float(a)},{float(b)},{float(y)}"
                    for a, b, y in zip(*map(list, frame.values()), strict=True)
                ),
            ]
        )
    )
    words = [
        "size",
        str(path),
        "--target",
        "y",
        "--hidden",
        "1..2",
        "--starts",
        "1",
        "--folds",
        "2",
        "--epochs",
        "5",
    ]
    assert main(words) == 0
    assert re.search(r"Take [12] hidden units", capsys.readouterr().out)
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [row["hidden"] for row in told["sizes"]] == [1, 2] and told["measure"] == "rmse"
    for ending, start in ((".html", "<!doctype html>"), (".svg", "<svg")):
        out = tmp_path / f"p{ending}"
        assert main([*words, "--out", str(out)]) == 0
        assert out.read_text("utf-8").lower().startswith(start)
    assert main(["--lang", "zh", *words]) == 0
    assert "隐层单元" in capsys.readouterr().out
    assert main([*words[:5], "3", *words[6:]]) == 2
