"""Label sets: what people marked in texts, for programs to learn from; no reports themselves.

Sources: https://github.com/aiforsec/CyNER, https://github.com/wangxuren/APTNER,
https://github.com/boschresearch/anno-ctr-lrec-coling-2024,
https://github.com/center-for-threat-informed-defense/tram
"""

import re

_TOKEN = re.compile(rb"\S.*[\t ](?:O|[BIES]-\S+)\r?")
_ENOUGH_LINES = 5
_OBJECT = re.compile(rb'\s*\[?\s*\{\s*"(?:mention|text|docs?|report)"\s*:')
_LABEL = re.compile(rb'"(?:label(?:_link|_tec)?|gold(?:_in_text)?|keywords)"\s*:')


def is_label_set(head: bytes) -> bool:
    r"""Tell by its first bytes whether a file holds labels.

    Known are tokens in columns with BIO or BIOES marks in the last, and objects in JSON that name
    a text, or a mention in one, and its label.

    >>> is_label_set(b"We O\nsaw O\nEmotet B-MAL\nat O\nwork O\n. O\n")
    True
    """
    if _OBJECT.match(head):
        return bool(_LABEL.search(head))
    lines = [line for line in head.split(b"\n")[:-1] if line.strip()]
    tokens = sum(bool(_TOKEN.fullmatch(line)) for line in lines)
    return tokens >= _ENOUGH_LINES and tokens * 10 >= len(lines) * 9
