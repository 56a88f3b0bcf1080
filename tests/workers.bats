#!/usr/bin/env bats
# Workers as the system has them: masks, moves, limits, and what waiting ranks leave to others. All of it is read from
# outside, or made from outside, and none of it is the program's own word.

# shellcheck disable=SC2030,SC2031,SC2046,SC2086,SC2154 # words on purpose; bats sets stderr

load helpers

# Long enough to be looked at; ended by the test.
LONG=6000000000000

start_long() { # words of run: it is at work when this returns, in the session $leader
	setsid "$SUMSQ" run -q "$@" "$LONG" >out 2>err </dev/null &
	leader=$!
	STARTED+=("$leader")
}

# The masks of all threads of the session that have used a second's tenth of CPU since they were first seen, one a line.
masks_of_busy() {
	local pid task cpu

	for pid in $(session "$leader" | cut -d ' ' -f 1); do
		for task in /proc/"$pid"/task/*; do
			# utime, in ticks of 10 ms, comes 12 words after the name.
			cpu=$(sed 's/.*) //' "$task/stat" 2>/dev/null | cut -d ' ' -f 12)
			[ "${cpu:-0}" -lt 10 ] || sed -n 's/^Cpus_allowed_list:\t//p' "$task/status" 2>/dev/null
		done
	done | sort
}

expect_masks() { # the lists that busy workers must have, one each
	local ought

	ought=$(printf '%s\n' "$@" | sort)
	for _ in $(seq 300); do
		[ "$(masks_of_busy)" != "$ought" ] || return 0
		sleep 0.1
	done
	output=$(masks_of_busy) fail "not the masks $*"
}

# Two PUs that this test may use, in $one and $two.
need_two_pus() {
	local pus

	mapfile -t pus < <("$PYTHON" -c 'import os; print(*sorted(os.sched_getaffinity(0)), sep="\n")')
	[ "${#pus[@]}" -ge 2 ] || skip 'there is only one PU'
	one=${pus[0]} two=${pus[1]}
}

# Where it places two workers is in the plan; that they are there is to be seen in /proc.
planned() { # words
	"$SUMSQ" place "$@" --json -q | "$PYTHON" -c 'import json, sys
for w in json.load(sys.stdin)["runs"][0]["per_worker"]: print(w["pu"])'
}

@test 'busy workers have the masks that were planned, by every strategy that binds' {
	need_two_pus
	for words in '-s openmp -w 2' '-s processes -w 2'; do
		start_long $words --bind close --places threads
		expect_masks $(planned $words --bind close --places threads)
		end_started
		STARTED=()
	done
}

@test 'busy ranks have the masks that were planned' {
	need_two_pus
	need_mpi
	start_long -s mpi -n 2 --bind close --places threads
	expect_masks "$one" "$two"
}

@test 'what moves a running worker is warned of, and names it' {
	need_two_pus
	need taskset
	# Some seconds, so that it can be moved meanwhile.
	for strategy in openmp processes; do
		setsid "$SUMSQ" run -s "$strategy" -w 2 --bind close --places threads --rounds 4 4e10 >out 2>err </dev/null &
		leader=$!
		STARTED=("$leader")
		expect_masks "$one" "$two"
		for pid in $(session "$leader" | cut -d ' ' -f 1); do
			for task in /proc/"$pid"/task/*; do
				[ "$(sed -n 's/^Cpus_allowed_list:\t//p' "$task/status")" != "$two" ] || taskset -pc "$one" "${task##*/}" >/dev/null
			done
		done
		wait "$leader"
		grep -Eq '^sumsq: warning: worker [01] \(pid [0-9]+\) was bound to 0x[0-9a-f]+ before the run, and 0x[0-9a-f]+ after it' err ||
			stderr=$(cat err) fail "$strategy: no warning"
		[ "$(grep -c 'after it' err)" -eq 1 ] || stderr=$(cat err) fail "$strategy: not once"
	done
}

@test 'nothing is said of workers that nobody moves' {
	for words in '-s serial' '-s openmp' '-s processes' '-s openmp --bind none'; do
		run --separate-stderr "$SUMSQ" run $words --rounds 3 1000000
		[ "$status" -eq 0 ] || fail "$words"
		[[ $stderr != *'after it'* ]] || fail "$words"
	done
}

@test 'a stack that is too small is an error and no crash' {
	little() { (ulimit -s "$1" && exec "$SUMSQ" run -s mpi -n 2 1000); }
	for kb in 32 64 200; do
		refused 2 "a stack of $kb kB (ulimit -s) is too small|give 256 kB or more" little "$kb"
	done
	# The environment lies on the stack, too.
	environment=$(printf '%0100000d' 0) refused 2 'a stack of 256 kB|give 384 kB or more' little 256
	need_mpi
	environment=$(printf '%0100000d' 0) run -0 little 384
}

@test 'a cgroup with room for a few more tasks is filled, and not passed' {
	local group=/sys/fs/cgroup/pids/corescale-test-$$

	mkdir "$group" 2>/dev/null || skip 'no cgroup can be made here'
	for words in 'openmp 1 8 0' 'openmp 4 8 0' 'openmp 40 8 2' 'processes 4 8 0' 'processes 40 8 2' 'openmp 1 64 0'; do
		read -r strategy workers most ought <<<"$words"
		echo "$most" >"$group/pids.max"
		run --separate-stderr bash -c "echo \$\$ > $group/cgroup.procs && exec '$SUMSQ' run -s $strategy -w $workers 1000"
		[ "$status" -eq "$ought" ] || fail "$words"
		[ "$ought" -eq 0 ] || [[ $stderr == "sumsq: $workers "*"pids.max of the cgroup leaves room for "* ]] || fail "$words"
		[[ $stderr != *libgomp* ]] || fail "$words"
	done
	rmdir "$group"
}

@test "a stack that no thread can have is our error, not OpenMP's" {
	OMP_STACKSIZE=900000G run --separate-stderr "$SUMSQ" run -s openmp -w 2 1000
	[ "$status" -eq 2 ] || fail
	[[ $stderr == 'sumsq: 2 threads cannot be had, only 1: '* ]] || fail
}

@test 'ranks that wait leave the CPU to others' {
	need_mpi
	local before after

	# Rank 1 has nothing to do: one term is one chunk, and rank 0 is stopped before it does it. What is
	# counted is CPU time, which a busy machine does not lengthen.
	setsid "$SUMSQ" run -q -s mpi -n 2 --schedule "static,$LONG" "$LONG" >out 2>err </dev/null &
	leader=$!
	STARTED+=("$leader")
	for _ in $(seq 300); do
		[ -z "$(masks_of_busy)" ] || break
		sleep 0.1
	done
	sleep 2
	# The least busy of the ranks.
	used() {
		for pid in $(session "$leader" | cut -d ' ' -f 1); do
			[ "$(cat /proc/"$pid"/comm)" = sumsq ] || continue
			tr '\0' ' ' </proc/"$pid"/environ | grep -q OMPI_COMM_WORLD_RANK=1 || continue
			sed 's/.*) //' /proc/"$pid"/stat | awk '{ print $12 + $13 }'
		done
	}
	before=$(used)
	sleep 3
	after=$(used)
	[ -n "$before" ] && [ -n "$after" ] || fail 'rank 1 was not found'
	[ $((after - before)) -lt 60 ] || fail "a rank that waits used $((after - before)) ticks in 3 s"
}
