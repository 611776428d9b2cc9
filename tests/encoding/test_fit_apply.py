"""Columns become numbers by the training rows alone, and outputs become the user's units again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import datasets
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

from chainrule.encoding import Affine, Encoding, Impute
from chainrule.encoding.scaling import spread_of
from chainrule.table import read_table

PEERS = {"standard": StandardScaler(), "minmax": MinMaxScaler((-1, 1)), "robust": RobustScaler()}


def mixed(n=60, seed=0):
    rng = np.random.default_rng(seed)
    number = rng.normal(5, 3, n)
    number[::7] = np.nan
    return {
        "number": number,
        "whole": rng.integers(0, 9, n),
        "word": [None if i % 11 == 3 else "abc"[i % 3] for i in range(n)],
        "flag": [("yes", "no")[i % 2] for i in range(n)],
        "y": rng.normal(100, 20, n),
        "class": [("low", "mid", "high")[i % 3] for i in range(n)],
    }


@pytest.mark.parametrize("scale", PEERS)
def test_scaling_agrees_with_scikit_learn(scale):
    data = datasets.load_diabetes()
    train = np.arange(0, 442, 2)
    table = read_table(data["data"])
    encoding = Encoding.fit(table, None, rows=train, scale=scale, dtype="float64")
    expected = PEERS[scale].fit(data["data"][train]).transform(data["data"])
    np.testing.assert_allclose(encoding.apply(table).x, expected, rtol=1e-12, atol=1e-12)


def test_no_scale_leaves_numbers_as_they_are():
    table = read_table({"a": [1.0, 2, 5], "b": [3.0, 4, 4]})
    np.testing.assert_array_equal(
        Encoding.fit(table, None, scale="none").apply(table).x, [[1, 3], [2, 4], [5, 4]]
    )


def test_robust_scaling_falls_back_where_the_middle_half_is_one_value():
    values = np.array([0.0] * 18 + [10, 20])
    encoding = Encoding.fit(read_table({"a": values}), None, scale="robust", dtype="float64")
    x = encoding.apply(read_table({"a": values})).x[:, 0]
    np.testing.assert_allclose(x, values / values.std(), rtol=1e-12)
    assert any("standard deviation" in note for note in encoding.notes)


MAGNITUDES = [1e-320, 1e-300, 1e-160, 1.0, 1e160, 9e298]


@pytest.mark.parametrize("scale", PEERS)
@pytest.mark.parametrize("size", MAGNITUDES)
def test_values_of_any_size_are_scaled_without_overflow(scale, size):
    values = np.array([-1.0, -0.5, 0.25, 0.5, 0.75, 1.0]) * size
    x = Encoding.fit(read_table({"a": values}), None, scale=scale).apply(read_table({"a": values})).x[:, 0]
    assert np.isfinite(x).all() and (np.diff(x) >= 0).all()
    if size > 1e-307:  # below, float64 itself has no digits left
        plain = np.array([-1.0, -0.5, 0.25, 0.5, 0.75, 1.0])
        center, spread = spread_of(plain, scale)
        np.testing.assert_allclose(x, (plain - center) / spread, rtol=1e-5)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.floats(-9e299, 9e299), min_size=2, max_size=12), st.sampled_from([*PEERS, "none"]))
def test_any_numbers_give_a_usable_scale(values, scale):
    found = spread_of(np.array(values), scale)
    if min(values) == max(values):
        assert found is None
    else:
        assert found is not None and np.isfinite(found).all() and found[1] > 0
        scaled = Affine(*found).apply(np.array(values))
        assert np.isfinite(scaled).all()
        if scale == "minmax":
            assert np.abs(scaled).max() <= 1 + 1e-9


def test_a_large_offset_costs_no_digits():
    values = 1e15 + np.array([0.0, 1, 2, 3])
    x = (
        Encoding.fit(read_table({"a": values}), None, dtype="float64")
        .apply(read_table({"a": values}))
        .x[:, 0]
    )
    np.testing.assert_allclose(x, (np.arange(4) - 1.5) / np.arange(4).std(), rtol=1e-12)


def test_missing_numbers_take_the_training_median_and_a_flag():
    table = read_table({"a": [1.0, None, 3.0, 8.0, None], "b": [1.0, 2, 3, 4, 5]})
    encoding = Encoding.fit(table, None, rows=[0, 1, 2, 3], scale="none")
    assert encoding.x_names == ("a", "a is missing", "b")
    encoded = encoding.apply(table)
    np.testing.assert_array_equal(encoded.x[:, 0], [1, 3, 3, 8, 3])
    np.testing.assert_array_equal(encoded.x[:, 1], [0, 1, 0, 0, 1])
    assert any("1 of 4" in note and "3.0" in note for note in encoding.notes)
    assert encoded.notes == ()


def test_numbers_first_missing_at_prediction_are_filled_and_said():
    train, later = read_table({"a": [1.0, 2, 6]}), read_table({"a": [None, 2.0, None]}, kinds={"a": "number"})
    encoding = Encoding.fit(train, None, scale="none")
    encoded = encoding.apply(later)
    np.testing.assert_array_equal(encoded.x[:, 0], [2, 2, 2])
    assert len(encoded.notes) == 1 and '"a"' in encoded.notes[0] and "2 rows" in encoded.notes[0]


def test_a_column_present_only_where_constant_keeps_its_flag():
    table = read_table({"a": [7.0, None, 7.0, None], "b": [1.0, 2, 3, 4]})
    encoding = Encoding.fit(table, None, scale="none")
    assert encoding.x_names == ("a is missing", "b")
    np.testing.assert_array_equal(encoding.apply(table).x[:, 0], [0, 1, 0, 1])


def test_yes_no_is_minus_one_and_one_and_missing_between():
    table = read_table({"a": ["yes", "no", None, "yes"], "b": [True, False, True, True]})
    encoding = Encoding.fit(table, None)
    assert encoding.x_names == ("a", "a is missing", "b") and encoding.levels == ()
    np.testing.assert_array_equal(encoding.apply(table).x, [[1, 0, 1], [-1, 0, -1], [0, 1, 1], [1, 0, 1]])
    assert any("-1" in n and '"yes"' in n for n in encoding.notes)
    strange = encoding.apply(read_table({"a": ["maybe", "no"], "b": [True, None]}))
    np.testing.assert_array_equal(strange.x, [[0, 1, 1], [-1, 0, 0]])
    assert any('"maybe"' in n for n in strange.notes) and any('"b"' in n for n in strange.notes)


def test_categories_are_codes_in_sorted_order_with_a_level_for_missing():
    table = read_table({"c": ["b", "a", None, "b"], "n": [1.0, 2, 3, 4]})
    encoding = Encoding.fit(table, None)
    encoded = encoding.apply(table)
    assert encoded.codes.dtype == np.int32 and encoded.codes.flags.c_contiguous
    assert encoded.codes[:, 0].tolist() == [1, 0, 2, 1]
    assert encoding.levels == (3,) and encoding.inputs == 4 and encoding.numeric == 1
    assert encoding.feature_names == ("n", "c=a", "c=b", "c is missing")


def test_labels_never_seen_contribute_nothing_and_are_counted():
    encoding = Encoding.fit(read_table({"c": ["a", "b", "a"]}), None)
    encoded = encoding.apply(read_table({"c": ["b", "z", "q", None]}))
    assert encoded.codes[:, 0].tolist() == [1, -1, -1, -1]
    assert any("2 rows" in n and '"z"' in n for n in encoded.notes) and any(
        "1 rows" in n for n in encoded.notes
    )


def test_rare_labels_share_a_level_that_new_labels_use():
    words = ["a"] * 40 + ["b"] * 40 + ["r1", "r2", "r3"]
    encoding = Encoding.fit(read_table({"c": words}), None)
    assert encoding.feature_names == ("c=a", "c=b", "c=other")
    assert encoding.apply(read_table({"c": ["a", "r2", "new", "b"]})).codes[:, 0].tolist() == [0, 2, 2, 1]
    assert any("3 rare" in n for n in encoding.notes)


def test_very_many_labels_keep_the_frequent_ones():
    words = [f"w{i}" for i in range(2000) for _ in range(2)] + ["often"] * 5
    encoding = Encoding.fit(read_table({"c": words}), None)
    assert encoding.levels == (501,) and "c=often" in encoding.feature_names


def test_a_label_of_its_own_in_every_row_is_left_out_with_a_note():
    table = read_table({"id": [f"r{i}" for i in range(80)], "n": np.arange(80.0)})
    encoding = Encoding.fit(table, None)
    assert encoding.columns == ("n",) and any('"id"' in n for n in encoding.notes)


def test_constant_columns_are_left_out_with_a_note():
    table = read_table({"k": [3, 3, 3], "m": [None, None, None], "n": [1.0, 2, 2], "late": ["a", "a", "b"]})
    encoding = Encoding.fit(table, None, rows=[0, 1])
    assert encoding.columns == ("n",)
    assert [sum(f'"{name}"' in note for note in encoding.notes) for name in "km"] == [1, 1]
    assert any('"late"' in note for note in encoding.notes)


def test_arrays_are_of_the_asked_precision_and_order():
    data = mixed()
    for dtype in ("float32", "float64", np.float32, np.dtype("float64")):
        encoding = Encoding.fit(read_table(data), "y", "regression", dtype=dtype)
        encoded = encoding.apply(read_table(data), target=True)
        for array in (encoded.x, encoded.t):
            assert array.dtype == np.dtype(dtype) and array.flags.c_contiguous
        assert encoded.x.shape == (60, encoding.numeric) and encoded.t.shape == (60, 1)
        assert encoded.rows == 60 and encoded.levels == encoding.levels and encoded.target_names == ("y",)


@pytest.mark.parametrize("scale", [*PEERS, "none"])
def test_regression_targets_decode_to_what_they_were(scale):
    data = mixed()
    encoding = Encoding.fit(
        read_table(data), "y", "regression", rows=range(30), target_scale=scale, dtype="float64"
    )
    t = encoding.apply(read_table(data)).t
    np.testing.assert_allclose(encoding.decode(t), data["y"], rtol=1e-13)
    np.testing.assert_allclose(encoding.decode(t[:, 0]), data["y"], rtol=1e-13)
    if scale == "standard":
        assert abs(t[:30].mean()) < 1e-13 and abs(t[:30].std() - 1) < 1e-13
    assert encoding.outputs == 1 and encoding.labels == () and encoding.task == "regression"


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        (["b", "a", "b"], str),
        ([3, 1, 3], int),
        ([True, False, True], bool),
        ([2.5, 0.5, 2.5], float),
        ([b"x", b"a", b"x"], bytes),
        (["yes", "no", "yes"], str),
    ],
)
def test_binary_labels_of_any_type_come_back(labels, kind):
    table = read_table({"n": [1.0, 2, 3], "y": np.array(labels, object)})
    encoding = Encoding.fit(table, "y", "binary")
    t = encoding.apply(table).t
    assert t.tolist() == [[1], [0], [1]]  # the greater label is 1; yes is greater than no
    found, p = encoding.decode(np.array([[0.9], [0.2], [0.5]]))
    assert [type(v) for v in found.tolist()] == [kind] * 3
    assert found.tolist() == [labels[0], labels[1], labels[1]]
    np.testing.assert_allclose(p, [[0.1, 0.9], [0.8, 0.2], [0.5, 0.5]])


def test_classes_are_one_hot_in_sorted_order():
    table = read_table({"n": [1.0, 2, 3, 4], "y": [10, 9, 2, 10]})
    encoding = Encoding.fit(table, "y", "multiclass")
    assert encoding.labels == (2, 9, 10) and encoding.outputs == 3
    assert encoding.target_names == ("y=2", "y=9", "y=10")
    t = encoding.apply(table).t
    assert t.tolist() == [[0, 0, 1], [0, 1, 0], [1, 0, 0], [0, 0, 1]]
    found, p = encoding.decode(t)
    assert found.tolist() == [10, 9, 2, 10] and p.shape == (4, 3)
    mixed_labels = read_table({"n": [1.0, 2, 3], "y": np.array(["1", 1, True], object)})
    encoding = Encoding.fit(mixed_labels, "y", "multiclass")
    back = encoding.decode(encoding.apply(mixed_labels).t)[0].tolist()
    assert [(type(v), v) for v in back] == [(str, "1"), (int, 1), (bool, True)]


def test_a_missing_target_is_nan_and_counts_in_no_statistic():
    table = read_table({"n": [1.0, 2, 3, 4], "y": [1.0, None, 3.0, 5.0], "c": ["a", None, "b", "c"]})
    t = Encoding.fit(table.drop("c"), "y", "regression", dtype="float64").apply(table).t
    assert np.isnan(t[1, 0]) and abs(np.nanmean(t)) < 1e-15
    t = Encoding.fit(table.drop("y"), "c", "multiclass").apply(table).t
    assert np.isnan(t[1]).all() and np.isfinite(t[[0, 2, 3]]).all()


@pytest.mark.parametrize("task", ["regression", "multiclass"])
def test_only_training_rows_count(task):
    target = "y" if task == "regression" else "class"
    data = mixed()
    train = np.r_[0:20, 40:60]
    poisoned = {name: list(values) for name, values in data.items()}
    for i in range(20, 40):
        poisoned["number"][i] = 1e299 if i % 2 else None
        poisoned["whole"][i] = -(10**6)
        poisoned["word"][i] = f"poison{i}"
        poisoned["y"][i] = -1e299
        poisoned["class"][i] = f"class{i}"
    clean, dirty = (Encoding.fit(read_table(d), target, task, rows=train) for d in (data, poisoned))
    assert clean.to_json() == dirty.to_json()
    assert clean.to_json() == Encoding.fit(read_table(data).take(train), target, task).to_json()
    everything = Encoding.fit(read_table(poisoned), target, task)
    assert everything.to_json() != clean.to_json()  # the poison would have shown


def test_a_formula_is_applied_before_the_scale():
    values = np.array([0.0, 1, 10, 100, 1000])
    table = read_table({"a": values})
    encoding = Encoding.fit(table, None, formulas={"a": "log1p(x)"}, scale="minmax", dtype="float64")
    expected = 2 * np.log1p(values) / np.log1p(1000) - 1
    np.testing.assert_allclose(encoding.apply(table).x[:, 0], expected, rtol=1e-12, atol=1e-15)


def test_extra_columns_are_ignored_and_the_target_may_be_absent():
    data = mixed()
    encoding = Encoding.fit(read_table(data).drop("class"), "y", "regression")
    full = encoding.apply(read_table(data), target=False)
    data["extra"] = list(range(60))
    del data["y"]
    shuffled = read_table(dict(reversed(data.items())))
    again = encoding.apply(shuffled, target=False)
    np.testing.assert_array_equal(full.x, again.x)
    np.testing.assert_array_equal(full.codes, again.codes)
    assert again.t is None


def test_a_file_means_what_the_frame_meant(make):
    frame = read_table(
        {"c": [3, 1, 3, 2], "b": [True, False, True, True], "n": [1, 2, 3, 4], "y": [1, 0, 0, 1]},
        kinds={"c": "category"},
    )
    encoding = Encoding.fit(frame, "y", "binary")
    path = make("n,b,c,y\n1,True,3,1\n2,false,1,0\n")
    assert encoding.kinds(target=True) == {"c": "category", "b": "category", "n": "number", "y": "category"}
    encoded = encoding.apply(encoding.read(path, target=True), target=True)
    expected = encoding.apply(frame.take([0, 1]))
    for name in ("x", "codes", "t"):
        np.testing.assert_array_equal(getattr(encoded, name), getattr(expected, name))
    assert encoded.notes == ()


def test_a_prediction_file_whose_columns_look_different_means_the_same(make):
    train = make("c,f,n,y\n1,yes,1.5,1\n2,no,2,2\nx,yes,3,5\ny,no,2,2\n", name="train.csv")
    encoding = Encoding.fit(read_table(train), "y", "regression")
    later = encoding.apply(encoding.read(make("c,f,n\n1,yes,7\n2,yes,7\n")), target=False)
    same = encoding.apply(read_table({"c": ["1", "2"], "f": ["yes", "yes"], "n": [7.0, 7.0]}), target=False)
    np.testing.assert_array_equal(later.codes, same.codes)
    np.testing.assert_array_equal(later.x, same.x)
    assert (later.codes >= 0).all()
    # even when read without the model's help
    np.testing.assert_array_equal(
        encoding.apply(read_table(make("c,f,n\n1,yes,7\n2,yes,7\n")), target=False).codes, later.codes
    )


def test_the_median_is_safe_and_exact():
    assert Impute.fit(np.array([9e299, 9.1e299])).value == 9.05e299
    assert Impute.fit(np.array([1.0, np.nan, 2.0])).value == 1.5
    assert Impute.fit(np.array([3.0, 1.0, 2.0])).value == 2.0
