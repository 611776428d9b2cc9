"""The sentences of the stage "training"."""

ROWS: dict[str, tuple[str, str]] = {
}
