"""What is written reads back as the same table, and a failed write leaves nothing behind."""

import csv
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.table import read_table, write_csv

FLOATS = st.floats(-1e299, 1e299, allow_nan=False)


@settings(max_examples=60, deadline=None)
@given(st.lists(FLOATS, min_size=2, max_size=20))
def test_numbers_read_back_to_the_same_bits(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("w") / "t.csv"
    write_csv(path, {"k": np.arange(len(values)), "v": np.array(values)})
    found = read_table(path, kinds={"v": "number"})["v"].values
    assert found.tobytes() == np.array(values).tobytes()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            FLOATS, st.integers(-(10**9), 10**9), st.sampled_from(["ja;x", "b,c", "d", 'q"q', "中 文"])
        ),
        min_size=3,
        max_size=12,
        unique_by=lambda row: row[0],
    ),
    st.sampled_from([";", "\t", "|", ","]),
    st.sampled_from([".", ","]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_the_same_table_in_any_dialect_reads_the_same(
    tmp_path_factory, rows, delimiter, decimal, end, encoding
):
    path = tmp_path_factory.mktemp("w") / "t.csv"
    rows = [(f"{x:.4f}" if abs(x) < 1e6 else f"{x:.4e}", str(i), label) for x, i, label in rows]
    with open(path, "w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter, lineterminator=end)
        writer.writerow(["x", "i", "label"])
        writer.writerows([x.replace(".", decimal), i, label] for x, i, label in rows)
    table = read_table(path, kinds={"x": "number", "i": "number", "label": "category"})
    assert table["x"].values.tolist() == [float(x) for x, _, _ in rows]
    assert table["i"].values.tolist() == [float(i) for _, i, _ in rows]
    assert table["label"].values.tolist() == [label for _, _, label in rows]


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8).map(
    lambda s: "L" + s + "L"
)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT, min_size=2, max_size=20), st.sampled_from([",", ";", "\t"]))
def test_labels_with_anything_in_them_read_back(tmp_path_factory, values, delimiter):
    path = tmp_path_factory.mktemp("w") / "t.csv"
    write_csv(path, {"k": np.arange(len(values)), "v": values}, delimiter=delimiter)
    table = read_table(path, kinds={"v": "category"}, delimiter=delimiter, header=True)
    assert table["v"].values.tolist() == values


def test_a_table_reads_back_as_itself(make, tmp_path):
    table = read_table(make('a,b,c,d\n1,x,0.1,\n,"y, z",2.5,yes\n3,,1e-7,no\n'))
    path = tmp_path / "copy.csv"
    write_csv(path, table)
    again = read_table(path)
    assert again.names == table.names and again.kinds == table.kinds
    for old, new in zip(table.columns, again.columns, strict=True):
        assert old.type == new.type
        np.testing.assert_array_equal(old.values, new.values)
    assert path.read_text(encoding="utf-8").splitlines()[1] == "1,x,0.1,"  # whole numbers stay whole


def test_an_unwritable_place_says_why_and_leaves_nothing(tmp_path, refused):
    with refused("CR-1031", "absent"):
        write_csv(tmp_path / "absent" / "t.csv", {"a": [1]})
    with refused("CR-1031", tmp_path):
        write_csv(tmp_path, {"a": [1]})
    assert os.listdir(tmp_path) == []


def test_a_full_disk_leaves_the_old_file_whole(tmp_path, refused, monkeypatch):
    path = tmp_path / "t.csv"
    path.write_text("old")

    def full(_):
        raise OSError(28, "no space is left")

    monkeypatch.setattr(os, "fsync", full)
    with refused("CR-1031", "t.csv", "no space is left"):
        write_csv(path, {"a": [1.0, 2.0]})
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["t.csv"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_real_full_device_is_refused(refused):
    with refused("CR-1031", "/dev"):
        write_csv("/dev/full/t.csv", {"a": [1]})


def test_an_existing_file_keeps_its_mode(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("old")
    os.chmod(path, 0o640)
    write_csv(path, {"a": [1]})
    assert os.stat(path).st_mode & 0o777 == 0o640 and path.read_text() == "a\n1\n"


def test_text_the_encoding_lacks_is_named(tmp_path, refused):
    with refused("CR-1032", "t.csv", "中", "latin-1"):
        write_csv(tmp_path / "t.csv", {"a": ["中"]}, encoding="latin-1")
    with refused("CR-1006", "klingon"):
        write_csv(tmp_path / "t.csv", {"a": ["x"]}, encoding="klingon")
    with refused("CR-1019", '"b"'):
        write_csv(tmp_path / "t.csv", {"a": [1, 2], "b": [1]})
    assert os.listdir(tmp_path) == []
