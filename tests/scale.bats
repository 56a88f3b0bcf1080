#!/usr/bin/env bats
# sumsq scale: several concurrencies, and what follows from them.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

# Rows of a study in $output: what the Python of json() calls d. Here m are its models, and at(S, C)
# is the row of a strategy with C workers.
study() { # expression [file]
	json '(lambda m, at: '"$1"')(d.get("models"), lambda strategy, workers: [row for row in d["runs"]
		if (row["strategy"], row["workers"]) == (strategy, workers)][0])' "${@:2}"
}

# Strategy and workers of each row.
rows_are() { # [("serial", 1), ...]
	json '[(row["strategy"], row["workers"]) for row in d["runs"]] == '"$1"
}

# Whether a measurement is as it ought to be. One that others disturbed, by more than 5 % of a CPU,
# says nothing, and is tried again; of those that nobody disturbed two may not fail.
mostly() { # function
	local try failed=0 others ticks

	for try in 1 2 3 4 5 6 7 8; do
		look_around
		# shellcheck disable=SC2153 # look_around sets them
		others=$OTHERS ticks=$TICKS
		"$1" && return 0
		disturbed_since "$others" "$ticks" || failed=$((failed + 1))
		printf '# attempt %d: others had %d of %d ticks\n' "$try" $((OTHERS - others)) $((TICKS - ticks)) >&2
		[ "$failed" -lt 2 ] || return 1
	done
	skip 'others use the CPUs of this machine'
}

teardown() {
	[ -z "${SPINNER-}" ] || kill -KILL "$SPINNER"
	end_started
}

# A second process on one PU, for the rest of the test. It is of this session: where the system
# divides time among sessions first, one of its own would get more than half.
spin_on() { # PU
	taskset -c "$1" sh -c 'while :; do :; done' >/dev/null 2>&1 </dev/null 3>&- &
	SPINNER=$!
	spins() {
		local fields

		read -ra fields <"/proc/$SPINNER/stat" && [ "${fields[13]}" -ge 5 ]
	}
	await 20 spins || fail 'the spinner does not spin'
}

# The first two PUs of two cores that this test may use.
need_two_cores() {
	need taskset
	mapfile -t PUS < <("$SUMSQ" place --json -w 2 -s processes 2>/dev/null | "$PYTHON" -c '
import json, sys
workers = json.load(sys.stdin)["runs"][0]["per_worker"]
if len({w["core"] for w in workers if w["pu"] is not None}) == 2:
    print(*(w["pu"] for w in workers), sep="\n")')
	[ "${#PUS[@]}" -eq 2 ] || skip 'there are no two cores with a PU each'
}

@test 'without options: serial, then each strategy with 1, 2, 4 ... workers and all cores' {
	run -0 --separate-stderr "$WITHOUT_MPI" scale --rounds 1 --json 1e6
	json '(lambda cores: [(row["strategy"], row["workers"]) for row in d["runs"]] == [("serial", 1)] +
		[(s, c) for s in ("openmp", "processes") for c in
		sorted({2 ** i for i in range(20) if 2 ** i < cores} | {cores})])(d["hosts"][0]["cores"])'
	json 'all(row["verified"] and row["missing"] is None for row in d["runs"])'
	json 'd["command"] == "scale" and d["job"]["terms"] == "1000000" and d["job"]["scaling"] == "strong"'
	json 'd["results"] == [{"task": "1000000", "sum": "333332833333500000"}]'
}

@test '-c takes a number, a range, a list, and each number once' {
	run -0 --separate-stderr "$SUMSQ" scale -c 1-3 -s processes --rounds 1 --json 1e6
	rows_are '[("serial", 1), ("processes", 1), ("processes", 2), ("processes", 3)]'
	run -0 --separate-stderr "$SUMSQ" scale -c 1,2 -s openmp --rounds 1 --json 1e6
	rows_are '[("serial", 1), ("openmp", 1), ("openmp", 2)]'
	run -0 --separate-stderr "$SUMSQ" scale -c 2 -s openmp --rounds 1 --json 1e6
	rows_are '[("serial", 1), ("openmp", 2)]'
	run -0 --separate-stderr "$SUMSQ" scale -c 2,1-2,2 -s openmp --rounds 1 --json 1e6
	rows_are '[("serial", 1), ("openmp", 2), ("openmp", 1)]'
}

