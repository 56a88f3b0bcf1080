#!/usr/bin/env bats
# sumsq compare: every strategy, side by side.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

ALL='["serial", "async", "openmp", "processes", "mpi", "mpi+openmp"]'

@test 'a row for each of the six strategies, every one verified' {
	need_mpi
	run -0 --separate-stderr "$SUMSQ" compare --rounds 1 --json
	json 'list(r) == '"$ALL"
	json 'all(row["verified"] and row["missing"] is None for row in d["runs"])'
	json 'len(d["results"]) == 20 and len(d["runs"]) == 6'
	json 'd["results"][0] == {"task": "10000000", "sum": "333333283333335000000"}'
	json 'd["command"] == "compare" and d["job"] == {"tasks": 20, "terms": "200000190"}'
}

@test 'each measurement is a process of its own, and its workers are those that were asked for' {
	run -0 --separate-stderr "$SUMSQ" compare --rounds 1 -c 2 --json 1e6
	json 'len({r[s]["per_worker"][0]["pid"] for s in ("serial", "async", "openmp")}) == 3'
	json 'len({w["pid"] for w in r["processes"]["per_worker"]}) == 2'
	json 'len({w["pid"] for w in r["openmp"]["per_worker"]}) == 1'
	json 'all(len(row["per_worker"]) == row["workers"] for row in d["runs"] if not row["missing"])'
}

@test 'samples are as many as the rounds; speedup is against serial' {
	run -0 --separate-stderr "$SUMSQ" compare --rounds 3 --json 1e6
	json 'all(len([s["seconds"] for s in row["samples"]]) == 3 for row in d["runs"] if not row["missing"])'
	json 'r["serial"]["speedup"] == 1 and all(row["ci95_s"] is None for row in d["runs"])'
	json 'all(median(row) for row in d["runs"] if not row["missing"])'
	json 'all(abs(row["speedup"] / (r["serial"]["median_s"] / row["median_s"]) - 1) < 1e-6
		and abs(row["efficiency"] * row["workers"] / row["speedup"] - 1) < 1e-6
		and row["startup_s"] > 0 for row in d["runs"] if not row["missing"])'
}

@test 'six rounds give an interval' {
	run -0 --separate-stderr "$WITHOUT_MPI" compare --rounds 6 --json 1e6
	json 'all(row["ci95_s"] == ([min(counted(row)), max(counted(row))] if len(counted(row)) > 5 else None)
		for row in d["runs"] if not row["missing"])'
}

@test 'CSV: a header and six rows, beside the text' {
	run -0 --separate-stderr "$SUMSQ" compare --rounds 1 --csv 10
	[ "${#lines[@]}" -eq 7 ]
	[[ ${lines[0]} == strategy,ranks,workers,inflight,*median_s*,verified,missing ]]
	"$PYTHON" -c '
import csv, sys
rows = list(csv.DictReader(sys.stdin))
assert [row["strategy"] for row in rows] == '"$ALL"', rows
assert all(None not in row and None not in row.values() for row in rows), rows
assert all(row["missing"] or float(row["median_s"]) > 0 for row in rows), rows' <<<"$output"
}

@test 'Markdown: a table of six rows, and the advice' {
	run -0 --separate-stderr "$SUMSQ" compare --rounds 1 --markdown 10
	[ "$(grep -c '^|' <<<"$output")" -eq 8 ]
	[ "$(grep '^|' <<<"$output" | tr -cd '|\n' | sort -u | wc -l)" -eq 1 ]
	grep -Eq "^Too few (undisturbed )?rounds to tell which is fastest: (9|10|11) more\\.|^No winner is named" <<<"$output"
}

@test 'the table fits into 80 columns' {
	run -0 --separate-stderr "$SUMSQ" compare --rounds 6 -c 4
	while read -r line; do
		[ "${#line}" -le 80 ] || fail "${#line} columns: $line"
	done < <(sed '/^$/,$d' <<<"$output")
}

