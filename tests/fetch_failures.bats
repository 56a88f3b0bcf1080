#!/usr/bin/env bats
# fetchall when something goes wrong: each failure is counted by its kind, the rest is done, nothing
# hangs and nobody stays behind.
# shellcheck disable=SC2153,SC2154 # bats sets stderr, and the helpers what servers are called

load fetch_helpers

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	file_needs need_fetchall || return 0
	start_nginx
	start_hostile
}

@test 'a port that refuses' {
	fails_as could_not_connect "http://127.0.0.1:$(free_ports 1)/"
	[[ $stderr == *'Connection refused'* ]] || fail 'it does not say why'
}

@test 'a name that cannot be resolved' {
	fails_as name_not_resolved http://nosuch.invalid/
}

@test 'statuses' {
	fails_as http_4xx "$PLAIN/status/404" "$PLAIN/status/429" "$PLAIN/nothing"
	json '[row["status"] for row in d["results"]] == [404, 429, 404]'
	fails_as http_5xx "$PLAIN/status/500"
	[[ $stderr == *'HTTP 500'* ]] || fail 'it does not say which'
}

@test 'redirects without end, and to where we do not go' {
	fails_as redirect_loop "$HOSTILE/loop"
	fails_as redirected_scheme "$HOSTILE/to-file" "$HOSTILE/to-ftp" "$HOSTILE/to?javascript:alert(1)" \
		"$HOSTILE/to?DATA:text/html,hello" "$HOSTILE/to?mailto:a@b.example" "$HOSTILE/to?x-own.1://h/"
	json '[row["reason"] for row in d["results"]] == ["redirected to " + name + ": only http and https are followed"
		for name in ("file", "ftp", "javascript", "data", "mailto", "another scheme")]'
	# A colon that ends no scheme.
	fails_as other "$HOSTILE/to?http://[/"
}

@test 'bodies that are shorter than was said' {
	fails_as body_too_short "$HOSTILE/short" "$HOSTILE/cut-chunk"
	json '[row["bytes"] for row in d["results"]] == [400, 4]'
}

@test 'bodies that are too large, said before or not' {
	fails_as too_large --max-filesize 10M "$HOSTILE/endless" "$HOSTILE/endless-chunks" "$HOSTILE/announced"
	json 'all(row["bytes"] <= 10**7 for row in d["results"])'
	fails_as too_large --max-filesize 1528 "$PLAIN/1529"
	fetch 0 --max-filesize 1529 "$PLAIN/1529"
}

@test 'servers that are slow in their head, in their body, and in all' {
	fails_as timed_out -s async --stall-timeout 2 "$HOSTILE/slow-head" "$HOSTILE/slow-body" "$HOSTILE/silent"
}

@test 'answers that are none' {
	fails_as broken_off -s async "$HOSTILE/empty" "$HOSTILE/reset" "$HOSTILE/cut-head/"{5,12,15,17,20,23,30}
	fails_as not_http -s async "$HOSTILE/garbage" "$HOSTILE/to-garbage" "$HOSTILE/folded" \
		"$HOSTILE/two-blanks"
	fails_as head_too_large -s async "$HOSTILE/huge-head" "$HOSTILE/endless-trailers" "$HOSTILE/endless-continue"
	fails_as unexpected_status -s async "$HOSTILE/status/101" "$HOSTILE/status/206" "$HOSTILE/status/304" \
		"$HOSTILE/status/600" "$HOSTILE/status/999"
	json '[row["reason"] for row in d["results"]] == ["HTTP %d" % n for n in (101, 206, 304, 600, 999)]'
	fails_as refused_by_proxy -s async "$HOSTILE/status/407"
}

# RFC 9112, 6.3. Two that agree are one.
@test 'lengths that contradict themselves, and those that do not' {
	fails_as length_contradicts_itself -s async "$HOSTILE/length/5,2" "$HOSTILE/length/5;2" "$HOSTILE/length/0x5" \
		"$HOSTILE/length/+5" "$HOSTILE/length/5abc" \
		"$HOSTILE/length/99999999999999999999999" "$HOSTILE/length/5|2"
	# These libcurl refuses itself.
	fails_as not_http -s async "$HOSTILE/length/" "$HOSTILE/length/-5"
	fetch 0 -q -s async "$HOSTILE/length/5" "$HOSTILE/length/5;5" "$HOSTILE/length/00005"
	[ "$(grep -c 'Read 5 bytes' <<<"$output")" -eq 3 ]
}

