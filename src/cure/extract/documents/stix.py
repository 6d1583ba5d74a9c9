"""STIX: what the patterns and observables of a package state, and its descriptions.

Sources: https://docs.oasis-open.org/cti/stix/v2.1/stix-v2.1.html (2.0 has the same patterns),
https://stixproject.github.io/data-model/1.2/ (1.1.1 in JSON or XML).
"""

import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import Element

from cure.errors import MalformedError
from cure.extract.documents.page import Page
from cure.extract.text import Document, Stated
from cure.model import Observable, domain, email, filehash, host, ip, url

_Form = Callable[[str], Observable]

_COMPARISON = re.compile(
    r"(?<![a-z0-9-])([a-z][a-z0-9-]{1,40}):([\w.'\"\[\]*-]{1,200}+)\s*(?:=|IN|==)\s*"
    r"(\((?:[^)']|'(?:[^'\\]|\\.)*+')*+\)|'(?:[^'\\]|\\.)*+')"
)
_STRING = re.compile(r"'((?:[^'\\]|\\.)*)'")


def _url(text: str) -> Observable:
    """Read what a package calls a URL; without a scheme it is meant as one of the web."""
    return url(text if "://" in text else f"http://{text}")


_FORMS: dict[str, _Form] = {
    **dict.fromkeys(("ipv4-addr", "ipv6-addr"), ip),
    "domain-name": domain,
    "url": _url,
    "email-addr": email,
    "network-traffic": host,
    "email-message": email,
}
_OF_STIX1: dict[str, _Form] = {
    "address_value": lambda text: email(text) if "@" in text else host(text),
    "hostname_value": domain,
    "simple_hash_value": filehash,
}
_VALUES_OF_STIX1: dict[str, _Form] = {
    "domainnameobjecttype": domain,
    "uriobjecttype": _url,
    "linkobjecttype": _url,
}
_TEXTS = ("name", "title", "description", "abstract", "content", "short_description")


def is_stix1(content: object) -> bool:
    """Tell whether a JSON document is a package of STIX 1."""
    return (
        isinstance(content, dict)
        and (str(content.get("version", "")).startswith("1.") or "stix_header" in content)
        and not content.keys().isdisjoint({"indicators", "observables", "stix_header", "ttps"})
    )


def stix2(content: dict[str, Any]) -> Document:
    """Read a bundle of STIX 2.0 or 2.1."""
    page = Page()
    stated: list[Stated] = []
    for one in content.get("objects") or ():
        if not isinstance(one, dict):
            continue
        kind = str(one.get("type", ""))
        if kind in {"report", "campaign", "intrusion-set", "grouping"} and one.get("name"):
            page.add("heading", str(one["name"]), 1)
        elif one.get("name"):
            page.add("item", f"{kind}: {one['name']}")
        page.add("paragraph", str(one.get("description") or ""))
        stated += _values_of(page, one, kind)
    return page.document(tuple(stated))


def _values_of(page: Page, one: dict[str, Any], kind: str) -> Iterator[Stated]:
    if kind == "indicator" and isinstance(one.get("pattern"), str):
        labels = (*(one.get("labels") or ()), *(one.get("indicator_types") or ()))
        reason = "the bundle calls it benign" if "benign" in labels else ""
        start = page.add("row", one["pattern"])
        for found in _COMPARISON.finditer(one["pattern"]):
            form = _FORMS.get(found[1]) if found[2].endswith("value") else None
            form = filehash if "hashes" in found[2] else form
            if form is None:
                continue
            for value in _STRING.finditer(found[3]):
                place = start + found.start(3) + value.start(1)
                yield _stated(form, value[1].replace("\\'", "'"), value[1], place, reason)
    objects = one.get("objects")
    for inner in objects.values() if isinstance(objects, dict) else (one,):
        if isinstance(inner, dict):
            yield from _object(page, inner)


def _object(page: Page, one: dict[str, Any]) -> Iterator[Stated]:
    """Yield what a cyber-observable object states."""
    kind = str(one.get("type", ""))
    if kind in _FORMS and isinstance(one.get("value"), str):
        yield _row(page, kind, one["value"], _FORMS[kind])
    hashes = one.get("hashes")
    for algorithm, digest in hashes.items() if isinstance(hashes, dict) else ():
        if algorithm.replace("-", "").lower() in {"md5", "sha1", "sha256", "sha512"}:
            yield _row(page, str(algorithm), str(digest), filehash)


def stix1(content: dict[str, Any]) -> Document:
    """Read a package of STIX 1 in JSON."""
    page = Page()
    return page.document(tuple(_walk(page, content)))


def stix1_xml(root: Element) -> Document:
    """Read a package of STIX 1 in XML."""
    page = Page()
    return page.document(tuple(_walk(page, _as_json(root))))


def _as_json(element: Element) -> dict[str, Any]:
    """Return an element as the JSON form of STIX 1 has it: names in lower case."""
    found: dict[str, Any] = {}
    for name, value in element.attrib.items():
        if name.endswith("}type"):
            found["xsi:type"] = value
    for child in element:
        name = str(child.tag).rpartition("}")[2].lower()
        inner = _as_json(child) if len(child) or child.attrib else (child.text or "").strip()
        if isinstance(inner, dict) and child.text and child.text.strip():
            inner["value"] = child.text.strip()
        found.setdefault(name, []).append(inner)
    return found


def _walk(page: Page, node: object) -> Iterator[Stated]:
    if isinstance(node, list):
        for one in node:
            yield from _walk(page, one)
    if not isinstance(node, dict):
        return
    for name in _TEXTS:
        for text in _strings(node.get(name)):
            page.add("heading" if name == "title" else "paragraph", text, 2)
    kind = str(node.get("xsi:type", "")).rpartition(":")[2].lower()
    for name, value in node.items():
        form = _OF_STIX1.get(name) or (_VALUES_OF_STIX1.get(kind) if name == "value" else None)
        if form:
            for text in _strings(value):
                yield _row(page, name, text, form)
        else:
            yield from _walk(page, value)


def _strings(node: object) -> Iterator[str]:
    """Yield the strings of a value, which may be bare, a list, or an object with conditions."""
    if isinstance(node, str):
        yield from (one.strip() for one in node.split("##comma##") if one.strip())
    elif isinstance(node, list):
        for one in node:
            yield from _strings(one)
    elif isinstance(node, dict):
        yield from _strings(node.get("value"))


def _row(page: Page, kind: str, text: str, form: _Form) -> Stated:
    start = page.add("row", f"{kind}\t{text}")
    return _stated(form, text, text, start + len(kind) + 1)


def _stated(form: _Form, text: str, written: str, start: int, reason: str = "") -> Stated:
    end = start + len(written)
    try:
        return Stated(form(text), written, start, end, reason)
    except MalformedError as error:
        return Stated(None, written, start, end, error.why)
