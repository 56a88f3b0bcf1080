#!/usr/bin/env bats
# Each verb does what it is for, once: what `make test` looks at beside the units. Its details are tested in a file of
# its own.
# shellcheck disable=SC2154 # bats sets stderr

load fetch_helpers

# The verbs of a program, by its help.
verbs() { # program
	"$1" --help | sed -n '/^Commands/,/^$/s/^  \([a-z][a-z]*\) .*/\1/p'
}

@test 'each verb has its test here' {
	for program in sumsq fetchall; do
		[ -x "$ROOT/build/$program" ] || continue
		verbs "$ROOT/build/$program" >names
		[ -s names ]
		while read -r verb; do
			grep -q "^@test '$program $verb'" "$BATS_TEST_FILENAME" || fail "none of $program $verb"
		done <names
	done
}

@test 'sumsq run' {
	for strategy in serial async openmp processes; do
		run -0 --separate-stderr "$SUMSQ" run -s $strategy 10 5:10 1e7
		[ "$output" = "$(sums 10 5:10 10000000)" ]
	done
	need_mpi
	run -0 --separate-stderr "$SUMSQ" run -s mpi+openmp -n 2 -w 2 1e7
	[ "$output" = "$(sums 10000000)" ]
}

@test 'sumsq compare' {
	run -0 --separate-stderr "$SUMSQ" compare --rounds 1 --json 1e6
	json 'd["command"] == "compare" and all(row["verified"] or row["missing"] for row in d["runs"])'
}

@test 'sumsq scale' {
	run -0 --separate-stderr "$SUMSQ" scale -c 1,2 --rounds 1 --json 1e6
	json 'd["command"] == "scale" and len(d["runs"]) == 5 and all(row["verified"] for row in d["runs"])'
}

@test 'sumsq check' {
	run -0 --separate-stderr "$SUMSQ" check --time 0.1 --json
	json 'd["command"] == "check" and all(pu["passes"] > 0 for pu in d["checked"])'
}

@test 'sumsq race' {
	run -0 --separate-stderr "$SUMSQ" race -w 2 --rounds 1 --json
	json 'd["command"] == "race" and [row["lost"] for row in d["runs"]][1:] == [0, 0, 0, 0]'
}

@test 'sumsq report' {
	"$SUMSQ" compare -q --rounds 1 --json=result.json 10 >/dev/null
	run -0 "$SUMSQ" report result.json
	[[ $output == *processes* ]]
}

@test 'sumsq place' {
	run -0 --separate-stderr "$SUMSQ" place -w 2 --topology 'core:2 pu:1' --json
	json '[w["planned"] for w in d["runs"][0]["per_worker"]] == ["0x1", "0x2"]'
}

@test 'sumsq list' {
	run -0 --separate-stderr "$SUMSQ" list --json
	json 'd["kernels"][-1]["kernel"] == "scalar" and d["kernels"][-1]["available"]'
}

@test 'fetchall run' {
	need_fetchall
	need_serve
	fetch 0 -q --json -s async
	json 'd["job"]["urls"] == 200 and d["runs"][0]["failed"] == 0 and d["runs"][0]["verified"]'
}

@test 'fetchall compare' {
	need_fetchall
	need_serve
	start_serve
	run -0 --separate-stderr "$FETCHALL" compare --rounds 1 --json "$URL/bytes/7"
	json 'all(row["verified"] or row["missing"] for row in d["runs"])'
}

@test 'fetchall scale' {
	need_fetchall
	need_serve
	start_serve
	run -0 --separate-stderr "$FETCHALL" scale -c 1,2 --rounds 1 --json "$URL/bytes/7"
	json 'd["command"] == "scale" and all(row["verified"] for row in d["runs"])'
}

@test 'fetchall report' {
	"$FETCHALL" compare -q --rounds 1 -c 2 --json=result.json >/dev/null
	run -0 "$FETCHALL" report result.json
	[[ $output == *processes* ]]
}

@test 'fetchall place' {
	need_fetchall
	run -0 --separate-stderr "$FETCHALL" place -w 2 --topology 'core:2 pu:1' --json
	json '[w["planned"] for w in d["runs"][0]["per_worker"]] == ["0x1", "0x2"]'
}

@test 'fetchall list' {
	need_fetchall
	run -0 --separate-stderr "$FETCHALL" list --json
	json 'd["command"] == "list" and any(row["available"] for row in d["strategies"])'
}

@test 'fetchall serve' {
	need_fetchall
	need curl
	start_serve --size 7
	[ "$(curl -s "$URL/any" | wc -c)" -eq 7 ]
}
