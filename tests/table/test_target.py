"""The target is found, tells something, and asks for the task a person would choose."""

import numpy as np
import pytest
from sklearn import datasets

from chainrule.table import read_table, recognize_task, split_missing_target, target_column, task_of


def test_a_target_that_is_not_there_names_the_near_ones(refused):
    table = read_table({"strength": [1, 2], "age": [3, 4]})
    with refused("CR-1016", "strenght", '"strength"'):
        target_column(table, "strenght")
    with refused("CR-1016", "Q", '"strength"', '"age"'):
        target_column(table, "Q")


def test_a_target_without_values_or_with_one_is_refused(make, refused):
    table = read_table(make("a,b,c,d\n1,,7,x\n2,NA,7,\n3,,,x\n"))
    with refused("CR-1026", "data.csv", '"b"'):
        target_column(table, "b")
    with refused("CR-1027", "data.csv", '"c"', "7"):
        target_column(table, "c")
    with refused("CR-1027", "data.csv", '"d"', '"x"'):
        target_column(table, "d")


def test_rows_without_target_are_split_off_and_counted(make):
    table = read_table(make("a,y\n1,p\n2,\n3,q\n4,NA\n"))
    rest, count = split_missing_target(table, "y")
    assert count == 2 and rest["a"].values.tolist() == [1, 3] and rest.row_numbers.tolist() == [2, 4]
    same, none = split_missing_target(table, "a")
    assert none == 0 and same is table


@pytest.mark.parametrize(
    ("load", "task"),
    [
        (datasets.load_iris, "multiclass"),
        (datasets.load_wine, "multiclass"),
        (datasets.load_digits, "multiclass"),
        (datasets.load_breast_cancer, "binary"),
        (datasets.load_diabetes, "regression"),
    ],
)
def test_tasks_of_known_tables(load, task):
    assert task_of(read_table({"y": load()["target"]})["y"]) == task


@pytest.mark.parametrize(
    ("values", "task"),
    [
        ([0, 1, 1, 0], "binary"),
        (["a", "b"] * 3, "binary"),
        ([True, False], "binary"),
        (["a", "b", "c"], "multiclass"),
        ([1, 2, 3, 4, 5], "regression"),  # a small table of amounts
        ([1.5, 2.5, 3.5] * 40, "regression"),
        ([1, 2, 3, 4, 5, 7] * 40, "multiclass"),  # codes with a gap
        (list(range(1, 27)) * 40, "multiclass"),  # letters coded
        (list(range(1, 61)) * 40, "regression"),
        (list(range(20, 40)) * 40, "regression"),
        ([0] * 500 + [1] * 200 + [2] * 40 + [3] * 5 + [4], "regression"),  # a count with a tail
    ],
)
def test_tasks_of_small_tables(values, task):
    found, sentence = recognize_task(read_table({"y": values})["y"])
    assert found == task
    assert '"y"' in sentence and task in sentence


def test_the_task_can_be_overruled(refused):
    codes = read_table({"y": [1, 2, 3] * 20})["y"]
    words = read_table({"y": ["a", "b", "c"]})["y"]
    two = read_table({"y": [0, 1, 1]})["y"]
    assert task_of(codes) == "multiclass" and task_of(codes, "regression") == "regression"
    assert task_of(two, "regression") == "regression" and task_of(two, "multiclass") == "multiclass"
    assert task_of(two, "classification") == "binary" and task_of(words, "classification") == "multiclass"
    assert "as asked" in recognize_task(codes, "regression")[1]
    with refused("CR-1028", "ranking", "regression"):
        task_of(codes, "ranking")
    with refused("CR-1029", '"y"', '"a"'):
        task_of(words, "regression")
    with refused("CR-1030", '"y"', "3"):
        task_of(codes, "binary")


def test_levels_that_lost_their_rows_do_not_count():
    table = read_table({"y": ["a", "b", "c", "a"]})
    assert task_of(table.take([0, 1, 3])["y"]) == "binary"
    assert task_of(read_table({"y": np.array([1.0, 2.0, np.nan])})["y"]) == "binary"
