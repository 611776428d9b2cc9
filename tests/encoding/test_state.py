"""The state is strict JSON: it round-trips exactly; damaged or foreign state is refused, never misread."""

import copy
import datetime
import json
import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.encoding import Affine, Encoding, Formula, Impute, Lookup, OneHot
from chainrule.encoding import state as js
from chainrule.errors import EncodingError
from chainrule.messages import set_language
from chainrule.table import read_table


def data():
    n = 60
    return {
        "number": [None if i % 7 == 0 else i * 1.1 for i in range(n)],
        "word": [None if i % 11 == 3 else "abc"[i % 3] for i in range(n)],
        "flag": [None if i == 5 else bool(i % 2) for i in range(n)],
        "mixed": np.array([("u", 1, True, 2.5, b"v")[i % 5] for i in range(n)], object),
        "log": [float(i + 1) for i in range(n)],
        "rare": ["x"] * 58 + ["r1", "r2"],
        "y": [i * 2.0 for i in range(n)],
        "class": [("lo", "mid", "hi")[i % 3] for i in range(n)],
    }


def fitted(target="y", task="regression"):
    return Encoding.fit(read_table(data()), target, task, formulas={"log": "log(x)"})


@pytest.mark.parametrize(
    ("target", "task"), [("y", "regression"), ("class", "multiclass"), ("flag", "binary"), (None, None)]
)
def test_state_goes_through_json_and_back(target, task):
    encoding = fitted(target, task)
    text = json.dumps(encoding.to_json(), allow_nan=False)
    for again in (
        Encoding.from_json(text),
        Encoding.from_json(text.encode()),
        Encoding.from_json(json.loads(text)),
    ):
        assert again == encoding and again.to_json() == encoding.to_json()
        assert again.notes == encoding.notes and again.feature_names == encoding.feature_names
        assert [type(v) for v in again.labels] == [type(v) for v in encoding.labels]
        table = read_table(data())
        old, new = encoding.apply(table), again.apply(table)
        for name in ("x", "codes", "t"):
            np.testing.assert_array_equal(getattr(old, name), getattr(new, name))


def test_notes_are_said_in_the_readers_language():
    encoding = Encoding.from_json(fitted().to_json())
    english = encoding.notes
    set_language("zh")
    try:
        chinese = encoding.notes
    finally:
        set_language("en")
    assert len(english) == len(chinese) > 0 and all(a != b for a, b in zip(english, chinese, strict=True))


LABELS = st.one_of(
    st.text(st.characters(), max_size=5),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.binary(max_size=5),
    st.datetimes(),
    st.datetimes(timezones=st.just(datetime.UTC)),
    st.dates(),
    st.times(),
)


@settings(max_examples=300, deadline=None)
@given(LABELS)
def test_labels_of_any_type_round_trip(label):
    put = json.loads(json.dumps(js.put_label(label), allow_nan=False))
    back = js.get_label(put, "label")
    assert type(back) is type(label) and back == label
    if isinstance(label, float):
        assert math.copysign(1, back) == math.copysign(1, label)


def test_labels_of_other_types_are_refused(refused):
    for label in (1j, (1, 2), object(), None):
        with refused("CR-1112", kind=EncodingError):
            js.put_label(label)


@given(st.floats())
def test_numbers_round_trip_with_nan_and_inf(value):
    back = js.get_number(json.loads(json.dumps(js.put_number(value), allow_nan=False)), "v", finite=False)
    assert back == value or math.isnan(back) and math.isnan(value)


@settings(max_examples=60, deadline=None)
@given(st.lists(LABELS, min_size=2, max_size=12, unique_by=lambda v: (type(v).__name__, v)))
def test_a_lookup_finds_every_label_again(labels):
    values = np.empty(2 * len(labels), object)
    values[:] = labels + labels
    try:
        column = read_table({"c": values}, kinds={"c": "category"})["c"]
    except ValueError:  # an infinite float is refused by the table stage
        return
    levels, codes = column.factor()
    lookup = Lookup.from_json(json.loads(json.dumps(Lookup.fit(levels).to_json())))
    assert lookup.apply(column).tolist() == codes.tolist()


BASE = json.loads(json.dumps(fitted("class", "multiclass").to_json()))


def spots(value, path=()):
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from spots(value[key], (*path, key))
    elif isinstance(value, list):
        for i in range(min(len(value), 4)):
            yield from spots(value[i], (*path, i))


