#!/usr/bin/env bats
# scripts/scaling-study.sh: the whole study of a node, which can be stopped and goes on.
# shellcheck disable=SC2154,SC2119,SC2120 # bats sets stderr; small takes words or none

load helpers

SCRIPT=$ROOT/scripts/scaling-study.sh
STUDIES='strong-close strong-spread weak-close weak-spread compare'

# The comparison would go on until it can tell which is fastest.
SOON='--max-time=4'

# A study of small jobs, in the folder s, by the build without MPI.
small() { # more words ...
	SUMSQ=$WITHOUT_MPI timeout 120 "$SCRIPT" -o s -c 1-2 --rounds 1 $SOON 1e6 "$@"
}

# One that is made, which many tests look at: each has a copy.
setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	small >said 2>noted
}

made() {
	cp -a "$BATS_FILE_TMPDIR/s" s
	output=$(cat "$BATS_FILE_TMPDIR/said")
	stderr=$(cat "$BATS_FILE_TMPDIR/noted")
}

# The script's own complaint: exit code 2, one line, nothing made.
script_refused() { # text, command ...
	local text=$1
	shift

	run -2 --separate-stderr timeout 30 "$@"
	[ -z "$output" ] || fail 'something on stdout'
	[[ $stderr == 'scaling-study: '*"$text"* && $stderr != *$'\n'* ]] || fail "no '$text' alone on stderr"
	[ ! -e s ]
}

all_there() {
	local study

	for study in $STUDIES; do
		json 'all(row["verified"] or row["missing"] for row in d["runs"])' "s/$study.json" || return 1
		[ -s "s/$study.csv" ] && [ -s "s/$study.txt" ] || fail "$study is not complete" || return 1
	done
	[ -s s/README.md ] && [ -z "$(find s -name '.unfinished*')" ]
}

# When each result was made.
stamps() {
	for study in $STUDIES; do
		stat -c '%n %i %y' "s/$study.json" 2>/dev/null || true
	done
}

@test 'all studies, in a folder with an index' {
	made
	all_there
	for study in strong-close strong-spread weak-close weak-spread; do
		json '(d["job"]["scaling"], d["runs"][1]["bind"]) == tuple("'"$study"'".split("-"))' "s/$study.json"
		json '[(row["strategy"], row["workers"]) for row in d["runs"]] == [("serial", 1), ("openmp", 1),
			("openmp", 2), ("processes", 1), ("processes", 2)]' "s/$study.json"
		json 'd["argv"][-1] == "1e6"' "s/$study.json"
		[ "$(wc -l <"s/$study.csv")" -eq 6 ]
		grep -q "($study.json)" s/README.md
	done
	json 'd["command"] == "compare"' s/compare.json
	[[ $stderr == 'scaling-study: 4 studies and a comparison in s: 0 are there, 5 to make, at most 4 s each'* ]]
}

