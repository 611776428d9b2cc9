"""Listings in many styles: right ones pass, harmful ones are stopped, the others are refused with a sentence."""

import json
from pathlib import Path

import pytest

from chainrule import check
from chainrule.errors import CheckError

HEAD = """
import numpy as np
np.random.seed(3)
X = np.array([[0., 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1], [.5, .2, 1]])
y = np.array([[0., 1, 1, 0, .4]]).T
sigmoid = lambda v: 1 / (1 + np.exp(-v))
"""

RIGHT = {
    "plus_equals_with_the_error": """
W1 = 2*np.random.random((3, 4)) - 1
W2 = 2*np.random.random((4, 1)) - 1
for j in range(60):
    l1 = sigmoid(np.dot(X, W1)); l2 = sigmoid(np.dot(l1, W2))
    l2_delta = (y - l2)*(l2*(1-l2))
    l1_delta = l2_delta.dot(W2.T) * (l1 * (1-l1))
    W2 += l1.T.dot(l2_delta)
    W1 += X.T.dot(l1_delta)
""",
    "columns_with_biases_mean_and_cross_entropy": """
A = X.T; T = y.T; n = A.shape[1]
W1 = np.random.randn(4, 3)*.5; b1 = np.zeros((4, 1)); W2 = np.random.randn(1, 4)*.5; b2 = np.zeros((1, 1))
for i in range(50):
    Z1 = np.dot(W1, A) + b1; A1 = np.tanh(Z1)
    Z2 = np.dot(W2, A1) + b2; A2 = sigmoid(Z2)
    dZ2 = A2 - T
    dW2 = np.dot(dZ2, A1.T)/n; db2 = np.sum(dZ2, axis=1, keepdims=True)/n
    dZ1 = np.dot(W2.T, dZ2)*(1 - np.power(A1, 2))
    dW1 = np.dot(dZ1, A.T)/n; db1 = np.sum(dZ1, axis=1, keepdims=True)/n
    W1 = W1 - 1.2*dW1; b1 = b1 - 1.2*db1; W2 = W2 - 1.2*dW2; b2 = b2 - 1.2*db2
""",
    "one_row_at_a_time": """
W1 = np.random.randn(3, 4)*.5; b1 = np.random.randn(4)*.1; W2 = np.random.randn(4, 1)*.5; b2 = np.zeros(1)
for epoch in range(5):
    for x, t in zip(X, y):
        h = sigmoid(x @ W1 + b1); o = sigmoid(h @ W2 + b2)
        d2 = (o - t)*o*(1 - o); d1 = (W2 @ d2)*h*(1 - h)
        W2 -= .5*np.outer(h, d2); b2 -= .5*d2; W1 -= .5*np.outer(x, d1); b1 -= .5*d1
""",
    "relu_softmax_class_labels_and_weight_decay": """
c = np.array([0, 1, 2, 1, 0]); n = len(c)
W = 0.1*np.random.randn(3, 6); b = np.zeros((1, 6)); W2 = 0.1*np.random.randn(6, 3); b2 = np.zeros((1, 3))
step_size = 1.0; reg = 1e-3
for i in range(40):
    hidden = np.maximum(0, np.dot(X, W) + b)
    scores = np.dot(hidden, W2) + b2
    e = np.exp(scores); probs = e/np.sum(e, axis=1, keepdims=True)
    loss = np.sum(-np.log(probs[range(n), c]))/n
    d = probs; d[range(n), c] -= 1; d /= n
    dW2 = np.dot(hidden.T, d); db2 = np.sum(d, axis=0, keepdims=True)
    dh = np.dot(d, W2.T); dh[hidden <= 0] = 0
    dW = np.dot(X.T, dh); db = np.sum(dh, axis=0, keepdims=True)
    dW2 += reg*W2; dW += reg*W
    W += -step_size*dW; b += -step_size*db; W2 += -step_size*dW2; b2 += -step_size*db2
""",
    "momentum": """
W1 = np.random.randn(3, 4)*.5; W2 = np.random.randn(4, 1)*.5; v1 = 0*W1; v2 = 0*W2
for i in range(40):
    h = sigmoid(X @ W1); o = sigmoid(h @ W2)
    d2 = 2*(o - y)/len(y)*o*(1 - o); d1 = d2 @ W2.T*h*(1 - h)
    v2 = .9*v2 - .3*h.T @ d2; v1 = .9*v1 - .3*X.T @ d1
    W2 = W2 + v2; W1 = W1 + v1
""",
    "a_class_with_methods": """
class Net:
    def __init__(self, x, t):
        self.input = x; self.w1 = np.random.rand(x.shape[1], 4); self.w2 = np.random.rand(4, 1); self.t = t
    def feedforward(self):
        self.layer1 = sigmoid(np.dot(self.input, self.w1)); self.output = sigmoid(np.dot(self.layer1, self.w2))
    def backprop(self):
        e = 2*(self.t - self.output)*self.output*(1 - self.output)
        d2 = np.dot(self.layer1.T, e)
        d1 = np.dot(self.input.T, np.dot(e, self.w2.T)*self.layer1*(1 - self.layer1))
        self.w1 += d1; self.w2 += d2
net = Net(X, y)
for i in range(20):
    net.feedforward(); net.backprop()
print(net.output)
""",
    "a_loop_over_three_layers_of_a_list": """
sizes = [3, 5, 4, 1]; W = [np.random.randn(a, b)*.7 for a, b in zip(sizes, sizes[1:])]
B = [np.zeros((1, b)) for b in sizes[1:]]
for it in range(30):
    a = [X]
    for w, b in zip(W, B):
        a.append(sigmoid(a[-1] @ w + b))
    delta = (a[-1] - y)*a[-1]*(1 - a[-1])
    for l in range(2, -1, -1):
        gw = a[l].T @ delta; gb = delta.sum(0, keepdims=True)
        if l: delta = delta @ W[l].T*a[l]*(1 - a[l])
        W[l] = W[l] - .5*gw; B[l] = B[l] - .5*gb
""",
    "a_single_neuron_trained_once": """
w = np.array([[.1], [.2], [.3]])
for once in range(1):
    o = sigmoid(X.dot(w))
    w -= 0.1*X.T.dot((o - y)*o*(1 - o))
""",
    "bias_as_a_column_of_ones": """
W1 = np.random.randn(3, 4)*.5; W2 = np.random.randn(5, 1)*.5
for i in range(40):
    h = sigmoid(X @ W1); hb = np.hstack([h, np.ones((len(h), 1))]); o = sigmoid(hb @ W2)
    d2 = (o - y)*o*(1 - o); d1 = (d2 @ W2[:-1].T)*h*(1 - h)
    W2 -= .3*hb.T @ d2; W1 -= .3*X.T @ d1
""",
    "thresholds_subtracted": """
V = np.random.randn(3, 4)*.5; g = np.random.randn(4)*.1; W = np.random.randn(4, 1)*.5; q = np.zeros(1)
for i in range(30):
    b = sigmoid(X @ V - g); o = sigmoid(b @ W - q)
    gj = o*(1 - o)*(y - o); eh = b*(1 - b)*(gj @ W.T)
    W += .1*b.T @ gj; q -= .1*gj.sum(0); V += .1*X.T @ eh; g -= .1*eh.sum(0)
""",
    "adam": """
W1 = np.random.randn(3, 4)*.5; W2 = np.random.randn(4, 1)*.5; m1 = v1 = 0*W1; m2 = v2 = 0*W2
for k in range(1, 30):
    h = np.tanh(X @ W1); o = sigmoid(h @ W2)
    d2 = (o - y)/5; g2 = h.T @ d2; g1 = X.T @ (d2 @ W2.T*(1 - h**2))
    m1 = .9*m1 + .1*g1; v1 = .999*v1 + .001*g1**2; m2 = .9*m2 + .1*g2; v2 = .999*v2 + .001*g2**2
    W1 = W1 - .1*(m1/(1-.9**k))/(np.sqrt(v1/(1-.999**k)) + 1e-8)
    W2 = W2 - .1*(m2/(1-.9**k))/(np.sqrt(v2/(1-.999**k)) + 1e-8)
""",
}


