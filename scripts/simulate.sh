#!/bin/sh
# How leases to MPI ranks scale: simulates the protocol with the program's own schedules and sizes of leases, and
# prints the efficiency at each number of ranks. Some seconds; the same numbers on every machine.
#
#	scripts/simulate.sh [--plot FILE.svg] [-s SECONDS] [RANKS...]
#	scripts/simulate.sh [--plot FILE.svg] --mpi [-c CASE] [-s SECONDS] [RANKS...]
#
# -s: how long each rank has work, 10 by default. --plot: draws what it prints, too, with gnuplot.
# --mpi: no model of the protocol but the mpi strategy itself on simulated hosts, by SimGrid, 16, 64 and 256 of them
# unless RANKS are given: a minute where the model takes a tenth of a second. -c: only the cases that have these words,
# as in 'equal  static'.
set -eu
cd "$(dirname "$0")/.."
plot=
if [ "${1-}" = --plot ]; then
	plot=${2:?simulate.sh: --plot needs a FILE}
	shift 2
fi
if [ "${1-}" = --mpi ]; then
	shift
	table=$(scripts/smpi/simulate.sh "$@")
else
	make --no-print-directory build/simulate >&2
	table=$(build/simulate "$@")
fi
echo "$table"
[ -n "$plot" ] || exit 0
command -v gnuplot >/dev/null || {
	echo 'simulate.sh: there is no gnuplot: install gnuplot-nox' >&2
	exit 1
}
# Two spaces or more lie between columns: one column a line of the table, one row a number of ranks.
echo "$table" | awk -F '   *' '
	NR == 1 { for (i = 4; i <= NF; i++) cell[0, i - 3] = $i; ranks = NF - 3 }
	NR > 1 { cell[NR - 1, 0] = $1 ", " $2 ", " $3; for (i = 4; i <= NF; i++) cell[NR - 1, i - 3] = $i }
	END {
		for (j = 0; j <= ranks; j++) {
			line = j ? cell[0, j] : "ranks"
			for (i = 1; i < NR; i++)
				line = line "\t" cell[i, j]
			print line
		}
	}' >"build/simulate.tsv"
gnuplot <<EOF
set terminal svg size 900,600
set output '$plot'
set datafile separator tab
set key outside autotitle columnhead
set logscale x 2
set yrange [0:1]
set xlabel 'ranks'
set ylabel 'efficiency, simulated'
stats 'build/simulate.tsv' skip 1 nooutput
plot for [i = 2:STATS_columns] 'build/simulate.tsv' using 1:i with linespoints
EOF
