"""The formats of `cure export`, a module each."""