@test 'the advice of all studies is printed, and in the index' {
	made
	for study in $STUDIES; do
		first=$("$PYTHON" -c 'import json, sys
print(json.load(open(sys.argv[1]))["advice"].split("\n")[0])' "s/$study.json")
		[[ $output == *"$study:"$'\n'"  $first"* ]] || fail "no advice of $study: $first"
		grep -qxF "$first" s/README.md || fail "the index has no advice of $study"
	done
}

@test 'plots and reports, as far as this build makes them' {
	made
	help=$("$WITHOUT_MPI" scale --help)
	for study in strong-close strong-spread weak-close weak-spread; do
		if [[ $help == *--html* ]]; then
			grep -q '<html' "s/$study.html"
			grep -q "($study.html)" s/README.md
		else
			[ ! -e "s/$study.html" ]
		fi
		if [[ $help == *--plot* ]] && command -v gnuplot >/dev/null; then
			grep -q '<svg' "s/$study.svg"
			grep -q "($study.svg)" s/README.md
		else
			[ ! -e "s/$study.svg" ]
		fi
	done
}

@test 'ranks are studied where the build has them' {
	need_mpi
	run -0 --separate-stderr timeout 120 "$SCRIPT" -o s -c 1 --rounds 1 --max-time=20 1e6
	all_there
	json '[row["strategy"] for row in d["runs"]] == ["serial", "openmp", "processes", "mpi", "mpi+openmp"]' s/weak-spread.json
}

@test 'words after -- are tasks' {
	run -0 --separate-stderr env SUMSQ="$WITHOUT_MPI" "$SCRIPT" -o s -c 1 --rounds 1 $SOON -- 10 5:7
	all_there
	json 'd["job"]["terms"] == "12"' s/weak-close.json
}

@test '-s studies those alone' {
	run -0 --separate-stderr small -s processes
	json '{row["strategy"] for row in d["runs"]} == {"serial", "processes"}' s/strong-close.json
}

@test 'typed again, nothing is made twice' {
	made
	first=$output
	before=$(stamps)
	run -0 --separate-stderr small
	[ "$(stamps)" = "$before" ]
	[ "$output" = "$first" ]
	[[ $stderr == *'5 are there, 0 to make'* ]]
}

@test 'what is damaged is made again, and nothing else' {
	made
	size=$(stat -c %s s/weak-close.json)
	truncate -s $((size / 2)) s/weak-close.json
	rm s/compare.json
	before=$(stamps | grep -v -e weak-close -e compare)
	run -0 --separate-stderr small
	[[ $stderr == *'3 are there, 2 to make'* ]]
	all_there
	[ "$(stamps | grep -v -e weak-close -e compare)" = "$before" ]
}

# Stops it while the second study is measured.
stopped_by() { # signal, code
	words=(-s processes -c 2 --rounds 1 --max-time=20 "$(terms_for 0.6 -s serial)")
	start env SUMSQ="$WITHOUT_MPI" "$SCRIPT" -o s "${words[@]}"
	await 60 test -e s/strong-close.json || fail "no first study: $(cat err)"
	sleep 0.3
	kill "-$1" -- "$3$PID"
	finish
	[ "$ENDED" -eq "$2" ] || fail "it ended with $ENDED: $(cat err)"
	all_gone
	grep -q 'goes on from here' err
	[ "$(cd s && echo ./*.json)" = ./strong-close.json ]
	[ -z "$(find s -name '.unfinished*')" ]
	before=$(stamps)
	run -0 --separate-stderr env SUMSQ="$WITHOUT_MPI" timeout 120 "$SCRIPT" -o s "${words[@]}"
	[[ $stderr == *'1 are there, 4 to make'* ]]
	all_there
	[ "$(stamps | grep strong-close)" = "$before" ]
}

@test 'Ctrl-C: 130, no orphan, nothing half made; and it goes on where it was' {
	stopped_by INT 130 -
}

@test 'a signal to the script alone: 143 at once, and no orphan' {
	stopped_by TERM 143 ''
}

@test 'killed, it leaves no result that is not whole; and it goes on' {
	words=(-s processes -c 2 --rounds 1 --max-time=20 "$(terms_for 0.6 -s serial)")
	start env SUMSQ="$WITHOUT_MPI" "$SCRIPT" -o s "${words[@]}"
	await 60 test -e s/strong-close.json || fail "no first study: $(cat err)"
	sleep 0.3
	kill -KILL -- "-$PID"
	await 10 has_ended "$PID"
	await 20 no_orphan
	[ "$(cd s && echo ./*.json)" = ./strong-close.json ]
	run -0 --separate-stderr env SUMSQ="$WITHOUT_MPI" timeout 120 "$SCRIPT" -o s "${words[@]}"
	all_there
}

@test 'a study that fails: exit 1, the others are made, and typed again it is' {
	words=(-s processes -c 2 --rounds 1 --max-time=20 "$(terms_for 1 -s processes -w 2)")
	start env SUMSQ="$WITHOUT_MPI" "$SCRIPT" -o s "${words[@]}"
	worker() { # a child of what a child of a child of the script measures
		VICTIM=$(ps -e -o pid=,ppid=,sess= | awk -v leader="$PID" '
			$3 == leader { parent[$1] = $2 }
			END { for (pid in parent) { up = parent[parent[pid]]
				if (up in parent && parent[up] == leader) print pid } }' | head -1)
		[ -n "$VICTIM" ]
	}
	await 30 worker || fail 'no worker process was seen'
	kill -KILL "$VICTIM"
	await 100 has_ended "$PID" || fail 'it does not end'
	finish
	[ "$ENDED" -eq 1 ] || fail "it ended with $ENDED: $(cat err)"
	grep -q 'strong-close failed with code 1' err
	[ ! -e s/strong-close.json ] && [ -e s/weak-spread.json ] && [ -e s/compare.json ]
	run -0 --separate-stderr env SUMSQ="$WITHOUT_MPI" timeout 120 "$SCRIPT" -o s "${words[@]}"
	[[ $stderr == *'4 are there, 1 to make'* ]]
	all_there
}

@test 'a folder of another study is left alone' {
	made
	before=$(stamps)
	run -2 --separate-stderr small --kernel scalar
	[[ $stderr == 'scaling-study: s is of another study ('*'1e6): give another folder with -o' ]]
	[ "$(stamps)" = "$before" ]
}

@test 'the folder is of this host and day, unless one is given' {
	run -0 --separate-stderr env SUMSQ="$WITHOUT_MPI" "$SCRIPT" -c 1 --rounds 1 $SOON 10
	name=(scaling-"$(uname -n)"-20[0-9][0-9][01][0-9][0-3][0-9])
	[ -s "${name[0]}/README.md" ]
}

@test 'a blank in the name of the folder, and in a word' {
	echo 10 >'a list'
	run -0 --separate-stderr env SUMSQ="$WITHOUT_MPI" "$SCRIPT" -o 'a b' -c 1 --rounds 1 $SOON -f 'a list'
	json 'd["job"]["terms"] == "10"' 'a b/weak-close.json'
	grep -q "'a list'" 'a b/README.md'
}

@test 'what is wrong is refused, and leaves nothing' {
	for word in --bind=close --weak --strong --json --json=x --csv --markdown --extrap --plot=x --html=x; do
		script_refused "$word" "$SCRIPT" -o s "$word" 10
	done
	script_refused 'standard input' "$SCRIPT" -o s -f -
	script_refused '-o needs a folder' "$SCRIPT" -o
	script_refused 'no /no/such/sumsq' env SUMSQ=/no/such/sumsq "$SCRIPT" -o s 10
	: >file
	script_refused 'file' "$SCRIPT" -o file 10
	script_refused 'file/s' "$SCRIPT" -o file/s 10
	run -2 --separate-stderr "$SCRIPT" -o s --nonsense
	[[ $stderr == *$'\nsumsq: '*--nonsense* ]]
	[ ! -e s ]
	run -2 --separate-stderr "$SCRIPT" -o s -c 0-4
	[ ! -e s ]
}

@test '--help' {
	run -0 --separate-stderr "$SCRIPT" --help
	[[ $output == 'usage: scaling-study.sh '* && -z $stderr ]]
	while read -r line; do
		[ "${#line}" -le 80 ] || fail "${#line} columns: $line"
	done <<<"$output"
}

@test 'shellcheck has nothing to say' {
	need shellcheck
	shellcheck "$SCRIPT"
}
