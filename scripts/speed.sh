#!/bin/sh
# Measures what corescale promises, side by side in one run on this machine, and prints each ratio beside its target.
# Nothing else should run meanwhile. Two minutes.
set -eu
cd "$(dirname "$0")/.."
make --no-print-directory all build/speed >&2
sumsq=build/sumsq
tab=$(printf '\t')

# shellcheck source=/dev/null
. scripts/table.sh
table_head

# Kernels, on one core: below 2^26 the twenty-number job, above as many terms.
kernels=$(build/speed kernels 15)
of() { echo "$kernels" | sed -n "s/^$1$tab//p"; }
plain=$(of plain)
best=$(echo "$kernels" | awk -F '\t' '$1 ~ /^[a-z0-9]*:26$/ && $2 > most { most = $2; best = $1 } END { print best }')
best=${best%:26}
note 'plain loop of gcc -O3, one core' "$(awk -v r="$plain" 'BEGIN { printf "%.2f Gterm/s", r / 1e9 }')"
for kernel in scalar neon avx2 avxvnni avx512 avx512ifma avx512vnni; do
	rate=$(of $kernel:26)
	[ -n "$rate" ] || continue
	note "$kernel, i below 2^26, 2^39, 2^52" "$(awk -v a="$rate" -v b="$(of $kernel:39)" -v c="$(of $kernel:52)" \
		'BEGIN { printf "%.1f, %.1f, %.1f Gterm/s", a / 1e9, b / 1e9, c / 1e9 }')"
	case $kernel in
	scalar | avx512ifma) continue ;;
	esac
	[ "$kernel" = "$best" ] || continue
	case $kernel in
	avx512vnni) row 'avx512vnni over the plain loop' "$(ratio "$rate" "$plain")" 'at least' 40 '' ;;
	avx2 | avxvnni | avx512) row "$kernel over the plain loop" "$(ratio "$rate" "$plain")" 'at least' 30 '' ;;
	esac
done
# The fastest kernel of each range.
fastest() { echo "$kernels" | awk -F '\t' -v bits="$1" '$1 ~ "^[a-z0-9]*:" bits "$" && $2 > most { most = $2 } END { print most }'; }
row 'i from 2^26 to 2^39 over i below 2^26' "$(ratio "$(fastest 39)" "$(fastest 26)")" 'at least' 0.5 ''
row 'i from 2^39 to 2^52 over i below 2^26' "$(ratio "$(fastest 52)" "$(fastest 26)")" 'at least' 0.25 ''
# What the core does with a kernel's multiplications alone, and the additions that share their ports.
for kernel in neon avx2 avxvnni avx512 avx512ifma avx512vnni; do
	for bits in 26 39 52; do
		issue=$(of issue:$kernel:$bits)
		[ -z "$issue" ] ||
			row "$kernel over its issue bound, i below 2^$bits" "$(ratio "$(of $kernel:$bits)" "$issue")" 'at least' 0.9 ''
	done
done

# Strategies: two workers on two cores, a job of about a second for one.
compared=$(mktemp)
trap 'rm -f "$compared"' EXIT
$sumsq compare -q --no-progress -c 2 --rounds 9 --max-time 90 --csv="$compared" 3e10 >/dev/null
for strategy in openmp processes mpi mpi+openmp; do # the last for comparison
	speedup=$(awk -F, -v s="$strategy" 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i } $1 == s { print $c["speedup"] }' "$compared")
	[ -n "$speedup" ] || continue
	case $strategy in
	mpi+*) note "$strategy, 2 workers, over serial" "$(printf '%.3f' "$speedup")" ;;
	*) row "$strategy, 2 workers, over serial" "$speedup" 'at least' 1.95 '' ;;
	esac
done

# A job of no terms through an open team of two.
null() { # strategy, words that give it two workers
	strategy=$1
	shift
	$sumsq run -q -s "$strategy" "$@" --rounds 20000 --csv=/dev/null --json 0 |
		sed -n 's/^ *"median_s": \([^,]*\),/\1/p' | awk '{ print $1 * 1e6 }'
}
row 'no work, team of 2: openmp' "$(null openmp -w 2)" 'at most' 2 ' us'
row 'no work, team of 2: processes' "$(null processes -w 2)" 'at most' 20 ' us'
row 'no work, team of 2: mpi' "$(null mpi -n 2)" 'at most' 5 ' us'

# Placement.
placed=$(build/speed place 41)
in_ms() { # name, less name
	echo "$placed" | awk -F '\t' -v name="$1" -v less="$2" '$1 == name { s += $2 } $1 == less { s -= $2 } END { print s * 1000 }'
}
row "placement on this machine, over hwloc's own load" "$(in_ms place load)" 'at most' 2 ' ms'
row 'planning 1,024 workers on 1,024 PUs, close' "$(in_ms close '')" 'at most' 20 ' ms'
row 'planning 1,024 workers on 1,024 PUs, spread' "$(in_ms spread '')" 'at most' 20 ' ms'

# Whole programs.
spawned=$(build/speed spawn 41 hwloc-info -- $sumsq run -s serial 1000 -- $sumsq run -s openmp)
took() { echo "$spawned" | sed -n "$1s/.*$tab//p"; }
row 'sumsq run -s serial 1000 over hwloc-info, whole programs' "$(ratio "$(took 2)" "$(took 1)")" 'at most' 1 ''
row 'sumsq run -s openmp, the twenty numbers, whole program' "$(ratio "$(took 3)" 0.001)" 'at most' 20 ' ms'
row 'that over the arithmetic alone on two workers' "$(awk -v t="$(took 3)" -v r="$(of "$best:26")" 'BEGIN { print t / (200000190 / r / 2) }')" \
	'at most' 1.5 ''
python=$(build/speed spawn 1 /usr/bin/python3 scripts/peers/sums_generator.py | sed "s/.*$tab//")
row "CPython's sum of a generator over that" "$(ratio "$python" "$(took 3)")" 'at least' 300 ''
