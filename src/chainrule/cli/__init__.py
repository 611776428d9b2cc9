"""files, settings -> models, tables, sentences: the command line `chainrule`

Only click is imported before a command runs, so that `chainrule --help` is there at once. Exit codes: 0 done, 1 a
fault of Chainrule itself, 2 input or usage that cannot be used (one sentence on standard error says why), 130 stopped
by Ctrl-C (`train` keeps and saves the best network so far), 141 whoever read the output went away.
"""

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    from .shell import run

    return run(list(sys.argv[1:] if arguments is None else arguments))
