"""What does one network cost when 1, 8, 64 or 512 are trained at once? Correctness first, then interleaved rounds.

    python benchmarks/members.py [count …] [--net 13-32-1] [--rounds 5] [--threads N] [--out FOLDER]

13-32-1 (or --net; several outputs are classes, softmax and cross-entropy), tanh, 512 rows in batches of 32, Adam, float32.
In turn: one call per network, one thread. Together: one call with all of them as members, on --threads threads (default:
all cores). JAX: `jit` of `vmap` of the whole training, as many threads as it takes.
Microseconds per network and step, as JSON and a picture. Without JAX it says so.
"""

import argparse
import dataclasses
import os
import statistics
import sys
from pathlib import Path
from time import perf_counter

import numpy as np
from common.chart import write

from chainrule.batches.source import Source
from chainrule.batches.start import start
from chainrule.engine.contract import TrainingState, Until
from chainrule.engine.native import Native
from chainrule.plan import make_plan

ROWS, BATCH, EPOCHS, LR = 512, 32, 20, 1e-3
STEPS = EPOCHS * ROWS // BATCH


def data(units):
    x = np.random.default_rng(0).normal(size=(ROWS, units[0])).astype("float32")
    if units[-1] == 1:
        return x, np.tanh(x[:, :1] - x[:, 1:2]).astype("float32")
    return x, np.eye(units[-1], dtype="float32")[np.argmax(x[:, : units[-1]], axis=1)]


def chainrule(units, count, threads):
    """(plan, start weights, together, in turn): calls that return seconds per network and the training losses."""
    plan = make_plan(units[0], units[-1], units[1:-1], activation="tanh", loss="cross_entropy" if units[-1] > 1 else "squared",
                     lr=LR, batch=BATCH, members=count, threads=threads)  # fmt: skip
    flat, source, engine = start(plan), Source(*data(units)), Native()
    one = dataclasses.replace(plan, threads=1)

    def together():
        state = TrainingState.begin(plan, flat)
        began = perf_counter()
        done = engine.run(plan, state, source, None, Until(EPOCHS))
        return (perf_counter() - began) / count, done.train

    def in_turn():
        some = range(min(count, 16))
        plans = [one.only(m) for m in some]
        states = [TrainingState.begin(own, flat[m : m + 1]) for m, own in zip(some, plans, strict=True)]
        began = perf_counter()
        done = [engine.run(own, s, source, None, Until(EPOCHS)) for own, s in zip(plans, states, strict=True)]
        return (perf_counter() - began) / len(done), np.concatenate([d.train for d in done])

    return plan, flat, together, in_turn


def jax_peer(units, plan, flat):
    import jax
    import jax.numpy as jnp
    from jax import lax

    x, t = (jnp.asarray(a) for a in data(units))
    parts = plan.unflatten(flat)
    params = tuple(
        (jnp.asarray(parts[f"w{a.index}"]), jnp.asarray(parts[f"b{a.index}"])) for a in plan.layers
    )

    def value(p, x, t):
        for w, b in p[:-1]:
            x = jnp.tanh(x @ w + b)
        s = x @ p[-1][0] + p[-1][1]
        if t.shape[1] > 1:
            return -(t * jax.nn.log_softmax(s)).sum(1).mean() / (t.shape[1] if plan.outputs == "mean" else 1)
        return ((s - t) ** 2).mean()

    def step(carry, rows):
        p, m, v, k = carry
        cost, g = jax.value_and_grad(value)(p, x[rows], t[rows])
        k = k + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        c1, c2 = 1 - 0.9**k, 1 - 0.999**k
        p = jax.tree.map(lambda p, m, v: p - LR * (m / c1) / (jnp.sqrt(v / c2) + 1e-8), p, m, v)
        return (p, m, v, k), cost

    def epoch(carry, key):
        carry, losses = lax.scan(step, carry, jax.random.permutation(key, ROWS).reshape(-1, BATCH))
        return carry, losses.mean()

    def train(p, key):
        zeros = jax.tree.map(jnp.zeros_like, p)
        return lax.scan(epoch, (p, zeros, zeros, jnp.float32(0)), jax.random.split(key, EPOCHS))[1]

    every = jax.jit(jax.vmap(train))
    keys = jax.random.split(jax.random.PRNGKey(0), plan.members)
    jax.block_until_ready(every(params, keys))

    def call():
        began = perf_counter()
        losses = jax.block_until_ready(every(params, keys))
        return (perf_counter() - began) / plan.members, np.asarray(losses)

    return call


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("counts", nargs="*", type=int, default=[1, 8, 64, 512])
    parser.add_argument("--net", default="13-32-1")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=Path("build/bench"))
    given = parser.parse_args()
    try:
        import jax

        print(f"peer: JAX {jax.__version__} on {jax.devices()[0].platform}")
    except ImportError:
        print("peer: JAX is not installed, so there is no ratio to it")
        jax = None
    units = tuple(int(u) for u in given.net.split("-"))
    lines, results = {}, {}
    print(
        f"{'networks':>8} {'µs in turn':>11} {'together':>9} {'JAX vmap':>9} {'turn/ours':>10} {'JAX/ours':>9}"
    )
    for count in given.counts or [1, 8, 64, 512]:
        plan, flat, together, in_turn = chainrule(units, count, given.threads)
        calls = {"in turn": in_turn, "together": together}
        if jax:
            calls["JAX vmap"] = jax_peer(units, plan, flat)
        losses = {name: call()[1] for name, call in calls.items()}
        if not np.array_equal(losses["together"][: len(losses["in turn"])], losses["in turn"]):
            sys.exit(f"{count}: members together do not have the bits of each alone")
        # other orders of the rows: the curves agree as those of two seeds do
        if jax and not np.allclose(*(losses[k].mean(axis=0) for k in ("together", "JAX vmap")), rtol=0.1):
            sys.exit(
                f"{count}: the losses do not agree: {losses['together'][0]}, JAX {losses['JAX vmap'][0]}"
            )
        rounds = [
            {name: call()[0] / STEPS * 1e6 for name, call in calls.items()} for _ in range(given.rounds)
        ]
        medians = {name: statistics.median(r[name] for r in rounds) for name in calls}
        ratios = {name: statistics.median(r[name] / r["together"] for r in rounds) for name in calls}
        results[count] = {"µs per network and step": medians, "ratio to together": ratios}
        for name, us in medians.items():
            lines.setdefault(name, []).append((count, us))
        theirs, ratio = (f"{d['JAX vmap']:9.2f}" if jax else " " * 9 for d in (medians, ratios))
        print(f"{count:8d} {medians['in turn']:11.2f} {medians['together']:9.2f} {theirs} {ratios['in turn']:10.2f} "
              f"{ratio}", flush=True)  # fmt: skip
    chart = {"cost": ("networks at once", "µs per network and step", lines)}
    write(
        given.out,
        "members",
        {"net": given.net, "threads": given.threads, "rounds": given.rounds, "results": results},
        chart,
    )


if __name__ == "__main__":
    main()
