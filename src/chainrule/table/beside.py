"""columns -> what is made of each, two at a time where they are long: NumPy and Arrow let other threads run."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")
LONG = 1 << 17  # rows of a column from which on a thread is worth it
MOST = 2  # threads: each holds a column or two more in memory


def each(make: Callable[[Item], Made], items: Iterable[Item], rows: int) -> list[Made]:
    """[make(item) for item in items]; what the first of them raises is raised."""
    threads = min(MOST, os.cpu_count() or 1)
    if rows < LONG or threads < 2:
        return [make(item) for item in items]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(make, items))
