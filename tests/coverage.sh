#!/bin/bash
# How often what is said is true: of made-up samples, how many intervals hold the figure that they are of, how many
# equal rows have a winner, and how many equal results differ; then of real ones, of this machine as it is. Not part of
# `make check`, which simulates a few of each; takes minutes.
#
#	tests/coverage.sh [REPEATS [PAIRS]]
#
# REPEATS: simulations of each kind, default 2000. PAIRS: pairs of results that are measured one after the other and
# compared, default 100, some 4 seconds each; 0 for none. Exit code 1 if intervals hold in less than 90 %, or if more
# than 5 % of equals are told apart, by more than chance.
set -u
cd "$(dirname "$0")/.." || exit 1
repeats=${1:-2000}
pairs=${2:-100}

make -s all tests || exit 1
COVERAGE_REPEATS=$repeats build/tests/test_coverage || exit 1
[ "$pairs" -gt 0 ] || exit 0

folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
measure() { # file
	build/sumsq scale -q -c 1-2 --rounds 8 --max-time 60 --json="$1" 3e9 >/dev/null
}

declare -A told=()
for ((i = 0; i < pairs; i++)); do
	measure "$folder/old.json" && measure "$folder/new.json" || exit 1
	build/sumsq compare -q "$folder/old.json" "$folder/new.json" >"$folder/text" 2>&1
	verdict=same
	grep -q 'cannot tell' "$folder/text" && verdict='cannot tell'
	# Slower and faster count whatever else was said.
	grep -Eq '^Of [0-9]+ rows, 0 slower and 0 faster' "$folder/text" || verdict='told apart'
	told[$verdict]=$((${told[$verdict]:-0} + 1))
done
echo "# $pairs pairs of real results of the same thing: ${told[same]:-0} the same," \
	"${told[cannot tell]:-0} of which some rows cannot be told, ${told[told apart]:-0} slower or faster"
awk -v wrong="${told[told apart]:-0}" -v of="$pairs" \
	'BEGIN { exit !(wrong <= of * 0.05 + 3 * sqrt(of * 0.05 * 0.95)) }'