@test '-c refuses what is no concurrency' {
	for value in 0 0-4 4-1 x 1- -3 1,,2 '1,2,' '' 1.5 1-2-3 99999999999; do
		refused 2 "-c takes whole numbers from 1|'$value'" "$SUMSQ" scale -c "$value" 10
	done
	refused 2 '-c takes up to' "$SUMSQ" scale -c 1-1000000 10
	refused 2 '20000000 workers|than can be had' "$SUMSQ" scale -c 20000000 10
}

@test 'a word of a list that is said again is no other word' {
	run -0 --separate-stderr timeout 60 "$SUMSQ" scale -s "$(printf 'openmp,%.0s' {1..80})openmp" \
		--bind "$(printf 'close,%.0s' {1..80})close" -c 1 --rounds 1 --json 1e6
	json '[row["strategy"] for row in d["runs"]] == ["serial", "openmp"]'
}

@test '-s takes several, in one word or several, and each once' {
	for words in '-s openmp,processes' '-s openmp -s processes' '-s openmp -s openmp,processes'; do
		# shellcheck disable=SC2086
		run -0 --separate-stderr "$SUMSQ" scale -c 2 $words --rounds 1 --json 1e6
		rows_are '[("serial", 1), ("openmp", 2), ("processes", 2)]'
	done
}

@test 'serial does not scale, and what is no strategy is refused' {
	refused 2 'serial|baseline' "$SUMSQ" scale -s serial 10
	refused 2 'serial|baseline' "$SUMSQ" scale -s openmp,serial 10
	refused 2 "nonsense" "$SUMSQ" scale -s openmp,nonsense 10
	refused 2 "''" "$SUMSQ" scale -s openmp, 10
}

@test 'several places and binds: a series of each, told apart by name' {
	run -0 --separate-stderr "$SUMSQ" scale -c 2 -s processes --places cores --places threads \
		--bind close,spread --rounds 1 --json=document 1e6
	[[ $output == *'processes threads spread'* ]]
	json '[(row["places"], row["bind"]) for row in d["runs"][1:]] == [("cores", "close"),
		("cores", "spread"), ("threads", "close"), ("threads", "spread")]' document
	study '[knee["strategy"] for knee in m["knees"]] == ["processes cores close",
		"processes cores spread", "processes threads close", "processes threads spread"]' document
}

@test 'places and binds that cannot be are refused before anything is measured' {
	refused 2 'nonsense' "$SUMSQ" scale --places nonsense 10
	refused 2 'nonsense' "$SUMSQ" scale --places cores --places nonsense 10
	refused 2 'nonsense' "$SUMSQ" scale --bind close,nonsense 10
}

@test 'options of other verbs are refused' {
	refused 2 '-w|scale' "$SUMSQ" scale -w 2
	refused 2 '-n|scale' "$SUMSQ" scale -n 2
	refused 2 '-k|scale' "$SUMSQ" scale -k 2
	refused 2 '--tolerance|scale' "$SUMSQ" scale --tolerance 3
	refused 2 '--force|scale' "$SUMSQ" scale --force
	refused 2 '--weak|run' "$SUMSQ" run --weak
	refused 2 '--extrap|compare' "$SUMSQ" compare --extrap
}

@test '--weak: the job grows with the concurrency, and the speedup is that of the rate' {
	run -0 --separate-stderr "$SUMSQ" scale --weak -c 1-4 --rounds 2 --json 1e6
	json 'd["job"]["scaling"] == "weak"'
	json 'all(sum(w["items"] for w in row["samples"][-1]["workers"]) == 1000000 * row["workers"]
		for row in d["runs"])'
	json 'all(abs(row["speedup"] / (row["rate"] / d["runs"][0]["rate"]) - 1) < 1e-6
		for row in d["runs"])'
	study '{law["law"] for law in m["laws"]} == {"Gustafson", "USL"}'
}

