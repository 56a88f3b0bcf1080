#!/usr/bin/env bats
# sumsq race: what is lost, what is not, and what is said of it.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

# On one CPU threads are seldom put aside between a load and a store.
need_two_cpus() {
	[ "$(nproc)" -ge 2 ] || skip 'one CPU: threads do not meet'
}

@test 'unsynchronised threads lose updates, the others never' {
	need_two_cpus
	# Two threads may still have run one after the other, on a machine that is busy.
	for _ in 1 2 3 4 5; do
		run -0 --separate-stderr "$SUMSQ" race -w 2,64 --rounds 2 --json
		json 'len(d["runs"]) == 10 and all(row["lost"] == 0 and row["verified"] and row["count"] == 10 ** 7
			for row in d["runs"] if row["strategy"] != "unsynchronised")'
		json 'all(sample["count"] + sample["lost"] == 10 ** 7 and 0 <= sample["lost"] < 10 ** 7
			for row in d["runs"] for sample in row["samples"])'
		! json 'any(row["lost"] > 0 and not row["verified"] for row in d["runs"])' 2>/dev/null || return 0
	done
	fail 'nothing was lost in 20 rounds'
}

@test 'one thread loses none, and that is called no proof' {
	run -0 --separate-stderr "$SUMSQ" race --way unsynchronised -w 1 --rounds 3
	# In lines of a terminal.
	[[ ${output//$'\n'/ } == *'0 of 3'*'unsynchronised with 1 worker was not seen to lose any in 3 rounds, which proves nothing.' ]]
}

@test 'as many tasks and increments as are asked for' {
	run -0 --separate-stderr "$SUMSQ" race --way mutex -w 3 --tasks 7 --increments 11 --rounds 2 --json
	json 'd["job"] == {"tasks": 7, "increments": 11} and r["mutex"]["items"] == 77 and r["mutex"]["count"] == 77'
	json '[s["round"] for s in r["mutex"]["samples"]] == [0, 1] and r["mutex"]["workers"] == 3'
}

@test '5,000 threads, and 64 processes' {
	run -0 --separate-stderr "$SUMSQ" race --rounds 1 --json
	json '[row["workers"] for row in d["runs"]] == [5000, 5000, 5000, 5000, 64]'
	json '[row["lost"] for row in d["runs"]][1:] == [0, 0, 0, 0]'
}

@test 'where so many cannot be had, those that can do all of it, and it is said' {
	[ "$(id -u)" -eq 0 ] || skip 'only root can become a user without other threads'
	# The tree, and the folder of this test, may lie where only root comes.
	local there
	there=$(mktemp -d -p "$BATS_TMPDIR")
	chmod 755 "$there"
	cp "$SUMSQ" "$there/sumsq"
	# shellcheck disable=SC2016 # expanded by the shell that it is for
	run --separate-stderr timeout 60 setpriv --reuid=64321 --regid=64321 --clear-groups bash -c \
		'ulimit -u 100; exec "$@"' - "$there/sumsq" race --way atomic -w 5000
	rm -r "$there"
	[ "$status" -eq 0 ] || fail "code $status: $stderr"
	[[ $stderr == *'of 5000 workers '[0-9]*' could be had: that pool does all of the tasks'* ]] || fail "$stderr"
	[[ $output =~ \ 10000000\ +0\ +0\ of\ 1 ]] || fail "$output"
}

@test 'what cannot be is refused' {
	refused 2 'one of unsynchronised, atomic, mutex, reduction, processes' "$SUMSQ" race --way nope
	refused 2 '-w takes whole numbers' "$SUMSQ" race -w 0
	refused 2 'up to 100000 workers' "$SUMSQ" race -w 100001
	refused 2 '--way takes one -w' "$SUMSQ" race --way atomic -w 1,2
	refused 2 'race takes no TASK' "$SUMSQ" race 10
}

@test 'a result is shown again, and drawn' {
	need_two_cpus
	run -0 --separate-stderr "$SUMSQ" race -w 64 --tasks 20000 --rounds 6 --json=race.json
	shown=$output
	run -0 --separate-stderr "$SUMSQ" report race.json
	[ "$output" = "$shown" ]
	run -0 --separate-stderr "$SUMSQ" report race.json --csv
	[ "${lines[0]}" = way,workers,median_s,ns_an_increment,ns_ci95_low,ns_ci95_high,count,lost,rounds_lost,rounds ]
	[ "${#lines[@]}" -eq 6 ]
	need gnuplot
	run "$SUMSQ" report race.json --plot race.svg
	if [ "$status" -eq 0 ]; then
		grep -q 'updates lost' race.svg
	else
		[[ $output == *'there is nothing to plot: no way that loses was measured' ]]
	fi
}
