"""Own alerts: matched both ways at once with all that is known of their outside values."""
