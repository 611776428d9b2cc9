"""A large text file read in segments is the table that reading it whole gives; where that is not certain it is read whole."""

import numpy as np
import pytest

from chainrule.table import read_table, segments
from chainrule.table.beside import each

ROWS = 3000


def cells(seed: int = 0, rows: int = ROWS) -> dict[str, list[str]]:
    g = np.random.default_rng(seed)
    return {
        "whole": [str(v) for v in g.integers(-50, 50, rows)],
        "part": [f"{v:.3f}" if k > rows // 2 else str(int(v)) for k, v in enumerate(g.normal(size=rows) * 9)],
        "gaps": ["NA" if g.random() < 0.2 else str(g.integers(9)) for _ in range(rows)],
        "late": [""] * (rows // 2) + ["7.5"] * (rows - rows // 2),
        "label": [str(g.choice(["red", "green", "?", "蓝"])) for _ in range(rows)],
        "empty": [""] * rows,
        "yes": ["yes" if v else "no" for v in g.integers(0, 2, rows)],
    }


def written(path, columns: dict[str, list[str]], mark: str = ",", header: bool = True):
    lines = [mark.join(columns)] * header + [mark.join(row) for row in zip(*columns.values(), strict=True)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def both(path, monkeypatch, **options):
    """The table read in many small segments, and whole."""
    taken = []
    read = segments.read
    monkeypatch.setattr(segments, "read", lambda *a: taken.append(read(*a)) or taken[-1])
    monkeypatch.setattr(segments, "SEGMENT", 4096)
    monkeypatch.setattr(segments, "LEAST", 1)
    quick = read_table(path, **options)
    monkeypatch.setattr(segments, "LEAST", 1 << 60)
    whole = read_table(path, **options)
    assert taken[1] is None
    return quick, whole, taken[0] is not None


def same(a, b) -> None:
    assert a.names == b.names and a.rows == b.rows and a.notes == b.notes and a.facts == b.facts
    np.testing.assert_array_equal(a._numbers(), b._numbers())
    for x, y in zip(a.columns, b.columns, strict=True):
        assert (x.kind, x.type, x.levels, x.notes) == (y.kind, y.type, y.levels, y.notes), x.name
        np.testing.assert_array_equal(x.values, y.values)
        if x.codes is not None:
            np.testing.assert_array_equal(x.codes, y.codes)


@pytest.mark.parametrize(
    ("mark", "header", "options"),
    [(",", True, {}), (";", True, {}), ("\t", True, {}), (",", False, {}), (",", True, {"missing": "7"}),
     (",", True, {"kinds": {"whole": "category", "gaps": "category"}}), (",", True, {"kinds": {"whole": "number"}})],
    ids=str,
)  # fmt: skip
def test_segments_give_the_same_table(tmp_path, monkeypatch, mark, header, options) -> None:
    path = written(tmp_path / "t.csv", cells(), mark, header)
    quick, whole, in_segments = both(path, monkeypatch, **options)
    assert in_segments
    same(quick, whole)


ODD = {
    "quote": lambda c: c["label"].__setitem__(2500, '"red"'), "text among numbers": lambda c: c["whole"].__setitem__(2900, "n/k"),
    "dates": lambda c: c.update(day=["2024-01-02"] * ROWS), "blank line": lambda c: c["yes"].__setitem__(1700, "yes\n"),
    "huge": lambda c: c["whole"].__setitem__(10, "9007199254740993"), "infinite": lambda c: c["part"].__setitem__(2000, "1e999"),
    "point and comma": lambda c: c["whole"].__setitem__(2000, "1.5"), "many labels": lambda c: c.update(id=[f"n{k}" for k in range(ROWS)]),
    "numbers late": lambda c: c.update(z=["a"] * 100 + ["3"] * (ROWS - 100)),
    "marks first": lambda c: c.update(z=["?"] * 2000 + ["a"] * 1000),
}  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_what_only_the_whole_file_tells_is_read_whole_and_refused_alike(tmp_path, monkeypatch, odd) -> None:
    from chainrule.errors import ChainruleError

    columns = cells()
    ODD[odd](columns)
    monkeypatch.setattr(segments, "LEVELS", 100)
    path = written(tmp_path / "t.csv", columns)
    try:
        quick, whole, _ = both(path, monkeypatch)
    except ChainruleError as error:
        monkeypatch.setattr(segments, "LEAST", 1 << 60)
        with pytest.raises(ChainruleError) as again:
            read_table(path)
        assert str(again.value) == str(error)
    else:
        same(quick, whole)


@pytest.mark.parametrize("spoilt", [b"\0", b"\xff\xfe", b"\r"])
def test_bytes_that_are_no_text_of_ours_are_left_to_the_whole_reading(
    tmp_path, monkeypatch, spoilt: bytes
) -> None:
    path = written(tmp_path / "t.csv", cells())
    data = bytearray(path.read_bytes())
    at = data.index(b"red", 40_000)
    data[at : at + len(spoilt)] = spoilt
    path.write_bytes(bytes(data))
    monkeypatch.setattr(segments, "SEGMENT", 4096)
    monkeypatch.setattr(segments, "LEAST", 1)
    found = segments.read(str(path), "t.csv", None, None, None, None, {}, ())
    assert found is None or spoilt == b"\r"


def test_encoding_long_columns_in_blocks_and_threads_changes_no_bit(tmp_path, monkeypatch) -> None:
    from chainrule.encoding import Encoding, encoding, path
    from chainrule.table import beside

    table = read_table(written(tmp_path / "t.csv", cells()))
    for scale in ("standard", "robust", "minmax", "power", "quantile"):
        plain = Encoding.fit(table, "yes", scale=scale)
        made = plain.apply(table)
        monkeypatch.setattr(path, "BLOCK", 256)
        monkeypatch.setattr(beside, "LONG", 1)
        again = Encoding.fit(table, "yes", scale=scale)
        other = again.apply(table.take(np.arange(ROWS)))
        assert again == plain and again.notes == plain.notes and other.notes == made.notes
        np.testing.assert_array_equal(other.x, made.x)
        np.testing.assert_array_equal(other.codes, made.codes)
        monkeypatch.undo()
    assert each(str, [1, 2, 3], 1 << 30) == ["1", "2", "3"] and encoding.each is each


def test_the_digest_is_that_of_the_file_that_was_read_or_refused(tmp_path, monkeypatch) -> None:
    import hashlib

    from chainrule.errors import TableError

    path = written(tmp_path / "t.csv", cells())
    monkeypatch.setattr(segments, "LEAST", 1)
    table = read_table(path)
    wanted = hashlib.sha256(path.read_bytes()).hexdigest()
    assert str(table.facts["sha256"]) == wanted and table.facts["sha256"] == wanted
    table = read_table(path)
    path.write_text("other\n1\n")
    with pytest.raises(TableError, match="CR-3306"):
        str(table.facts["sha256"])
