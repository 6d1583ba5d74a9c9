"""Runs in IntelMQ's own environment: its MISP collector reads from a server, its parser what came.

Usage: intelmq_collects.py URL TAG. Prints the values that the parser makes of it, one a line.
"""

import json
import sys

from intelmq.bots.collectors.misp.collector import MISPCollectorBot
from intelmq.bots.parsers.misp.parser import MISPParserBot
from intelmq.lib.message import Event, Report


class Collecting(MISPCollectorBot):
    """The collector, without the queues around it."""

    def __init__(self, url: str, tag: str) -> None:
        self.misp_url, self.misp_key, self.misp_tag_to_process = url, "any", tag
        self.http_verify_cert = False
        self.reports: list[Report] = []
        self.init()

    def new_report(self) -> Report:
        return Report()

    def send_message(self, *messages: Report, **_: object) -> None:
        self.reports += messages


class Parsing(MISPParserBot):
    """The parser, without the queues around it."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self.events: list[Event] = []

    def receive_message(self) -> Report:
        return self._report

    def new_event(self, *_: object, **__: object) -> Event:
        return Event()

    def send_message(self, *messages: Event, **_: object) -> None:
        self.events += messages

    def acknowledge_message(self) -> None:
        """Nobody waits for it."""


collector = Collecting(*sys.argv[1:3])
collector.process()
for report in collector.reports:
    parser = Parsing(report)
    parser.process()
    for event in parser.events:
        sys.stdout.write(json.dumps(event.to_dict(hierarchical=False)) + "\n")
