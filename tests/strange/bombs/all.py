"""All bombs, in groups: each is made when it is asked for, none is kept."""

from strange.bombs import archives, documents, lines

GROUPS = (
    *(archives.packed, archives.archives),
    *(documents.xml, documents.pdf, documents.html, documents.mail),
    *(lines.deep, lines.numbers, lines.long, lines.signs, lines.hostile, lines.binary),
)
