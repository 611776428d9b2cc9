"""Training twice gives the same bits; another seed gives another network; a frame of pandas is as good as a file."""

from sklearn.datasets import load_diabetes

import chainrule

# A real table: ten measurements of 442 patients and the progression of their illness a year later.
frame = load_diabetes(as_frame=True, scaled=False).frame

settings = {"hidden": (8,), "activation": "tanh", "epochs": 40}
first = chainrule.train(frame, "target", seed=1, **settings)
second = chainrule.train(frame, "target", seed=1, **settings)
other = chainrule.train(frame, "target", seed=2, **settings)

print("same seed, same bits:   ", first.weights.tobytes() == second.weights.tobytes())
print("other seed, other bits: ", first.weights.tobytes() != other.weights.tobytes())

# The weights by name, in the natural order: w1 is (inputs, units).
for name, values in first.parts.items():
    print(f"{name}: {values.shape}")

# Why this training: one sentence per choice. And the loss of each epoch is kept.
print(*first.reasons, sep="\n")
print(
    "validation loss of the first and the best epoch:",
    first.history["validation"][0, 0],
    first.history["validation"].min(),
)
