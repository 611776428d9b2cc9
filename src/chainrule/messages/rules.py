"""The sentences of the stage "rules"."""

ROWS: dict[str, tuple[str, str]] = {
}
