#!/bin/sh
# Checks who includes whom: siblings never each other, lower layers never higher ones, and each outside library in the files
# that are named for it. Prints TAP.
set -u
cd "$(dirname "$0")/.." || exit 1

# The files, below each layer, that include a header matching a pattern.
includers() {
	pattern=$1
	shift
	find "$@" -name '*.[ch]' 2>/dev/null | sort | xargs grep -lE "^# *include +[\"<]($pattern)" /dev/null
}

count=0
failed=0
report() { # what, the offending files
	count=$((count + 1))
	if [ -z "$2" ]; then
		echo "ok $count - $1"
	else
		failed=1
		echo "not ok $count - $1"
		echo "$2" | sed 's/^/# /'
	fi
}

never() { # the layer, what it must not include, as a pattern of headers
	report "$1 does not include $2" "$(includers "$2" "$1")"
}

only() { # header, the files that may include it
	header=$1
	shift
	extra=$(includers "$header" bench compute io | grep -vxE "$(echo "$*" | tr ' ' '|')")
	report "$header only in $*" "$extra"
}

# Siblings. Of the workbench, a program sees the contract and the ground floor, and its main the command line.
never compute 'io/'
never io 'compute/'
never bench 'compute/|io/'
never io/engine 'io/server/'
never io/server 'io/engine/'
report 'compute/ and io/ see only the contract and the ground floor of bench/; what a main is made of, what it hands over' "$(
	find compute io -name '*.[ch]' 2>/dev/null | sort | xargs grep -HE '^# *include +"bench/' /dev/null |
		grep -vE '"bench/(work|claim|base/[a-z0-9_]+)\.h"' | grep -vE '^[a-z]+/(main|verb_[a-z]+)\.[ch]:.*"bench/(cli|launcher|study)/[a-z_]+\.h"' |
		grep -vE '^[a-z]+/options\.h:.*"bench/cli/option\.h"' | grep -vE '^[a-z]+/findings\.h:.*"bench/result/[a-z_]+\.h"'
)"

# The contract and the ground floor include nothing else of ours.
report 'work.h, claim.h and base/ include nothing of ours but base/' "$(
	grep -HE '^# *include +"' bench/work.h bench/claim.h bench/base/*.[ch] |
		grep -vE '"(bench/base/[a-z0-9_]+|[a-z0-9_]+)\.h"'
)"

# Inside the workbench.
never bench/place 'bench/(team|launcher|stats|result|study|report|cli)/'
never bench/team 'bench/(stats|result|study|report|cli)/'
never bench/launcher 'bench/(team|place|stats|result|study|report|cli)/'
never bench/stats 'bench/(base|place|team|launcher|result|study|report|cli)/'
never bench/result 'bench/(place|team|launcher|study|report|cli)/'
never bench/report 'bench/(place|team|study|cli)/'
never bench/study 'bench/(place|report|cli)/'

# Libraries.
only 'mpi\.h' bench/team/mpi_ranks.h
only 'omp\.h' bench/team/strategy_openmp.c bench/place/openmp_env.c
only 'hwloc\.h' bench/place/topology.h
only 'jansson\.h' bench/result/json_read.c bench/result/json_write.c bench/result/json_table.c bench/result/json_table.h
only 'curl/curl\.h' io/urls.c io/engine/body.h io/engine/error.c io/engine/loop.c io/engine/outcome.h io/engine/quirks.h io/engine/shared.h io/engine/sockets.h io/engine/transfer.h
only 'microhttpd\.h' io/server/server.c io/server/respond.h io/server/wake.c
only 'getopt\.h' bench/cli/command_parse.c

# A name is found by its last part alone.
report 'file names are unique, but for main.c' "$(find bench compute io -name '*.[ch]' 2>/dev/null | sed 's|.*/||' | grep -vx main.c | sort | uniq -d)"

echo "1..$count"
exit $failed
