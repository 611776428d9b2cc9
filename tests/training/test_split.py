"""The three parts: every row in one of them, strata in proportion, the same on every machine, or a sentence."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chainrule.batches import draws
from chainrule.batches.split import check_classes, split, split_by_column
from chainrule.errors import BatchError

SHARES = st.sampled_from(
    [
        (0.7, 0.15, 0.15),
        (0.5, 0.25, 0.25),
        (0.8, 0.2, 0.0),
        (0.9, 0.0, 0.1),
        (1.0, 0.0, 0.0),
        (0.34, 0.33, 0.33),
        (0.02, 0.49, 0.49),
    ]
)


@given(st.integers(3, 400), SHARES, st.integers(0, 2**64 - 1), st.integers(1, 12))
@settings(max_examples=150, deadline=None)
def test_every_row_is_in_exactly_one_part_and_no_wanted_part_is_empty(rows, shares, seed, kinds):
    classes = np.arange(rows) * 7919 % kinds
    for given_strata in ({}, {"classes": classes}, {"numbers": np.sin(np.arange(rows))}):
        parts = split(rows, seed=seed, fractions=shares, **given_strata)
        together = np.concatenate([parts.train, parts.validation, parts.test])
        assert sorted(together.tolist()) == list(range(rows))
        for name, share in zip(("train", "validation", "test"), shares, strict=True):
            part = getattr(parts, name)
            assert bool(len(part)) == bool(share)
            assert (np.diff(part) > 0).all()


@given(st.lists(st.integers(1, 60), min_size=2, max_size=6), st.integers(0, 1000))
@settings(max_examples=100, deadline=None)
def test_each_class_is_in_each_part_from_three_rows_on_and_rarer_ones_stay_in_train(sizes, seed):
    assume(max(sizes) >= 3)
    classes = np.repeat(np.arange(len(sizes)), sizes)
    parts = split(len(classes), seed=seed, classes=classes)
    for k, size in enumerate(sizes):
        counts = [int((classes[getattr(parts, name)] == k).sum()) for name in ("train", "validation", "test")]
        assert min(counts) >= 1 if size >= 3 else counts == [size, 0, 0]


@pytest.mark.parametrize("kind", ["classes", "numbers"])
def test_strata_are_cut_in_proportion(kind):
    """Rounding moves a stratum's part by at most one row from its share; large strata are next to exact."""
    rows = 2000
    values = (
        np.repeat([0, 1, 2, 3], [1000, 600, 300, 100])
        if kind == "classes"
        else np.exp(np.sin(np.arange(rows)) * 3)
    )
    strata = values if kind == "classes" else np.argsort(np.argsort(values)) * 10 // rows
    parts = split(rows, seed=5, **{kind: values})
    for name, share in (("train", 0.7), ("validation", 0.15), ("test", 0.15)):
        for k in np.unique(strata):
            size = int((strata == k).sum())
            # train gets what the two others leave, so both their roundings
            assert abs(int((strata[getattr(parts, name)] == k).sum()) - share * size) <= (
                2 if name == "train" else 1
            )


def test_the_split_is_the_keyed_permutation_and_nothing_else():
    """Without strata the first rows of the drawn order are the validation part, the next the test part."""
    order = draws.order(20, 9, 0, 0, draws.SPLIT)
    parts = split(20, seed=9, fractions=(0.5, 0.25, 0.25))
    assert parts.validation.tolist() == sorted(order[:5].tolist())
    assert parts.test.tolist() == sorted(order[5:10].tolist())


def test_another_seed_draws_other_rows():
    assert split(100, seed=1).test.tolist() != split(100, seed=2).test.tolist()


@pytest.mark.parametrize(
    "words",
    [
        ("train", "validation", "test"),
        ("Training", " VAL ", "holdout"),
        ("训练", "验证", "测试"),
        ("训练集", "验证集", "测试集"),
        (0, 1, 2),
        (0.0, 1.0, 2.0),
        ("0", "1", "2"),
    ],
)
def test_a_column_names_the_parts(words):
    parts = split_by_column([words[i] for i in (0, 1, 2, 0, 0, 1)], "part")
    assert (parts.train.tolist(), parts.validation.tolist(), parts.test.tolist()) == ([0, 3, 4], [1, 5], [2])


@pytest.mark.parametrize(
    ("labels", "code", "part"),
    [
        (
            ["train", "tset"],
            "CR-1212",
            'Row 2: the column "part" names the part of each row, and "tset" is none',
        ),
        (["train", None], "CR-1212", "Row 2"),
        (["train", float("nan")], "CR-1212", "Row 2"),
        ([0.0, 3.0], "CR-1212", '"3.0" is none'),
        (["test", "val"], "CR-1213", "no row for training"),
        (
            ["male", "female", "male"],
            "CR-1221",
            'does not look like a column of parts: it holds "male", "female"',
        ),
        (
            [2, 1, 2, 1],
            "CR-1221",
            'it holds "2", "1". Such a column says in each row train, validation or test',
        ),
        ([0.5, 1.0, 2.0, 3.5, 4.0, 5.0], "CR-1221", '"0.5", "1.0", "2.0", …'),
    ],
)
def test_a_word_that_names_no_part_is_refused_with_its_row(labels, code, part):
    with pytest.raises(BatchError) as error:
        split_by_column(labels, "part")
    assert error.value.code == code
    assert part in str(error.value)


@pytest.mark.parametrize(
    "fractions",
    [
        (0.7, 0.3),
        (0.7, 0.2, 0.2),
        (1.1, -0.1, 0.0),
        (0.0, 0.5, 0.5),
        0.7,
        ("a", 0, 1),
        (float("nan"), 0.5, 0.5),
        None,
    ],
)
def test_fractions_that_are_none_are_refused(fractions):
    with pytest.raises(BatchError, match="CR-1210"):
        split(10, fractions=fractions)


def test_fewer_rows_than_parts_are_refused():
    with pytest.raises(BatchError, match=r"2 row\(s\) cannot be cut into 3 parts"):
        split(2)
    with pytest.raises(BatchError, match="CR-1211"):
        split(0, fractions=(1.0, 0.0, 0.0))


def test_a_class_the_training_part_lacks_is_refused_by_name():
    classes = np.array([0, 0, 1, 2])
    parts = split_by_column(["train", "train", "val", "train"], "part")
    with pytest.raises(BatchError, match="The class b has rows in the validation part"):
        check_classes(classes, parts, ["a", "b", "c"])


def test_a_part_is_called_by_its_name_in_the_language_of_the_reader():
    from chainrule.batches.split import Split, check_classes
    from chainrule.messages import set_language

    parts = Split(np.array([0, 1]), np.array([2]), np.array([3]))
    with pytest.raises(BatchError, match="CR-1214") as error:
        check_classes(np.array([0, 0, 0, 1]), parts, ["u", "v"])
    assert "rows in the test part" in str(error.value)
    set_language("zh")
    try:
        assert "类别 v 出现在测试部分" in str(error.value)
    finally:
        set_language("en")
