"""The bundled tables arrive as their source holds them, and never replace what a user has."""

import csv
from pathlib import Path

import pytest

from chainrule.cli.dataset import BUNDLED

from .conftest import Cr


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


@pytest.mark.parametrize("name", list(BUNDLED))
def test_dataset_writes_scikit_learns_table(cr: Cr, tmp_path: Path, name: str) -> None:
    from sklearn import datasets

    answer = cr("dataset", name)
    assert answer.code == 0
    header, *body = rows(tmp_path / f"{name}.csv")
    entry = BUNDLED[name]
    assert (len(body), len(header)) == (entry.rows, entry.columns)
    assert len(set(header)) == len(header)
    assert header[-1] == entry.target
    loaded = (
        datasets.load_diabetes(scaled=False) if name == "diabetes" else getattr(datasets, f"load_{name}")()
    )
    inputs = loaded.data.shape[1]
    assert [[float(v) for v in row[:inputs]] for row in body] == loaded.data.tolist()
    if name in ("iris", "breast_cancer"):
        assert [row[-1] for row in body] == [loaded.target_names[k] for k in loaded.target]
    assert f"--target {entry.target}" in answer.out


def test_dataset_alone_lists_all_tables(cr: Cr) -> None:
    answer = cr("dataset")
    for name, entry in BUNDLED.items():
        assert name in answer.out and str(entry.rows) in answer.out and entry.target in answer.out
    assert all(len(line) <= 80 for line in answer.out.splitlines())


def test_dataset_never_replaces_another_file(cr: Cr, tmp_path: Path) -> None:
    assert cr("dataset", "iris").code == 0
    assert cr("dataset", "iris").code == 0  # the same bytes: nothing is lost
    (tmp_path / "iris.csv").write_text("mine\n")
    assert "CR-2057" in cr("dataset", "iris").refused
    assert (tmp_path / "iris.csv").read_text() == "mine\n"


def test_dataset_to_standard_output_is_the_same_file(cr: Cr, tmp_path: Path) -> None:
    out = cr("dataset", "wine", "--out", "-").out
    cr("dataset", "wine")
    assert out == (tmp_path / "wine.csv").read_text()


def test_dataset_refuses_unknown_names_and_places(cr: Cr, tmp_path: Path) -> None:
    assert "iris" in cr("dataset", "irsi").refused
    assert "CR-1031" in cr("dataset", "iris", "--out", "no/such/folder.csv").refused
    assert "CR-2028" in cr("dataset", "--out", "x.csv").refused
    assert list(tmp_path.iterdir()) == []
