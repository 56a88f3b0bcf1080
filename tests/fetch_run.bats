#!/usr/bin/env bats
# fetchall run, compare, scale, place and list, with the server that it starts for itself.
# shellcheck disable=SC2154 # bats sets stderr, and the helpers what servers are called

load fetch_helpers

setup_file() {
	file_needs need_fetchall || return 0
	file_needs need_serve || return 0
}

# The document in $output is what its schema says.
valid() {
	"$PYTHON" -c 'import jsonschema' 2>/dev/null || return 0
	printf '%s\n' "$output" | "$PYTHON" -c '
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
for error in jsonschema.validators.validator_for(schema)(schema).iter_errors(json.load(sys.stdin)):
    sys.exit("%s %.300s" % (error.json_path, error.message))' "$ROOT/bench/result/corescale-result-2.json" || fail 'not as the schema says'
}

@test 'run: 200 lines, verified' {
	fetch 0 -s async
	[ "$(wc -l <<<"$output")" -eq 200 ]
	[[ $stderr == *verified* ]]
	n=0
	while read -r read bytes size from url; do
		[ "$read $size $from" = 'Read bytes from' ] || [ "$read $bytes" = "Read $((n % 2 ? 1474 : 1529))" ] || fail "$n: $bytes"
		[[ $url == http://127.0.0.1:*/$n ]] || fail "$n: $url"
		n=$((n + 1))
	done < <(sort -t / -k 4n <<<"$output")
	[ "$n" -eq 200 ]
}

# Its line is read before the other's server, which never answers, is gone.
@test 'each is printed and logged as it ends' {
	start_serve
	for words in serial 'async -k 2' 'openmp -w 2' 'processes -w 2' 'mpi -n 2'; do
		[[ $words != mpi* ]] || has_mpi || continue
		port=$(free_ports 1)
		start_server mute "$port" "$PYTHON" -c 'import socket, sys, time
server = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=9)
time.sleep(300)' "$port"
		rm -f log pipe
		mkfifo pipe
		# shellcheck disable=SC2086 # words on purpose
		timeout 120 "$FETCHALL" run -q --stall-timeout 200 --log log -s $words "$URL/1" "http://127.0.0.1:$port/" >pipe 3>&- &
		fetching=$!
		exec {lines}<pipe
		line=
		read -r -t 60 line <&"$lines" || fail "$words: nothing is printed"
		[ "$line" = "Read 1529 bytes from $URL/1" ] || fail "$words: $line"
		[ "$(wc -l <log)" -eq 1 ] || fail "$words: $(cat log)"
		kill "$SERVER"
		status=0
		wait "$fetching" || status=$?
		[ "$status" -eq 1 ] || fail "$words: $status"
		! read -r line <&"$lines" || fail "$words: $line"
		exec {lines}<&-
	done
}

# A million take 205 MB; they took 968.
@test 'the document of a hundred thousand URLs in bounded memory' {
	start_serve --sizes 10
	run --separate-stderr timeout 60 "$PYTHON" -c '
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=open("document", "w"))
status, used = os.wait4(child.pid, 0)[1:]
print(used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))' "$FETCHALL" run -s async -k 64 --json --repeat 100000 "$URL/x"
	[ "$status" -eq 0 ]
	[ "$(grep -c '"url": ' document)" -eq 100000 ]
	[ "$output" -lt 60000 ] || fail "$output kB"
}

# 100 MB of URLs: each rank had them in one piece as well.
@test 'a long list is nowhere in memory, nor is it in a rank' {
	has_mpi || skip 'built without MPI'
	start_serve --sizes 10
	"$PYTHON" -c 'for i in range(50000): print("'"$URL"'/%d?" % i + "x" * 2000)' >long
	run --separate-stderr timeout 120 "$PYTHON" -c '
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
print(os.wait4(child.pid, 0)[2].ru_maxrss)' "$FETCHALL" run -s mpi+async -n 2 -k 4 --discard --max-time 3s -f long
	[[ $stderr != *fetchall:* || $stderr == *'--max-time 3 s was over'* ]] || fail 'it did not run'
	[ "$output" -lt 80000 ] || fail "$output kB"
}

