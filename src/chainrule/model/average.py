"""several networks of one plan -> one answer: the mean of their scores, and the one network that computes it.

The mean is taken of the scores in front of the last activation: of a regression's answers themselves, of the logarithms
of probabilities. So the average is again a back-propagation network, all members side by side with nothing between them,
and whatever explains, writes out or exports a network does so for an average too.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from ..plan import Block, Dense, Plan, View
from ..rules.activations import ACTIVATIONS
from ..rules.losses import LOSSES

Array = np.ndarray[Any, Any]


def scoring(plan: Plan) -> Plan:
    """The plan whose outputs are the scores s in front of the last activation."""
    last = plan.blocks[-1]
    if not isinstance(last, Dense):  # a plan ends in a dense block
        return plan
    open_ = replace(last, activation=ACTIVATIONS["identity"], knobs={})
    return replace(plan, blocks=(*plan.blocks[:-1], open_), loss=LOSSES["squared"], loss_knobs={})


def answered(plan: Plan, s: Array) -> Array:
    """y = f(mean of s over the members): (M, n, o) -> (n, o) in the plan's precision."""
    last = plan.layers[-1]
    with np.errstate(all="ignore"):
        mean = s.mean(axis=0, dtype=float)
        y = np.asarray(last.activation.forward(s=mean, **last.knobs), float)
    return np.broadcast_to(y, mean.shape).astype(plan.precision)


def side_by_side(plan: Plan, weights: Array) -> tuple[Plan, Array]:
    """The one network (plan, (P,)) whose answer is the members' average: layers side by side, the last one averaged.

    With wᵐ the weights of member m of M: the first layer is [w¹ w² …], a later one has them on its diagonal and 0
    elsewhere, the last has wᵐ/M one below the other and the mean of the biases.
    """
    members, last = plan.members, len(plan.layers)
    given = plan.unflatten(weights.astype(float))
    made: dict[str, Array] = {}
    for layer in plan.layers:
        w = given[layer.w.name]  # (M, i, o)
        if layer.index == last:
            made[layer.w.name] = w.mean(axis=0) if last == 1 else np.concatenate(list(w / members))
        elif layer.index == 1:
            made[layer.w.name] = np.concatenate(list(w), axis=1)
        else:
            i, o = w.shape[1:]
            wide = np.zeros((members * i, members * o))
            for m in range(members):
                wide[m * i : (m + 1) * i, m * o : (m + 1) * o] = w[m]
            made[layer.w.name] = wide
        if layer.b:
            b = given[layer.b.name]
            made[layer.b.name] = b.mean(axis=0) if layer.index == last else b.reshape(-1)
    blocks: list[Block] = [
        replace(block, units=block.units * members) if isinstance(block, Dense) else block
        for block in plan.blocks[:-1]
    ]
    blocks.append(plan.blocks[-1])
    views: list[View] = []
    offset = 0
    for view in plan.views:
        views.append(replace(view, shape=made[view.name].shape, offset=offset))
        offset += views[-1].size
    whole = replace(plan, blocks=tuple(blocks), views=tuple(views), members=1)
    return whole, np.concatenate([made[v.name].reshape(-1) for v in views]).astype(weights.dtype)
