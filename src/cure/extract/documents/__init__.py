"""Documents of every form that reports come in, told by their content, not by their name."""

from cure.extract import worker
from cure.extract.documents import forms
from cure.extract.text import Document


def read(data: bytes, name: str) -> Document:
    """Read a document: plain text, Markdown, AsciiDoc, HTML, PDF, DOCX, CSV, mail, STIX or MISP.

    What needs a parser that an attacker may crash is read in a worker process.

    Args:
        data: Its bytes.
        name: Its name, for people.

    Raises:
        MalformedError: If it is of no known form, or broken, or takes too much time or memory.
    """
    return worker.read(data, name) if forms.is_foreign(data) else forms.parse(data, name)
