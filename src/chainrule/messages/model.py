"""The sentences of the stage "model"."""

ROWS: dict[str, tuple[str, str]] = {
}
