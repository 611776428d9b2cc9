"""A picture is described once: SVG, PDF, PNG and CSV say the same, thinning is even and said, no glyph is missing."""

import csv
import io
import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chainrule.cli.reporting import put_pictures
from chainrule.messages import catalogue, set_language
from chainrule.page.picture import Axis, Cells, Mark, Panel, Picture, Series, fitting, ticks
from chainrule.page.plot import font_advice, missing_glyphs, picture_files, picture_pdf
from chainrule.page.svg import DARK, PALETTE, picture_svg, picture_svgs


def picture(rows: int = 50, most: int = 0) -> Picture:
    rng = np.random.default_rng(0)
    x = rng.normal(size=rows)
    y = x + 0.1 * rng.normal(size=rows)
    scatter = Panel(Axis("actual"), Axis("predicted"), (Series("rows", x, y, most=most, always=np.array([1, 3])),),
                    "part 训练", "R = 0.99", (Mark("diagonal", name="y = t"),), square=True)  # fmt: skip
    return Picture("one", "A caption", (scatter,))


@settings(max_examples=300, deadline=None)
@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12), st.integers(3, 8))
def test_ticks_lie_inside_are_evenly_spaced_and_say_their_place(a, b, most) -> None:
    low, high = min(a, b), max(a, b)
    assume(high - low > 1e-9 * max(abs(low), abs(high), 1e-3))
    found = ticks(Axis(), low, high, most)
    places = np.array([at for at, _ in found])
    assert 1 <= len(found) <= most + 2
    room = 1e-6 * (high - low)
    assert (places >= low - room).all() and (places <= high + room).all()
    if len(places) > 1:
        step = places[1] - places[0]
        assert np.allclose(np.diff(places), step, rtol=1e-3)
        for at, label in found:
            said = re.sub("·?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", _plain_power, label).replace("−", "-")
            assert float(said) == pytest.approx(at, abs=0.51 * step + 1e-9 * abs(at))
        assert len({label for _, label in found}) == len(found) or step < 1e-3 * max(abs(low), abs(high))


def _plain_power(match: re.Match[str]) -> str:
    digits = match[1].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return ("e" if match.start() else "1e") + digits if "·" in match[0] else "1e" + digits


@given(st.floats(1e-12, 1e12), st.floats(1.001, 1e9))
def test_a_logarithmic_axis_has_ticks_inside(low, ratio) -> None:
    high = low * ratio
    places = [at for at, _ in ticks(Axis(log=True), low, high)]
    assert all(low * 0.999 <= at <= high * 1.001 for at in places) and len(places) <= 12


def test_long_labels_leave_room_for_one_another() -> None:
    few = fitting(Axis(), 0.0, 1e-199, 42)
    assert 2 <= len(few) < len(ticks(Axis(), 0.0, 1e-199))


def test_of_a_long_series_even_points_and_the_named_ones_are_drawn_and_said() -> None:
    long = picture(1000, 100)
    drawn = long.panels[0].series[0].drawn()
    assert {0, 1, 3, 999} <= set(drawn.tolist()) and len(drawn) == 102 and (np.diff(drawn) <= 11).all()
    assert "1000" in long.thinned and "102" in long.thinned
    assert picture(50, 100).thinned == ""


def test_csv_holds_every_number_of_a_thinned_picture(tmp_path) -> None:
    long = picture(300, 50)
    put_pictures([long], str(tmp_path / "new"), lambda text: None)
    assert {p.name for p in (tmp_path / "new").iterdir()} == {"one.svg", "one.pdf", "one.png", "one.csv"}
    text = (tmp_path / "new" / "one.csv").read_text("utf-8-sig")
    read = list(csv.DictReader(io.StringIO(text)))
    series = long.panels[0].series[0]
    assert [float(row["actual"]) for row in read] == series.x.tolist()
    assert [float(row["predicted"]) for row in read] == series.y.tolist()
    assert {row["panel"] for row in read} == {"part 训练"}


def test_a_matrix_is_csv_with_its_names() -> None:
    counts = np.array([[5, 1], [0, 7]])
    cells = Cells(counts, counts / 7, (("5", "1"), ("0", "7")))
    names = ("a", "b")
    made = Picture(
        "m", "", (Panel(Axis("predicted", names=names), Axis("actual", names=names), cells=cells),)
    )
    rows = made.rows()
    assert list(zip(rows["actual"], rows["predicted"], rows["count"], strict=True)) == [
        ("a", "a", 5), ("a", "b", 1), ("b", "a", 0), ("b", "b", 7),
    ]  # fmt: skip


def test_svg_pdf_and_png_are_what_their_names_say_and_the_same_again() -> None:
    pdf, png = picture_files(picture())
    assert pdf.startswith(b"%PDF") and pdf == picture_pdf(picture())
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(png[png.index(b"pHYs") + 4 :][:4], "big") == round(600 / 0.0254)  # dots per metre
    svg = picture_svg(picture())
    for text in ("actual", "predicted", "part 训练", "R = 0.99", "y = t"):
        assert text in svg
    assert "var(--" not in svg and PALETTE[0] in svg  # a file of its own knows no page
    assert "var(--c0)" in picture_svgs(picture())[0] and len(PALETTE) == len(DARK)


def test_letters_in_a_pdf_are_letters() -> None:
    pdf = picture_pdf(picture())
    assert b"/Type3" not in pdf.replace(b" ", b"") and (b"FontFile" in pdf)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_sentence_of_the_catalogue_has_a_glyph_no_font_has(language) -> None:
    """Runs with a Chinese font; without one the advice names fonts to install."""
    texts = [row[language == "zh"] for code, row in catalogue().items() if "CR-1740" <= code < "CR-1800"]
    texts += ["R² ≤ − · 10⁻⁵ ±0123456789 … ⋮"]
    lacking = missing_glyphs(texts)
    chinese = {c for text in texts for c in text if "\u3000" <= c <= "\uffef"}
    assert len(texts) > 50 and set(lacking) <= chinese  # Latin letters and signs are always there
    assert ("Noto Sans CJK SC" in font_advice(texts)) == bool(lacking)


def test_what_no_font_has_is_a_box_and_the_advice_says_so() -> None:
    strange = Picture(
        "s", "", (Panel(Axis("temperature \U0001f321"), Axis(), (Series("", np.arange(3), np.arange(3)),)),)
    )
    assert missing_glyphs(strange.texts()) == "\U0001f321"
    advice = font_advice(strange.texts())
    assert "\U0001f321" in advice and "fonts-noto-cjk" in advice
    set_language("zh")
    try:
        assert "fonts-noto-cjk" in font_advice(strange.texts())
    finally:
        set_language("en")
    assert picture_pdf(strange).startswith(b"%PDF")  # a warning of Matplotlib would be an error here
