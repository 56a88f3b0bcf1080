#!/usr/bin/env bash
# Kills at random moments while ranks start: tests/kills.sh [COUNT [SEED]], 200 and 1 unless given.
# Each must end within its bound, with an exit code that fits what it printed, and leave nothing behind: no process, no
# session folder, no shared memory. Prints TAP; the signal, its target and the moment are in each line.
# shellcheck disable=SC2317 # await calls functions by name
set -u
cd "$(dirname "$0")/.." || exit 1

COUNT=${1-200}
RANDOM=${2-1}
SUMSQ=$PWD/build/sumsq
BOUND=20 # seconds: --start-timeout 10, a grace of 4, and a busy machine
TASK=1e10
SUM=333333333283333333335000000000

command -v mpirun >/dev/null || { echo '1..0 # SKIP mpirun is not installed'; exit 0; }
WORK=$(mktemp -d) || exit 1
trap 'rm -rf "$WORK"' EXIT
mkdir "$WORK/tmp" "$WORK/shm"
export TMPDIR=$WORK/tmp OMPI_MCA_btl_vader_backing_directory=$WORK/shm
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

# The processes of a session that have not ended, and whose name is given: numbers.
members() { # leader, name
	ps -e -o pid=,sess=,stat=,comm= | awk -v leader="$1" -v name="$2" '$2 == leader && $3 !~ /^[ZX]/ && $4 ~ name { print $1 }'
}

gone() { # leader
	[ -z "$(members "$1" .)" ]
}

# Looks again and again, for so many seconds, until a command succeeds.
await() { # seconds, command ...
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.02
	done
}

ended() { # pid
	[[ $(ps -o stat= -p "$1") == @(|Z*) ]]
}

victim() { # kind, leader
	local pids
	case $1 in
	ours) echo "$2" ;;
	mpirun) members "$2" '^mpirun' | head -1 ;;
	rank)
		mapfile -t pids < <(members "$2" '^sumsq' | grep -vx "$2")
		[ ${#pids[@]} -eq 0 ] || echo "${pids[RANDOM % ${#pids[@]}]}"
		;;
	esac
}

# One trial. Says why it failed.
trial() { # kind, signal, milliseconds
	local leader code=0 target left

	setsid env --default-signal "$SUMSQ" run -q -s mpi -n 3 --start-timeout 10 $TASK >"$WORK/out" 2>"$WORK/err" </dev/null &
	leader=$!
	sleep "$(printf '%d.%03d' $(($3 / 1000)) $(($3 % 1000)))"
	target=$(victim "$1" "$leader")
	[ -z "$target" ] || kill -"$2" "$target" 2>/dev/null
	if ! await $BOUND ended "$leader"; then
		echo 'it did not end'
		for target in $(members "$leader" .); do kill -KILL "$target"; done
	fi
	wait "$leader" 2>/dev/null || code=$?
	await 8 gone "$leader" || echo "left running: $(members "$leader" . | xargs ps -o pid=,comm= -p | tr '\n' ' ')"
	if [ "$code" -eq 0 ]; then
		[ "$(cut -f 2 "$WORK/out")" = $SUM ] || echo 'exit 0 without the sum'
	elif [ "$code" -lt 128 ]; then
		grep -q '^sumsq: ' "$WORK/err" || echo "exit $code, and nothing said: $(head -c 200 "$WORK/err")"
	fi
	# What a killed run of ours leaves, the next one sweeps.
	if [[ "$1 $2" = 'ours '@(KILL|SEGV) ]]; then
		"$SUMSQ" run -q -s mpi -n 1 10 >/dev/null 2>&1 || echo 'the next run failed'
	fi
	left=$(find "$TMPDIR" "$WORK/shm" -mindepth 1 -maxdepth 1)
	[ -z "$left" ] || echo "left behind: $left"
}

kinds=(rank rank rank mpirun mpirun ours ours)
signals=(KILL KILL TERM INT HUP SEGV)
failed=0
echo "1..$COUNT"
for ((number = 1; number <= COUNT; number++)); do
	kind=${kinds[RANDOM % ${#kinds[@]}]} signal=${signals[RANDOM % ${#signals[@]}]} moment=$((RANDOM % 700))
	why=$(trial "$kind" "$signal" "$moment")
	if [ -z "$why" ]; then
		echo "ok $number - $signal to $kind after $moment ms"
	else
		failed=1
		printf 'not ok %d - %s to %s after %d ms\n' "$number" "$signal" "$kind" "$moment"
		echo "# ${why//$'\n'/$'\n'# }"
	fi
done
exit $failed
