"""engine: plan, batch -> loss, weights. One contract; the reference defines it, the native engine is fast."""
