#!/usr/bin/env bash
# Pins every dependency with its hashes, for all platforms, without naming any package index.
#
# Usage: packaging/lock.sh [option of uv pip compile ...]      e.g. --upgrade
set -euo pipefail
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/python -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
        --no-annotate --python-version 3.11 pyproject.toml "$@"
}

compile --extra setup --output-file requirements.lock "$@"
compile --extra dev --extra setup --constraint requirements.lock --output-file requirements-dev.lock "$@"
compile --extra fuzz --constraint requirements-dev.lock --output-file requirements-fuzz.lock "$@"
