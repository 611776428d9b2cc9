"""model, table -> how much its error grows when a column's values are shuffled: Breiman 2001; Fisher, Rudin, Dominici 2019."""

from dataclasses import replace
from typing import Any

import numpy as np

from ..batches.source import Source
from ..report import metrics
from ..table import Table
from .model import Model, answers, truth

Array = np.ndarray[Any, Any]
SHUFFLES = 10


def _error(model: Model, t: Array, source: Source, table: Table) -> float:
    made = answers(model.encoding, model.outputs(source), table)
    return metrics.mse(t, made) if model.task == "regression" else metrics.log_loss(t, made)


def permutation(
    model: Model, table: Table, shuffles: int = SHUFFLES, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """Column -> (mean growth of the error, its standard deviation) over `shuffles` shuffles of that column's rows.

    The error is the mean squared error in the target's unit squared, or the log loss.
    """
    encoded = model.encoding.apply(table)
    whole = Source(encoded.x, encoded.t, encoded.codes)
    t = truth(model.encoding, table, whole)
    before = _error(model, t, whole, table)
    rng = np.random.Generator(np.random.Philox(key=[seed, 0]))
    orders = [rng.permutation(table.rows) for _ in range(shuffles)]
    numbers = list(model.encoding.x_columns)
    categories = [p.column for p in model.encoding.paths if p.gathers]
    found = {}
    for column in model.encoding.columns:
        grown = []
        if model.encoding.mix is not None:  # components are of all columns: the column itself is shuffled
            for order in orders:
                other = replace(
                    table, columns=tuple(c.take(order) if c.name == column else c for c in table.columns)
                )
                made = model.encoding.apply(other)
                grown.append(_error(model, t, Source(made.x, encoded.t, made.codes), table) - before)
            found[column] = (float(np.mean(grown)), float(np.std(grown)))
            continue
        for order in orders:
            x, codes = encoded.x.copy(), None if encoded.codes is None else encoded.codes.copy()
            for i in (i for i, c in enumerate(numbers) if c == column):
                x[:, i] = encoded.x[order, i]
            for j in (j for j, c in enumerate(categories) if c == column):
                if codes is not None and encoded.codes is not None:
                    codes[:, j] = encoded.codes[order, j]
            grown.append(_error(model, t, Source(x, encoded.t, codes), table) - before)
        found[column] = (float(np.mean(grown)), float(np.std(grown)))
    return found
