"""Everything that reads strange bytes, each as a function that breaks where a law is broken.

Publishers and the functions of formats are found, not listed; doors are listed, as each is opened
in a way of its own.
"""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo
from importlib import import_module
from io import BytesIO
from pathlib import Path
from types import MappingProxyType, ModuleType

import msgspec

import cure.extract.documents
import cure.formats
from cure.app import label_of, publishers
from cure.formats import lines as formats_lines
from cure.formats.entries import Listing
from cure.formats.lines import UNREADABLE
from cure.hub.intake import Intake
from cure.interfaces import Input, Publisher
from cure.model.finding import read_finding
from cure.model.networks import PRIVATE, Networks
from cure.model.observable import CONSTRUCTORS, Topic
from cure.origins.files import blocks, lines
from servers import NOW
from strange.doors import DOORS, SEEDS

Target = Callable[[bytes], object]
SAMPLES = Path(__file__).parents[1] / "publishers" / "samples"
MAX_SEED_BYTES = 64 << 10
_HEAD_BYTES = 4096
_NAME = "name.txt"


def targets() -> dict[str, Target]:
    """Return all, by name."""
    found = {f"publisher.{name}": _read_by(one) for name, one in publishers().items()}
    found |= {f"topic.{topic}": _made_by(topic) for topic in Topic}
    parts: dict[str, list[Target]] = {}
    for package in (cure.formats, cure.extract.documents):
        for module in _modules(package):
            for name, part in _parts(module):
                parts.setdefault(name.removeprefix("cure."), []).append(part)
    found |= {name: _all_of(some) for name, some in parts.items()}
    return found | {f"door.{name}": door for name, door in DOORS.items()}


def seeds(name: str) -> list[bytes]:
    """Return what it is good to begin with: samples, of its own source where it has one."""
    kind, _, source = name.partition(".")
    if kind == "door":
        return SEEDS[source]
    own = SAMPLES / source if kind == "publisher" else SAMPLES
    some = [path.read_bytes()[:MAX_SEED_BYTES] for path in sorted(own.rglob("input.*"))]
    values = (b"192.0.2.1", b"http://[2001:db8::1]:80/a%2f", b"a.user@example.jp", b"\xe4\xbe\x8b")
    return [*some, *values]


def _read_by(publisher: Publisher) -> Target:
    """All lines are accounted for, nothing is raised, and what is said can be read again."""
    is_of_lines = inspect.getmodule(publisher.read) is formats_lines
    names = [path.name for path in sorted((SAMPLES / publisher.name).rglob("input.*"))] or [_NAME]

    def read(data: bytes) -> None:
        source = _input(data, names[len(data) % len(names)])
        intake = Intake(publisher, publisher.name, label_of(publisher, "soc"), NOW)
        for part in intake.take_in(source):
            account = part.account
            assert account.lines == account.spoke + account.silent + account.quarantined
            assert not is_of_lines or account.lines == len(list(lines(BytesIO(data))))
            for record in part.records:
                said = msgspec.json.encode(record.finding)
                assert msgspec.json.encode(read_finding(said)) == said, said

    return read


def _input(data: bytes, name: str = _NAME) -> Input:
    return Input(
        name=name,
        as_of=NOW,
        lines=lines(BytesIO(data)),
        blocks=blocks(BytesIO(data)),
        head=data[:_HEAD_BYTES],
    )


def _made_by(topic: Topic) -> Target:
    """A canonical value, read again, gives itself."""

    def read(data: bytes) -> None:
        try:
            value = CONSTRUCTORS[topic](data.decode("utf-8", "replace")).value
        except UNREADABLE:
            return
        assert CONSTRUCTORS[topic](value).value == value, value

    return read


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(package.__path__):
        yield import_module(f"{package.__name__}.{found.name}")


_GIVEN: MappingProxyType[object, Callable[[bytes], object]] = MappingProxyType(
    {bytes: bytes, str: lambda data: data.decode("utf-8", "replace"), Input: _input}
)
"""What functions read."""
_TOLD: MappingProxyType[object, object] = MappingProxyType(
    {
        datetime: NOW,
        datetime | None: NOW,
        tzinfo: UTC,
        Networks: PRIVATE,
        Listing: Listing("a list", NOW),
    }
)
"""What they are told of it."""


def _parts(module: ModuleType) -> Iterator[tuple[str, Target]]:
    """Yield the public functions of a module that read something.

    Each is under the name of its module; those that read one word or line, or only tell what
    something is, are many and small, and under the name of the package together.
    """
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if name.startswith("_") or function.__module__ != module.__name__:
            continue
        signature = inspect.signature(function, eval_str=True)
        asked = signature.parameters.values()
        form, *others = [one.annotation for one in asked if one.default is one.empty] or [None]
        told = {**_TOLD, str: _NAME} if form is bytes else _TOLD
        if form in _GIVEN and all(other in told for other in others):
            is_small = signature.return_annotation is bool or (form is str and not others)
            where = module.__name__.rpartition(".")[0] if is_small else module.__name__
            yield where, _called(function, _GIVEN[form], [told[other] for other in others])


def _called(
    function: Callable[..., object], given: Callable[[bytes], object], more: list[object]
) -> Target:
    def read(data: bytes) -> None:
        try:
            answer = function(given(data), *more)
            if isinstance(answer, Iterator):
                for _ in answer:
                    pass
        except UNREADABLE:
            return

    return read


def _all_of(functions: list[Target]) -> Target:
    def read(data: bytes) -> None:
        for function in functions:
            function(data)

    return read
