"""environment -> the compiled module, set to one instruction set: the best here, or what CHAINRULE_ISA asks for."""

import os
from functools import cache
from importlib import import_module
from types import ModuleType

from ..errors import EngineError

KNOWN = ("portable", "avx2", "avx512")


@cache
def native() -> ModuleType:
    """The compiled module, ready for use. Results have the same bits on every set; CHAINRULE_ISA is there for tests.

    Raises EngineError CR-1501 for a name that is no instruction set, CR-1502 for one this machine lacks.
    """
    module = import_module("chainrule.engine._native")
    wish = os.environ.get("CHAINRULE_ISA", "")
    offered = module.isa_names()
    if wish and wish not in KNOWN:
        raise EngineError("CR-1501", wish=wish, known=", ".join(KNOWN))
    if wish and wish not in offered:
        raise EngineError("CR-1502", wish=wish, offered=", ".join(offered))
    module.use_isa(wish or offered[-1])
    return module
