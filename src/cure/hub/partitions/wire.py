"""Questions to partitions and their answers as bytes, for those on other machines.

The questions are the public methods of `Part`: what their arguments and answers are made of is
read from their annotations, so the two sides cannot differ. Arrays travel as their bytes.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any, get_origin, get_type_hints
from weakref import WeakKeyDictionary

import msgspec
import numpy as np

from cure.errors import MalformedError
from cure.hub.partitions.asking import Answering, Asked, Asker
from cure.hub.partitions.view import Part
from cure.hub.watched.entry import Entry
from cure.hub.watched.table import Watched

_TABLES = 64
"""So many tables of watches are kept, each with what was compared."""


class _Question(msgspec.Struct, array_like=True):
    asker: Asker
    part: int
    name: str
    arguments: msgspec.Raw


class _Answer(msgspec.Struct, array_like=True):
    """An answer, or what of the question was malformed and why."""

    said: bytes = b""
    malformed: tuple[str, str, str] | None = None


class _Entries(msgspec.Struct, array_like=True):
    """What a table of watches is made of."""

    entries: list[Entry]
    owners: list[int]
    forgotten: list[int]


class Wire:
    """One end of the wire; it remembers tables of watches that came over it."""

    def __init__(self) -> None:
        """Remember none."""
        self._encode = msgspec.msgpack.Encoder(enc_hook=self._as_plain).encode
        self._question = msgspec.msgpack.Decoder(_Question, dec_hook=self._as_meant).decode
        self._taken, self._given = (
            {
                name: msgspec.msgpack.Decoder(types[at], dec_hook=self._as_meant).decode
                for name, types in _TYPES.items()
            }
            for at in range(2)
        )
        self._sent: WeakKeyDictionary[Watched, tuple[int, bytes]] = WeakKeyDictionary()
        self._tables: dict[bytes, Watched] = {}

    def question(self, asker: Asker, asked: Asked) -> bytes:
        """Return a question as bytes."""
        arguments = msgspec.Raw(self._encode(asked.arguments))
        return self._encode(_Question(asker, asked.part, asked.name, arguments))

    def answer(self, question: bytes, part_of: Callable[[Asker, int], Part]) -> bytes:
        """Answer a question.

        Args:
            question: It.
            part_of: Gives what a partition answers to an asker.

        Raises:
            MalformedError: If there is no such question.
        """
        try:
            asked = self._question(question)
            arguments = self._taken[asked.name](asked.arguments)
        except (msgspec.DecodeError, KeyError) as error:
            raise MalformedError("question", repr(question[:64]), str(error)) from error
        try:
            said = getattr(part_of(asked.asker, asked.part), asked.name)(*arguments)
        except MalformedError as error:
            return self._encode(_Answer(malformed=(error.what, error.value, error.why)))
        return self._encode(_Answer(self._encode(said)))

    def told(self, asked: Asked, answer: bytes) -> Any:  # noqa: ANN401 - each has its own
        """Return an answer from its bytes.

        Raises:
            MalformedError: If something that was asked for is malformed.
        """
        found = _answer(answer)
        if found.malformed is not None:
            raise MalformedError(*found.malformed)
        return self._given[asked.name](found.said)

    def _as_plain(self, one: object) -> object:
        match one:
            case np.ndarray():
                return one.dtype.str, one.tobytes()
            case np.generic():
                return one.item()
            case Watched():
                return self._of_table(one)
            case _:
                raise NotImplementedError(type(one))

    def _of_table(self, table: Watched) -> bytes:
        count, sent = self._sent.get(table, (-1, b""))
        now = len(table.entries) + len(table.forgotten)
        if now != count:
            sent = self._encode(_Entries(table.entries, table.owners, sorted(table.forgotten)))
            self._sent[table] = now, sent
        return sent

    def _as_meant(self, wanted: Any, one: Any) -> object:  # noqa: ANN401 - of any type
        if wanted is Watched:
            return self._table_of(one)
        if (get_origin(wanted) or wanted) is np.ndarray:
            return np.frombuffer(one[1], np.dtype(one[0]))
        raise NotImplementedError(wanted)

    def _table_of(self, sent: bytes) -> Watched:
        name = blake2b(sent, digest_size=16).digest()
        if name not in self._tables:
            if len(self._tables) >= _TABLES:
                del self._tables[next(iter(self._tables))]
            made = _entries(sent)
            table = self._tables[name] = Watched()
            for entry, owner in zip(made.entries, made.owners, strict=True):
                table.add([entry], owner)
            for owner in made.forgotten:
                table.forget(owner)
        return self._tables[name]


def _types() -> dict[str, tuple[Any, Any]]:
    """Return of each question the types of its arguments, as a tuple, and of its answer."""
    found: dict[str, tuple[Any, Any]] = {}
    for one in set(Part.__mro__) - set(Answering.__mro__):
        for name, method in vars(one).items():
            if not name.startswith("_") and callable(method):
                hints = get_type_hints(method)
                given = hints.pop("return")
                found[name] = (tuple[tuple(hints.values())], given)  # pyright: ignore[reportInvalidTypeArguments]
    return found


_TYPES = _types()
_answer = msgspec.msgpack.Decoder(_Answer).decode
_entries = msgspec.msgpack.Decoder(_Entries).decode
Wire()  # what msgspec keeps of a type it has to make once: two threads that do it at a time crash
