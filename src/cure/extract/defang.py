"""The signs by which people defang values, as patterns, and how to undo them all."""

import re

_OPEN = r"[\[({<]"
_CLOSE = r"[\])}>]"

DOT = (
    rf"(?:\.(?!\])|\ ?{_OPEN}{{1,2}}\ ?(?:\.|(?i:dot)|[。｡])\ ?{_CLOSE}{{1,2}}\ ?"
    r"|\[\.|\.\]|\\\.)"  # half of it, or escaped
)
"""A dot of a host name, plain or defanged."""

LOOSE_DOT = r"(?:\ \.\ |\ (?i:dot)\ |[。｡])"
"""What may be such a dot, but also the end of a sentence, or a word."""

COLON = rf"(?::|\ ?{_OPEN}:{_CLOSE}\ ?)"
"""The colon before a port or in an IPv6 address."""

AT = rf"(?:@|\\@|\ ?{_OPEN}\ ?(?:@|(?i:at))\ ?{_CLOSE}\ ?)"
"""The sign in the middle of an e-mail address."""

SLASHES = (
    rf"(?:\ ?{_OPEN}:/{{0,2}}{_CLOSE}/{{0,3}}|:{_OPEN}//{_CLOSE}|:?{_CLOSE}//"
    r"|(?:\[\])?:\\?/\\?/\\?/?|(?:(?<=ttp)|(?<=ttps)):\ //)"
    r"(?:\ (?=[\w.-]+\ ?[\[(]))?"
)
"""What parts the scheme of a URL from its host."""

_HONEST_SCHEMES = frozenset(
    {"http", "https", "ftp", "ftps", "sftp", "ssh", "tcp", "udp", "ws", "wss", "ldap", "ldaps"}
    | {"rmi", "smb", "tftp", "dns", "git", "irc", "telnet", "socks5", "stratum+tcp"}
)
_SCHEMES = {"fxp": "ftp", "fxps": "ftps", "ttp": "http", "ttps": "https", "hxp": "http"}
_SCHEMES |= {"xxp": "http", "xxps": "https", "htp": "http", "htps": "https"}
_HTTP = re.compile(r"(?:h[tx*_]{2}p|meow)(s?)", re.IGNORECASE)
_SCHEME = re.compile(rf"([A-Za-z*][\w.*+-]*)(?:\[(s)\])?{SLASHES}", re.IGNORECASE)

_HONEST_URL = re.compile(r"https?://[^\[\](){}<>\\\s。｡]+", re.IGNORECASE)

_DOT = re.compile(rf"{DOT}|{LOOSE_DOT}")
_COLON = re.compile(COLON)
_AT = re.compile(AT)
_SIGNS = re.compile(r"[\[\](){}<>\\。｡]| \. | dot ", re.IGNORECASE)
_IP6_HOST = re.compile(r"\[[0-9A-Fa-f:.]+\]")
_PATH_START = re.compile(r"\\?/|\[/\]|[?#]")
_PATH_DOT = re.compile(rf"{_OPEN}(?:\.|(?i:dot)){_CLOSE}")
_ODD_TAIL = re.compile(r"[\[({<\\\s]|h(?:xx|XX)p")
_INNER = re.compile(r"(?<![A-Za-z])h(?:xx|XX|tt)p(s?)\[?:\]?(?=//)")
_ESCAPE = re.compile(r"\\(?=[/_.~*&=?-])")

_WIDE = re.compile("[！-～]")
_TO_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def narrow(text: str) -> str:
    """Make full-width forms of ASCII narrow; every character keeps its place.

    >>> narrow("ｈｔｔｐ：／／example．com")
    'http://example.com'
    """
    return text if text.isascii() or not _WIDE.search(text) else text.translate(_TO_NARROW)


def plain_host(text: str) -> str:
    """Undo the defanging of a host, or of an address with a port or prefix length.

    >>> plain_host("192[.]0[.]2 [dot] 7[:]80"), plain_host("www . example . com")
    ('192.0.2.7:80', 'www.example.com')
    """
    return _COLON.sub(":", _DOT.sub(".", text)) if _SIGNS.search(text) else text


def plain_email(text: str) -> str:
    """Undo the defanging of an e-mail address.

    >>> plain_email("a.user(at)example{.}com")
    'a.user@example.com'
    """
    return _AT.sub("@", _DOT.sub(".", text))


def plain_url(text: str) -> str:
    r"""Undo the defanging of a URL, in its path too, and a line end in it.

    >>> plain_url("hxxps[:]//example[.]com[:]8080/index[.]php?q=[a]")
    'https://example.com:8080/index.php?q=[a]'
    >>> plain_url("ttp:\\/\\/example(.)com\\/read\\_me")
    'http://example.com/read_me'
    """
    if _HONEST_URL.fullmatch(text):
        return text
    scheme, rest = _parted(text)
    start = address.end() if (address := _IP6_HOST.match(rest)) else 0
    path = slash.start() if (slash := _PATH_START.search(rest, start)) else len(rest)
    host = rest[:path].replace("[.]", ".")
    if start or _SIGNS.search(host):
        host = rest[:start] + plain_host(_AT.sub("@", rest[start:path]))
    tail = rest[path:]
    if _ODD_TAIL.search(tail):
        tail = "".join(tail.replace("[/]", "/", 1).split())
        tail = _INNER.sub(r"http\1:", _PATH_DOT.sub(".", _ESCAPE.sub("", tail)))
    return scheme + host + tail


def is_defanged(written: str) -> bool:
    """Tell whether someone took care that nobody follows this.

    >>> is_defanged("hxxp://example.com"), is_defanged("https://example.com/a(b)")
    (True, False)
    """
    if _HONEST_URL.fullmatch(written):
        return False
    found = _SCHEME.match(written)
    if found:
        if found[1].lower() not in _HONEST_SCHEMES or not found[0].endswith(("://", "\\/")):
            return True
        written = written[found.end() :]
    if _IP6_HOST.match(written):
        return False
    path = _PATH_START.search(written)
    return bool(_SIGNS.search(written, 0, path.start() if path else len(written)))


def _parted(text: str) -> tuple[str, str]:
    """Return the scheme of a URL, undone, with its slashes, and what follows."""
    found = _SCHEME.match(text)
    if found is None:
        return "", text
    name = found[1].lower()
    http = _HTTP.fullmatch(name)
    name = "http" + http[1] if http else _SCHEMES.get(name, name)
    return f"{name}{found[2] or ''}://", text[found.end() :]
