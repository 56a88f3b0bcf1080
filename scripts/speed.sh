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

# Kernels: one core, the twenty-number job.
kernels=$(build/speed kernels 15)
of() { echo "$kernels" | sed -n "s/^$1$tab//p"; }
plain=$(of plain)
best=
for kernel in scalar avx2 avx512 avx512ifma avx512vnni; do
	rate=$(of $kernel)
	[ -n "$rate" ] || continue
	best=$kernel
	note "$kernel, one core" "$(awk -v r="$rate" 'BEGIN { printf "%.1f Gterm/s", r / 1e9 }')"
	[ $kernel != avx2 ] || row 'avx2 over the plain loop of gcc -O3' "$(ratio "$rate" "$plain")" 'at least' 15 ''
done
case $best in
avx512ifma | avx512vnni) least=30 ;;
*) least=15 ;;
esac
[ "$best" = avx2 ] || row "$best over the plain loop of gcc -O3" "$(ratio "$(of $best)" "$plain")" 'at least' $least ''
# One multiplication a term, as many as the core issues, is the bound of all kernels but avx512vnni.
for kernel in avx512ifma avx512 avx2; do
	issue=$(of issue:$kernel)
	[ -n "$issue" ] || continue
	row "$best over the multiply-issue bound ($kernel)" "$(ratio "$(of $best)" "$issue")" 'at least' 0.95 ''
	break
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
