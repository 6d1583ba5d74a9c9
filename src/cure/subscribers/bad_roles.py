"""The roles in which a value was named as bad; others are those of victims and bystanders."""

BAD_ROLES = frozenset({"attacker", "c2", "payload", "listed", "sample", "sender", "link"})
