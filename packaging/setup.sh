#!/usr/bin/env bash
# Makes everything ready to work in this folder: system packages, a virtual environment, the pinned dependencies.
#
# Usage: packaging/setup.sh run|test|fuzz
#   run   what the program needs
#   test  what the program and its tests need
#   fuzz  what the search for bad input needs beside the tests
#
# A stamp in the virtual environment holds the hash of the lock file, so that a second run has nothing to do.
# $PYTHON names the interpreter that the environment is made with, 3.11 or newer; if unset, it is python3, and an
# environment that exists is kept.
set -euo pipefail
cd "$(dirname "$0")/.."

job=${1:?"usage: packaging/setup.sh run|test|fuzz"}
python=${PYTHON:-python3}
venv=.venv

# System packages, by their Debian and Ubuntu names, each with the command that succeeds once it is there.
run_packages() {
    case "$(basename "$python")" in
        python3.*) echo "$(basename "$python")-venv|can_make_environment" ;;
        *) echo "python3-venv|can_make_environment" ;;
    esac
    # With these the tour checks a bundle as its receiver may.
    echo "age|command -v age"
    echo "openssl|command -v openssl"
    echo "unzip|command -v unzip"
}
test_packages() {
    run_packages
    echo "softhsm2|command -v softhsm2-util"
}

fuzz_packages() { test_packages; }

environment_fits() {
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 || return 1
    [ -z "${PYTHON:-}" ] || [ "$("$python" -V)" = "$("$venv/bin/python" -V)" ]
}
can_make_environment() { environment_fits || "$python" -c 'import ensurepip, venv'; }

say() { printf '%s\n' "$*" >&2; }

missing_packages() {
    local package probe
    while IFS='|' read -r package probe; do
        $probe >/dev/null 2>&1 || printf '%s\n' "$package"
    done < <("${job}_packages")
}

# Prints how this user may install packages, or fails.
installer() {
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" = 0 ]; then
        echo env
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        echo "sudo -n"
    elif command -v sudo >/dev/null && [ -t 0 ] && [ -t 2 ]; then
        echo sudo
    else
        return 1
    fi
}

install_packages() {
    local with
    with=$(installer) || return 1
    say "Installing system packages: $*"
    $with apt-get update -qq >&2 &&
        $with env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

require_python() {
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        say "Armoury needs Python 3.11 or newer, and “$python” is not. Name another one: make PYTHON=/path/to/python3 $job"
        exit 1
    fi
}

require_packages() {
    local missing
    mapfile -t missing < <(missing_packages)
    [ ${#missing[@]} -gt 0 ] || return 0
    install_packages "${missing[@]}" || true
    mapfile -t missing < <(missing_packages)
    [ ${#missing[@]} -gt 0 ] || return 0
    say "These system packages are missing: ${missing[*]}"
    say "Ask an administrator to install them, then run “make $job” again:"
    say "    apt-get install ${missing[*]}"
    exit 1
}

make_environment() {
    if ! environment_fits; then
        say "Making the virtual environment $venv"
        "$python" -m venv --clear "$venv"
    fi
    say "Installing the pinned dependencies of $1"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$1"
    # The command `armoury`, which runs what lies in this folder.
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation \
        --editable .
}

case "$job" in
    run) lock=requirements.lock ;;
    test) lock=requirements-dev.lock ;;
    fuzz) lock=requirements-fuzz.lock ;;
    *) say "usage: packaging/setup.sh run|test|fuzz" && exit 2 ;;
esac
stamp=$venv/ready-$job

# What the environment is ready for; changes with the lock file, this script and the interpreter.
readiness() {
    { cat packaging/setup.sh "$lock" && "${PYTHON:-$venv/bin/python}" -V; } 2>&1 | sha256sum
}
if [ -x "$venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(readiness)" ]; then
    exit 0
fi
environment_fits || require_python
require_packages
make_environment "$lock"
readiness >"$stamp"