@test 'ten rounds of four rows name the one of least time, and the one that is done first' {
	run -0 --separate-stderr "$WITHOUT_MPI" compare --rounds 10 --json=document 1e9
	json 'd["advice"]' document
	named=$(sed -n 's/^\(Fastest is\|Least time had\) \([a-z+]*\), .*/\2/p' <<<"$output")
	# Or so much was disturbed that nobody is named.
	[ -n "$named" ] || grep -q 'No winner is named\|Too few undisturbed rounds' <<<"$output" || fail "no advice"
	[ -z "$named" ] || json 'min((row["median_s"], row["strategy"]) for row in d["runs"] if not row["missing"])[1]
		== "'"$named"'"' document
}

# Ranks, workers in all and items in flight of each row.
split() { # concurrency, what serial, async, openmp, processes, mpi, mpi+openmp have
	run -0 --separate-stderr "$SUMSQ" compare --rounds 1 -c "$1" --json 1e6
	json '[(row["ranks"], row["workers"], row["inflight"]) for row in d["runs"]] == ['"$2"']'
	json 'all(not row["missing"] for row in d["runs"])'
}

@test '-c 1: one of each' {
	need_mpi
	split 1 '(1, 1, 1), (1, 1, 1), (1, 1, 1), (1, 1, 1), (1, 1, 1), (1, 1, 1)'
}

@test '-c 3: odd, so that mpi+openmp is one rank of three; oversubscribed where that is so' {
	need_mpi
	split 3 '(1, 1, 1), (1, 1, 3), (1, 3, 1), (1, 3, 1), (3, 3, 1), (1, 3, 1)'
	json '(d["hosts"][0]["cores"] >= 3) != any("oversubscribed" in text for text in d["warnings"])'
	if [ "$(nproc)" -lt 3 ]; then
		[[ $stderr == *'sumsq: warning: 3 workers'*oversubscribed* ]]
	fi
}

@test '-c 4: two ranks of two' {
	need_mpi
	split 4 '(1, 1, 1), (1, 1, 4), (1, 4, 1), (1, 4, 1), (4, 4, 1), (2, 4, 1)'
}

@test '--max-time stops early, and says so' {
	in_time "$SUMSQ" compare --rounds 100000 --json 1e6
	[[ $stderr == *'sumsq: warning: '*" of 100000 rounds were made in --max-time $limit s"* ]]
	json 'any("--max-time" in text for text in d["warnings"])'
	json 'all(1 <= len([s["seconds"] for s in row["samples"]]) < 100000 for row in d["runs"] if not row["missing"])'
}

@test 'tasks from standard input are the same for every measurement' {
	mapfile -t tasks < <(seq 1 50)
	fifty() {
		seq 1 50 | "$SUMSQ" compare -f - --rounds 2 --json
	}
	run -0 --separate-stderr fifty
	json 'd["job"]["tasks"] == 50 and [row["task"] for row in d["results"]][::49] == ["1", "50"]'
	json 'all(len([s["seconds"] for s in row["samples"]]) == 2 and sum(w["items"] for w in row["samples"][-1]["workers"]) == 1275
		for row in d["runs"] if not row["missing"])'
	json 'all(row["verified"] for row in d["runs"] if row["missing"] != "built without MPI")'
	run -0 --separate-stderr "$PYTHON" -c '
import json, sys
for row in json.loads(sys.argv[1])["results"]:
    print("%s\t%s" % (row["task"], row["sum"]))' "$output"
	[ "$output" = "$(sums "${tasks[@]}")" ]
}

@test 'the results are the same whatever the rounds' {
	for rounds in 1 2 3; do
		run -0 --separate-stderr "$WITHOUT_MPI" compare --rounds "$rounds" --json 10 5:7
		json 'd["results"] == [{"task": "10", "sum": "285"}, {"task": "5:7", "sum": "61"}]'
	done
}

