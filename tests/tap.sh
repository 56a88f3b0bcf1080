#!/bin/bash
# Runs one test program for prove, which is told so in .proverc:
#
#	tap.sh PROGRAM
#
# cmocka up to 1.1.5 prints a skip as `not ok N # SKIP`, which prove counts as a failure. A test that failed reads
# `not ok N - NAME`, so that it cannot be taken for a skip; and the program's exit code, the number of those, goes on.
set -o pipefail

case $1 in
*.bats) exec bats "$@" ;;
esac
"$@" | sed -uE 's/^not (ok [0-9]+ # SKIP)/\1/'