@test '--strong: the same job at each concurrency' {
	run -0 --separate-stderr "$SUMSQ" scale --strong -c 1-4 --rounds 2 --json 1e6
	json 'd["job"]["scaling"] == "strong"'
	json 'all(sum(w["items"] for w in row["samples"][-1]["workers"]) == 1000000 for row in d["runs"])'
	json 'all(abs(row["speedup"] / (d["runs"][0]["median_s"] / row["median_s"]) - 1) < 1e-6
		for row in d["runs"])'
	study '{law["law"] for law in m["laws"]} == {"Amdahl", "USL"}'
}

@test 'as many samples as rounds, and a rate of each worker in each' {
	run -0 --separate-stderr "$SUMSQ" scale -c 1-3 --rounds 3 --json 1e6
	json 'all(len([s["seconds"] for s in row["samples"]]) == 3 and row["ci95_s"] is None for row in d["runs"])'
	json 'all(len(row["per_worker"]) == row["workers"] for row in d["runs"])'
	json 'all(w["cpu_s"] > 0 and w["clock_hz"] > 0 for row in d["runs"] for s in row["samples"]
		for w in s["workers"] if w["items"])'
	json 'all(median(row) for row in d["runs"])'
}

@test 'the factors multiply up to the efficiency, which is the speedup over the workers' {
	run -0 --separate-stderr "$SUMSQ" scale -c 1-3 --rounds 3 --json 3e8
	json 'all(abs(row["factors"]["clock"] * row["factors"]["balance"] * row["factors"]["running"] *
		row["factors"]["overhead"] * row["factors"]["rest"] / row["efficiency"] - 1) < 1e-6 for row in d["runs"])'
	json 'all(abs(row["efficiency"] * row["workers"] / row["speedup"] - 1) < 1e-6 for row in d["runs"])'
	json 'all(0 < row["factors"]["balance"] <= 1 for row in d["runs"])'
	json 'set(d["runs"][0]["factors"].values()) == {1} and d["runs"][0]["speedup"] == 1'
}

@test 'the serial fraction of each point is that of Karp and Flatt' {
	run -0 --separate-stderr "$SUMSQ" scale -c 1-3 -s openmp --rounds 3 --json 1e8
	study 'all(abs(at("openmp", n)["karp_flatt"] -
		(at("serial", 1)["rate"] / at("openmp", n)["rate"] - 1 / n) / (1 - 1 / n)) < 1e-5
		for n in (2, 3)) and at("openmp", 1)["karp_flatt"] is None'
}

@test 'a knee is one of the points, the fewest workers within 5 % of the best' {
	run -0 --separate-stderr "$SUMSQ" scale -c 1-3 --rounds 3 --json 1e8
	study '[knee["strategy"] for knee in m["knees"]] == ["openmp", "processes"]'
	study 'all(knee["best_rate"] == max(at(knee["strategy"], n)["rate"] for n in (1, 2, 3))
		== at(knee["strategy"], knee["best_at"])["rate"] for knee in m["knees"])'
	# Its one worker is serial: a row of one gives way to the baseline.
	study 'all(knee["knee"] == min(n for n in rates if rates[n] >= 0.95 * max(rates.values())) for knee in m["knees"]
		for rates in [{n: at(knee["strategy"] if n > 1 else "serial", n)["rate"] for n in (1, 2, 3)}])'
	study 'all(knee["knee_ci95"] is None for knee in m["knees"])'
}

@test 'a law is refused for too few points, with how many it needs' {
	run -0 --separate-stderr "$SUMSQ" scale -c 1 -s openmp --rounds 2 --json 1e6
	study '[(law["law"], law["value"], law["ci95"], law["missing"]) for law in m["laws"]] ==
		[("Amdahl", None, None, "needs 3 points, has 1"), ("USL", None, None, "needs 4 points, has 1")]'
}