@test 'good ones among bad ones: they are printed' {
	printf '%s\n' "$PLAIN/1529" "$HOSTILE/short" "$PLAIN/status/500" "$HOSTILE/good" "$HOSTILE/loop" \
		http://nosuch.invalid/ "$PLAIN/0" "$HOSTILE/garbage" >urls
	printf 'Read %s bytes from %s\n' 1529 "$PLAIN/1529" 4 "$HOSTILE/good" 0 "$PLAIN/0" | sort >ought
	for words in serial async 'openmp -w 3' 'processes -w 3' 'mpi -n 2'; do
		[[ $words != mpi* ]] || has_mpi || continue
		# shellcheck disable=SC2086 # words on purpose
		fetch 1 --json=document -s $words -f urls
		diff ought <(sort <<<"$output")
		[[ $stderr == *'5 of 8 downloads failed: 1 name not resolved, 1 redirect loop, 1 body too short, 1 not HTTP, 1 HTTP 5xx; the first is '"$HOSTILE"/short* ]] ||
			fail 'the failures are not named'
		json 'd["runs"][0]["failed"] == 5 == sum(d["runs"][0]["failures"].values())
		      and not d["runs"][0]["verified"] and sum(row["error"] is None for row in d["results"]) == 3' document
	done
}

@test "the failures of fetchall's own server" {
	start_serve --fail drop:0.2,stall:0.03,status:503:0.1,429:0.1:1 --sizes 3000
	for path in $(seq 200); do
		echo "$URL/$path"
	done >urls
	fetch 1 --json -s async -k 64 --stall-timeout 1 -f urls
	json '(lambda run: 0 < run["failed"] < 200 and run["failed"] == sum(run["failures"].values())
	      and run["failures"]["body_too_short"] + run["failures"]["broken_off"] > 10 and run["failures"]["http_4xx"] > 5
	      and run["failures"]["http_5xx"] > 5 and run["failures"]["timed_out"] > 0
	      and all((row["error"] is None) == (row["status"] == 200 and row["bytes"] == 3000) for row in d["results"])
	)(d["runs"][0])'
}

# With --check-seed every byte is compared with what the seed in the header makes it.
@test 'a body that is not what its server says' {
	cat >liar.py <<-'END'
		import http.server
		class Liar(http.server.BaseHTTPRequestHandler):
		    def do_GET(self):
		        self.send_response(200)
		        self.send_header("Corescale-Seed", "1")
		        self.send_header("Content-Length", "5")
		        self.end_headers()
		        self.wfile.write(b"wrong")
		    def log_message(self, *words):
		        pass
		server = http.server.HTTPServer(("127.0.0.1", 0), Liar)
		print(server.server_address[1], flush=True)
		server.serve_forever()
	END
	start_server liar '' "$PYTHON" liar.py
	await 10 test -s liar.out
	liar=http://127.0.0.1:$(cat liar.out)
	# Anybody may say so: it counts only of whom it was asked of.
	fetch 0 "$liar/x"
	# One wrong body does not hide the others.
	fetch 3 --check-seed --json=document "$liar/x" "$PLAIN/1529"
	[ "$output" = "Read 1529 bytes from $PLAIN/1529" ] || fail 'the other is not shown'
	[[ $stderr == *'1 of 2 downloads failed: 1 not what its seed makes it; the first is '"$liar/x"* ]] || fail 'it is not said'
	json '[row["error"] for row in d["results"]] == ["not_as_seeded", None] and not d["runs"][0]["verified"]' document
}

