#!/bin/sh
# What scripts/simulate.sh --mpi prints: the mpi strategy itself on simulated hosts, by SimGrid.
#
#	scripts/smpi/simulate.sh [-c CASE] [-s SECONDS] [RANKS...]
#
# -c: only the cases that have these words, as in 'equal  static'.
set -eu
cd "$(dirname "$0")/../.."
only=
seconds=10
usage() {
	echo 'usage: scripts/simulate.sh --mpi [-c CASE] [-s SECONDS] [RANKS...]' >&2
	exit 2
}
while getopts c:s: option; do
	case $option in
	c) only=$OPTARG ;;
	s) seconds=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- 16 64 256
awk -v seconds="$seconds" 'BEGIN { exit !(seconds + 0 > 0) }' || usage
for ranks; do
	[ "$ranks" -gt 1 ] 2>/dev/null || usage
done
command -v smpicc >/dev/null || {
	echo 'simulate.sh: there is no smpicc: install libsimgrid-dev' >&2
	exit 1
}
make --no-print-directory smpi >&2
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
trap 'exit 1' HUP INT TERM

# The hosts and what is between them, for SimGrid. The leader takes two messages a lease, each for half of its time.
platform() { # ranks, one way in ns, the leader's ns a lease, bytes a second, one of so many is slow, its speed
	awk -v ranks="$1" -v delay="$2" -v lease="$3" -v bytes="$4" -v every="$5" -v speed="$6" -v hosts="$work/hosts" 'BEGIN {
		print "<?xml version=\"1.0\"?>\n<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">"
		print "<platform version=\"4.1\">\n<zone id=\"all\" routing=\"Cluster\">"
		for (i = 0; i < ranks; i++) {
			printf "<host id=\"host%d\" speed=\"%.0ff\">", i, 1e9 * (i % every == every - 1 ? speed : 1)
			if (!i)
				printf "<prop id=\"smpi/or\" value=\"0:%.10f:0\"/>", lease / 2e9
			printf "</host>\n<link id=\"link%d\" bandwidth=\"%sBps\" latency=\"%.0fns\"/>\n", i, bytes, delay / 2
			printf "<host_link id=\"host%d\" up=\"link%d\" down=\"link%d\"/>\n", i, i, i
			print "host" i >hosts
		}
		print "</zone>\n</platform>"
	}' >"$work/platform.xml"
}

# By default SMPI adds 0.1 ms to each look for a message and the time that the simulation takes itself, and a message
# does not go before somebody waits for it.
efficiency() { # schedule
	# shellcheck disable=SC2046 # words on purpose
	smpirun -no-privatize -platform "$work/platform.xml" -hostfile "$work/hosts" $(
		printf -- '--cfg=%s ' smpi/iprobe:0 smpi/test:0 smpi/wtime:0 smpi/simulate-computation:no \
			smpi/async-small-thresh:2000000 smpi/send-is-detached-thresh:2000000 \
			network/model:CM02 network/TCP-gamma:0 smpi/coll-selector:ompi smpi/allgather:bruck
	) --log=root.thresh:warning build/smpi/simulate_mpi "$1" "$seconds"
}

# The lines of the table, if they are among those that are asked for.
lines() { # network, one way in ns, the leader's ns a lease, bytes a second, hosts, every, speed, ranks...
	network=$1 delay=$2 lease=$3 bytes=$4 hosts=$5 every=$6 speed=$7
	shift 7
	for schedule in static dynamic guided; do
		name=$(printf '%-10s  %-18s  %-8s' "$network" "$hosts" $schedule)
		case $name in *"$only"*) ;; *) continue ;; esac
		printf '%s' "$name"
		for ranks; do
			platform "$ranks" "$delay" "$lease" "$bytes" "$every" "$speed"
			found=$(efficiency $schedule) || {
				echo "simulate.sh: $ranks ranks failed: $found" >&2
				exit 1
			}
			printf '  %5.3f' "$found"
		done
		echo
	done
}

printf '%-10s  %-18s  %-8s' network hosts schedule
printf '  %5s' "$@"
echo
# The cases of scripts/simulate.c, but for its slow leader.
lines '10 GbE' 25000 11000 1250000000 equal 1 1 "$@"
lines '10 GbE' 25000 11000 1250000000 '1/10 at half speed' 10 0.5 "$@"
lines InfiniBand 1500 2300 12500000000 equal 1 1 "$@"
lines InfiniBand 1500 2300 12500000000 '1/10 at half speed' 10 0.5 "$@"