@test 'points beyond the cores are not fitted, those within are' {
	run -0 --separate-stderr "$SUMSQ" scale -c 1-5 -s processes --rounds 2 --json 1e7
	study '(lambda within: [law["missing"] for law in m["laws"]][:1] ==
		[None if within >= 3 else "needs 3 points, has %d" % within] and
		m["laws"][1]["missing"] == (None if within >= 4 else "needs 4 points, has %d" % within))(
		min(d["hosts"][0]["cores"], 5))'
	json 'any("oversubscribed" in text for text in d["warnings"]) == (d["hosts"][0]["cores"] < 5)'
}

@test 'where there are cores, each law has its parameters and intervals' {
	[ "$("$SUMSQ" place --json -q | "$PYTHON" -c 'import json, sys
print(json.load(sys.stdin)["hosts"][0]["cores"])')" -ge 4 ] || skip 'there are fewer than 4 cores'
	run -0 --separate-stderr "$SUMSQ" scale -c 1-4 -s processes --rounds 3 --json 3e8
	study '[(law["law"], law["parameter"]) for law in m["laws"]] == [("Amdahl", "serial fraction"),
		("USL", "contention"), ("USL", "coherency"), ("USL", "peak at")]'
	study 'all(law["missing"] is None for law in m["laws"])'
	study 'all(law["ci95"][0] <= law["value"] <= law["ci95"][1] for law in m["laws"][:3])'
	study '0 <= m["laws"][0]["value"] <= 1'
}

# The size is chosen from a moment's rate; somebody else's work in that moment makes it smaller.
half_for_serial() {
	run -0 --separate-stderr "$SUMSQ" scale -c 2 -s openmp --rounds 1 --json
	json '0.3 <= d["runs"][0]["median_s"] <= 1'
}

@test 'without operands the job is one of about half a second for one worker' {
	mostly half_for_serial
	json 'all(row["verified"] for row in d["runs"])'
}

# Nothing that was measured after its end is in the result, however late that was said.
@test '--max-time is kept, and said' {
	in_time "$SUMSQ" scale --json
	json 'sum(s["seconds"] for row in d["runs"] for s in row["samples"]) < '"$limit"
	[[ $stderr == *"sumsq: warning: --max-time $limit s is over after "*' whole round'* ]] || [ -z "$stderr" ]
	json 'd["advice"] and all(row["samples"] for row in d["runs"])'
}

# The job takes minutes, of which a busy machine may have one.
@test '--max-time is kept by a job that takes longer' {
	run -1 --separate-stderr timeout 60 "$SUMSQ" scale --max-time 2 -c 2 "$(terms_for 200)"
	[[ $output == *'serial is missing: --max-time was over before it was measured'* ]]
	[[ $stderr == *'sumsq: --max-time 2 s was over in the first round, which every row needs: nothing can be said; give more' ]]
	[[ $output == *'The first round is not whole: nothing can be said of the rows.'* ]]
	[[ $output != *Take* ]]
}

@test 'rounds that --max-time leaves no time for are said' {
	in_time "$SUMSQ" scale -c 2 --rounds 100000 --json 1e6
	[[ $stderr =~ 'sumsq: warning: '([0-9]+)" of 100000 rounds were made in --max-time $limit s" ]]
	json 'all(len([s["seconds"] for s in row["samples"]]) in ('"${BASH_REMATCH[1]}"', '"$((BASH_REMATCH[1] + 1))"')
		for row in d["runs"])'
}

@test 'the JSON has the models, the advice and the job' {
	run -0 --separate-stderr "$SUMSQ" scale -c 2 --rounds 2 --json 1e6
	json 'set(d["models"]) == {"laws", "knees", "slow_cores"}'
	json '"rounds to tell how far it scales: " in d["advice"] or "No winner is named" in d["advice"]'
	json 'all(set(law) == {"strategy", "law", "parameter", "value", "ci95", "points", "misfit", "fits", "extrapolated", "missing"}
		for law in d["models"]["laws"])'
}