@test 'tasks from a file' {
	seq 1 50 >tasks
	run -0 --separate-stderr "$SUMSQ" compare -f tasks --rounds 1 --json 60
	json 'd["job"] == {"tasks": 51, "terms": "1335"}'
}

# As <(...) of a shell gives it: read once, it is empty.
@test 'tasks from a pipe with a name' {
	run --separate-stderr timeout 30 "$SUMSQ" compare -f <(seq 1 50) --rounds 1 --json
	[ "$status" -eq 0 ] || fail 'it did not succeed'
	json 'all(row["verified"] for row in d["runs"] if row["missing"] != "built without MPI")'
	json 'd["job"]["tasks"] == 50'
}

@test 'a row that is missing stays, with its reason, and the exit code is 0' {
	run -0 --separate-stderr "$WITHOUT_MPI" compare --rounds 1 --json=document 10
	[[ $output == *$'\nmpi is missing: built without MPI'* ]]
	[[ $output == *$'\nmpi+openmp is missing: built without MPI'* ]]
	json 'list(r) == '"$ALL" document
	json 'r["mpi"]["missing"] == r["mpi+openmp"]["missing"] == "built without MPI"' document
	json 'not r["mpi"]["verified"] and [s["seconds"] for s in r["mpi"]["samples"]] == []' document
	json 'all(r[name]["verified"] for name in ("serial", "async", "openmp", "processes"))' document
}

@test 'without mpirun the rows of MPI are missing, and say why' {
	need_mpi
	run -0 --separate-stderr env PATH=/no/such "$SUMSQ" compare --rounds 1 --json 10
	json '"mpirun" in r["mpi"]["missing"] and "mpirun" in r["mpi+openmp"]["missing"]'
	json 'all(r[name]["verified"] for name in ("serial", "async", "openmp", "processes"))'
}

@test 'a measurement that is killed: exit 1, its row says why' {
	start "$WITHOUT_MPI" compare --rounds 1 --json=document "$(terms_for 2 -s serial)"
	worker() {
		VICTIM=$(ps -e -o pid=,ppid=,sess= | awk -v leader="$PID" '
			$3 == leader { parent[$1] = $2 }
			END { for (pid in parent) if (parent[pid] in parent && parent[parent[pid]] == leader)
				print pid }' | head -1)
		[ -n "$VICTIM" ]
	}
	await 30 worker || fail 'no worker process was seen'
	kill -KILL "$VICTIM"
	finish
	[ "$ENDED" -eq 1 ]
	all_gone
	json '"killed" in r["processes"]["missing"] and not r["processes"]["verified"]' document
	json 'r["openmp"]["verified"] and r["serial"]["verified"]' document
}

@test '--schedule, --kernel and --bind are handed on to every measurement' {
	run -0 --separate-stderr "$SUMSQ" compare --rounds 1 --json --schedule static,1000 --kernel \
		scalar --bind none 1e6
	json 'all((row["schedule"], row["kernel"], row["bind"]) == ("static,1000", "scalar", "none")
		for row in d["runs"] if not row["missing"])'
	json 'all(w["bound"] is None for row in d["runs"] for w in row["per_worker"])'
}

@test 'under mpirun of two ranks it is refused, with the line that works' {
	need_mpi
	run --separate-stderr ranks 2 "$SUMSQ" compare
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	[ "$(grep -c '^sumsq: ' <<<"$stderr")" -eq 1 ]
	[[ $stderr == *'sumsq compare -c 2'* ]]
}

@test 'options of run are refused' {
	refused 2 '-w|compare' "$SUMSQ" compare -w 2
	refused 2 '-s|compare' "$SUMSQ" compare -s mpi
	refused 2 '-n|compare' "$SUMSQ" compare -n 2
	refused 2 '-k|compare' "$SUMSQ" compare -k 2
}
