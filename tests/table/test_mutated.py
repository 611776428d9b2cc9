"""Mutated files of every kind, models among them: a table, a model or a sentence. `make check-fuzz` judges 100 000."""

from pathlib import Path

import fuzz


def test_mutated_files_are_read_or_refused_with_a_sentence(tmp_path: Path) -> None:
    found = fuzz.run(240, 5, tmp_path, timed=False)
    assert sum(found.values()) == 240 and 20 < found["read"] < 220 and len(found) > 10
