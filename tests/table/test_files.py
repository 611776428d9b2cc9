"""Every kind of file comes back as it was written, is known by its content, and is refused with a sentence if broken."""

import bz2
import datetime
import gzip
import io
import json
import lzma
import os
import sys
import zipfile

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
import scipy.io

from chainrule.errors import TableError
from chainrule.table import Column, Table, read_table, write_with

KINDS = (".csv", ".tsv", ".xlsx", ".parquet", ".feather", ".jsonl", ".npz", ".mat")


def frame():
    rng = np.random.default_rng(1)
    n = 40
    return {
        "real": [None if i % 9 == 2 else float(v) for i, v in enumerate(rng.normal(size=n))],
        "whole": [int(v) for v in rng.integers(-(2**40), 2**40, n)],
        "word": [("red", "grün", "蓝")[i % 3] for i in range(n)],
        "when": [datetime.datetime(2021, 1, 1) + datetime.timedelta(minutes=1234 * i) for i in range(n)],
    }


def added(n):
    return [Column("predicted", "number", np.linspace(-1, 1, n) / 3)]


def same(one, two, skip=()):
    assert one.names == two.names and one.rows == two.rows
    for a, b in zip(one.columns, two.columns, strict=True):
        if a.name in skip:
            continue
        assert a.kind == b.kind, (a.name, a.kind, b.kind)
        if a.kind in ("number", "date"):
            np.testing.assert_array_equal(a.values, b.values)
        else:
            assert a.values.tolist() == b.values.tolist()


@pytest.mark.parametrize("packed", ["", ".gz", ".zst"])
@pytest.mark.parametrize("ending", KINDS)
def test_a_table_goes_out_and_comes_back_in_every_kind_of_file(tmp_path, ending, packed):
    if ending in (".xlsx", ".npz", ".mat") and packed == ".zst":
        packed = ".xz"
    table = read_table(frame())
    path = os.fspath(tmp_path / f"t{ending}{packed}")
    write_with(path, table, added(table.rows))
    again = read_table(path)
    assert again.facts["packed"] == packed.removeprefix(".") and not again.notes
    whole = Table((*table.columns, *added(table.rows)), table.rows)
    same(whole, again)


@pytest.mark.parametrize("ending", KINDS)
def test_a_file_with_a_new_column_holds_the_old_ones_as_they_were(tmp_path, ending):
    path, out = os.fspath(tmp_path / f"t{ending}"), os.fspath(tmp_path / f"out{ending}")
    write_with(path, read_table(frame()), [])
    table = read_table(path, original=True)
    write_with(out, table, added(table.rows))
    again = read_table(out)
    same(table, Table(again.columns[:-1], again.rows))
    np.testing.assert_array_equal(again["predicted"].values, added(table.rows)[0].values)


def test_a_text_file_keeps_its_cells_delimiter_decimal_comma_encoding_and_titles(make, tmp_path):
    text = 'Prüfstand 4\r\nnr;länge;größe\r\n;mm;\r\n007;1,50;klein\r\n008;?;"a;b"\r\n009;2,25;klein\r\n'
    table = read_table(make(text, "cp1252"), original=True)
    assert table["länge"].values.tolist()[::2] == [1.5, 2.25] and table.facts["units"] == {"länge": "mm"}
    out = os.fspath(tmp_path / "o.csv")
    write_with(out, table, [Column("p", "number", np.array([0.5, 1.5, 2.5]))])
    lines = (tmp_path / "o.csv").read_bytes().decode("cp1252").split("\r\n")
    assert lines == [
        "Prüfstand 4", "nr;länge;größe;p", ";mm;", "007;1,50;klein;0,5", '008;?;"a;b";1,5', "009;2,25;klein;2,5", "",
    ]  # fmt: skip


def book(tmp_path, rows, merged=(), name="b.xlsx", sheets=()):
    made = openpyxl.Workbook()
    page = made.active
    page.title = "Messung"
    for row in rows:
        page.append(list(row))
    for ref in merged:
        page.merge_cells(ref)
    for title, more in sheets:
        other = made.create_sheet(title)
        for row in more:
            other.append(row)
    path = os.fspath(tmp_path / name)
    made.save(path)
    return path