@test 'bodies that differ from trial to trial: a table that says so' {
	cat >fickle.py <<-'END'
		import http.server, itertools
		count = itertools.count()
		class Fickle(http.server.BaseHTTPRequestHandler):
		    def do_GET(self):
		        body = b"%06d" % (next(count) if self.path == "/fickle" else 0)
		        self.send_response(200)
		        self.send_header("Content-Length", "6")
		        self.end_headers()
		        self.wfile.write(body)
		    def log_message(self, *words):
		        pass
		server = http.server.HTTPServer(("127.0.0.1", 0), Fickle)
		print(server.server_address[1], flush=True)
		server.serve_forever()
	END
	start_server fickle '' "$PYTHON" fickle.py
	await 10 test -s fickle.out
	run --separate-stderr timeout 60 "$FETCHALL" compare --rounds 1 -c 2 "http://127.0.0.1:$(cat fickle.out)/fickle"
	[ "$status" -eq 1 ]
	[[ $output == *'async '*'async is missing: the hash of '*'/fickle is '*'in another trial: only what lasts can be compared'* ]]
	run -0 --separate-stderr timeout 60 "$FETCHALL" compare --rounds 1 -c 2 "http://127.0.0.1:$(cat fickle.out)/same"
}

# A job that takes for ever, of a strategy; it is at work when there are so many connections.
long_run() { # connections, options of run ...
	local connections=$1
	shift

	start_serve --delay 20ms
	start "$FETCHALL" run --repeat 100000 "$@" "$URL/1"
	await 10 is_busy "$connections" || fail "it does not work: $(cat err)"
}

is_busy() { # connections
	[ "$(ss -Htn state established "sport = :${URL##*:}" | wc -l)" -ge "$1" ]
}

@test 'a worker process that is killed: said within a second' {
	long_run 3 -s processes -w 3
	worker=$(session "$PID" | awk -v leader="$PID" '$1 != leader { print $1; exit }')
	kill -KILL "$worker"
	await 1 has_ended "$PID" || fail 'it goes on'
	finish
	[ "$ENDED" -eq 1 ] || fail "$ENDED"
	grep -q "(pid $worker) was killed by signal 9" err || fail "$(cat err)"
	some_printed 100000
	all_gone
}

@test 'a server that dies in the midst' {
	for words in 'async -k 16' 'openmp -w 4 -k 4' 'processes -w 2' 'serial'; do
		start_serve --delay 5ms
		# shellcheck disable=SC2086 # words on purpose
		start "$FETCHALL" run --repeat 3000 --json -s $words "$URL/1"
		await 10 is_busy 1 || fail "it does not work: $(cat err)"
		sleep 0.3
		kill -KILL "$SERVER"
		finish
		[ "$ENDED" -eq 1 ] || fail "$words: $ENDED"
		json '(lambda run, rows: 0 < run["failed"] < 3000 and run["failed"] == sum(run["failures"].values())
		      and sum(row["error"] is None for row in rows) + run["failed"] == len(rows) == 3000
		      and run["failures"]["could_not_connect"] > 0)(d["runs"][0], d["results"])' out
		grep -q 'of 3000 downloads failed: .*could not connect' err || fail "$words: $(cat err)"
	done
}

@test 'Ctrl-C: the code of the signal, and nobody stays' {
	for words in 'async -k 8' 'openmp -w 2' 'processes -w 3' 'mpi+async -n 2 -k 2'; do
		[[ $words != mpi* ]] || has_mpi || continue
		# shellcheck disable=SC2086 # words on purpose
		long_run 2 -s $words
		kill -INT "-$PID"
		finish
		[ "$ENDED" -eq 130 ] || fail "$words: $ENDED: $(cat err)"
		some_printed 100000
		all_gone
	done
}

# SERVE is the server that fetchall started for itself.
own_server() {
	SERVE=$(pgrep -P "$PID" -f ' serve ')
}

@test 'with its own server: both end, however fetchall does' {
	need_serve
	for signal in INT TERM KILL; do
		start "$FETCHALL" run -s async -k 2 --repeat 1000
		await 10 own_server || fail "no server: $(cat err)"
		kill -"$signal" "$PID"
		finish
		[ "$ENDED" -eq $((128 + $(kill -l "$signal"))) ] || fail "$signal: $ENDED"
		await 3 has_ended "$SERVE" || fail "$signal: its server stays"
		all_gone
	done
	fetch 0 -q -s async
	[ "$(wc -l <<<"$output")" -eq 200 ]
}
