#!/usr/bin/env bats
# sumsq check: a verdict for each PU; the one that is wrong, and no other.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

# The PUs that this test may use, one a line.
allowed() {
	"$PYTHON" -c 'import os; print(*sorted(os.sched_getaffinity(0)), sep="\n")'
}

@test 'a verdict for every allowed PU, and none is wrong' {
	run -0 --separate-stderr "$SUMSQ" check --time 0.3 --json
	json "[p['pu'] for p in d['checked']] == [$(allowed | paste -sd ,)] and d['runs'] == []"
	json 'all(p["verdict"] in ("right", "slow", "disturbed") and p["passes"] > 0 for p in d["checked"])'
	json 'all(p["way"] is p["replay"] is p["actual"] is None for p in d["checked"])'
}

@test 'the PU that is spoilt is named, every time, and no other' {
	[ "$(allowed | wc -l)" -ge 2 ] || skip 'one PU'
	for pu in $(allowed | head -n 2); do
		for _ in 1 2 3; do
			CORESCALE_SPOIL_PU=$pu run -3 --separate-stderr "$SUMSQ" check --time 0.05 --json
			[[ $stderr == *"CORESCALE_SPOIL_PU is set: results of PU $pu are falsified, for a test"*'1 of '* ]]
			json "[p['pu'] for p in d['checked'] if p['verdict'] == 'wrong'] == [$pu]"
			json 'len(d["warnings"]) == 1 and "falsified" in d["warnings"][0]'
		done
	done
}

@test 'what is shown of a wrong sum is true, and its command does it again' {
	pu=$(allowed | tail -n 1)
	CORESCALE_SPOIL_PU=$pu run -3 --separate-stderr "$SUMSQ" check --time 0.05 --json
	json 'all(int(p["expected"]) ^ int(p["actual"]) == int(p["difference"], 16) for p in d["checked"] if p["way"])'
	json '[sum(i * i for i in range(*map(int, p["task"].split(":")))) for p in d["checked"] if p["way"]]
		== [int(p["expected"]) for p in d["checked"] if p["way"]]'
	need taskset
	read -r -a words < <("$PYTHON" -c 'import json, sys
print([p["replay"] for p in json.loads(sys.argv[1])["checked"] if p["way"]][0])' "$output")
	[ "${words[*]:0:4}" = "taskset -c $pu sumsq" ]
	PATH=$ROOT/build:$PATH run -0 --separate-stderr "${words[@]}"
	[ "$output" = "$(sums "${words[-1]}")" ]
}

@test 'a PU that something else has is disturbed, not slow' {
	pu=$(allowed | tail -n 1)
	need taskset
	timeout 60 taskset -c "$pu" sh -c 'while :; do :; done' &
	spinner=$!
	run --separate-stderr "$SUMSQ" check --time 1 --pus "$pu" --fail-slow --json
	kill $spinner
	[ "$status" -eq 0 ]
	json '[p["verdict"] for p in d["checked"]] == ["disturbed"] and d["checked"][0]["running"] < 0.95'
}

@test 'each process has its PU alone, while it works' {
	"$SUMSQ" check -q --time 2 >/dev/null &
	leader=$!
	await 20 sh -c "[ \"\$(pgrep -c -P $leader)\" -eq $(allowed | wc -l) ]" || fail 'no processes'
	sleep 0.3
	for pid in $(pgrep -P $leader); do
		grep Cpus_allowed_list "/proc/$pid/status"
	done | cut -f 2 | sort -n >masks
	wait $leader
	diff <(allowed) masks
}

@test '--pus and --one-at-a-time' {
	pu=$(allowed | tail -n 1)
	run -0 --separate-stderr "$SUMSQ" check --time 0.1 --pus "$pu" --one-at-a-time
	[ "${lines[1]%%[0-9]*}" = ' ' ] || [[ ${lines[1]} == *"$pu"* ]]
	[[ ${lines[-1]} == *': 1 PU: '* ]]
	run -0 --separate-stderr "$SUMSQ" check --time 0.1 --one-at-a-time --csv
	[ "${#lines[@]}" -eq $((1 + $(allowed | wc -l))) ]
	refused 2 'not allowed' "$SUMSQ" check --pus 4095
	refused 2 'takes numbers of PUs' "$SUMSQ" check --pus 1,x
	refused 2 'takes the number of a PU' env CORESCALE_SPOIL_PU=x "$SUMSQ" check
	refused 2 'check takes no TASK' "$SUMSQ" check 10
}

@test 'a process that is killed is a PU that died, within its time' {
	start "$SUMSQ" check --time 2
	await 20 pgrep -P "$PID" || fail 'no processes'
	kill -KILL "$(pgrep -P "$PID" | tail -n 1)"
	finish
	[ "$ENDED" -eq 1 ]
	grep -q ' died' out
	grep -q 'was killed by signal 9' err
}

@test 'a process that stops is killed after its time, and its PU died' {
	start "$SUMSQ" check --time 1
	await 20 pgrep -P "$PID" || fail 'no processes'
	kill -STOP "$(pgrep -P "$PID" | tail -n 1)"
	finish
	[ "$ENDED" -eq 1 ]
	grep -q 'did not end in its time' err
	run ! pgrep -P "$PID"
}

@test 'the health check of a node: a line, and the code' {
	SUMSQ=$SUMSQ SECONDS_A_PU=0.1 run -0 "$ROOT/scripts/node-check.sh"
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == "$(hostname)"': '*' 0 wrong, 0 died, '* ]]
	pu=$(allowed | head -n 1)
	SLURM_JOB_ID=1 CORESCALE_SPOIL_PU=$pu SECONDS_A_PU=0.1 run -3 "$ROOT/scripts/node-check.sh"
	[[ ${lines[0]} == "PU $pu is WRONG: "* && ${lines[-1]} == *' 1 wrong, '* ]]
}
