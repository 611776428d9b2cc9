"""A table of two classes from the first row to a saved model: train, read the report, predict, save, load."""

import chainrule

# Any table will do: a file name, a pandas, polars or pyarrow frame, or, as here, a dict of columns.
# A point belongs to the ring if it is far from the middle: no straight line separates the two.
steps = [i / 12 - 1 for i in range(25)]
points = [(x, y) for x in steps for y in steps]
table = {
    "x": [x for x, _ in points],
    "y": [y for _, y in points],
    "place": ["ring" if 0.4 < x * x + y * y < 1.2 else "rest" for x, y in points],
}

# Everything but the target has a default; what is given here is one hidden layer of 12 tanh units.
model = chainrule.train(table, "place", hidden=(12,), activation="tanh", epochs=300, seed=3)

# The report compares train, validation and test with a constant and a linear model on the same rows.
print(model.report())

# Predictions are a table: the answer, and a probability per class.
new = {"x": [0.0, 0.8, 0.1], "y": [0.0, 0.0, -0.9]}
answers = model.predict(new)
for x, y, place, p in zip(
    new["x"], new["y"], answers["place"].values, answers["place=ring"].values, strict=True
):
    print(f"({x:4.1f}, {y:4.1f}) -> {place}, probability of the ring {p:.3f}")

# One file holds the network, the encoding of the columns and the weights. Loading it runs no code.
model.save("ring.chainrule")
again = chainrule.load("ring.chainrule")
print(again.evaluate(table)["accuracy"])
