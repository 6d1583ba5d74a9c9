"""How far sources are to be believed: what analysts say of them, and how they compare."""