def test_a_sheet_with_titles_units_text_numbers_merged_cells_and_empty_ends(tmp_path):
    rows = [
        ["Bericht 2021"],
        [],
        ["Prüfer:", "Li"],
        ["Los", "Kraft", "Weg", "Tag", None],
        [None, "kN", "[mm]"],
    ]
    for i in range(12):
        lot = f"L{i // 4}" if i % 4 == 0 else None
        rows.append([lot, str(i / 8) if i % 3 else i / 8, i * 1.5, datetime.datetime(2021, 3, 1 + i)])
    rows.insert(10, [None] * 4)
    merged = ["A1:D1", "A6:A9"]
    table = read_table(book(tmp_path, rows, merged))
    assert table.names == ("Los", "Kraft", "Weg", "Tag")
    assert table.facts["units"] == {"Kraft": "kN", "Weg": "[mm]"}
    assert table["Kraft"].values.tolist() == [i / 8 for i in range(12)]
    assert table["Los"].values.tolist()[:4] == ["L0"] * 4
    assert table["Tag"].kind == "date" and table.row(0) == 6 and table.row(11) == 18
    said = " ".join(table.notes)
    assert "row 4" in said and "row 5" in said and "8 numbers" in said and "1 empty" in said


def test_sheet_and_cells_are_chosen_and_said(tmp_path, refused):
    path = book(tmp_path, [["a", "b"], [1, 2], [3, 4]], sheets=[("Zwei", [["c"], [5], [6]])])
    assert read_table(path).names == ("a", "b") and "Zwei" in " ".join(read_table(path).notes)
    assert read_table(path, sheet="Zwei")["c"].values.tolist() == [5, 6]
    assert read_table(path, sheet=2).names == ("c",) and read_table(path, cells="B1:B3").names == ("b",)
    with refused("CR-3343", "Drei", "Zwei", kind=TableError):
        read_table(path, sheet="Drei")
    with refused("CR-3344", "B", kind=TableError):
        read_table(path, cells="B9X:")
    with refused("CR-3341", "--sheet", kind=TableError):
        csv = tmp_path / "x.csv"
        csv.write_text("a,b\n1,2\n")
        read_table(os.fspath(csv), sheet="1")


def test_a_formula_has_its_computed_value_and_without_one_is_refused(tmp_path, refused):
    path = book(tmp_path, [["a", "b"], [1, "=A2*2"], [2, "=A3*2"]])
    with refused("CR-3316", "B2", "=A2*2", kind=TableError):
        read_table(path)
    data = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(data, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename.endswith("sheet1.xml"):  # what Excel adds when it has computed
                content = content.replace(b"<f>A2*2</f><v />", b"<f>A2*2</f><v>2</v>").replace(
                    b"<f>A2*2</f><v></v>", b"<f>A2*2</f><v>2</v>").replace(b"<f>A3*2</f><v />", b"<f>A3*2</f><v>4</v>").replace(
                    b"<f>A3*2</f><v></v>", b"<f>A3*2</f><v>4</v>").replace(b"<f>A2*2</f><v/>", b"<f>A2*2</f><v>2</v>").replace(
                    b"<f>A3*2</f><v/>", b"<f>A3*2</f><v>4</v>")  # fmt: skip
            new.writestr(item, content)
    (tmp_path / "computed.xlsx").write_bytes(data.getvalue())
    assert read_table(os.fspath(tmp_path / "computed.xlsx"))["b"].values.tolist() == [2, 4]


def test_a_matlab_file_with_samples_in_columns_is_recognized_and_said(tmp_path):
    x, t = np.arange(24.0).reshape(2, 12) ** 2, np.arange(12.0)[None, :]
    path = os.fspath(tmp_path / "m.mat")
    scipy.io.savemat(path, {"P": x, "T": t, "note": "text", "k": 3.0})
    table = read_table(path)
    assert table.names == ("P1", "P2", "T") and table.rows == 12
    np.testing.assert_array_equal(table["P2"].values, x[1])
    assert any("samples stand in columns" in note for note in table.notes)
    scipy.io.savemat(path, {"P": x.T, "T": t.T})
    rows = read_table(path)
    np.testing.assert_array_equal(rows["P2"].values, x[1])
    assert not rows.notes
    scipy.io.savemat(path, {"P": x})
    assert read_table(path, samples="rows").rows == 2 and read_table(path).rows == 12


def test_a_matlab_struct_is_looked_into_and_a_table_object_is_explained(tmp_path):
    path = os.fspath(tmp_path / "s.mat")
    cells = np.empty((3, 1), object)
    cells[:, 0] = ["a", "b", "a"]
    scipy.io.savemat(path, {"data": {"x": np.arange(3.0)[:, None], "name": cells}})
    table = read_table(path)
    assert table["x"].values.tolist() == [0, 1, 2] and table["name"].values.tolist() == ["a", "b", "a"]


def test_dates_are_read_as_people_write_them(make):
    same_day = datetime.datetime(2021, 3, 14, 15, 9, 26)
    forms = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "%m/%d/%Y %H:%M:%S",
             "%d-%b-%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%m/%d/%Y %I:%M:%S %p")  # fmt: skip
    moments = [same_day + datetime.timedelta(days=k, hours=k) for k in range(4)]
    wanted = [(m - datetime.datetime(1970, 1, 1)).total_seconds() for m in moments]
    for form in forms:
        lines = "".join(f"{m.strftime(form)},{k}\n" for k, m in enumerate(moments))
        column = read_table(make("when,y\n" + lines))["when"]
        assert column.kind == "date" and column.values.tolist() == wanted, form