@test 'CSV: a row each, with the factors' {
	run -0 --separate-stderr "$SUMSQ" scale -c 1-2 --rounds 2 --csv 1e6
	"$PYTHON" -c '
import csv, sys
rows = list(csv.DictReader(sys.stdin))
assert [(row["strategy"], row["workers"]) for row in rows] == [("serial", "1"), ("openmp", "1"),
	("openmp", "2"), ("processes", "1"), ("processes", "2")], rows
for row in rows:
    assert None not in row and None not in row.values(), row
    product = 1
    for factor in ("clock", "balance", "running", "overhead", "rest"):
        # What cannot be told of so short a time counts for nothing.
        product *= float(row[factor] or {"running": 1}[factor])
    assert abs(product / float(row["efficiency"]) - 1) < 1e-6, row
    assert row["rounds"] == "2" and row["verified"] == "true", row' <<<"$output"
}

@test 'Markdown: tables whose rows have as many cells as their heads, and the advice' {
	run -0 --separate-stderr "$SUMSQ" scale -c 1-2 --rounds 2 --markdown 1e6
	"$PYTHON" -c '
import sys
text = sys.stdin.read()
tables = [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]
assert len(tables) in (4, 5), len(tables)
for table in tables:
    assert len({line.count("|") for line in table}) == 1, table
    assert len(table) > 2, table
assert "rounds to tell how far" in text or "No winner is named" in text' <<<"$output"
}

@test '--extrap: a line of JSON for each sample' {
	run -0 --separate-stderr "$SUMSQ" scale -c 1-2 --rounds 3 --extrap --json=document 1e6
	"$PYTHON" -c '
import json, sys
lines = [json.loads(line) for line in sys.stdin]
document = json.load(open("document"))
expected = [({"p": row["workers"]}, row["strategy"], "time", sample)
	for row in document["runs"] for sample in [s["seconds"] for s in row["samples"]]]
assert len(lines) == 15, len(lines)
assert [(l["params"], l["callpath"], l["metric"]) for l in lines] == [e[:3] for e in expected]
assert all(abs(l["value"] / e[3] - 1) < 1e-6 for l, e in zip(lines, expected))' <<<"$output"
}

@test 'several formats at once, each to its own place' {
	run -0 --separate-stderr "$SUMSQ" scale -c 2 --rounds 2 --json=j --csv=c --markdown=m --extrap=e 1e6
	[ -s j ] && [ -s c ] && [ -s m ] && [ -s e ]
	[[ $output == *'rounds to tell how far'* || $output == *'No winner is named'* ]]
	refused 2 'two formats' "$SUMSQ" scale --json --extrap 10
	refused 2 '/no/such/e' "$SUMSQ" scale --extrap=/no/such/e 10
}

@test 'the text fits into 80 columns' {
	run -0 --separate-stderr "$SUMSQ" scale -c 1-4 --rounds 6 1e8
	while read -r line; do
		[ "${#line}" -le 80 ] || fail "${#line} columns: $line"
	done <<<"${output%%$'\n'Take *}"
}

@test 'the table of the text has the numbers of the JSON' {
	run -0 --separate-stderr "$SUMSQ" scale -c 1-2 -s processes --rounds 3 --json=document 1e8
	for workers in 1 2; do
		efficiency=$(awk -v w=$workers '/efficiency/ { on = 1 } on && $1 == "processes" && $2 == w {
			print $3; exit }' <<<"$output")
		study 'round(at("processes", '$workers')["efficiency"], 3) == '"$efficiency" document
	done
}

