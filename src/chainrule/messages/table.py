"""The sentences of the stage "table"."""

ROWS: dict[str, tuple[str, str]] = {
}
