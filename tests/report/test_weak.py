"""Where a network is weak: a planted weakness is found and named, and noise that is the same everywhere is not."""

import numpy as np

from chainrule.report.evidence import Rows
from chainrule.report.weak import weak_groups, worst
from chainrule.table import read_table


def rows(seed: int, weak: float = 1.0, n: int = 600) -> Rows:
    """A regression whose errors are `weak` times as large where colour is red."""
    rng = np.random.default_rng(seed)
    colour = rng.choice(["red", "green", "blue"], n)
    x, t = rng.normal(size=n), rng.normal(size=n)
    error = rng.normal(size=n) * np.where(colour == "red", weak, 1.0)
    table = read_table({"x": x, "colour": colour.tolist()})
    return Rows("test", table, t, t + error)


def test_a_planted_weak_group_is_found_with_its_error_and_that_of_the_rest() -> None:
    part = rows(1, weak=3.0)
    (first, *_), compared = weak_groups("regression", (part,), ("x", "colour"), "y")
    red = np.array([v == "red" for v in part.table["colour"].values])
    assert first.name == 'colour = "red"' and first.rows == red.sum()
    assert first.error == np.sqrt(np.mean(part.error[red] ** 2))
    assert first.rest == np.sqrt(np.mean(part.error[~red] ** 2))
    assert compared == 3 + 4 + 4  # labels, quarters of x, quarters of the target


def test_equal_noise_is_named_about_once_in_twenty_reports() -> None:
    named = sum(
        bool(weak_groups("regression", (rows(seed),), ("x", "colour"), "y")[0]) for seed in range(100)
    )
    assert named <= 15  # 5 expected; more than 15 of 100 at 5 % has a probability below 1e-4


def test_wrong_answers_of_a_class_are_compared_too() -> None:
    n = 400
    x = np.linspace(-1, 1, n)
    t = (np.arange(n) % 2).astype(int)
    sure = np.where(x > 0.5, 1 - t, t)  # wrong on the last quarter
    y = np.column_stack([1.0 - sure, sure]) * 0.8 + 0.1
    part = Rows("test", read_table({"x": x}), t, y)
    (first, *_), _ = weak_groups("binary", (part,), ("x",), "y")
    assert first.error == 1.0 and first.rest == 0.0 and first.rows == 100


def test_the_worst_rows_of_all_parts_come_first() -> None:
    table = read_table({"x": [1.0, 2.0, 3.0]})
    a = Rows("train", table, np.zeros(3), np.array([0.1, -5.0, 0.2]))
    b = Rows("test", table, np.zeros(3), np.array([3.0, 0.0, -9.0]))
    found = [(p.part, i) for p, i in worst("regression", (a, b), 3)]
    assert found == [("test", 2), ("train", 1), ("test", 0)]
