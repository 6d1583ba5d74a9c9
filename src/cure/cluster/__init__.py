"""Past one machine: one stream orders all that is written, and every node applies it alike."""
