#!/bin/sh
# How the hosts of a file scale, without a batch system: 1 host to all of them, a rank of threads on each.
set -eu

usage() {
	cat <<'END'
usage: hostfile-study.sh HOSTFILE [-o DIR] [options and tasks of `sumsq scale`]

HOSTFILE has a host a line, as Open MPI reads it: node1 slots=16. Each host needs
the program at the same path, and ssh without a password from here. DIR, by
default hosts-YYYYMMDD, gets result.json, report.html and report.txt.
SUMSQ is the program, by default build/sumsq of this source tree.

  hostfile-study.sh hosts --max-time 120 1e12

Exit codes: those of `sumsq scale`.
END
}

case ${1-} in
'' | -h | --help)
	usage
	[ $# -gt 0 ] || exit 2
	exit 0
	;;
esac
hostfile=$1
shift
folder=hosts-$(date +%Y%m%d)
if [ "${1-}" = -o ]; then
	folder=${2:?-o needs a folder}
	shift 2
fi
[ -r "$hostfile" ] || { echo "hostfile-study: $hostfile cannot be read" >&2; exit 2; }
hosts=$(grep -cv '^[[:space:]]*\(#\|$\)' "$hostfile") || { echo "hostfile-study: $hostfile has no host in it" >&2; exit 2; }
sumsq=${SUMSQ:-$(dirname "$0")/../build/sumsq}

# 1, 2, 4 ... and all.
list=1
nodes=2
while [ "$nodes" -lt "$hosts" ]; do
	list=$list,$nodes
	nodes=$((2 * nodes))
done
[ "$hosts" -eq 1 ] || list=$list,$hosts
mkdir -p "$folder"
"$sumsq" scale --hostfile "$hostfile" --nodes "$list" --json="$folder/result.json" --html="$folder/report.html" "$@" \
	>"$folder/report.txt"
cat "$folder/report.txt"
