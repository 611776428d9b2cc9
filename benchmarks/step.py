"""How long does one training step take, from Python, beside JAX? Correctness first, then interleaved rounds.

    python benchmarks/step.py [net …] [--rounds 7] [--threads 1]

Five nets; both train float32 on the same rows in a newly shuffled order per epoch, gathering each batch. JAX runs a
`jit` of a whole-epoch `lax.scan` (for the two tiny nets of many epochs in one call). Without JAX it says so.
"""

import argparse
import statistics
import sys
from time import perf_counter

import numpy as np

from chainrule.batches.source import Source
from chainrule.batches.start import start
from chainrule.engine.contract import TrainingState, Until
from chainrule.engine.native import Native
from chainrule.plan import make_plan

# name: inputs, hidden, outputs, activation, loss, rows, batch, optimizer, epochs per call
NETS = {
    "xor": (3, (5,), 1, "sigmoid", "squared", 4, 4, "gd", 20000),
    "small": (13, (32,), 1, "tanh", "squared", 512, 32, "adam", 300),
    "tab": (28, (128, 128), 1, "relu", "squared", 8192, 256, "adam", 4),
    "mnist": (784, (128,), 10, "relu", "cross_entropy", 8192, 128, "adam", 1),
    "wide": (784, (800, 800), 10, "relu", "cross_entropy", 4096, 128, "adam", 1),
}
LR = 1e-3


def data(name):
    i, _, o, _, loss, n, *_ = NETS[name]
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, i)).astype("float32")
    if loss == "cross_entropy":
        return x, np.eye(o, dtype="float32")[rng.integers(0, o, n)]
    return x, np.tanh(x[:, :1] - x[:, 1:2]).astype("float32")


def chainrule(name, threads):
    """A call that trains `epochs` epochs and returns (seconds, mean training loss per epoch)."""
    i, hidden, o, activation, loss, _, batch, optimizer, epochs = NETS[name]
    plan = make_plan(i, o, hidden, activation=activation, output="sigmoid" if name == "xor" else None, loss=loss,
                     optimizer=optimizer, lr=LR, batch=batch, threads=threads)  # fmt: skip
    x, t = data(name)
    source, engine = Source(x, t), Native()
    state = TrainingState.begin(plan, start(plan))

    def call():
        began = perf_counter()
        done = engine.run(plan, state, source, None, Until(epochs))
        return perf_counter() - began, done.train[0]

    return plan, call


def jax_peer(name, plan):
    import jax
    import jax.numpy as jnp
    from jax import lax

    _, _, _, activation, loss, n, batch, optimizer, epochs = NETS[name]
    x, t = (jnp.asarray(a) for a in data(name))
    parts = plan.unflatten(start(plan)[0])
    params = [(jnp.asarray(parts[f"w{a.index}"]), jnp.asarray(parts[f"b{a.index}"])) for a in plan.layers]
    act = {"sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh, "relu": jax.nn.relu}[activation]

    def value(params, x, t):
        for w, b in params[:-1]:
            x = act(x @ w + b)
        s = x @ params[-1][0] + params[-1][1]
        if loss == "cross_entropy":
            return -(t * jax.nn.log_softmax(s)).sum(1).mean() / (t.shape[1] if plan.outputs == "mean" else 1)
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
        params = jax.tree.map(lambda p, m, v: p - LR * (m / c1) / (jnp.sqrt(v / c2) + 1e-8), params, m, v)
        return (params, m, v, k), cost

    def epoch(carry, key):
        rows = jax.random.permutation(key, n) if n > batch else jnp.arange(n)
        carry, losses = lax.scan(step, carry, rows.reshape(-1, batch))
        return carry, losses.mean()

    @jax.jit
    def train(carry, keys):
        return lax.scan(epoch, carry, keys)

    zeros = jax.tree.map(jnp.zeros_like, params)
    carry = (params, zeros, zeros, jnp.float32(0))
    keys = jax.random.split(jax.random.PRNGKey(0), epochs)
    jax.block_until_ready(train(carry, keys))

    def call():
        began = perf_counter()
        _, losses = jax.block_until_ready(train(carry, keys))
        return perf_counter() - began, np.asarray(losses)

    return call


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nets", nargs="*", default=list(NETS))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    try:
        import jax

        print(f"peer: JAX {jax.__version__} on {jax.devices()[0].platform}")
    except ImportError:
        print("peer: JAX is not installed, so there is no ratio")
        jax = None
    print(f"{'net':6} {'ours µs/step':>13} {'min':>9} {'JAX µs/step':>13} {'min':>9} {'JAX/ours':>9}")
    for name in given.nets or NETS:
        n, batch, epochs = NETS[name][5], NETS[name][6], NETS[name][8]
        steps = epochs * -(-n // batch)
        plan, ours = chainrule(name, given.threads)
        peer = jax_peer(name, plan) if jax else None
        if peer:
            mine, theirs = ours()[1], peer()[1]
            # without an order to rounding; with other orders of the rows as two runs with other seeds do, few epochs in
            few, tolerance = (epochs, 1e-3) if n == batch else (4, 0.05)
            if not np.allclose(mine[:few], theirs[:few], rtol=tolerance):
                sys.exit(
                    f"{name}: the losses do not agree: {mine[:3]} … {mine[-1]}, JAX {theirs[:3]} … {theirs[-1]}"
                )
        times = {"ours": [], "peer": []}
        for _ in range(given.rounds):
            times["ours"].append(ours()[0] / steps * 1e6)
            if peer:
                times["peer"].append(peer()[0] / steps * 1e6)
        us = statistics.median(times["ours"])
        line = f"{name:6} {us:13.3f} {min(times['ours']):9.3f}"
        if peer:
            ratios = [b / a for a, b in zip(times["ours"], times["peer"], strict=True)]
            theirs = times["peer"]
            line += f" {statistics.median(theirs):13.3f} {min(theirs):9.3f} {statistics.median(ratios):9.2f}"
        print(line, flush=True)


if __name__ == "__main__":
    main()
