"""explain: tape -> pages: every number of the computation, where it comes from, and whether your own code has it right."""
