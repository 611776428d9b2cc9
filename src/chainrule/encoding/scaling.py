"""Computes center and spread of a column so that values from 1e-300 to 1e300 come out right."""

import numpy as np

SCALES = ("standard", "minmax", "robust", "power", "quantile", "none")


def spread_of(x: np.ndarray, scale: str) -> tuple[float, float] | None:
    """(center, spread) so that (x - center) / spread is

    standard: mean 0 and standard deviation 1      minmax: -1 at the smallest and 1 at the largest
    robust:   median 0 and interquartile range 1; where that range is 0, the standard deviation
    none:     x itself                             (power and quantile change the shape: see shapes.py)
    None where all values are equal: such a column has no spread.
    """
    x = np.asarray(x, np.float64)
    if not len(x) or x.min() == x.max():
        return None
    if scale == "none":
        return 0.0, 1.0
    # a power of two as unit changes no digit, and keeps squares and differences within float64
    unit = float(np.ldexp(1.0, int(np.frexp(np.abs(x).max())[1]) - 1))
    y = x / unit  # large columns: what can be done in place is, for memory's sake; no bit differs
    if scale == "minmax":
        center, spread = (y.min() + y.max()) / 2, (y.max() - y.min()) / 2
    elif scale == "robust" and not zero_iqr(x):
        low, center, high = np.percentile(y, (25, 50, 75))
        spread = high - low
    else:
        # a shift to a value of the column first: the mean of equal large numbers loses no digits then
        first = float(y[0])
        median = np.median(y) if scale == "robust" else 0.0
        shifted = np.subtract(y, first, out=y)
        mean = shifted.mean()
        center = median if scale == "robust" else first + mean
        shifted -= mean
        spread = np.sqrt(np.mean(np.square(shifted, out=shifted)))
    if not spread > 0:  # values apart by less than a square can hold
        spread = (x.max() / unit - x.min() / unit) / 2
    center, spread = float(center) * unit, float(spread) * unit
    return (center, spread) if spread > 0 else (center, float(np.finfo(np.float64).tiny))


def zero_iqr(x: np.ndarray) -> bool:
    """Whether the middle half of the values is one value."""
    low, high = np.percentile(x, (25, 75), method="nearest")
    return bool(low == high)
