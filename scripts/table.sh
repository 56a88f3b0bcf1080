# shellcheck shell=sh
# The table that scripts/speed.sh and scripts/fetch-speed.sh print: what was measured beside its target.

row() { # what, value, target as a shell test on the value ("at least 30"), unit
	awk -v what="$1" -v value="$2" -v kind="$3" -v target="$4" -v unit="$5" 'BEGIN {
		met = kind == "at least" ? value >= target : value <= target
		printf "| %s | %.4g%s | %s %s%s | %s |\n", what, value, unit, kind, target, unit, met ? "yes" : "NO"
	}'
}

note() { # what, value
	printf '| %s | %s | | |\n' "$1" "$2"
}

ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { print a / b }'
}

table_head() {
	echo "$(lscpu | sed -n 's/^Model name: *//p'), $(nproc) CPUs allowed, $(uname -sr), $(gcc -dumpfullversion | sed 's/^/gcc /')"
	echo
	echo '| measured | value | target | met |'
	echo '| :-- | --: | --: | :-- |'
}
