"""The raw logs of five honeypots (UQO ml_ids) as a list of events with payload.

The form is that of `cure similar --events`. Lines are read as tools/similar/uqo.py beside the
project reads them: two of the files are not strict JSON.
"""

import csv
import gzip
import json
import re

ASA = re.compile(r'"timestamp": "([^"]+)", "src_ip": "([^"]+)", "payload_printable": "(.*)"\}')
ASA_REQUEST = re.compile(r'\\"(\S+) (\S+)')
HONEYTRAP = re.compile(
    r'"start_time": "([^"]+)".{0,80}?"attack_connection": \{ "protocol": "(\w+)", '
    r'"remote_ip": "([^"]+)", "remote_port": \d+, "local_ip": "[^"]*", "local_port": (\d+), '
    r'"payload": \{.*?"data_hex": "([0-9a-fA-F]*)"',
    re.DOTALL,
)
AGENT = re.compile(r"User-Agent: ([^\r\n]*)", re.IGNORECASE)
REQUEST = re.compile(r"(\S+) (\S+) HTTP")
WORD = re.compile(r"[A-Za-z][\w.+-]{2,}")
NOBODY = ("", "0.0.0.0")  # noqa: S104  lines of a honeypot that listens


def text(raw, name):
    """Return a log as text."""
    return gzip.open(raw / f"{name}.gz", "rt", encoding="utf-8").read()


def named(name, values):
    """Return tokens of values that are not empty, without blanks."""
    return [f"{name}:{re.sub(r'[ |]+', '_', str(value))[:60]}" for value in values if value]


def path(of):
    """Return the token of a path, without what is asked of it."""
    return named("path", [of.partition("?")[0]])


def cowrie(raw):
    """Sessions: no payload is told."""
    for row in csv.DictReader(text(raw, "cowrie_sessions_20k.csv").splitlines()):
        yield row["start_time"], row["src_ip"], row["dst_port"], row["protocol"], []


def heralding(raw):
    """Sessions with user names and passwords."""
    for row in json.loads(text(raw, "heralding_82k.json")):
        tried = row["auth_attempts"]
        tokens = named("user", [one.get("username") for one in tried])
        tokens += named("password", [one.get("password") for one in tried])
        port = row["destination_port"]
        yield row["timestamp"], row["source_ip"], port, row["protocol"], tokens


def ciscoasa(raw):
    """Requests; the port is not told."""
    for at, ip, said in ASA.findall(text(raw, "ciscoasa_260k_fieldToCorrect.json")):
        request = ASA_REQUEST.match(said)
        if request:
            tokens = [*named("method", [request[1]]), *path(request[2])]
        else:
            tokens = named("text", [re.sub(r"[\d.]+", "#", said)])
        yield at, ip, 8443, "https", tokens


def honeytrap(raw):
    """Connections with the first bytes that were sent."""
    for at, protocol, ip, port, data in HONEYTRAP.findall(text(raw, "honeytrap_5k.json")):
        sent = bytes.fromhex(data[: len(data) // 2 * 2])
        tokens = named("prefix", [sent[:8].hex()])
        words = sent.decode("latin-1")
        if agent := AGENT.search(words):
            tokens += named("ua", WORD.findall(agent[1]))
        if request := REQUEST.match(words):
            tokens += [*named("method", [request[1]]), *path(request[2])]
        yield at, ip, port, protocol, tokens


def dionaea(raw):
    """Connections with user names, passwords and commands of FTP."""
    for line in text(raw, "dioneae_20k.json").splitlines():
        if not line.startswith("{"):
            continue
        row = json.loads(line.rstrip(" ,]"))
        said = row.get("credentials", {})
        tokens = named("user", said.get("username", [])) + named(
            "password", said.get("password", [])
        )
        tokens += named("ftp", row.get("ftp", {}).get("commands", {}).get("command", []))
        yield (
            row["timestamp"],
            row["src_ip"],
            row["dst_port"],
            row["connection"]["protocol"],
            tokens,
        )


def write(raw, out):
    """Write the list; return how many rows."""
    rows = 0
    with gzip.open(out, "wt", encoding="utf-8", newline="", compresslevel=1) as file:
        lines = csv.writer(file)
        lines.writerow(("ts", "src_ip", "dst_port", "protocol", "payload"))
        for read in (cowrie, heralding, ciscoasa, honeytrap, dionaea):
            for at, ip, port, protocol, tokens in read(raw):
                if ip not in NOBODY:
                    lines.writerow((at, ip, port, protocol, " ".join(tokens)))
                    rows += 1
    return rows
