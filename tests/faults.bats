#!/usr/bin/env bats
# What faults can do: not a wrong sum, not a hang, not an orphan. tests/faults.sh has the many.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

@test 'signals to workers and leaders at random moments' {
	run -0 "$ROOT/tests/faults.sh" 2 "$RANDOM" openmp processes survive resume
	[[ ${lines[-1]} == 'resume: 2 runs, 2 with the exact sum, 0 wrong' ]]
}

@test '--survive: workers that die are replaced, by name, and nothing is lost or done twice' {
	# Long enough to be seen at work, also where the rate was measured on a busy machine.
	terms=$(terms_for 10 -s serial)
	for schedule in dynamic static; do
		start "$SUMSQ" run -s processes -w 3 --survive --schedule $schedule --json "$terms"
		await 30 at_work 4 || fail 'it did not begin'
		kill -KILL "$(pgrep -P "$PID" | head -n 1)"
		finish
		[ "$ENDED" -eq 0 ] || fail "$(cat err)"
		[ "$(grep -c 'was killed by signal 9 (Killed): what it has not finished is done again' err)" -eq 1 ]
		json "d['results'][0]['sum'] == '$("$PYTHON" -c "n = $terms; print((n - 1) * n * (2 * n - 1) // 6)")'" out
		json "sum(w['items'] for w in d['runs'][0]['samples'][0]['workers']) == $terms and d['warnings']" out
		no_orphan
	done
}

@test '--survive: who always dies ends the run, and other strategies have none' {
	refused 2 'survive is for processes' "$SUMSQ" run -s openmp --survive 10
	refused 2 'survive is for processes' "$SUMSQ" run --survive -s serial 10
	start "$SUMSQ" run -s processes -w 2 --survive 1e13
	await 30 at_work 3 || fail 'it did not begin'
	for _ in $(seq 200); do
		kill -0 "$PID" 2>/dev/null || break
		pgrep -P "$PID" | xargs -r kill -KILL 2>/dev/null || true
		sleep 0.05
	done
	finish
	[ "$ENDED" -eq 1 ]
	grep -q 'the run is lost' err
	no_orphan
}

# Runs with the call that fails at ever later numbers, until it is made no more: each ends well, with the right output, or
# says why it does not.
failing() { # call, words ...
	local call=$1 number=1 code passed=0
	shift

	while [ $passed -lt 2 ] && [ $number -lt 300 ]; do
		rm -f kept
		code=0
		timeout 30 env FAIL_CALL="$call" FAIL_FROM=$number LD_PRELOAD="$PWD/failing.so" "$SUMSQ" "$@" >out 2>err || code=$?
		case $code in
		0)
			[ "$1" != run ] || [ "$(cat out)" = "$(sums 100000)" ] || fail "$call $number, $*: $(cat out)"
			passed=$((passed + 1))
			;;
		1 | 2 | 4) [ -s err ] || fail "$call $number, $*: code $code, and nothing said" ;;
		*) fail "$call $number, $*: code $code: $(cat err)" ;;
		esac
		number=$((number + 1 + number / 4))
	done
}

@test 'fork, mmap, pthread_create and malloc that fail' {
	need cc
	cc -shared -fPIC -O1 -o failing.so "$ROOT/tests/failing_calls.c" -ldl
	for call in fork mmap pthread_create malloc; do
		for strategy in serial 'openmp -w 3' 'processes -w 3 --survive'; do
			# shellcheck disable=SC2086 # words on purpose
			failing $call run -q -s $strategy --checkpoint kept 100000
		done
		failing $call race --way mutex -w 3 --tasks 10
		failing $call race --way processes -w 3 --tasks 10
		failing $call check --time 0.01
	done
	# That they are made to fail at all.
	run -1 env FAIL_CALL=malloc FAIL_FROM=1 LD_PRELOAD="$PWD/failing.so" "$SUMSQ" run -q 100000
}
