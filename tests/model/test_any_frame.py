"""Whatever a frame holds, it trains and predicts finite values, the same after saving, or is refused with a sentence."""

import datetime
import math
import warnings

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import chainrule
from chainrule.errors import ChainruleError
from chainrule.messages import catalogue

REALS = st.floats(allow_nan=True, allow_infinity=True, width=64)
CELLS = {
    "real": st.one_of(st.floats(-1e6, 1e6), st.none()),
    "wild": st.one_of(REALS, st.sampled_from([0.0, -0.0, 1e300, 5e-324, 1e-300])),
    "whole": st.one_of(st.integers(-5, 5), st.integers(-(2**70), 2**70)),
    "few": st.sampled_from([0, 1, 1, 2]),
    "label": st.sampled_from(["a", "b", "?", "", "NA", "缺失", " a", "A"]),
    "text": st.text(max_size=12),
    "numeric text": st.sampled_from(["1", "2.5", "3,5", "-", "1e3", "7 kg"]),
    "flag": st.sampled_from([True, False, None]),
    "date": st.one_of(st.datetimes(), st.none()),
    "day": st.one_of(st.dates(), st.none()),
    "clock": st.one_of(st.times(), st.none()),
    "written date": st.sampled_from(["2020-01-05", "2021-12-31", "2020-02-29", "n/a"]),
    "constant": st.just(3.25),
    "empty": st.none(),
    "mixed": st.one_of(
        st.integers(0, 3), st.text(max_size=2), st.booleans(), st.none(), st.binary(max_size=2)
    ),
}
AS = ("number", "category", "yesno", "date", "text", "date:dmy")


@st.composite
def frames(draw):
    rows = draw(st.integers(4, 24))
    names = draw(st.lists(st.sampled_from(list(CELLS)), min_size=2, max_size=5, unique=True))
    frame = {name: draw(st.lists(CELLS[name], min_size=rows, max_size=rows)) for name in names}
    kinds = draw(st.dictionaries(st.sampled_from(names), st.sampled_from(AS), max_size=1))
    target = draw(st.sampled_from(names))
    how = {
        "scale": draw(st.sampled_from(["auto", "minmax", "robust", "power", "quantile"])),
        "target_scale": draw(st.sampled_from(["auto", "auto", "power", "quantile"])),
        "keep": [n for n in names if n != target and draw(st.booleans())],
    }
    return frame, target, kinds, how


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(frames())
def test_any_frame_trains_and_predicts_finite_values_or_is_refused_with_a_sentence(tmp_path_factory, drawn):
    frame, target, kinds, how = drawn
    path = tmp_path_factory.mktemp("any") / "m.chainrule"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            model = chainrule.train(frame, target, hidden=(3,), epochs=2, decay=0.0, kinds=kinds, **how)
        except ChainruleError as error:
            assert error.code in catalogue() and error.code in str(error)
            return
        model.save(path)
        again = chainrule.load(path)
        assert again.encoding == model.encoding and math.isfinite(float(np.abs(again.weights).max()))
        try:
            one, two = model.predict(frame), again.predict(frame)
        except ChainruleError as error:  # a value beyond what the training rows let it be, told with its row
            assert error.code in ("CR-1103", "CR-1109") and "row" in str(error)
            return
    for a, b in zip(one.columns, two.columns, strict=True):
        assert a.values.tolist() == b.values.tolist()
        assert a.kind != "number" or np.isfinite(a.values).all()
    assert one.rows == len(frame[target])


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.one_of(st.none(), st.datetimes(datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31))),
        min_size=3,
        max_size=30,
    )
)
def test_any_dates_come_back_from_text_as_they_went_out(tmp_path_factory, moments):
    from chainrule.table import Column, Table, read_table, write_csv

    seconds = [
        math.nan if m is None else (m.replace(microsecond=0) - datetime.datetime(1970, 1, 1)).total_seconds()
        for m in moments
    ]
    column = Column("when", "date", np.array(seconds), type="datetime")
    path = tmp_path_factory.mktemp("dates") / "d.csv"
    write_csv(path, Table((column, Column("k", "number", np.arange(float(len(moments))))), len(moments)))
    read = read_table(path, kinds={"when": "date"})["when"]
    np.testing.assert_array_equal(read.values, column.values)
