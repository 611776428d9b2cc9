"""The sentences of the stage "batches"."""

ROWS: dict[str, tuple[str, str]] = {
}
