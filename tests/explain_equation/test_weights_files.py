"""Files of weights: what stands in them becomes the network that whoever wrote them meant, or is asked or refused."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from scipy.io import savemat

from chainrule.cli.shell import run
from chainrule.errors import ChainruleError
from chainrule.explain.equation import equation
from chainrule.explain.equation.checking import answers_of
from chainrule.explain.faces import explain_net
from chainrule.explain.foreign import from_weights
from chainrule.table import read_table

RNG = np.random.default_rng(5)
W1, B1, W2, B2 = RNG.normal(size=(4, 3)), RNG.normal(size=4), RNG.normal(size=(1, 4)), RNG.normal(size=1)
X = RNG.normal(size=(7, 3))
TABLE = {f"x{k + 1}": X[:, k].tolist() for k in range(3)}
KNOWN = dict(activation="tanh", output="identity")


def by_hand() -> np.ndarray:
    return np.tanh(X @ W1.T + B1) @ W2[0] + B2[0]


def cells(*arrays: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    made = np.empty(shape, object)
    made[...] = None
    for at in np.ndindex(shape):
        made[at] = np.zeros((0, 0))
    for k, array in enumerate(arrays):
        made[(k, 0) if shape[1] == 1 else (k + 1, k)] = array
    return made


def write(folder: Path, kind: str) -> Path:
    """The same network as different tools write it."""
    file = folder / {"torch": "t.safetensors", "matlab": "m.mat", "ng": "ng.mat"}.get(kind, f"{kind}.npz")
    if kind == "numpy":
        np.savez(file, W1=W1, b1=B1, W2=W2, b2=B2)
    elif kind == "transposed":
        np.savez(file, W1=W1.T, b1=B1, W2=W2.T, b2=B2)
    elif kind == "vector":
        np.savez(file, w=W1.T, b_h=B1, w_out=W2[0], b_out=B2)
    elif kind == "keras":
        np.savez(file, **{"dense/kernel": W1.T, "dense/bias": B1, "dense_1/kernel": W2.T, "dense_1/bias": B2})
    elif kind == "shuffled":
        np.savez(file, W_out=W2, b_out=B2, W_in=W1, b_in=B1, loss=np.array(3.0), epochs=np.arange(9))
    elif kind == "thresholds":
        np.savez(file, W1=W1, threshold1=-B1, W2=W2, threshold2=-B2)
    elif kind == "torch":
        save_file({"0.weight": W1, "0.bias": B1, "2.weight": W2, "2.bias": B2}, file)
    elif kind == "matlab":
        savemat(
            file,
            {"IW": cells(W1, shape=(2, 1)), "LW": cells(W2, shape=(2, 2)), "b": cells(B1, B2, shape=(2, 1))},
        )
    else:  # Ng's course: the first column is the weight of x₀ = 1
        savemat(file, {"Theta1": np.column_stack([B1, W1]), "Theta2": np.column_stack([B2, W2])})
    return file


@pytest.mark.parametrize(
    "kind", ["numpy", "transposed", "vector", "keras", "shuffled", "thresholds", "torch", "matlab", "ng"]
)
def test_every_tools_file_is_the_network_it_was_written_from(tmp_path: Path, kind: str) -> None:
    file = write(tmp_path, kind)
    made = equation(from_weights(file, **KNOWN), read_table(TABLE))
    # sums of five products of numbers near 1
    assert np.abs(answers_of(made.exact, read_table(TABLE))[:, 0] - by_hand()).max() <= 1e-13
    page = explain_net(file, None, X[2], [0.5], **KNOWN)
    assert page.facts["stages"]["forward"][-1]["value"] == pytest.approx(by_hand()[2], abs=1e-13)


def test_matlabs_mapminmax_becomes_the_units_of_the_columns(tmp_path: Path) -> None:
    low, high, t_low, t_high = np.array([0.0, -2, 10]), np.array([5.0, 2, 30]), -4.0, 8.0
    savemat(tmp_path / "n.mat", {
        "IW1_1": W1, "b1": B1[:, None], "LW2_1": W2, "b2": B2,
        "x1_step1": {"xoffset": low[:, None], "gain": (2 / (high - low))[:, None], "ymin": -1.0},
        "y1_step1": {"ymin": -1.0, "gain": 2 / (t_high - t_low), "xoffset": t_low},
    })  # fmt: skip
    scaled = 2 * (X - low) / (high - low) - 1
    wanted = (np.tanh(scaled @ W1.T + B1) @ W2[0] + B2[0] + 1) * (t_high - t_low) / 2 + t_low
    made = equation(
        from_weights(tmp_path / "n.mat", activation="tansig", output="purelin"), read_table(TABLE)
    )
    assert np.abs(answers_of(made.exact, read_table(TABLE))[:, 0] - wanted).max() <= 1e-12


def test_a_square_matrix_without_a_word_is_asked_with_both_first_outputs(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", W1=[[0.1, 0.8], [0.4, 0.6]], W2=[[0.3, 0.9]])
    with pytest.raises(ChainruleError, match="CR-1947") as refused:
        explain_net(tmp_path / "a.npz", None, [0.35, 0.9], [0.5], activation="sigmoid", output="sigmoid")
    assert "0.690283" in str(refused.value) and "0.690842" in str(refused.value)  # example A, both ways
    for rows, first in (("units", 0.6902834929076443), ("inputs", 0.690842)):
        page = explain_net(
            tmp_path / "a.npz", None, [0.35, 0.9], [0.5], rows=rows, activation="sigmoid", output="sigmoid"
        )
        assert page.facts["stages"]["forward"][-1]["value"] == pytest.approx(first, abs=5e-7)
    with pytest.raises(ChainruleError, match="CR-1995"):
        from_weights(tmp_path / "a.npz", activation="sigmoid", output="sigmoid")
    np.savez(tmp_path / "s.npz", W1=[[0.1, 0.8], [0.8, 0.6]], W2=[[0.3, 0.9]])  # symmetric: nothing to ask
    assert from_weights(tmp_path / "s.npz", activation="sigmoid", output="sigmoid").plan.size == 6


def test_one_of_several_outputs_or_all_of_a_softmax(tmp_path: Path) -> None:
    many = RNG.normal(size=(3, 4))
    np.savez(tmp_path / "m.npz", W1=W1, b1=B1, W2=many, b2=np.arange(3.0))
    s = np.tanh(X @ W1.T + B1) @ many.T + np.arange(3.0)
    with pytest.raises(ChainruleError, match="CR-2379"):
        from_weights(tmp_path / "m.npz", **KNOWN)
    second = equation(from_weights(tmp_path / "m.npz", answer=2, **KNOWN), read_table(TABLE))
    assert np.abs(answers_of(second.exact, read_table(TABLE))[:, 0] - s[:, 1]).max() <= 1e-13
    classes = equation(
        from_weights(tmp_path / "m.npz", activation="tanh", output="softmax"), read_table(TABLE)
    )
    wanted = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    assert np.abs(answers_of(classes.exact, read_table(TABLE)) - wanted).max() <= 1e-13


@pytest.mark.parametrize(
    ("arrays", "settings", "code"),
    [
        (dict(W1=W1, W2=W2), {}, "CR-2378"),
        (dict(W1=W1, W2=W2), dict(activation="tanh"), "CR-2378"),
        (dict(W1=W1, W2=RNG.normal(size=(2, 6))), KNOWN, "CR-2377"),
        (dict(W1=W1, b1=B1[:3], W2=W2, b2=B2), KNOWN, "CR-2377"),
        (dict(W1=W1, W2=W2), dict(rows="inputs", **KNOWN), "CR-2377"),
        (dict(W1=W1 * np.nan, W2=W2), KNOWN, "CR-2374"),
        (dict(loss=np.arange(3.0)), KNOWN, "CR-2373"),
        (dict(W1=W1, W2=W2), dict(activation="nope", output="identity"), "CR-1316"),
    ],
)
def test_what_cannot_be_a_network_is_refused_with_its_reason(
    tmp_path: Path, arrays: dict, settings: dict, code: str
) -> None:
    np.savez(tmp_path / "w.npz", **arrays)
    with pytest.raises(ChainruleError) as refused:
        from_weights(tmp_path / "w.npz", **settings)
    assert refused.value.code == code


@pytest.mark.parametrize("name", ["w.npz", "w.npy", "w.safetensors", "w.mat"])
@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 not really", b"MATLAB 5.0 MAT-file" + b"\0" * 300, b"\x93NUMPY\x01"]
)
def test_a_damaged_file_is_refused_and_never_crashes(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ChainruleError, match="CR-237"):
        from_weights(tmp_path / name, **KNOWN)


def test_objects_in_a_file_are_never_loaded(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "sprung",))

    np.savez(tmp_path / "trap.npz", W1=np.array([Trap()], dtype=object))
    with pytest.raises(ChainruleError, match="CR-2372"):
        from_weights(tmp_path / "trap.npz", **KNOWN)
    assert not (tmp_path / "sprung").exists()


def test_the_commands_take_files_of_weights(tmp_path: Path, capfd, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "numpy")
    assert run(["equation", "numpy.npz", "--activation", "tanh", "--output", "identity", "--columns", "a,b,c",
                "--target", "price"]) == 0  # fmt: skip
    said = capfd.readouterr().out
    assert "price = " in said and 'the column "b"' in said
    assert (
        run(
            [
                "explain",
                "numpy.npz",
                "--x",
                "1,2,3",
                "--t",
                "0",
                "--activation",
                "tanh",
                "--output",
                "identity",
            ]
        )
        == 0
    )
    assert "Every number of 3-4-1" in capfd.readouterr().out
    assert (
        run(
            ["explain", "numpy.npz", "--x", "1,2", "--t", "0", "--activation", "tanh", "--output", "identity"]
        )
        == 2
    )
    assert run(["explain", "numpy.npz", "--t", "0"]) == 2
    assert run(["equation", "nothing.npz"]) == 2
    errors = capfd.readouterr().err.splitlines()
    assert [line.rstrip("]")[-7:] for line in errors] == ["CR-2377", "CR-2240", "CR-2372"]