def test_a_date_whose_day_could_be_its_month_is_said_and_can_be_told(make):
    path = make("when,y\n3/4/2020,1\n5/6/2020,2\n")
    first = read_table(path)["when"]
    assert any("mdy" in note for note in first.notes)
    assert first.values[0] == datetime.datetime(2020, 3, 4, tzinfo=datetime.UTC).timestamp()
    second = read_table(path, kinds={"when": "date:dmy"})["when"]
    assert second.values[0] == datetime.datetime(2020, 4, 3, tzinfo=datetime.UTC).timestamp()


def test_what_a_file_is_is_told_by_its_content_and_a_wrong_name_is_said(tmp_path):
    table = pa.table({"a": [1.5, 2.5], "b": ["x", "y"]})
    pq.write_table(table, tmp_path / "p.csv")
    pyarrow.feather.write_feather(table, os.fspath(tmp_path / "f.parquet"))
    (tmp_path / "t.xlsx").write_text("a,b\n1.5,x\n2.5,y\n")
    (tmp_path / "j.txt").write_text('{"a": 1.5, "b": "x"}\n{"a": 2.5, "b": "y"}\n')
    for name in ("p.csv", "f.parquet", "t.xlsx", "j.txt"):
        read = read_table(os.fspath(tmp_path / name))
        assert read["a"].values.tolist() == [1.5, 2.5] and read["b"].values.tolist() == ["x", "y"]
        assert len(read.notes) == 1 and name in read.notes[0]


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