@pytest.mark.parametrize("style", RIGHT)
def test_a_right_listing_passes(style: str) -> None:
    report = check(listing=HEAD + RIGHT[style])
    assert report.ok is True, str(report)
    assert not report.faults and report.right


PLANTED = [
    ("plus_equals_with_the_error", " * (l1 * (1-l1))", "", "slope_missing"),
    ("plus_equals_with_the_error", "(l2*(1-l2))", "(l2*(1-l2))**2", "slope_twice"),
    ("columns_with_biases_mean_and_cross_entropy", "dZ2 = A2 - T", "dZ2 = (A2 - T)*A2*(1-A2)*A2*(1-A2)", "slope_twice"),
    ("columns_with_biases_mean_and_cross_entropy", "np.power(A1, 2)", "np.power(Z1, 2)", "slope_at_score"),
    ("columns_with_biases_mean_and_cross_entropy", "np.power(A1, 2)", "np.tanh(A1)**2", "slope_at_output"),
    ("columns_with_biases_mean_and_cross_entropy", "np.sum(dZ1, axis=1, keepdims=True)/n", "np.sum(dZ1)/n",
     "bias_over_units"),
    ("relu_softmax_class_labels_and_weight_decay", "dh[hidden <= 0] = 0", "dh[dh <= 0] = 0", "mask_of_gradient"),
    ("relu_softmax_class_labels_and_weight_decay", "dh[hidden <= 0] = 0", "pass", "slope_missing"),
    ("a_class_with_methods", "np.dot(e, self.w2.T)", "np.dot(2*(self.t - self.output), self.w2.T)", "error_not_delta"),
    ("a_class_with_methods", "self.w1 += d1; self.w2 += d2", "self.w1 -= d1; self.w2 += d2", "sign"),
    ("one_row_at_a_time", "(W2 @ d2)*h*(1 - h)", "(W2 @ d2)*(1 - h*h)", "slope_of_another"),
    ("thresholds_subtracted", "g -= .1*eh.sum(0)", "g += .1*eh.sum(0)", "sign"),
    ("a_loop_over_three_layers_of_a_list", "gb = delta.sum(0, keepdims=True)", "gb = delta[-1:]", "bias_not_summed"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("style", "right", "wrong", "fault"), PLANTED, ids=lambda v: v if v.isidentifier() else ""
)
def test_one_changed_line_in_a_listing_is_named(style: str, right: str, wrong: str, fault: str) -> None:
    assert right in RIGHT[style]
    report = check(listing=HEAD + RIGHT[style].replace(right, wrong))
    assert report.ok is False
    assert fault in [n for f in report.faults for n in (f.name, *(o for o, _, _ in f.others))], str(report)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("while True:\n    pass\n", "CR-2920"),
        ("import numpy as np\nx = np.zeros((200000, 200000)) + 1\n", "CR-2921"),
        ("import os\nos.kill(os.getpid(), 9)\n", "CR-2922"),
        ("import os\nos._exit(5)\n", "CR-2922"),
        ("def f(:\n    return\n", "CR-2919"),
        ("raise ValueError('no')\n", "CR-2921"),
        ("input('go on?')\n", "CR-2921"),
        ("print('no network here')\n", "CR-2923"),
        ("", "CR-2923"),
        ("import numpy as np\nW = np.ones((2, 2))\nfor i in range(9):\n    W += W.dot(W) * .01\n", "CR-2924"),
    ],
)
def test_a_listing_that_cannot_be_checked_is_refused_with_a_sentence(text: str, code: str) -> None:
    with pytest.raises(CheckError) as refused:
        check(listing=text, seconds=2)
    assert refused.value.code == code and str(refused.value)


