"""Which addresses behave alike, as groups that keep their names, and which come in bursts."""