BROKEN = {
    "junk.xlsx": (b"\x00\x01junk" * 50, "CR-3301"), "cut.xlsx": (b"PK\x03\x04" + b"\0" * 200, "CR-3310"),
    "empty.xlsx": (zipped(**{"xl/workbook.xml": "<a/>"}), "CR-3315"), "old.xls": (b"\xd0\xcf\x11\xe0" + b"\0" * 99, "CR-3300"),
    "page.xls": (b"<html><table><tr><td>1</td></tr></table></html>", "CR-3300"),
    "new.mat": (b"MATLAB 7.3 MAT-file, Platform" + b"\0" * 500, "CR-3300"), "h.mat": (b"\x89HDF\r\n\x1a\n" + b"\0" * 99, "CR-3300"),
    "bad.mat": (b"MATLAB 5.0 MAT-file, Platform" + b"\0" * 500, "CR-3318"), "p.parquet": (b"PAR1" + b"\0" * 99, "CR-3349"),
    "f.feather": (b"ARROW1\0\0" + b"\0" * 99, "CR-3349"), "x.pkl": (b"\x80\x04\x95", "CR-3300"), "x.pdf": (b"%PDF-1.4", "CR-3300"),
    "n.npy": (b"\x93NUMPY\x01\x00v\x00{" + b"\0" * 99, "CR-3318"), "two.zip": (zipped(a="1", b="2"), "CR-3312"),
    "g.csv.gz": (gzip.compress(b"a,b\n1,2\n")[:-6], "CR-3310"), "twice.gz": (gzip.compress(gzip.compress(b"a,b\n1,2\n")), "CR-3311"),
    "none.csv.bz2": (bz2.compress(b" \n"), "CR-1004"), "l.jsonl": (b'{"a": 1}\n[2]\n', "CR-3347"),
    "deep.jsonl": (b'{"a": ' + b"[" * 100_000, "CR-3347"), "nest.json": (b'[{"a": {"b": 1}}]', "CR-3346"),
    "twin.jsonl": (b'{"a": 1, "a": 2}\n', "CR-3348"), "bomb.csv.xz": (lzma.compress(b"0" * (1 << 22), preset=0), "CR-3314"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(BROKEN))
def test_a_broken_or_foreign_file_is_refused_with_a_sentence(tmp_path, refused, name, monkeypatch):
    monkeypatch.setattr("chainrule.table.files.LARGEST", 1 << 20)
    data, code = BROKEN[name]
    (tmp_path / name).write_bytes(data)
    with refused(code, name, kind=TableError):
        read_table(os.fspath(tmp_path / name))


def test_pickled_objects_in_npy_are_refused_before_anything_is_run(tmp_path, refused):
    np.save(tmp_path / "o.npy", np.array([{"a": 1}], object), allow_pickle=True)
    with refused("CR-3317", kind=TableError):
        read_table(os.fspath(tmp_path / "o.npy"))


def test_several_files_are_one_table_and_kinds_are_agreed(tmp_path, refused):
    (tmp_path / "1.csv").write_text("a,b,c\n1,yes,7\n2,no,7\n")
    (tmp_path / "2.csv").write_text("b,a,c\nmaybe,3,8\nno,x,8\n")
    (tmp_path / "3.csv").write_text("a,d\n1,2\n")
    paths = [os.fspath(tmp_path / f"{k}.csv") for k in (1, 2)]
    table = read_table(paths)
    assert table.rows == 4 and table["b"].values.tolist() == ["yes", "no", "maybe", "no"]
    assert table["a"].values.tolist() == ["1", "2", "3", "x"] and table["c"].values.tolist() == [7, 7, 8, 8]
    with refused("CR-3342", "3.csv", kind=TableError):
        read_table([*paths, os.fspath(tmp_path / "3.csv")])


def test_standard_input_is_a_file(monkeypatch):
    class Pipe:
        buffer = io.BytesIO(b"a,b\n1,2\n3,4\n")

    monkeypatch.setattr(sys, "stdin", Pipe())
    assert read_table("-")["b"].values.tolist() == [2, 4]


def test_a_frame_with_a_time_zone_keeps_its_own_clock():
    import pandas as pd

    when = pd.to_datetime(["2021-06-01 08:00", "2021-06-01 20:00"]).tz_localize("Asia/Shanghai")
    column = read_table(pd.DataFrame({"when": when, "y": [1, 2]}))["when"]
    assert [v % 86400 / 3600 for v in column.values] == [8, 20] and "Asia/Shanghai" in column.notes[0]


def test_json_lines_keep_types_apart_and_absent_keys_are_missing(tmp_path):
    rows = [{"a": 1, "b": "x"}, {"a": 2.5}, {"a": None, "b": "1"}, {"a": 4, "b": True}]
    (tmp_path / "j.jsonl").write_text("\n".join(map(json.dumps, rows)))
    table = read_table(os.fspath(tmp_path / "j.jsonl"))
    np.testing.assert_array_equal(table["a"].values, [1, 2.5, np.nan, 4])
    assert table["b"].values.tolist() == ["x", None, "1", True]


def test_one_unit_nobody_knows_below_names_is_no_row_of_data(tmp_path) -> None:
    """Beside units that are clear; where names stand above, a word in a column of numbers is no number."""
    (tmp_path / "a.csv").write_text("temp,mass,hardness\n°C,kg,zorks\n1,2,3\n2,3,4\n3,4,5\n", "utf-8")
    read = read_table(tmp_path / "a.csv")
    assert read.rows == 3 and list(read.names) == ["temp", "mass", "hardness"]
    assert [float(v) for v in read["hardness"].values] == [3.0, 4.0, 5.0]
