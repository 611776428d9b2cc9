"""What cannot be encoded is refused with file, column, row and remedy, in both languages."""

import numpy as np
import pytest

from chainrule.encoding import Affine, Encoding
from chainrule.errors import EncodingError
from chainrule.table import read_table


@pytest.fixture
def model(make):
    path = make("size,colour,price\n1.5,red,10\n2.5,blue,20\n4,red,30\n2,blue,15\n", name="train.csv")
    return Encoding.fit(read_table(path), "price", "regression")


def test_a_prediction_file_lacking_columns_names_them_all(model, make, refused):
    with refused("CR-1101", "data.csv", '"size"', '"colour"', kind=EncodingError):
        model.apply(read_table(make("a,b\n1,2\n")), target=False)
    with refused("CR-1101", "data.csv", '"colour"', kind=EncodingError):
        model.read(make("size\n1\n"))


def test_text_where_numbers_were_names_the_row(model, make, refused):
    with refused("CR-1102", "data.csv", '"size"', "3", '"big"', kind=EncodingError):
        model.apply(read_table(make("size,colour\n7,red\nbig,blue\n")), target=False)
    with refused("CR-1014", "data.csv", '"size"', "3", '"big"'):
        model.read(make("size,colour\n7,red\nbig,blue\n"))


def test_a_value_float32_cannot_hold_names_the_row(model, make, refused):
    with refused("CR-1103", "data.csv", '"size"', "3", "1e+200", "float32", kind=EncodingError):
        model.apply(read_table(make("size,colour\n1,red\n1e200,blue\n")), target=False)
    with refused("CR-1103", "data.csv", '"price"', "2", "float32", kind=EncodingError):
        model.apply(read_table(make("size,colour,price\n1,red,1e200\n2,blue,3\n")))


def test_a_class_not_in_training_names_row_and_classes(refused):
    table = read_table({"n": [1.0, 2, 3, 4], "y": ["a", "b", "c", "a"]})
    encoding = Encoding.fit(table, "y", "multiclass", rows=[0, 1, 3])
    with refused("CR-1104", '"y"', "3", '"c"', '"a", "b"', kind=EncodingError):
        encoding.apply(table)
    encoding.apply(table, target=False)


def test_nothing_left_to_learn_from_is_refused(refused):
    with refused("CR-1105", "frame", kind=EncodingError):
        Encoding.fit(read_table({"k": [1, 1, 1], "y": [1.0, 2.0, 3.0]}), "y", "regression")


def test_a_training_part_with_one_target_value_is_refused(refused):
    table = read_table({"n": [1.0, 2, 3, 4], "y": ["a", "a", "b", "c"], "v": [5.0, 5, 6, 7]})
    with refused("CR-1106", '"y"', "1", kind=EncodingError):
        Encoding.fit(table, "y", "binary", rows=[0, 1])
    with refused("CR-1106", '"y"', "3", kind=EncodingError):
        Encoding.fit(table, "y", "binary")
    with refused("CR-1106", '"v"', "1", kind=EncodingError):
        Encoding.fit(table, "v", "regression", rows=[0, 1])


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("scale", "huge"),
        ("target_scale", "huge"),
        ("task", "ranking"),
        ("dtype", "float16"),
        ("dtype", "wine"),
    ],
)
def test_unknown_options_name_the_known_ones(refused, option, value):
    table = read_table({"n": [1.0, 2, 3], "y": [1.0, 2.0, 4.0]})
    with refused("CR-1107", option, value, kind=EncodingError):
        Encoding.fit(table, "y", **{"task": "regression", option: value})
    with refused("CR-1107", "huge", "minmax", kind=EncodingError):
        Affine.fit(np.array([1.0, 2.0]), "huge")


def test_a_training_part_without_rows_or_targets_is_refused(refused):
    table = read_table({"n": [1.0, 2, 3], "y": [1.0, None, None], "c": ["a", None, None]})
    with refused("CR-1108", "frame", kind=EncodingError):
        Encoding.fit(table, None, rows=[])
    for target, task in (("y", "regression"), ("c", "binary")):
        with refused("CR-1108", "frame", kind=EncodingError):
            Encoding.fit(table, target, task, rows=[1, 2])


def test_a_formula_without_a_value_names_the_row(refused):
    with refused("CR-1109", '"n"', "2", "log(x)", "-1.0", kind=EncodingError):
        Encoding.fit(read_table({"n": [1.0, -1, 3]}), None, formulas={"n": "log(x)"})
    encoding = Encoding.fit(read_table({"n": [1.0, 2, 3]}), None, formulas={"n": "log(x)"})
    with refused("CR-1109", '"n"', "1", kind=EncodingError):
        encoding.apply(read_table({"n": [-5.0, 1.0]}))
    with refused("CR-1101", '"m"', '"n"'):
        Encoding.fit(read_table({"n": [1.0, 2, 3]}), None, formulas={"m": "log(x)"})
    with refused("CR-1112"):
        Encoding.fit(read_table({"n": [1.0, 2, 3]}), None, formulas={"n": "x - rowmax(x)"})


def test_labels_are_no_regression_target(refused):
    table = read_table({"n": [1.0, 2, 3], "y": [None, "a", "b"]})
    with refused("CR-1110", '"y"', '"a"', kind=EncodingError):
        Encoding.fit(table, "y", "regression")


@pytest.mark.parametrize(
    "y", [np.zeros((3, 2)), np.zeros((3, 1, 1)), np.zeros(()), np.array([["a"]]), np.zeros((0, 5))]
)
def test_outputs_of_a_wrong_shape_are_refused(model, refused, y):
    with refused("CR-1111", "1", kind=EncodingError):
        model.decode(y)


def test_outputs_without_a_target_are_refused(refused):
    with refused("CR-1111", "0", kind=EncodingError):
        Encoding.fit(read_table({"n": [1.0, 2]}), None).decode(np.zeros((2, 1)))


def test_a_lacking_target_is_named(model, make, refused):
    with refused("CR-1115", "data.csv", '"price"', kind=EncodingError):
        model.apply(read_table(make("size,colour\n1,red\n2,blue\n")))
