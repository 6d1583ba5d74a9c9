"""Text that an attacker may have written, made harmless: to terminals, lines and spreadsheets."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def printable(text: str) -> str:
    r"""Write what is no printable character as an escape; what is left is one line.

    >>> printable("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def no_formula(cell: str) -> str:
    """Put a cell that a spreadsheet would compute behind an apostrophe.

    >>> no_formula("=1+1"), no_formula("1+1")
    ("'=1+1", '1+1')
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
