"""Origins: how lines reach us. The only place where sources are opened."""
