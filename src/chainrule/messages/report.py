"""The sentences of the stage "report"."""

ROWS: dict[str, tuple[str, str]] = {
}