# Of the server that it started it knows every byte, in every process; of another only where it is told so.
@test 'bodies are compared with their seed' {
	run --separate-stderr timeout 60 "$FETCHALL" compare --json=document --rounds 1
	[ "$status" -eq 0 ] || fail 'it failed'
	json 'all(row["missing"] or row["checked"] == 200 for row in d["runs"])' document
	start_serve
	fetch 0 -q --json --repeat 3 "$URL/1"
	json 'd["runs"][0]["checked"] == 0'
	for words in async 'processes -w 2' 'mpi -n 2'; do
		[[ $words != mpi* ]] || has_mpi || continue
		# shellcheck disable=SC2086 # words on purpose
		fetch 0 -q --json --check-seed -s $words --repeat 3 "$URL/1"
		json 'd["runs"][0]["checked"] == 3'
	done
}

@test 'what is in flight is what was asked for' {
	for words in 'async 1 -k 7' 'openmp 3 -w 3' 'openmp 2 -w 2 -k 5' 'processes 4 -w 4' 'mpi 2 -n 2' 'mpi+async 2 -n 2 -k 6'; do
		[[ $words != mpi* ]] || has_mpi || continue
		read -r strategy workers options <<<"$words"
		# shellcheck disable=SC2086 # words on purpose
		fetch 0 -q --json -s "$strategy" $options
		valid
		json "(lambda run: run['workers'] == $workers and run['peak_inflight'] == $workers * run['inflight']
		      and run['connections'] == $workers * run['inflight'] and run['failed'] == 0 and run['verified']
		      and 0.01 <= run['latency_s']['p50'] <= run['latency_s']['p95'] <= run['latency_s']['p99'] <= run['latency_s']['max']
		      and sum(run['latency_histogram']['counts']) == 200 and run['bytes'] == 100 * (1529 + 1474)
		      and run['phases_s']['first_byte'] >= 0.01 and sum(w['items'] for w in run['samples'][-1]['workers']) == 200)(d['runs'][0])"
		# What transfers were booked is what the workers' threads had of the CPU; of ranks, what claims took too.
		[[ $words == mpi* ]] || json "(lambda run, had: 0.5 * had < run['cpu_percent'] / 100 * run['median_s'] < 1.5 * had)(
		      d['runs'][0], sum(w['cpu_s'] for w in d['runs'][0]['samples'][0]['workers']))"
	done
}

# Its end would stay on a line of its own, once for each time that it is shown.
@test 'progress fits the terminal' {
	need script
	start_serve --delay 100ms --fail status:503:0.5
	start_on_terminal sh -c 'stty cols 40; exec "$@"' sh "$FETCHALL" run --discard -k 2 --repeat 60 "$URL/a" "$URL/1" "$URL/7"
	finish
	tr '\r' '\n' <screen | sed -n 's/\x1b\[K.*//; / left/p' >shown
	[ -s shown ] || fail "no progress: $(cat screen)"
	[ "$(wc -L <shown)" -eq 39 ] || fail "$(cat shown)"
}

@test 'serial: one after the other, on one connection' {
	fetch 0 -q --json -s serial
	valid
	json "(lambda run: run['peak_inflight'] == run['connections'] == run['workers'] == 1 and run['median_s'] >= 2)(d['runs'][0])"
}

@test 'rounds, schedules and placement' {
	fetch 0 -q --json --rounds 3 -s openmp -w 2 -k 20 --schedule static
	json 'len([s["seconds"] for s in d["runs"][0]["samples"]]) == 3 and [w["items"] for w in d["runs"][0]["samples"][-1]["workers"]] == [100, 100]'
	for schedule in dynamic,7 guided static,3; do
		fetch 0 -q --json -s openmp -w 2 -k 20 --schedule "$schedule" --bind none
		json 'd["runs"][0]["verified"] and len(d["results"]) == 200'
	done
}

