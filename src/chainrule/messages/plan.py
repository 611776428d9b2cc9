"""The sentences of the stage "plan"."""

ROWS: dict[str, tuple[str, str]] = {
}
