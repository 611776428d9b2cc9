"""environment -> the compiled module, set to one instruction set: the best here, or what CHAINRULE_ISA asks for.

A kernel is built from the rules' own rows. One that is older or newer than the Python beside it is found out here: a
row it lacks, or has with another text, is run from its text by the interpreter, which gives the bits a rebuilt kernel
would; what no program can stand in for is refused.
"""

import os
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from ..errors import EngineError
from ..rules.bytecode import OPCODES
from ..rules.fingerprint import fingerprint
from ..rules.optimizers import CLIPS, PENALTIES

KNOWN = ("portable", "avx2", "avx512")


@cache
def native() -> ModuleType:
    """The compiled module, ready for use. Results have the same bits on every set; CHAINRULE_ISA is there for tests.

    Raises EngineError CR-1501 for a name that is no instruction set, CR-1502 for one this machine lacks, CR-1519 for a
    kernel built from other penalties, clippings or operations, which no program can stand in for.
    """
    module = import_module("chainrule.engine._native")
    wish = os.environ.get("CHAINRULE_ISA", "")
    offered = module.isa_names()
    if wish and wish not in KNOWN:
        raise EngineError("CR-1501", wish=wish, known=", ".join(KNOWN))
    if wish and wish not in offered:
        raise EngineError("CR-1502", wish=wish, offered=", ".join(offered))
    _check(module)
    module.use_isa(wish or offered[-1])
    return module


def place(row: Any) -> int:
    """Where the kernel has exactly this row, −1 where it has not: the row is a user's own, or newer or older."""
    return _places(native(), type(row).__name__).get((row.name, fingerprint(row)), -1)


def _places(module: ModuleType, kind: str) -> dict[tuple[str, str], int]:
    rows = [line.split(" ") for line in module.rows.splitlines()]
    own = [(name, text) for k, name, text in rows if k == kind]
    return {row: i for i, row in enumerate(own)}


def _check(module: ModuleType) -> None:
    if not hasattr(module, "rows") or not hasattr(module, "operations"):
        raise EngineError("CR-1519", what="rows")
    if module.operations.split(" ") != list(OPCODES):
        differing = sorted({*OPCODES} ^ {*module.operations.split(" ")}) or ["operations"]
        raise EngineError("CR-1519", what=", ".join(differing))
    for table in (PENALTIES, CLIPS):
        for row in table.values():
            if (row.name, fingerprint(row)) not in _places(module, type(row).__name__):
                raise EngineError("CR-1519", what=row.name)
