"""`python -m chainrule …` is the command `chainrule …`, for where the command is not on the path."""

from .cli import main

raise SystemExit(main())
