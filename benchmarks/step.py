"""How long does one training step take, from Python, beside JAX, PyTorch and scikit-learn, and beside the machine?

    python benchmarks/step.py [net …] [--peers jax eager compiled medium sklearn] [--precision float32 float64]
                              [--rounds 7] [--threads 1] [--validate] [--json FILE] [--picture FILE]

Seven nets, the same rows and start weights for everybody, rows in a newly shuffled order per epoch, batches gathered.
Ours is one public `engine.run`; JAX a `jit` of `lax.scan` over whole epochs (2000 epochs of xor and 1000 of small per
call are as many as one call of ours); PyTorch a loop as its users write it, eager, compiled, and eager with
float32_matmul_precision "medium"; scikit-learn `partial_fit` per batch. First the mean losses must agree; then rounds in
which everybody runs once, in turn, and in which the machine is measured too: fused multiply-adds in registers, and bytes
read from memory. Reported: medians, the median ratio within rounds, and the share of the
multiply-add peak. The process stays on as many cores as threads.
"""

import argparse
import ctypes
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np

# name: units of each layer, activation, loss, rows, batch, optimizer, epochs per call
NETS = {
    "xor": ((3, 5, 1), "sigmoid", "squared", 4, 4, "gd", 20000),
    "small": ((13, 32, 1), "tanh", "squared", 512, 32, "adam", 300),
    "tab": ((28, 128, 128, 1), "relu", "squared", 8192, 256, "adam", 4),
    "mnist": ((784, 128, 10), "relu", "cross_entropy", 8192, 128, "adam", 1),
    "wide": ((784, 800, 800, 10), "relu", "cross_entropy", 4096, 128, "adam", 1),
    "deep": ((64, 256, 256, 256, 10), "relu", "cross_entropy", 8192, 512, "adamw", 1),
    "pyramid": ((784, 2500, 2000, 1500, 1000, 500, 10), "tanh", "cross_entropy", 1024, 256, "gd", 1),
}
PEERS = ("jax", "eager", "compiled", "medium", "sklearn")
LR, DECAY = 1e-3, 0.01
FEW = 20  # steps of a peer that is too slow to be given whole epochs of a tiny net


def data(name, dtype):
    units, _, loss, n, *_ = NETS[name]
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, units[0])).astype(dtype)
    if loss == "cross_entropy":
        return x, np.eye(units[-1], dtype=dtype)[rng.integers(0, units[-1], n)]
    return x, np.tanh(x[:, :1] - x[:, 1:2])


def flops(name):
    """Of one step: forward, weight gradient, and input gradient except in the first layer."""
    units, batch = NETS[name][0], NETS[name][4]
    return sum(
        (6 if i else 4) * a * b * batch for i, (a, b) in enumerate(zip(units, units[1:], strict=False))
    )


def network(name, dtype, threads=1):
    from chainrule.plan import make_plan

    units, activation, loss, _, batch, optimizer, _ = NETS[name]
    return make_plan(units[0], units[-1], units[1:-1], activation=activation, output="sigmoid" if name == "xor" else None,
                     loss=loss, optimizer=optimizer, lr=LR, batch=batch, threads=threads, precision=dtype,
                     **({"decay": DECAY} if optimizer == "adamw" else {}))  # fmt: skip


def chainrule(name, threads=1, dtype="float32", validate=False):
    """The plan, and a call that trains and returns (seconds, mean training loss per epoch)."""
    from chainrule.batches.source import Source
    from chainrule.batches.start import start
    from chainrule.engine.contract import TrainingState, Until
    from chainrule.engine.native import Native

    plan, (x, t) = network(name, dtype, threads), data(name, dtype)
    source, engine, until = Source(x, t), Native(), Until(NETS[name][6])
    state = TrainingState.begin(plan, start(plan))

    def call():
        began = perf_counter()
        done = engine.run(plan, state, source, source if validate else None, until)
        return perf_counter() - began, done.train[0]

    return plan, call


def parts_of(plan):
    from chainrule.batches.start import start

    parts = plan.unflatten(start(plan)[0])
    return [(parts[f"w{a.index}"].copy(), parts[f"b{a.index}"].copy()) for a in plan.layers]


