"""plan, batch -> loss, weights, in float64, slowly: the definition. It validates, draws and decides nothing.

Letters: s score, y output, t target, dy dw db ds = ∂(Σ_r w_r Σ_o c·ℓ)/∂…; shapes (M, n, units).
"""

from typing import Any

import numpy as np

from ..batches.source import Batch
from ..plan import Layer, Plan
from ..rules.optimizers import CLIPS, PENALTIES
from .contract import Array, Engine, Seen, Sums


def unseen(name: str, value: Any) -> None:
    """The tape nobody reads."""


class Reference(Engine):
    """NumPy reads every rule's own text. `seen(name, value)` gets each number as it is made, forwards and backwards."""

    name = "reference"

    def can(self, plan: Plan) -> str | None:
        return None

    def load(self, plan: Plan, flat: Array) -> Array:
        return np.asarray(flat, dtype=float)

    def dump(self, plan: Plan, w: Array) -> Array:
        return w  # always float64: what a run saves is what it goes on from

    def predict(self, plan: Plan, w: Array, batch: Batch) -> Array:
        y: Array = self._forward(plan, plan.unflatten(w), batch, {}, unseen)[-1][1]
        return y

    def gradient(self, plan: Plan, w: Array, batch: Batch, seen: Seen = unseen) -> Sums:
        parts = plan.unflatten(w)
        kept = self._forward(plan, parts, batch, batch.keep, seen)
        loss, ds, weight = self._loss(plan, kept, batch)
        seen("loss", loss)
        out = np.zeros_like(w)
        self._backward(plan, parts, plan.unflatten(out), kept, batch, ds, seen)
        return Sums(loss.sum(axis=(1, 2)), weight.sum(axis=1), out)

    def update(
        self, plan: Plan, w: Array, state: list[Array], grads: Sums, k: int, lr: float
    ) -> tuple[Array, list[Array]]:
        rate, decay, trained = (np.concatenate([np.full(v.size, float(getattr(v, name))) for v in plan.views])
                                for name in ("rate", "decay", "trainable"))  # fmt: skip
        size = np.where((grads.weight_sum > 0) & (plan.rows == "mean"), grads.weight_sum, 1.0)[:, None]
        g = grads.grad_sum / size
        for name, penalty in PENALTIES.items():
            if getattr(plan, name):
                scale = decay / size if plan.penalty == "shared" else decay
                g = g + scale * penalty.gradient(w=w, **{name: getattr(plan, name)})
        g = np.where(trained > 0, g, 0.0)
        if plan.clip:
            g = np.stack([CLIPS[plan.clip].rule(g=row, limit=plan.limit) for row in g])
        values: dict[str, Any] = {"w": w, "g": g, "lr": lr * rate, "k": float(k), "decay": plan.decay * decay,
                                  "E": grads.loss_sum[:, None] / size}  # fmt: skip
        letters = dict(zip(plan.optimizer.state, state, strict=True))
        values |= {**plan.optimizer_knobs, **letters}
        for letter, expression in plan.optimizer.assignments:
            values[letter] = expression(**values)
        new = [np.where(trained > 0, values[s], old) for s, old in letters.items()]
        w = np.where(trained > 0, values["w"], w)
        for layer in plan.layers if plan.max_norm else ():
            part = plan.unflatten(w)[layer.w.name]  # (M, i, o), a view of w
            for m, o in np.ndindex(part.shape[::2] if layer.w.trainable else (0, 0)):
                part[m, :, o] = CLIPS["norm"].rule(g=part[m, :, o], limit=plan.max_norm)
        return w, new

    def normal(self, plan: Plan, w: Array, batch: Batch) -> tuple[Array, Array, Array]:
        parts, sums = plan.unflatten(w), self.gradient(plan, w, batch)
        kept = self._forward(plan, parts, batch, batch.keep, unseen)
        _, _, weight = self._loss(plan, kept, batch)
        s, y = kept[-1][0], kept[-1][1]
        curve = plan.loss.curvature(s=s, y=y, t=np.nan_to_num(batch.t), **plan.loss_knobs) * np.ones_like(y)
        curve = (
            np.where(self._counts(plan, batch), curve * self._scale(plan), 0.0) * weight[..., None]
        )  # (M, n, o)
        product = np.zeros((*w.shape, w.shape[1]))
        for m in range(w.shape[0]):
            jacobian = np.stack(
                [self._jacobian(plan, w[m : m + 1], batch, m, o) for o in range(plan.targets)], axis=1
            )
            if plan.loss.forward.elementwise:
                rows = np.sqrt(curve[m])[..., None] * jacobian  # (n, o, P)
            else:  # softmax: H = diag(y) − y·yᵀ, and √y ∘ (J_o − Σ y J) has exactly that square
                rows = np.sqrt(curve[m])[..., None] * (
                    jacobian - (y[m][..., None] * jacobian).sum(1, keepdims=True)
                )
            flat = rows.reshape(-1, w.shape[1])
            product[m] = flat.T @ flat
        return product, sums.grad_sum, sums.loss_sum

    def _forward(self, plan: Plan, parts: dict[str, Array], batch: Batch, keep: Any, seen: Seen) -> list[Any]:
        """[(s, y, input)] per layer: s = x·w + b, y = f(s)."""
        x = np.broadcast_to(batch.x.astype(float), (parts["w1"].shape[0], *batch.x.shape))  # (M, n, i)
        seen("x", x)
        kept = []
        for layer in plan.layers:
            if layer.index in keep:
                x = x * keep[layer.index] / (1.0 - layer.dropout)
                seen(f"x{layer.index}", x)
            w = parts[layer.w.name]  # (M, i, o)
            s = x @ w[:, : x.shape[-1]] + self._gathered(plan, w, batch, layer)
            s = s + parts[layer.b.name][:, None, :] if layer.b else s
            seen(f"s{layer.index}", s)
            y = layer.activation.forward(s=s, **layer.knobs)
            seen(f"y{layer.index}", y)
            kept.append((s, y, x))
            x = y
        return kept

    def _gathered(self, plan: Plan, w: Array, batch: Batch, layer: Layer) -> Any:
        """Σ_j w[row of category j's level]: a one-hot product without the zeros."""
        if layer.index > 1 or batch.codes is None:
            return 0.0
        rows = np.where(batch.codes < 0, 0, batch.codes + np.array(plan.level_offsets))  # (n, c)
        return (w[:, rows] * (batch.codes >= 0)[..., None]).sum(axis=2)

    def _counts(self, plan: Plan, batch: Batch) -> Array:
        """(n, o): which targets count. A loss over whole rows needs the whole row."""
        known = ~np.isnan(batch.t)
        return known if plan.loss.forward.elementwise else known.all(axis=1, keepdims=True) & known

    def _scale(self, plan: Plan) -> float:
        return plan.c / plan.targets if plan.outputs == "mean" else plan.c

    def _loss(self, plan: Plan, kept: list[Any], batch: Batch) -> tuple[Array, Array, Array]:
        """Loss and its slope per output (M, n, o), by the score where the loss owns its link, else through f."""
        s, y, _ = kept[-1]
        t, counts = np.nan_to_num(batch.t).astype(float), self._counts(plan, batch)
        n = (s.shape[0], s.shape[1])
        weight = np.ones(n) if batch.weight is None else np.broadcast_to(batch.weight.astype(float), n)
        weight = np.where(counts.any(axis=1), weight, 0.0)  # a row without any target is no row
        scale = self._scale(plan) * weight[..., None]
        loss = plan.loss.forward(s=s, y=y, t=t, **plan.loss_knobs) * np.ones_like(s)
        slope = plan.loss.gradient(s=s, y=y, t=t, **plan.loss_knobs) * np.ones_like(s)
        return np.where(counts, loss * scale, 0.0), np.where(counts, slope * scale, 0.0), weight

    def _backward(
        self, plan: Plan, parts: Any, out: Any, kept: list[Any], batch: Batch, start: Array, seen: Seen
    ) -> None:
        """dw = xᵀ·ds, db = Σ ds, dx = ds·wᵀ, per layer, into `out`. `start` is dy, or ds where the link is owned."""
        given, owned = start, bool(plan.loss.link)
        for layer in reversed(plan.layers):
            s, y, x = kept[layer.index - 1]
            i, w = layer.index, parts[layer.w.name]
            if not owned:
                seen(f"dy{i}", given)
            ds = given if owned else layer.activation.backward(s=s, y=y, dy=given, **layer.knobs) * np.ones_like(y)  # fmt: skip
            seen(f"ds{i}", ds)
            out[layer.w.name][:, : x.shape[-1]] = x.transpose(0, 2, 1) @ ds
            if i == 1 and batch.codes is not None:
                for offset, codes in zip(plan.level_offsets, batch.codes.T, strict=True):
                    for m in range(ds.shape[0]):
                        np.add.at(out["w1"][m], offset + codes[codes >= 0], ds[m, codes >= 0])
            seen(f"dw{i}", out[layer.w.name])
            if layer.b:
                out[layer.b.name][...] = ds.sum(axis=1)
                seen(f"db{i}", out[layer.b.name])
            if i > 1:
                dx = ds @ w.transpose(0, 2, 1)
                given = dx * batch.keep[i] / (1.0 - layer.dropout) if i in batch.keep else dx
            owned = False

    def _jacobian(self, plan: Plan, w: Array, batch: Batch, member: int, output: int) -> Array:
        """(n, P): the slope of one output (or its score, where the loss owns the link) by every weight, row by row."""
        rows = []
        for r in range(batch.x.shape[0]):
            keep = {i: k[member : member + 1, r : r + 1] for i, k in batch.keep.items()}
            one = Batch(batch.x[r : r + 1], batch.t[r : r + 1], None if batch.codes is None else batch.codes[r : r + 1],
                        keep=keep)  # fmt: skip
            parts, out = plan.unflatten(w), np.zeros_like(w)
            kept = self._forward(plan, parts, one, keep, unseen)
            unit = np.zeros_like(kept[-1][1])
            unit[..., output] = 1.0
            self._backward(plan, parts, plan.unflatten(out), kept, one, unit, unseen)
            rows.append(out[0])
        return np.array(rows)
