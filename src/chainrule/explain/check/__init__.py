"""check: tape, your own numbers -> findings: which gradient of hand-written back-propagation is wrong, and why."""

from .api import check
from .report import Fault, Report

__all__ = ["Fault", "Report", "check"]
