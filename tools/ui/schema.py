"""make ui-schema: writes ui/src/api/schema.d.ts from the server's own description.

Its first line tells which description it was made from; a test compares: `tests/web/test_pages.py`.
"""

import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

from litestar.testing import TestClient

from cure.access.accounts import Accounts
from cure.access.audit import Audit
from cure.app import operator, publishers
from cure.installation import Installation
from cure.web.server import build

UI = Path(__file__).parents[2] / "ui"
SCHEMA = UI / "src" / "api" / "schema.d.ts"


def description() -> bytes:
    """Return what a new server says of itself: OpenAPI, as JSON."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Installation(Path(folder), write=True) as installation,
        Audit(Path(folder)) as audit,
        Accounts(Path(folder), audit) as accounts,
    ):
        app = build(
            installation,
            audience=operator("local"),
            owner="local",
            publishers=publishers(),
            accounts=accounts,
        )
        with TestClient(app, base_url="http://127.0.0.1") as client:
            return client.get("/api/v1/openapi.json").content


def heading(described: bytes) -> str:
    """Return the line that tells from which description types were made."""
    return f"// Made by `make ui-schema` from the description {sha256(described).hexdigest()[:16]}"


def main() -> None:
    """Write the types, or with --check tell whether they are of today."""
    described = description()
    if "--check" in sys.argv:
        fresh = SCHEMA.read_text("utf-8").startswith(heading(described) + "\n")
        sys.exit(None if fresh else "ui/src/api/schema.d.ts is old: run `make ui-schema`")
    made = subprocess.run(  # noqa: S603 - our own tool, on our own text
        [UI / "node_modules" / ".bin" / "openapi-typescript"],
        input=described,
        capture_output=True,
        check=True,
    )
    SCHEMA.write_text(heading(described) + "\n" + made.stdout.decode(), "utf-8")


if __name__ == "__main__":
    main()
