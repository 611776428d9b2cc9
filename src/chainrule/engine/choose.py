"""plan -> engine: the choice is made once, here, and said; nothing falls back silently."""

from ..errors import EngineError
from ..plan import Plan
from .contract import Engine


def choose(plan: Plan, wanted: str = "auto") -> Engine:
    """The engine for a plan: "native" (also for "auto"), or "reference" on request.

    Raises EngineError CR-1518 for another name, CR-1512 where the native engine cannot compute the plan.
    """
    if wanted == "reference":
        from .reference import Reference

        return Reference()
    if wanted not in ("auto", "native"):
        raise EngineError("CR-1518", wanted=wanted)
    from .native import Native

    engine = Native()
    refused = engine.can(plan)
    if refused:
        raise EngineError("CR-1512", reason=refused)
    return engine