def jax_peer(name, plan, dtype, validate):
    import jax
    import jax.numpy as jnp
    from jax import lax

    jax.config.update("jax_enable_x64", dtype == "float64")
    _, activation, loss, n, batch, optimizer, epochs = NETS[name]
    x, t = (jnp.asarray(a) for a in data(name, dtype))
    params = [(jnp.asarray(w), jnp.asarray(b)) for w, b in parts_of(plan)]
    act = {"sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh, "relu": jax.nn.relu}[activation]
    shared = t.shape[1] if plan.outputs == "mean" else 1

    def value(params, x, t):
        for w, b in params[:-1]:
            x = act(x @ w + b)
        s = x @ params[-1][0] + params[-1][1]
        if loss == "cross_entropy":
            return -(t * jax.nn.log_softmax(s)).sum(1).mean() / shared
        y = jax.nn.sigmoid(s) if name == "xor" else s
        return ((y - t) ** 2).mean()

    def step(carry, rows):
        params, m, v, k = carry
        xb, tb = (x, t) if n == batch else (x[rows], t[rows])
        cost, g = jax.value_and_grad(value)(params, xb, tb)
        if optimizer == "gd":
            return (jax.tree.map(lambda p, g: p - LR * g, params, g), m, v, k), cost
        k = k + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        c1, c2 = 1 - 0.9**k, 1 - 0.999**k
        shrink = LR * DECAY if optimizer == "adamw" else 0.0
        params = jax.tree.map(
            lambda p, m, v: p - shrink * p - LR * (m / c1) / (jnp.sqrt(v / c2) + 1e-8), params, m, v
        )
        return (params, m, v, k), cost

    def epoch(carry, key):
        rows = jax.random.permutation(key, n) if n > batch else jnp.arange(n)
        carry, losses = lax.scan(step, carry, rows.reshape(-1, batch))
        return carry, (losses.mean(), value(carry[0], x, t) if validate else 0.0)

    train = jax.jit(lambda carry, keys: lax.scan(epoch, carry, keys))
    zeros = jax.tree.map(jnp.zeros_like, params)
    carry = (params, zeros, zeros, jnp.asarray(0, dtype))
    keys = jax.random.split(jax.random.PRNGKey(0), epochs)
    jax.block_until_ready(train(carry, keys))

    def call():
        began = perf_counter()
        _, (losses, _) = jax.block_until_ready(train(carry, keys))
        return perf_counter() - began, np.asarray(losses), epochs * -(-n // batch)

    return call


def torch_peer(name, plan, dtype, way):
    import torch

    torch.set_num_threads(plan.threads)
    torch.set_float32_matmul_precision("medium" if way == "medium" else "highest")
    units, activation, loss, n, batch, optimizer, epochs = NETS[name]
    layers = []
    for (w, b), a in zip(parts_of(plan), plan.layers, strict=True):
        linear = torch.nn.Linear(a.inputs, a.units, dtype=getattr(torch, dtype))
        linear.weight.data, linear.bias.data = torch.tensor(w.T.copy()), torch.tensor(b.reshape(-1))
        layers += [
            linear,
            {"sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}[activation](),
        ]
    net = torch.nn.Sequential(*(layers if name == "xor" else layers[:-1]))
    x, t = (torch.tensor(a) for a in data(name, dtype))
    measure = torch.nn.CrossEntropyLoss() if loss == "cross_entropy" else torch.nn.MSELoss()
    shared = units[-1] if loss == "cross_entropy" and plan.outputs == "mean" else 1
    makers = {"gd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
    more = {"weight_decay": DECAY} if optimizer == "adamw" else {}
    opt = makers[optimizer](net.parameters(), lr=LR, **more)
    run = torch.compile(net) if way == "compiled" else net
    whole = -(-n // batch) * epochs <= 200
    steps = -(-n // batch) * epochs if whole else FEW
    begin = {key: value.clone() for key, value in net.state_dict().items()}

    def call():
        net.load_state_dict(begin)
        opt.state.clear()
        torch.set_float32_matmul_precision("medium" if way == "medium" else "highest")
        began, losses, done = perf_counter(), [], 0
        while done < steps:
            order = torch.randperm(n) if n > batch else torch.arange(n)
            for first in range(0, n, batch):
                rows = order[first : first + batch]
                opt.zero_grad()
                cost = measure(run(x[rows]), t[rows]) / shared
                cost.backward()
                opt.step()
                losses.append(cost.detach())
                done += 1
                if done == steps:
                    break
        seconds = perf_counter() - began
        per = min(-(-n // batch), steps)
        means = (
            np.array([float(c) for c in losses]).reshape(-1, per)
            if len(losses) % per == 0
            else np.array([losses])
        )
        return seconds, means.mean(axis=1) if whole or per == 1 else np.array([]), steps

    call()
    return call


def sklearn_peer(name, plan, dtype):
    """scikit-learn trains in the dtype of x; its squared loss is half of ours, so its rate of learning is another."""
    import warnings

    from sklearn.neural_network import MLPClassifier, MLPRegressor

    units, activation, loss, n, batch, optimizer, _ = NETS[name]
    x, t = data(name, dtype)
    kind = MLPClassifier if loss == "cross_entropy" else MLPRegressor
    names = {"sigmoid": "logistic"}
    made = kind(hidden_layer_sizes=units[1:-1], activation=names.get(activation, activation), batch_size=batch, alpha=0.0,
                solver="sgd" if optimizer == "gd" else "adam", learning_rate_init=LR, momentum=0.0)  # fmt: skip
    target = t.argmax(axis=1) if loss == "cross_entropy" else t.ravel()
    steps = min(-(-n // batch), FEW) if n > batch else FEW
    first = {"classes": np.arange(units[-1])} if loss == "cross_entropy" else {}
    rng = np.random.default_rng(0)

    def call():
        rows = rng.permutation(n)
        began = perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for i in range(steps):
                some = rows[i * batch % n : i * batch % n + batch]
                made.partial_fit(x[some], target[some], **first)
        return perf_counter() - began, np.array([]), steps

    call()
    return call


CALIBRATION = r"""
#include <chrono>
typedef T V __attribute__((vector_size(WIDTH)));
static double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
extern "C" double registers() {
    static volatile T given[2] = {T(0.999), T(1e-4)};
    V a[N], b = V{} + given[0], c = V{} + given[1], sum = V{};
    _Pragma("GCC unroll 24") for (int j = 0; j < N; ++j) a[j] = V{} + T(j);
    const double began = now();
    for (int i = 0; i < 400000; ++i) {
        _Pragma("GCC unroll 24") for (int j = 0; j < N; ++j) a[j] = a[j] * b + c;
    }
    const double seconds = now() - began;
    _Pragma("GCC unroll 24") for (int j = 0; j < N; ++j) sum += a[j];
    given[1] = sum[0] > T(1e9) ? T(0) : T(1e-4);
    return 400000.0 * N * 2 * (WIDTH / sizeof(T)) / seconds;
}
extern "C" double memory(const double* p, long n) {
    double sum = 0;
    const double began = now();
    for (long i = 0; i < n; i += 8) sum += p[i] + p[i + 4];
    const double seconds = now() - began;
    asm volatile("" : : "x"(sum));
    return n * 8.0 / seconds;
}
"""


def calibration(dtype):
    """Two calls: multiply-adds from registers (flops a second) and memory read (bytes a second); None without g++."""
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    wide, some = ("64", "24") if "avx512f" in flags else ("32", "12")
    here = Path(tempfile.mkdtemp())
    (here / "peak.cpp").write_text(CALIBRATION)
    kind = "float" if dtype == "float32" else "double"
    command = ["g++", "-O3", "-march=native", f"-DT={kind}", f"-DWIDTH={wide}", f"-DN={some}", "-shared", "-fPIC",
               "-ffp-contract=fast", "-mprefer-vector-width=512", str(here / "peak.cpp"), "-o", str(here / "peak.so")]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    library = ctypes.CDLL(str(here / "peak.so"))
    library.registers.restype = library.memory.restype = ctypes.c_double
    many = np.zeros(1 << 25)
    pointer = many.ctypes.data_as(ctypes.c_void_p)
    return library.registers, lambda: library.memory(pointer, ctypes.c_long(len(many)))


def agree(name, peer, mine, theirs):
    """The mean losses, epoch by epoch: to rounding without an order, else as two runs with other seeds do, few epochs in."""
    exact = NETS[name][3] == NETS[name][4]
    few, tolerance = (len(theirs), 1e-3) if exact else (4, 0.05)
    mine, theirs = mine[: len(theirs)][:few], theirs[:few]
    if not np.allclose(mine, theirs, rtol=tolerance):
        sys.exit(f"{name}: the losses do not agree: ours {mine[:3]}, {peer} {theirs[:3]}")


def measure(name, dtype, given):
    plan, call = chainrule(name, given.threads, dtype, given.validate)
    steps = NETS[name][6] * -(-NETS[name][3] // NETS[name][4])
    calls, mine = {}, call()[1]
    for peer in given.peers:
        if peer == "medium" and dtype == "float64":
            continue
        try:
            if peer == "jax":
                made = jax_peer(name, plan, dtype, given.validate)
            elif peer == "sklearn":
                made = sklearn_peer(name, plan, dtype)
            else:
                made = torch_peer(name, plan, dtype, peer)
        except ImportError as missing:
            print(f"  {peer}: {missing}", file=sys.stderr)
            continue
        calls[peer] = made
        agree(name, peer, mine, made()[1])
    times, peaks = {peer: [] for peer in ("ours", *calls)}, []
    machine = calibration(dtype)
    for _ in range(given.rounds):
        times["ours"].append(call()[0] / steps)
        for peer, other in calls.items():
            seconds, _, count = other()
            times[peer].append(seconds / count)
        if machine:
            peaks.append((machine[0](), machine[1]()))
    result = {
        "net": name,
        "precision": dtype,
        "threads": given.threads,
        "validate": given.validate,
        "flops": flops(name),
    }
    result["us"] = {who: statistics.median(t) * 1e6 for who, t in times.items()}
    result["ratio"] = {
        who: statistics.median(b / a for a, b in zip(times["ours"], t, strict=True))
        for who, t in times.items()
        if who != "ours"
    }
    if peaks:
        result["peak_flops"], result["memory_bytes"] = (
            statistics.median(p) for p in zip(*peaks, strict=True)
        )
        result["share_of_peak"] = flops(name) / (result["us"]["ours"] * 1e-6) / result["peak_flops"]
    return result


def show(results, to):
    """A picture (SVG): how many times as long a step takes with each peer; a mark at 1, 10, 100 …"""
    bars = [
        (f"{r['net']} {r['precision']} · {peer}", ratio)
        for r in results
        for peer, ratio in r["ratio"].items()
    ]
    place = {ratio: 200 + 100 * max(0.0, float(np.log10(ratio)) + 0.5) for _, ratio in bars}
    lines = [
        f'<text x="195" y="{18 * i + 14}" text-anchor="end">{label}</text>'
        f'<rect x="200" y="{18 * i + 3}" width="{place[ratio] - 200:.1f}" height="13" fill="#48a"/>'
        f'<text x="{place[ratio] + 5:.1f}" y="{18 * i + 14}">{ratio:.2f}×</text>'
        for i, (label, ratio) in enumerate(bars)
    ]
    height = 18 * len(bars) + 10
    marks = [f'<path d="M{250 + 100 * d} 0V{height}" stroke="#888" stroke-dasharray="2"/>' for d in range(4)]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="720" height="{height}" font-family="sans-serif" font-size="12">'
    to.write_text("\n".join([head, *marks, *lines, "</svg>\n"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "nets", nargs="*", choices=[*NETS, []], help="xor small tab mnist wide deep pyramid; all if none"
    )
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=["jax", "eager", "sklearn"])
    parser.add_argument("--precision", nargs="+", choices=("float32", "float64"), default=["float32"])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--validate", action="store_true", help="every epoch ends with the loss of all rows")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--picture", type=Path)
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):  # before a peer looks how many cores there are
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-given.threads :])
    results = []
    for dtype in given.precision:
        for name in given.nets or NETS:
            r = measure(name, dtype, given)
            results.append(r)
            line = f"{name:8}{dtype:8} ours {r['us']['ours']:10.3f} µs"
            line += "".join(f"  {who} {r['us'][who]:.1f} ({ratio:.2f}×)" for who, ratio in r["ratio"].items())
            if "share_of_peak" in r:
                line += f"  {r['share_of_peak']:.0%} of {r['peak_flops'] / 1e9:.0f} GF/s, {r['memory_bytes'] / 1e9:.0f} GB/s"
            print(line, flush=True)
    from chainrule.engine.isa import native

    machine = {"machine": platform.processor() or platform.machine(), "python": platform.python_version(),
               "isa": native().isa(), "results": results}  # fmt: skip
    if given.json:
        given.json.write_text(json.dumps(machine, indent=1))
    if given.picture:
        show(results, given.picture)


if __name__ == "__main__":
    main()
