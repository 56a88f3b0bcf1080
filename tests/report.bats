#!/usr/bin/env bats
# report: results that were kept are shown, concluded, drawn and written again; results of separate
# jobs are one.
# shellcheck disable=SC2030,SC2031,SC2094,SC2154 # files named as their verbs; bats sets the others

load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

teardown() {
	end_started
}

# What a verb wrote is read, and written again byte for byte.
again() { # program file
	run -0 --separate-stderr "$1" report --json "$2"
	[ -z "$stderr" ] || fail "it said: $stderr"
	printf '%s\n' "$output" | cmp - "$2" || fail "$2 is not what was read"
}

@test 'what made-up results are made of is read' {
	for file in "$ROOT"/tests/corpus/result/*.json; do
		run -0 --separate-stderr "$SUMSQ" report "$file"
		[ -n "$output" ] || fail "$file"
	done
}

@test 'what each verb of sumsq wrote is read and written again the same' {
	"$SUMSQ" run -q --json 10 5:10 >run
	"$SUMSQ" run -q --json --rounds 7 -s processes -w 2 1e6 >rounds
	"$SUMSQ" compare -q --json --rounds 7 1e6 >compare
	"$SUMSQ" compare -q --json --rounds 2 1e6 >old.json
	"$SUMSQ" compare --json old.json old.json >pair 2>/dev/null || true
	"$SUMSQ" scale -q --json --rounds 6 -c 1,2 1e7 >scale
	"$SUMSQ" place -q --json -w 3 >place
	"$SUMSQ" list --json >list
	"$SUMSQ" race -q --json --rounds 2 >race
	"$SUMSQ" check -q --json --time 200ms >check
	for file in run rounds compare old.json pair scale place list race check; do
		again "$SUMSQ" "$file"
	done
}

@test 'what ranks found is read and written again the same' {
	need_mpi
	"$SUMSQ" run -q --json -s mpi -n 2 --rounds 2 1e6 >ranks
	again "$SUMSQ" ranks
}

@test 'what fetchall wrote is read and written again the same' {
	[ -x "${SUMSQ%/*}/fetchall" ] || skip 'there is no fetchall'
	"${SUMSQ%/*}/fetchall" run -q --json -s serial http://u:p@127.0.0.1:1/ >run || true
	again "${SUMSQ%/*}/fetchall" run
	run ! grep u:p run
	run -2 --separate-stderr "$SUMSQ" report run
	[ "$stderr" = 'sumsq: run is a result of fetchall: type fetchall report run' ]
}

@test 'the text is that of the verb itself; of a run it has the row too' {
	"$SUMSQ" compare -q --json=file --rounds 6 1e6 >text
	run -0 "$SUMSQ" report file
	[ "$output" = "$(cat text)" ] || diff text - <<<"$output"
	"$SUMSQ" run -q --json 10 >run
	run -0 "$SUMSQ" report run
	[ "${lines[0]}" = 'task  sum' ] && [ "${lines[1]}" = '10    285' ]
	[[ $output == *'openmp'*' yes' ]]
	"$SUMSQ" list --json >list
	run -0 "$SUMSQ" report list
	[[ $output == *$'\nserial '* ]]
}

# A study of three rows, two of one strategy.
every_format() { # program, file
	run -0 "$1" report --csv "$2"
	[ "${#lines[@]}" = 4 ]
	run -0 "$1" report --markdown "$2"
	[[ $output == *'| strategy | workers |'* ]]
	run -0 "$1" report --extrap "$2"
	[ "${#lines[@]}" = 18 ]
	need gnuplot
	run -0 "$1" report --plot s.svg --html p.html "$2"
	grep -q '</svg>' s.svg
	grep -q '</html>' p.html
}

@test 'every format is there' {
	"$SUMSQ" scale -q --json --rounds 6 -c 1,2 -s openmp 1e7 >scale
	every_format "$SUMSQ" scale
}

@test 'what fetchall studied is read and written again the same, and shown in every format' {
	fetchall=${SUMSQ%/*}/fetchall
	[ -x "$fetchall" ] || skip 'there is no fetchall'
	start "$fetchall" serve -q
	await 10 test -s out || skip "$(cat err)"
	urls=("$(cat out)"{1..4})
	"$fetchall" run -q --json -s async "${urls[@]}" >run
	"$fetchall" compare -q --json --rounds 2 -c 2 "${urls[@]}" >compare
	"$fetchall" scale -q --json --rounds 6 -c 1,2 "${urls[@]}" >scale
	"$fetchall" place -q --json -w 3 >place
	"$fetchall" list --json >list
	for file in run compare scale place list; do
		again "$fetchall" "$file"
	done
	run -0 "$fetchall" report compare
	[[ $output == *'req/s'*'p95'* ]]
	every_format "$fetchall" scale
}

# Two studies that had one baseline and other concurrencies, as of two jobs of a queue.
@test 'studies of separate jobs are one, with all samples' {
	"$SUMSQ" scale -q --json --rounds 3 -c 1 -s openmp 1e7 >one
	"$SUMSQ" scale -q --json --rounds 4 -c 2 -s openmp 1e7 >two
	run -0 --separate-stderr "$SUMSQ" report --json one two
	json '[(row["strategy"], row["workers"], len(row["samples"])) for row in d["runs"]] ==
		[("serial", 1, 7), ("openmp", 1, 3), ("openmp", 2, 4)]'
	json 'sorted(s["round"] for s in d["runs"][0]["samples"]) == list(range(7))'
	json 'median(d["runs"][0])'
	json 'len(d["hosts"]) == 1'
	json 'all(abs(row["speedup"] / (d["runs"][0]["median_s"] / row["median_s"]) - 1) < 1e-6 for row in d["runs"])'
}

# As of 1, 2 and 4 nodes: the first has the baseline, and each ran on a host of its own.
@test 'jobs that scaled apart are one study, whose hosts are listed' {
	"$SUMSQ" scale -q --json --rounds 6 -c 1,2 -s openmp 1e7 >one
	for nodes in 2 4; do
		"$PYTHON" - "$nodes" <<-'END'
			import json, sys
			nodes = int(sys.argv[1])
			d = json.load(open("one"))
			d["hosts"][0]["hostname"] = "node%d" % nodes
			d["runs"] = [row for row in d["runs"] if row["workers"] == 2]
			for row in d["runs"]:
			    row["workers"] *= nodes
			    row["per_worker"] = [dict(worker, host="node%d" % nodes) for worker in row["per_worker"] * nodes]
			    for sample in row["samples"]:
			        sample["seconds"] /= nodes
			        sample["workers"] *= nodes
			json.dump(d, open("of%d" % nodes, "w"))
		END
	done
	run -0 --separate-stderr "$SUMSQ" report --json one of2 of4
	json '[(row["strategy"], row["workers"], len(row["samples"])) for row in d["runs"]] ==
		[("serial", 1, 6), ("openmp", 1, 6), ("openmp", 2, 6), ("openmp", 4, 6), ("openmp", 8, 6)]'
	json '[host["hostname"] for host in d["hosts"]][1:] == ["node2", "node4"]'
	json 'all(abs(row["speedup"] / (d["runs"][0]["median_s"] / row["median_s"]) - 1) < 1e-6 for row in d["runs"])'
}

@test 'results of other jobs, or the same one twice, are not one: with what differs' {
	"$SUMSQ" scale -q --json --rounds 1 -c 1 -s openmp 1e7 >one
	"$SUMSQ" scale -q --json --rounds 1 -c 1 -s openmp 2e7 >other
	"$SUMSQ" compare -q --json --rounds 1 1e7 >compare
	run -2 --separate-stderr "$SUMSQ" report one other
	[ "$stderr" = 'sumsq: not the same job: terms is 10000000 in one, and 20000000 in other' ]
	run -2 --separate-stderr "$SUMSQ" report one compare
	[[ $stderr == 'sumsq: one is of scale, and compare of compare: '* ]]
	run -2 --separate-stderr "$SUMSQ" report one one
	[[ $stderr == 'sumsq: one and one have samples of serial in common: '* ]]
}

# Messages name the file, and the member.
@test 'what is no result is refused in one line' {
	"$SUMSQ" run -q --json 10 >good
	refuse() { # words of the message
		run -2 --separate-stderr "$SUMSQ" report bad
		[ -z "$output" ] && [ "${#stderr_lines[@]}" = 1 ] || fail 'it is not one line'
		[[ $stderr == "sumsq: bad"*"$1"* ]] || fail "no '$1'"
	}
	printf 'a\0b' >bad
	refuse 'is not JSON: line 1'
	(cat good && printf '\0{}') >bad
	refuse 'is not JSON'
	head -c 100 good >bad
	refuse 'is not JSON'
	printf '\377\376' >bad
	refuse 'is not JSON: line 1'
	printf '%.0s[' {1..100000} >bad
	refuse 'is not JSON: line 1'
	echo '[]' >bad
	refuse 'is no corescale-result/2 document'
	sed 's,result/2,result/1,' good >bad
	refuse 'is no corescale-result/2 document, but corescale-result/1'
	sed 's/"workers": 2/"workers": -2/' good >bad
	cmp -s good bad || refuse 'workers of a row is no count'
	sed 's/"verified": true/"verified": 1/' good >bad
	refuse 'verified of a row is no flag'
	sed 's/"seconds": .*/"seconds": "soon",/' good >bad
	refuse 'seconds of a sample is no number'
	sed 's/"seconds": .*/"seconds": 0,/' good >bad
	refuse 'is no time'
	sed 's/"strategy": .*/"strategy": null,/' good >bad
	refuse 'row 0 lacks its strategy'
	cp bad bad.json
	run -2 --separate-stderr "$SUMSQ" compare --force bad.json bad.json
	[[ $stderr == *'bad.json: row 0 lacks its strategy'* ]]
	sed 's/"terms": .*/"terms": [1, "two"]/' good >bad
	refuse 'terms of a set of metrics is no list of numbers'
	sed 's/"terms": .*/"terms": {"'"$(printf '%0300d' 1)"'": 1}/' good >bad
	refuse 'terms of a set of metrics is no object of short names'
	run -2 --separate-stderr "$SUMSQ" report no/such
	[ "$stderr" = 'sumsq: no/such cannot be read: No such file or directory' ]
	run -2 --separate-stderr "$SUMSQ" report
	[[ $stderr == 'sumsq: report takes files of results, '* ]]
}
