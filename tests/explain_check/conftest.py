"""Lets the tests of this folder import `planted`, the hand-written code that `check` is held to."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
