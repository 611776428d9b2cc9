"""rules: one line of text -> every reading of it (NumPy, C++, bytecode, LaTeX, MathML, graph, derivative).

Every formula of Chainrule stands here once. This package needs nothing but the standard library until a rule is
evaluated, because the build runs `emit` before NumPy is there.
"""
