"""report: history -> report.

Metrics with their formulas, the two baselines every network has to beat, pictures in plain text.
"""
