"""The model file: what is saved is what is loaded, and nothing that is not such a file gets past the door."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from model_tables import QUICK, table

import chainrule
from chainrule.errors import ChainruleError, ModelError, TableError
from chainrule.model.file import KIND, VERSION, assembled
from chainrule.rules.activations import Activation
from chainrule.training import store


def state_of(model):
    state = {"plan": model.plan.to_json(), "encoding": model.encoding.to_json(), "facts": dict(model.facts)}
    tensors = {name: np.array(part) for name, part in model.parts.items()}
    tensors |= {f"history.{name}": np.array(curve) for name, curve in model.history.items()}
    return json.loads(json.dumps(state)), tensors


def test_a_loaded_model_predicts_the_same_bits_and_says_the_same(model, tmp_path):
    model.save(tmp_path / "m")
    loaded = chainrule.load(tmp_path / "m")
    one, two = (m.predict(table(model.target, 40, 7)) for m in (model, loaded))
    assert one.names == two.names
    for a, b in zip(one.columns, two.columns, strict=True):
        np.testing.assert_array_equal(a.values, b.values)
    assert loaded.report() == model.report()
    assert loaded.script() == model.script()
    assert loaded.to_json_report() == model.to_json_report()


def test_the_same_training_gives_the_same_file(model, tmp_path):
    again = chainrule.train(table(model.target), model.target, **QUICK)
    for name, one in (("a", model), ("b", again), ("c", chainrule.load(_saved(model, tmp_path / "d")))):
        one.save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == (tmp_path / "c").read_bytes()


def _saved(model, path):
    model.save(path)
    return path


def test_any_reader_of_safetensors_finds_the_weights_by_name(model, tmp_path):
    tensors = safetensors.numpy.load_file(_saved(model, tmp_path / "m"))
    for name, part in model.parts.items():
        np.testing.assert_array_equal(tensors[name], part)
    np.testing.assert_array_equal(tensors["history.train"], model.history["train"])


def test_a_users_own_activation_travels_as_text(tmp_path):
    own = Activation("bent", y="s/(1 + abs(s))")
    model = chainrule.train(table("y"), "y", activation=own, **QUICK)
    loaded = chainrule.load(_saved(model, tmp_path / "m"))
    assert loaded.plan.layers[0].activation.y == own.y
    np.testing.assert_array_equal(
        loaded.predict(table("y"))["y"].values, model.predict(table("y"))["y"].values
    )
    assert "from chainrule import Activation" in model.script()
    assert "s/(1 + abs(s))" in model.script()


def test_the_script_runs_as_it_stands_and_reproduces_the_bits(csv, tmp_path):
    made = chainrule.train(
        csv("kind"), "kind", monitor="accuracy", drop=["wet"], seed=5, missing=["?"], **QUICK
    )
    program = made.script() + f"model.save({str(tmp_path / 'again')!r})\n"
    home = str(Path(chainrule.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": home},
        capture_output=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    np.testing.assert_array_equal(chainrule.load(tmp_path / "again").weights, made.weights)


def test_the_script_of_a_frame_is_a_function_of_the_frame(model):
    space: dict = {}
    exec(model.script(), space)
    np.testing.assert_array_equal(space["program"](table(model.target)).weights, model.weights)


def refused(path, words=""):
    with pytest.raises(ModelError) as error:
        chainrule.load(path)
    assert error.value.code == "CR-1831"
    assert words in str(error.value)


def test_every_flipped_byte_and_every_cut_is_refused(model, tmp_path):
    whole = _saved(model, tmp_path / "m").read_bytes()
    draw = random.Random(1)
    for _ in range(700):
        changed = bytearray(whole)
        place = draw.randrange(len(whole))
        changed[place] ^= 1 << draw.randrange(8)
        for damaged in (bytes(changed), whole[:place], whole + b"\0" * draw.randrange(1, 9)):
            with pytest.raises(store.Refused):
                store.unpack(damaged, KIND, VERSION)
    (tmp_path / "m").write_bytes(whole[:-1])
    refused(tmp_path / "m", "cut short")


def header(entries, body=b"", length=None):
    raw = entries if isinstance(entries, bytes) else json.dumps(entries).encode()
    return (len(raw) if length is None else length).to_bytes(8, "little") + raw + body


DEEP = b'{"__metadata__":' + b'{"a":' * 200_000 + b"1" + b"}" * 200_001
META = {"format": KIND, "version": "1", "state": "{}", "sha256": "0"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no safetensors"),
        (b"1,2,3\n4,5,6\n", "no safetensors"),
        (b"\x80\x04\x95" + b"." * 50, "no safetensors"),
        (header({}, length=2**63), "cut short"),
        (header({}, length=10**9), "cut short"),
        (header(DEEP), "no safetensors"),
        (header({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}, b"\0" * 4), "another kind"),
        (header({"__metadata__": {**META, "format": "chainrule-checkpoint"}}), "another kind"),
        (header({"__metadata__": {**META, "version": "2"}}), "use a newer Chainrule"),
        (header({"__metadata__": {**META, "version": "{}" * 500}}), "use a newer Chainrule"),
        (header({"__metadata__": META}), "checksum"),
        (header(b'{"__metadata__": NaN}'), "no safetensors"),
        (header({"__metadata__": {**META, "state": 1}}), "__metadata__"),
        (header(b'{"__metadata__":{"a":1},"__metadata__":{"a":1}}'), "no safetensors"),
        *(
            (header({"__metadata__": META, "w": entry}, b"\0" * 4), "'w'")
            for entry in (
                {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]},
                {"dtype": "F8", "shape": [4], "data_offsets": [0, 4]},
                {"dtype": "F32", "shape": [1], "data_offsets": [-4, 0]},
                {"dtype": "F32", "shape": [True], "data_offsets": [0, 4]},
                {"dtype": "F32", "shape": [2**62, 2**62], "data_offsets": [0, 4]},
                {"dtype": "F32", "shape": "x", "data_offsets": [0, 4]},
                {"dtype": ["F32"], "shape": [1], "data_offsets": [0, 4]},
                {"dtype": "F32", "shape": [1]},
                [],
                7,
                {"dtype": "F32", "shape": [1.0], "data_offsets": [0, 4]},
            )
        ),
    ],
)
def test_a_foreign_or_hostile_file_is_refused(data, words, tmp_path):
    (tmp_path / "m").write_bytes(data)
    refused(tmp_path / "m", words)


def test_a_checkpoint_is_no_model(tmp_path):
    chainrule.train(table("y"), "y", checkpoint=tmp_path / "c", **QUICK)
    refused(tmp_path / "c", "another kind of file")


def test_no_file_a_folder_and_a_place_that_cannot_be_written_are_sentences(model, tmp_path):
    refused(tmp_path / "none", "cannot be read")
    refused(tmp_path, "cannot be read")
    for path in (tmp_path, tmp_path / "no" / "m", tmp_path / "a\0b"):
        with pytest.raises(ModelError, match="CR-1830"):
            model.save(path)


def test_no_space_leaves_the_old_file_whole(model, tmp_path, monkeypatch):
    before = _saved(model, tmp_path / "m").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ModelError, match="[Nn]o space (is )?left on (device|the disk)"):
        model.save(tmp_path / "m")
    assert [p.name for p in tmp_path.iterdir()] == ["m"]
    assert (tmp_path / "m").read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda s, t: t.update(w1=t["w1"][:, :1]),
        lambda s, t: t.update(w1=t["w1"] * np.nan),
        lambda s, t: t.pop("b1"),
        lambda s, t: t.update(b1=t["b1"].astype(np.int64)),
        lambda s, t: t.update(w9=t["b1"]),
        lambda s, t: t.pop("history.train"),
        lambda s, t: t.update({"history.rate": t["history.rate"][:, :1]}),
        lambda s, t: s["encoding"]["paths"].pop(),
        lambda s, t: s["plan"]["blocks"][0].update(width=99),
        lambda s, t: s["plan"].update(members=2),
        lambda s, t: s["plan"].update(precision="float64"),
        lambda s, t: s["plan"]["blocks"][-1].update(units=10**9),
        lambda s, t: s["facts"].update(task="other"),
        lambda s, t: s["facts"]["metrics"].pop("test"),
        lambda s, t: s["facts"]["reasons"].append(["CR-1801", {"rows": {}}]),
        lambda s, t: s["facts"].update(extra=1),
        lambda s, t: s["facts"]["stop"]["values"].clear(),
        lambda s, t: s["facts"]["stop"].update(reason="whim"),
        lambda s, t: s["facts"]["rows"].update(train=-1),
        lambda s, t: s["facts"].update(best_epoch=True),
        lambda s, t: s.pop("facts"),
    ],
)
def test_parts_that_do_not_belong_together_are_refused_in_spite_of_a_right_checksum(change, model, tmp_path):
    state, tensors = state_of(model)
    assembled(state, tensors)  # whole, it is accepted
    change(state, tensors)
    store.write(tmp_path / "m", KIND, VERSION, state, tensors)
    refused(tmp_path / "m")


BOMBS = [
    "9**9**9**9",
    "exp(" * 300 + "s" + ")" * 300,
    "s*" * 999 + "s",
    "__import__('os')",
    "s.real",
    "a" * 3000,
    "",
    "s if s else 0",
    "log(s)",
]


@pytest.mark.parametrize("text", BOMBS)
def test_a_formula_of_a_stranger_is_refused_or_is_a_number(text, model, tmp_path):
    state, tensors = state_of(model)
    state["plan"]["blocks"][-2 if "activation" in state["plan"]["blocks"][-2] else -1]["activation"] = {
        "name": "own",
        "y": text,
        "slope": "",
        "safe": "",
        "back": "",
        "knobs": {},
        "output": False,
        "source": "",
    }
    store.write(tmp_path / "m", KIND, VERSION, state, tensors)
    try:
        said = chainrule.load(tmp_path / "m").predict(table(model.target, 5))
    except ChainruleError as error:
        assert str(error)
    else:
        assert said.rows == 5


VALUES = [
    None,
    True,
    0,
    -1,
    2**63,
    1e308,
    0.5,
    "",
    "x",
    "tanh",
    [],
    {},
    [[]],
    {"a": 1},
    "{x}",
    "9**9**9",
    "CR-1801",
    "CR-1901",
    3,
]


def _places(part, where=()):
    if where:
        yield where
    children = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, child in children:
        yield from _places(child, (*where, key))


def test_a_thousand_changes_by_a_hostile_hand_are_refused_or_harmless(model):
    """Values exchanged, removed or added anywhere in the JSON, checksum right: a sentence, or a model that works."""
    draw, data = random.Random(2), table(model.target, 3)
    text = json.dumps(state_of(model)[0])
    counts = {"refused": 0, "works": 0}
    for _ in range(350):
        state, tensors = json.loads(text), state_of(model)[1]
        where = draw.choice(list(_places(state)))
        parent = state
        for key in where[:-1]:
            parent = parent[key]
        if draw.random() < 0.2:
            del parent[where[-1]]
        else:
            parent[where[-1]] = json.loads(json.dumps(draw.choice(VALUES)))
        try:
            loaded = assembled(*store.unpack(store.pack(KIND, VERSION, state, tensors), KIND, VERSION))
        except (ChainruleError, store.Refused) as error:
            assert str(error)
            counts["refused"] += 1
            continue
        try:
            loaded.predict(data)
        except (TableError, ChainruleError) as error:
            assert str(error)  # such as a column under another name
        assert loaded.report() and loaded.summary
        compile(loaded.script(), "script", "exec")
        json.dumps(loaded.to_json_report(), allow_nan=False)
        counts["works"] += 1
    assert min(counts.values()) > 20
