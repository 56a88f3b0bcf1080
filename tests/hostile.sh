#!/usr/bin/env bash
# The servers of tests/servers, nginx that gives connections up, and a name server that never answers, against every
# strategy with sanitizers: tests/hostile.sh [BUILD], build/asan unless given. Prints TAP, whose names say what is to be
# seen, and a line for each strategy. Not for CI: it takes ten minutes, and 20 ranks are to leave a quiet machine its CPU.
set -eu
cd "$(dirname "$0")/.."

build=${1-build/asan}
[ $# -gt 0 ] || make --no-print-directory -j"$(nproc)" BUILD="$build" SANITIZE=1 all >&2
export ASAN_OPTIONS=exitcode=99
export UBSAN_OPTIONS=print_stacktrace=1
FETCHALL=$PWD/$build/fetchall WHOLE=4 bats --tap tests/fetch_hostile.bats
