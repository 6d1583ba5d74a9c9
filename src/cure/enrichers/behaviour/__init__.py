"""How addresses behave, as vectors: what they ask for, how they go about it, and when."""
