"""How malicious a value is, as of a moment: evidence, its decay, what speaks for it, a verdict."""
