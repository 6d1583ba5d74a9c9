"""The sources of a configuration: one table each, checked, a mistake told with its line."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cure.errors import ConfigError, MalformedError
from cure.ingesting import listed_in, networks_of, zone_called
from cure.interfaces import Publisher, Setting
from cure.model import Label, Tlp
from cure.places import line_of
from cure.retaining import Keeping, Policy, keeping
from cure.settings import Settings
from cure.source_tables import MistakeError, SourceTable, read_table
from cure.source_ways import Surroundings, at, way_of
from cure.ways import Hec, Hpfeeds, SourceSetting

_TLP = {tlp.title: tlp for tlp in Tlp}
_SOCIAL = "social"


def read_sources(
    settings: Settings, publishers: Mapping[str, Publisher], environment: Mapping[str, str]
) -> list[SourceSetting]:
    """Read the enabled sources in the file of the settings, and in those that it includes.

    Args:
        settings: The settings, and from which file they are.
        publishers: Who can read what comes, by name.
        environment: Where secrets may stand.

    Raises:
        ConfigError: If something is wrong: in which file, on which line, what, and what it
            should be.
    """
    found: list[SourceSetting] = []
    for file, text, number, table in _all_tables(settings):
        around = Surroundings(file.parent, settings, environment)
        try:
            one = _source(table, publishers, around)
            if one is not None:
                _compare(one, found)
                found.append(one)
        except MistakeError as error:
            raise _told(file, text, number, table, error) from error
    return found


def read_policy(settings: Settings) -> Policy:
    """Read how long what each source says is kept, also of those that are not enabled.

    Raises:
        ConfigError: If something is wrong, as in `read_sources`.
    """
    try:
        usual = keeping(settings.retain, settings.cards, Keeping())
    except MalformedError as error:
        raise ConfigError(f"retain: {error}") from error
    found: dict[str, Keeping] = {}
    for file, text, number, table in _all_tables(settings):
        try:
            source, _ = read_table(table)
            with at("retain"):
                found[_name(source)] = keeping(source.retain, source.cards, usual)
        except MistakeError as error:
            raise _told(file, text, number, table, error) from error
    return Policy(usual, found)


def _all_tables(settings: Settings) -> Iterator[tuple[Path, str, int, dict[str, Any]]]:
    """Yield each table with the file, its text, and the number of the table in it."""
    if settings.file is None:
        return
    main = Path(settings.file)
    for file in (main, *(main.parent / one for one in settings.include)):
        text = _text(file)
        for number, table in enumerate(_tables(file, text)):
            yield file, text, number, table


def _name(source: SourceTable) -> str:
    return f"{source.publisher}@{source.instance}" if source.instance else source.publisher


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not UTF-8: {error}") from error


def _tables(file: Path, text: str) -> list[dict[str, Any]]:
    try:
        found = tomllib.loads(text).get("source", [])
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not TOML: {error}") from error
    if not isinstance(found, list):
        line = line_of(text, ("source",))
        raise ConfigError(f"{file}:{line}: want [[source]], in two pairs of brackets")
    return found


def _told(
    file: Path, text: str, number: int, table: dict[str, Any], error: MistakeError
) -> ConfigError:
    """Say where a mistake is; a key that is missing is missing in its table."""
    path: tuple[str | int, ...] = ("source", number, *error.key)
    while True:
        try:
            line = line_of(text, path)
            break
        except KeyError:
            path = path[:-1]
    name = "@".join(str(table[key]) for key in ("publisher", "instance") if key in table)
    return ConfigError(f"{file}:{line}: source {number + 1} ({name or 'no publisher'}): {error}")


def _source(
    table: dict[str, Any], publishers: Mapping[str, Publisher], around: Surroundings
) -> SourceSetting | None:
    """Read a table; of one that is not enabled only the form is looked at."""
    source, kind = read_table(table)
    if not source.enabled:
        return None
    publisher = publishers.get(source.publisher)
    if publisher is None:
        raise MistakeError(("publisher",), f"there is none; want one of {', '.join(publishers)}")
    if publisher.name == _SOCIAL and not around.settings.social_media:
        raise MistakeError(
            ("publisher",),
            "what people post is not gathered unless social_media = true is set: "
            "look at the terms of the service and at the law first",
        )
    if publisher.isolated and kind == "follow" and source.whole is None:
        source.whole = True  # whatever it begins with, it is a document
    tlp = publisher.tlp if source.tlp is None else _TLP.get(source.tlp.upper())
    if tlp is None:
        raise MistakeError(("tlp",), f"want one of {', '.join(_TLP)}")
    return SourceSetting(
        name=_name(source),
        publisher=publisher,
        kind=kind,
        way=way_of(kind, source, around),
        label=Label(tlp, around.settings.organisation, tuple(source.releasable)),
        setting=_setting(source, publisher, around),
    )


def _setting(source: SourceTable, publisher: Publisher, around: Surroundings) -> Setting:
    if source.blocklists and publisher.lists is None:
        raise MistakeError(("blocklists",), f"{publisher.name} knows no block lists")
    with at("own"):
        own = networks_of(source.own)
    with at("zone"):
        zone = zone_called(source.zone)
    with at("blocklists"):
        files = [around.path(one) for one in source.blocklists]
        listed = listed_in(files, publisher, datetime.now(UTC))
    return Setting(own=own, zone=zone, listed=listed)


def _compare(one: SourceSetting, others: list[SourceSetting]) -> None:
    """Refuse what does not go together."""
    for other in others:
        if one.name == other.name:
            raise MistakeError(("publisher",), "there is such a source already: add instance = …")
        match one.way, other.way:
            case Hpfeeds() as way, Hpfeeds() as there if way.ident == there.ident:
                if way.secret != there.secret:
                    raise MistakeError(
                        (one.kind,), f"{way.ident} has another secret in {other.name}"
                    )
                if {*way.channels} & {*there.channels}:
                    raise MistakeError(
                        (one.kind,), f"{other.name} reads the same channel of {way.ident}"
                    )
            case Hec() as way, Hec() as there if way.token == there.token:
                raise MistakeError((one.kind,), f"{other.name} has the same token")
            case _:
                pass
