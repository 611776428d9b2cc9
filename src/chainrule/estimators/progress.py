"""a run -> one updating line, where somebody is looking: in a notebook or a terminal, never in files or workers."""

import os
import sys
import threading
from time import perf_counter
from types import TracebackType
from typing import Any, Self

from ..engine.contract import TrainingState
from ..messages import say

PATIENCE = 2.0  # seconds before "auto" says anything


def notebook() -> bool:
    """Whether a Jupyter kernel with somebody in front runs this: not nbconvert, papermill or a test of notebooks."""
    shell = sys.modules.get("IPython")
    if shell is None or type(shell.get_ipython()).__name__ != "ZMQInteractiveShell":
        return False
    return not (os.environ.get("NBCONVERT") or "nbconvert" in sys.modules or "papermill" in sys.modules)


def worker() -> bool:
    """Whether this is one of several processes or threads of a larger job."""
    import multiprocessing

    return (
        multiprocessing.parent_process() is not None
        or "JOBLIB_SPAWNED_PROCESS" in os.environ
        or "LOKY_WORKER" in os.environ
        or threading.current_thread() is not threading.main_thread()
    )


class Progress:
    """Shows epoch and loss in one line, and hears a cancelled event."""

    def __init__(self, est: Any) -> None:
        self.est, self.began, self.shown = est, perf_counter(), 0
        self.cancel = getattr(est, "_cancel", None)
        wanted = est.progress
        self.after = PATIENCE if wanted == "auto" else 0.0
        looking = notebook() or (wanted is True and sys.stderr is not None and sys.stderr.isatty())
        self.on = wanted is not False and looking and not est.verbose and not worker()
        self.tell = self._tell if self.on or self.cancel is not None else None

    def _tell(self, state: TrainingState) -> bool:
        if self.on and perf_counter() - self.began >= self.after:
            epoch = int(state.epoch[0])
            loss = float(state.train[0][-1]) if state.train.shape[1] else float("nan")
            seconds = perf_counter() - self.began
            line = say("CR-3090", epoch=epoch, most=self.est.max_iter, loss=loss, seconds=seconds)
            sys.stderr.write("\r" + line.ljust(self.shown))
            sys.stderr.flush()
            self.shown = len(line)
        return self.cancel is not None and self.cancel.is_set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.shown:  # the line goes away; what remains is the estimator itself
            sys.stderr.write("\r" + " " * self.shown + "\r")
            sys.stderr.flush()
