"""CURE: security-information fusion. Every source in memory, compared at once."""
