#!/bin/bash
# Whether a fault can make a wrong sum, a hang or an orphan: signals to one process of a run at random moments.
#
#	tests/faults.sh [COUNT [SEED [STRATEGY...]]]
#
# For each strategy COUNT (200) runs in which one process gets SIGKILL, SIGSEGV, or SIGSTOP and then SIGCONT: the sum is
# exact, or the run fails and says so. `survive` is processes with --survive, whose sum must be exact unless the leader
# was hit; `resume` is any strategy with a checkpoint whose leader is killed, and another that does the rest. SUMSQ is
# the program. Prints a line a strategy; exit code 1 if anything was wrong. Run it after any change to bench/team/.
set -u
cd "$(dirname "$0")/.." || exit 1
SUMSQ=${SUMSQ:-$PWD/build/sumsq}
count=${1:-200}
RANDOM=${2:-1}
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- serial openmp processes survive mpi resume
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
cd "$folder" || exit 1

# A job of some tenths of a second, and its sum by another road.
"$SUMSQ" run -q -s serial --json 100000000 >first || exit 1
terms=$(python3 -c '
import json
rate = json.load(open("first"))["runs"][0]["rate"]
print(max(int(rate * 0.4), 10**6))')
right=$(python3 -c "n = $terms; print('%d\t%d' % (n, (n - 1) * n * (2 * n - 1) // 6))")

session() { # leader
	ps -o pid= -s "$1"
}

start() { # words of run ...
	setsid env --default-signal "$SUMSQ" run --no-progress "$@" "$terms" >out 2>err </dev/null &
	leader=$!
}

# Waits for the end, for a minute at most; and for all that it started, for five seconds.
finish() {
	local tries=1200

	while kill -0 "$leader" 2>/dev/null && [ $((tries -= 1)) -gt 0 ]; do sleep 0.05; done
	if [ $tries -eq 0 ]; then
		wrong "hangs: $(ps -o pid,stat,wchan:20,args -s "$leader")"
		session "$leader" | xargs -r kill -KILL 2>/dev/null
	fi
	code=0
	wait "$leader" 2>/dev/null || code=$?
	tries=100
	while [ -n "$(session "$leader")" ] && [ $((tries -= 1)) -gt 0 ]; do sleep 0.05; done
	[ $tries -gt 0 ] || wrong "leaves $(session "$leader" | xargs)"
}

wrong() { # what
	echo "# run $run of $strategy: $1"
	sed 's/^/#   /' err
	wrongs=$((wrongs + 1))
}

pause() { # most milliseconds
	sleep "$(printf '0.%03d' $((RANDOM % $1)))"
}

# One process of the run gets a signal. Sets victim and signal; victim is 0 where all had ended.
strike() {
	local there

	read -r -a there < <(session "$leader" | xargs)
	victim=0
	signal=none
	[ ${#there[@]} -gt 0 ] || return
	victim=${there[RANDOM % ${#there[@]}]}
	signal=$(echo KILL SEGV STOP | cut -d ' ' -f $((1 + RANDOM % 3)))
	kill -"$signal" "$victim" 2>/dev/null
	if [ "$signal" = STOP ]; then
		pause 300
		kill -CONT "$victim" 2>/dev/null
	fi
}

judge() {
	if [ $code -eq 0 ]; then
		[ "$(cat out)" = "$right" ] || wrong "prints $(cat out)"
		exact=$((exact + 1))
		return
	fi
	[ ! -s out ] || [ "$(cat out)" = "$right" ] || wrong "prints $(cat out), and ends with $code"
	[ "$code" -ne 3 ] || wrong 'has a wrong sum'
	[ "$victim" -eq "$leader" ] || [ -s err ] || wrong "ends with $code, and says nothing"
	[ "$signal" != STOP ] || wrong "ends with $code after SIGSTOP and SIGCONT"
	[ "$strategy" != survive ] || [ "$victim" -eq "$leader" ] || wrong "does not survive: $code"
}

one_fault() { # words of run ...
	start "$@"
	pause 600
	strike
	finish 2>/dev/null
	judge
}

# The leader is killed as often as it takes to have nothing left to do, each time by another strategy.
one_resume() {
	local ways=('-s serial' '-s openmp -w 3' '-s processes -w 3' '-s openmp -w 2 --schedule static' '-s mpi -n 2') tries

	rm -f kept
	for tries in 1 2 3; do
		# shellcheck disable=SC2086 # words on purpose
		start --checkpoint kept ${ways[RANDOM % ${#ways[@]}]}
		pause 999
		pause 999
		kill -KILL "$leader" 2>/dev/null
		finish 2>/dev/null
	done
	# shellcheck disable=SC2086 # words on purpose
	start --checkpoint kept ${ways[RANDOM % ${#ways[@]}]}
	finish 2>/dev/null
	[ "$code:$(cat out)" = "0:$right" ] || wrong "ends with $code and prints $(cat out)"
	exact=$((exact + 1))
}

all=0
for strategy; do
	wrongs=0
	exact=0
	for ((run = 1; run <= count; run++)); do
		case $strategy in
		serial) one_fault -s serial ;;
		openmp) one_fault -s openmp -w 3 ;;
		processes) one_fault -s processes -w 3 ;;
		survive) one_fault -s processes -w 3 --survive ;;
		mpi) one_fault -s mpi -n 2 ;;
		resume) one_resume ;;
		esac
	done
	echo "$strategy: $count runs, $exact with the exact sum, $wrongs wrong"
	all=$((all + wrongs))
done
[ $all -eq 0 ]
