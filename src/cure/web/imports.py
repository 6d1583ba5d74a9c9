"""What libraries and we would import for the first answer that needs it, imported at the start.

A server that has no file left to open could not import it then, and would refuse what it can do.
"""

from importlib import import_module

from cure.subscribers.lists.form import forms

_LATE = (
    "numpy.ma",  # numpy.unique asks for it
    "scipy.sparse",  # what behaves alike
    "scipy.special",  # how sure a reputation is
    "iptocc",  # in which country an address is
)


def import_late() -> None:
    """Import it. Cost: 0.2 s, 30 MB."""
    for name in _LATE:
        import_module(name)
    forms()
