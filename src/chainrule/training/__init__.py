"""training: batches, engine -> history.

The loop around an engine's `run`: when to stop, the best weights, checkpoints that resume bit for bit.
"""