@test 'a thread of rank 0 that downloads for longer than --patience holds up nobody' {
	has_mpi || skip 'built without MPI'
	start_serve --bandwidth 100k
	run -0 --separate-stderr timeout 60 "$FETCHALL" run --json -s mpi+openmp -n 2 -w 2 --schedule static,1 --patience 1 \
		"$URL"/bytes/{10,500000,11,12}
	json 'd["runs"][0]["failed"] == 0 and d["runs"][0]["median_s"] > 2'
	json '[w["items"] for w in d["runs"][0]["samples"][0]["workers"]] == [1, 1, 1, 1]'
}

@test 'compare: all strategies at the same concurrency' {
	run --separate-stderr timeout 120 "$FETCHALL" compare --json=document --rounds 2 --max-time 100
	[ "$status" -eq 0 ] || fail 'it failed'
	json 'all(row["missing"] or (row["verified"] and row["failed"] == 0 and row["ranks"] >= 1
	      and row["workers"] * row["inflight"] == (1 if name == "serial" else 20)
	      and row["peak_inflight"] == row["workers"] * row["inflight"]
	      and 0.01 <= row["latency_s"]["p50"] and row["bytes"] == 300300)
	      for name, row in r.items()) and list(r) == ["serial", "async", "openmp", "processes", "mpi", "mpi+async"]' document
	output=$(cat document) valid
}

# Few ranks and short waits: the rounds fit the time on a slow machine too.
@test 'compare: its end says which' {
	start_serve --delay 2ms
	run --separate-stderr timeout 120 "$FETCHALL" compare -c 4 --repeat 200 --json=document --rounds 11 --max-time 100 "$URL/1"
	[ "$status" -eq 0 ] || fail 'it failed'
	# That the server was the limit takes a row with more in flight that is no faster. On a busy machine no winner is named.
	[[ $output =~ ('Fastest is '|'Least time had ') && $output == *'The number in flight was the limit'* && $output == *"Little's law"* ||
		$output == *'No winner is named: repeat it on a quiet machine.'* ]] || fail 'no advice'
	# By what that machine had, whatever the one has that reads it.
	sed 's/"cpu_quota": null/"cpu_quota": 0.5/' document >elsewhere
	run -0 "$FETCHALL" report elsewhere
	[[ $output == *' of 0.5 cores.'* || $output == *'No winner is named'* ]]
}

@test 'scale: a row for each concurrency, and a knee' {
	run --separate-stderr timeout 60 "$FETCHALL" scale --json=document --rounds 2 -c 1,4,16,64
	[ "$status" -eq 0 ] || fail 'it failed'
	json '[row["workers"] * row["inflight"] for row in d["runs"]] == [1, 1, 4, 16, 64]
	      and all(row["verified"] for row in d["runs"])
	      and [knee["knee"] for knee in d["models"]["knees"]] in ([16], [64])' document
	[[ $output == *knee* ]] || fail 'no knee'
	output=$(cat document) valid
}

@test 'list and place' {
	run --separate-stderr "$FETCHALL" list --json
	[ "$status" -eq 0 ]
	json '{"serial", "async", "openmp", "processes", "mpi", "mpi+async"} <= {row["strategy"] for row in d["strategies"]}'
	valid
	run --separate-stderr timeout 30 "$FETCHALL" place --json -s openmp -w 2
	[ "$status" -eq 0 ]
	json 'len(d["runs"][0]["per_worker"]) == 2 and [s["seconds"] for s in d["runs"][0]["samples"]] == []'
	valid
}

@test 'a proxy of the user does not come between it and its own server' {
	run --separate-stderr timeout 30 env http_proxy=http://127.0.0.1:1 "$FETCHALL" run -q -s async
	[ "$status" -eq 0 ] || fail 'it does'
}

@test 'a full disk is an error' {
	run --separate-stderr full "$FETCHALL" run -q -s async
	[ "$status" -eq 1 ] || fail "$status"
}
