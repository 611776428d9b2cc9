"""The sentences of the stage "engine"."""

ROWS: dict[str, tuple[str, str]] = {
}
