#!/bin/sh
# Builds what is released, from what is committed: wheel and sdist, twice and alike, then the bill of
# materials; checks their form; installs the wheel without a compiler, and tries it, on each Python
# that is named in PYTHONS.
set -eu
cd "$(dirname "$0")/.."
bin=$PWD/.release/bin
PYTHONS=${PYTHONS:-python3}

test -z "$(git status --porcelain)" || { echo "commit first: what is released is what is committed" >&2; exit 1; }
python3 tools/ui/stamp.py                      # the web UI that was built is of these sources
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

rm -rf dist .release/again
"$bin/python" -m build --no-isolation --outdir dist . >/dev/null
"$bin/python" -m build --no-isolation --outdir .release/again . >/dev/null
for file in dist/*; do cmp "$file" ".release/again/${file#dist/}"; done
"$bin/twine" check --strict dist/*
"$bin/check-wheel-contents" --config pyproject.toml dist/*.whl
.venv/bin/python tools/sbom.py dist/cure.cdx.json

for python in $PYTHONS; do
    new=$(mktemp -d)
    "$python" -m venv "$new/venv"
    "$new/venv/bin/pip" install --quiet --only-binary :all: --constraint constraints.txt dist/*.whl
    (cd "$new" && venv/bin/cure --version && venv/bin/cure demo --no-serve >/dev/null && venv/bin/cure verify --data demo-data)
    rm -rf "$new"
done
(cd dist && sha256sum -- *)
