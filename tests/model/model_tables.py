"""Tables that take a moment to train on."""

import numpy as np

QUICK = {"hidden": (6,), "epochs": 8, "batch": 16, "folds": 0}


def frame(rows=150, seed=0):
    """Numbers with gaps, a category, a yes/no; targets of all three tasks that depend on them."""
    g = np.random.default_rng(seed)
    a, b = g.normal(5, 2, rows), g.uniform(-1, 1, rows)
    color, wet = g.choice(["red", "green", "blue"], rows), g.choice(["no", "yes"], rows)
    y = 100 + 10 * a * b + 5 * (color == "red") + 3 * (wet == "yes") + g.normal(0, 1, rows)
    b[::17] = np.nan
    return {
        "a": a,
        "b": b,
        "color": color,
        "wet": wet,
        "y": y,
        "big": np.where(y > np.median(y), "large", "small"),
        "kind": np.array(["p", "q", "r"])[np.digitize(y, [95, 105])],
    }


def table(target, rows=150, seed=0):
    """The columns a model of `target` is trained on: the other targets would give it away."""
    columns = frame(rows, seed)
    return {name: values for name, values in columns.items() if name in ("a", "b", "color", "wet", target)}


TARGETS = {"regression": "y", "binary": "big", "multiclass": "kind"}