JUNK = (
    None,
    True,
    0,
    -1,
    5,
    1.5,
    1e308,
    10**30,
    "",
    "x",
    "impute",
    [],
    {},
    [[]],
    {"op": "affine"},
    {"float": "nan"},
    {"int": "0xz"},
    {"int": "9" * 9999},
    {"bytes": "?"},
    {"datetime": "never"},
    {"float": "nan", "x": 1},
    "CR-1150",
)


def use(state):
    """Load and use an encoding; EncodingError is the only refusal."""
    try:
        encoding = Encoding.from_json(state)
        again = Encoding.from_json(json.dumps(encoding.to_json(), allow_nan=False))
        assert again == encoding
        assert len(encoding.notes) >= 0 and len(encoding.feature_names) == encoding.inputs
        encoded = encoding.apply(read_table(data()), target=False)
        assert np.isfinite(encoded.x).all()
        if encoded.codes is not None:
            assert (encoded.codes >= -1).all() and (encoded.codes < np.array(encoding.levels)).all()
        return True
    except EncodingError as error:
        assert error.code in str(error)
        return False


def test_every_entry_replaced_by_junk_is_refused_or_still_sound():
    assert use(BASE)
    outcomes = []
    for path in spots(BASE):
        for junk in JUNK:
            state = copy.deepcopy(BASE)
            if not path:
                outcomes.append(use(junk))
                continue
            holder = state
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = junk
            outcomes.append(use(state))
    assert outcomes.count(False) > len(outcomes) / 2


def test_every_entry_removed_or_added_is_refused():
    for path in spots(BASE):
        if not path or not isinstance(path[-1], str) or "notes" in path:
            continue
        state = copy.deepcopy(BASE)
        holder = state
        for key in path[:-1]:
            holder = holder[key]
        del holder[path[-1]]
        assert not use(state), path
        holder[path[-1] + "2"] = 1
        assert not use(state), path


@pytest.mark.parametrize("seed", range(3))
def test_mutated_text_is_refused_or_still_sound(seed):
    rng = random.Random(seed)
    text = json.dumps(BASE)
    for _ in range(150):
        chars = list(text)
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(chars))
            if rng.random() < 0.5:
                chars[at] = rng.choice('0123456789"[]{}:,eE-. ntx')
            else:
                del chars[at : at + rng.randrange(1, 30)]
        use("".join(chars))


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, '{"a": NaN}', '{"a": 1, "a": 2}', b"\xff\xfe", "null", "1" * 5000, '"x"']
)
def test_what_is_no_json_object_is_refused(refused, text):
    with refused("CR-1112", kind=EncodingError):
        Encoding.from_json(text)


def test_newer_versions_and_unknown_steps_are_named(refused):
    with refused("CR-1113", "2", "1", kind=EncodingError):
        Encoding.from_json({**BASE, "version": 2})
    state = copy.deepcopy(BASE)
    state["paths"][0]["steps"][0] = {"op": "embed", "width": 4}
    with refused("CR-1114", "embed", "impute", kind=EncodingError):
        Encoding.from_json(state)


def test_steps_that_do_not_fit_together_are_refused(refused):
    lookup, onehot = Lookup(("a", "b")).to_json(), OneHot(2).to_json()
    affine, impute = Affine(0.0, 1.0).to_json(), Impute(0.0).to_json()
    for steps in ([], [lookup], [onehot], [lookup, OneHot(3).to_json()], [impute, lookup], [affine, onehot],
                  [lookup, onehot, affine], [impute] * 17, [{"op": "affine", "center": 0.0, "spread": 0.0}],
                  [{"op": "expression", "text": "rowmax(x)"}], [{"op": "expression", "text": "import os"}],
                  [{"op": "lookup", "levels": ["a", "a"], "missing": -1, "unseen": -1}, onehot],
                  [{"op": "lookup", "levels": ["a"], "missing": 2, "unseen": -1}, onehot]):  # fmt: skip
        state = copy.deepcopy(BASE)
        state["paths"][0]["steps"] = steps
        with refused("CR-1112", kind=EncodingError):
            Encoding.from_json(state)


def test_a_formula_is_kept_as_its_text():
    assert Formula.from_json(Formula("log1p(x)").to_json()) == Formula("log1p(x)")