@test 'tasks from standard input are the same for every measurement' {
	some() { printf '10\n5:7\n' | "$SUMSQ" scale -c 1-2 -f - --rounds 2 --json; }
	run -0 --separate-stderr some
	json 'd["results"] == [{"task": "10", "sum": "285"}, {"task": "5:7", "sum": "61"}]'
	json 'all(sum(w["items"] for w in row["samples"][-1]["workers"]) == 12 for row in d["runs"])'
}

@test 'ranks have their rows' {
	need_mpi
	run -0 --separate-stderr "$SUMSQ" scale -s mpi,mpi+openmp -c 1,2 --rounds 2 --json 1e7
	json '[(row["strategy"], row["ranks"], row["workers"]) for row in d["runs"]] == [("serial", 1, 1),
		("mpi", 1, 1), ("mpi", 2, 2), ("mpi+openmp", 1, 1), ("mpi+openmp", 2, 2)]'
	json 'all(row["verified"] for row in d["runs"])'
	json 'all(w["clock_hz"] > 0 for row in d["runs"] for w in row["samples"][0]["workers"])'
	study '[knee["strategy"] for knee in m["knees"]] == ["mpi", "mpi+openmp"]'
}

@test 'what this build lacks keeps its rows, with the reason' {
	run -0 --separate-stderr "$WITHOUT_MPI" scale -s openmp,mpi -c 2 --rounds 2 --json 1e6
	json 'r["mpi"]["missing"] == "built without MPI" and not r["mpi"]["verified"]'
	json 'r["openmp"]["verified"]'
}

@test 'under mpirun of two ranks it is refused, with the line that works' {
	need_mpi
	run --separate-stderr ranks 2 "$SUMSQ" scale
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	[ "$(grep -c '^sumsq: ' <<<"$stderr")" -eq 1 ]
	[[ $stderr == *'sumsq scale -c 2'* ]]
}

@test 'a measurement that is killed: exit 1, and its row says why' {
	start "$WITHOUT_MPI" scale --rounds 1 -s processes -c 2 --json=document "$(terms_for 2 -s serial)"
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
	[ "$ENDED" -eq 1 ] || fail "it ended with $ENDED: $(cat out err)"
	all_gone
	grep -q 'processes is missing: .*killed' out
	json '"killed" in r["processes"]["missing"] and not r["processes"]["verified"]' document
	json 'r["serial"]["verified"] and "factors" in r["serial"]' document
}

ends_by() { # signal, code, words of scale ...
	local signal=$1 code=$2
	shift 2

	start "$SUMSQ" scale -c 2 "$@" "$(terms_for 20 -s serial)"
	# The one that measures, and what it measures.
	await 30 at_work 2 || fail 'it does not measure'
	kill "-$signal" -- "-$PID"
	finish
	[ "$ENDED" -eq "$code" ] || fail "it ended with $ENDED"
	grep -q 'The first round is not whole: nothing can be said of the rows.' out
	all_gone
}

@test 'Ctrl-C: 130, what there is, and no orphan' {
	ends_by INT 130 -s processes
}

@test 'a signal to end it: 143, and no orphan' {
	ends_by TERM 143 -s openmp
}

@test 'Ctrl-C among ranks: no orphan' {
	need_mpi
	ends_by INT 130 -s mpi
}

# The next four tests have a known loss each; it must show in its own factor. Bounds are such that
# the noise of a shared machine stays within, and the loss does not.
disturbed_beside_spinner() {
	run -0 --separate-stderr "$SUMSQ" scale -c 2 -s processes --schedule dynamic --rounds 6 --json 2e9
	json 'r["processes"]["disturbed"] >= 5 and any("of PU '"${PUS[1]}"'" in s["disturbance"]
			for s in r["processes"]["samples"] if s["disturbed"])' &&
		# What others had is no slow core, and nothing that the workers share.
		json 'd["models"]["slow_cores"] == []' &&
		json '0.6 < r["processes"]["factors"]["running"] < 0.88' &&
		json 'all(abs(r["processes"]["factors"][factor] - 1) < 0.08
			for factor in ("clock", "balance", "overhead", "rest"))'
}

