"""explain: tape -> pages. Every number of the computation, as formula, with values; derivations, graphs, equations."""