def test_a_listing_can_spoil_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("1,2\n", "utf-8")
    script = tmp_path / "mine.py"
    script.write_text(
        "open('data.csv').read(); open('data.csv', 'w').write('gone'); open('new.txt', 'w').write('x')\n"
        + HEAD + RIGHT["plus_equals_with_the_error"], "utf-8",
    )  # fmt: skip
    assert check(script).ok is True
    assert (tmp_path / "data.csv").read_text("utf-8") == "1,2\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data.csv", "mine.py"]


def test_full_width_signs_and_fences_are_repaired() -> None:
    text = "```python\n" + HEAD + RIGHT["plus_equals_with_the_error"] + "```\n"
    wide = text.replace("np.dot(X, W1)", "np.dot\uff08X\uff0c W1\uff09").replace("range(60)", "xrange(60)")
    report = check(listing=wide)
    assert report.ok is True and "xrange" in report.diff


def test_the_command_has_an_exit_code_and_one_json_object(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from chainrule.cli import main

    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text(HEAD + RIGHT["plus_equals_with_the_error"], "utf-8")
    bad.write_text(HEAD + RIGHT["plus_equals_with_the_error"].replace(" * (l1 * (1-l1))", ""), "utf-8")
    assert main(["check", str(good), "--lang", "en"]) == 0
    capsys.readouterr()
    assert main(["check", str(bad), "--json", "--lang", "en"]) == 3
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False and answer["faults"][0]["name"] == "slope_missing"
    page = tmp_path / "found.html"
    assert main(["check", str(bad), "--out", str(page), "--lang", "zh"]) == 3
    text = page.read_text("utf-8")
    assert (
        "bad.py 的误差逆传播检查" in text
        and "<script src" not in text
        and "(l1 * (1-l1))" not in bad.read_text("utf-8")
    )
    assert all(f"{entry['yours']:.9g}" in text for entry in answer["faults"][0]["entries"])
    capsys.readouterr()
    assert main(["check", str(bad), "--form", "markdown", "--lang", "en"]) == 3
    told = capsys.readouterr().out
    assert "| W1 | WRONG |" in told and f"## 1. {answer['faults'][0]['text'][0]}" in told
    assert main(["check", str(tmp_path / "none.py"), "--lang", "en"]) == 2
    assert "CR-2938" in capsys.readouterr().err


def test_a_file_with_net_and_gradient_is_called_in_the_child(tmp_path: Path) -> None:
    text = (
        HEAD
        + """
NET = {"weights": [np.random.randn(3, 4), np.random.randn(4, 1)], "x": X, "t": y, "loss": "squared"}
def gradient(w, x, t):
    h = sigmoid(x @ w[0]); o = sigmoid(h @ w[1]); d = (o - t)*o*(1 - o)
    return [x.T @ ((d @ w[1].T)*h), h.T @ d]
"""
    )
    report = check(listing=text)
    assert [f.name for f in report.faults] == ["slope_half"]
    assert check(listing=text.replace("*h), h.T", "*h*(1 - h)), h.T")).ok is True
    with pytest.raises(CheckError) as refused:
        check(listing=text.replace('"loss": "squared"', '"losses": 1'))
    assert refused.value.code == "CR-2948"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_report_fits_a_terminal_of_80_columns(language: str) -> None:
    from chainrule.explain.check.report import width
    from chainrule.messages import set_language

    report = check(
        listing=HEAD + RIGHT["columns_with_biases_mean_and_cross_entropy"].replace("A1, 2", "Z1, 2")
    )
    try:
        set_language(language)
        text = str(report)
    finally:
        set_language("en")
    in_code = {f"   {mark} {number:>3}  {line}" for f in report.faults for mark, number, line in f.mend}
    assert max(width(line) for line in text.split("\n") if line not in in_code) <= 80
    assert ("Corrected:" in text or "改正" in text) and json.loads(json.dumps(report.to_json()))[
        "ok"
    ] is False
    assert "<pre>" in report._repr_html_()