@test 'another process on a core is named as a disturbance, and no winner is' {
	need_two_cores
	spin_on "${PUS[1]}"
	mostly disturbed_beside_spinner
	json 'd["advice"].count("disturbed") and "No winner is named: repeat it on a quiet machine." in d["advice"]
		and "Take" not in d["advice"] and "the rest" not in d["advice"]'
}

static_beside_spinner() {
	run -0 --separate-stderr "$SUMSQ" scale -c 2 -s processes --schedule static --rounds 4 --json 2e9
	# One has half of its core, and so works twice as long as the other: 3/4 of it is the mean.
	json '0.66 < r["processes"]["factors"]["balance"] < 0.86' &&
		json 'abs(r["processes"]["factors"]["overhead"] - 1) < 0.08' &&
		json '0.4 < r["processes"]["efficiency"] < 0.62'
}

@test 'a core that another process uses unbalances static shares' {
	need_two_cores
	spin_on "${PUS[1]}"
	mostly static_beside_spinner
}

unequal_shares() {
	run -0 --separate-stderr "$SUMSQ" scale -c 2 -s processes --schedule static --weights 1,3 \
		--rounds 4 --json 2e9
	# Shares of 1/4 and 3/4: their mean over the larger.
	json 'abs(r["processes"]["factors"]["balance"] / (0.5 / 0.75) - 1) < 0.06' &&
		json 'all(abs(r["processes"]["factors"][factor] - 1) < 0.08
			for factor in ("clock", "running", "overhead", "rest"))'
}

@test 'unequal shares lose to balance, and to nothing else' {
	need_two_cores
	mostly unequal_shares
	json '[w["items"] for w in r["processes"]["samples"][-1]["workers"]] == sorted(w["items"]
		for w in r["processes"]["samples"][-1]["workers"])'
}

nothing_lost() {
	run -0 --separate-stderr "$SUMSQ" scale -c 2 --rounds 4 --json 4e9
	json 'all(row["efficiency"] > 0.9 and abs(factor - 1) < 0.08 for row in d["runs"]
		for factor in row["factors"].values()) and d["models"]["slow_cores"] == []'
}

@test 'where nothing is lost, all factors are near 1 and no core is slow' {
	need_two_cores
	mostly nothing_lost
}

@test 'a job of no terms: no speedup, no rate, no laws, and no advice' {
	run -0 --separate-stderr "$SUMSQ" scale -c 1-2 --rounds 3 --json 0
	json 'all(row["verified"] and row["median_s"] > 0 for row in d["runs"])'
	json 'all(row["speedup"] is None and row["efficiency"] is None for row in d["runs"])'
	json 'all(factor is None for row in d["runs"] for factor in row.get("factors", {}).values())'
	json 'all(law["value"] is None and law["missing"] for law in d["models"]["laws"])'
	json 'all(knee["knee"] is None for knee in d["models"]["knees"])'
	json 'd["models"]["slow_cores"] == [] and "Take" not in (d["advice"] or "")'
	run -0 --separate-stderr "$SUMSQ" scale -c 1-2 --rounds 3 0
	[[ $output != *nan* && $output != *inf* && $output != *Take* ]]
}

overhead_only() {
	run -0 --separate-stderr "$SUMSQ" scale -c 2,4 --rounds 8 --json=document 1000
	json 'all(row["efficiency"] < 0.75 for row in d["runs"] if row["workers"] > 1)' document
}

@test 'a tiny job shows overhead, no speedup, and the advice is serial' {
	mostly overhead_only
	json 'all(abs(row["factors"]["clock"] * row["factors"]["balance"] * (row["factors"]["running"] or 1) *
		row["factors"]["overhead"] * row["factors"]["rest"] / row["efficiency"] - 1) < 1e-6 for row in d["runs"])' document
	[[ $output != *'Take openmp with '[24]* && $output != *'Take processes with '[24]* ]] || fail 'no sane advice'
	[[ $output != *nan* && $output != *'inf'* && $output != *'none P'* ]]
}
