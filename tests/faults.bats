#!/usr/bin/env bats
# What faults can do: not a wrong sum, not a hang, not an orphan. tests/faults.sh has the many.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

@test 'signals to workers and leaders at random moments' {
	run -0 "$ROOT/tests/faults.sh" 2 "$RANDOM" openmp processes survive resume
	[[ ${lines[-1]} == 'resume: 2 runs, 2 with the exact sum, 0 wrong' ]]
}

@test '--survive: workers that die are replaced, by name, and nothing is lost or done twice' {
	terms=$(terms_for 3 -s serial)
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
