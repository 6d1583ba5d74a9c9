"""Who reads through a view and says findings of its own: behaviour, groups, scores, reliability."""
