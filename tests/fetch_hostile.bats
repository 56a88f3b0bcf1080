#!/usr/bin/env bats
# fetchall against servers that break what a client takes for granted, one a file in tests/servers, with every strategy.
# Each ends in bounded time, and one bad server costs no other its downloads.
# shellcheck disable=SC2030,SC2031,SC2153,SC2154 # bats sets stderr, and the helpers what servers are called

load fetch_helpers

# Each strategy, four in flight where it can.
WAYS=(serial 'async -k 4' 'openmp -w 2 -k 2' 'processes -w 2 -k 2' 'mpi -n 2' 'mpi+async -n 2 -k 2')

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	need_fetchall
	start_nginx
}

# Starts one of tests/servers at a free port: PORT.
start_case() { # name, arguments after the port ...
	PORT=$(free_ports 1)
	start_server "$1" "$PORT" "$PYTHON" "$BATS_TEST_DIRNAME/servers/$1.py" "$PORT" "${@:2}"
}

# The same with our certificate.
start_tls_case() { # name
	start_case "$1" "$BATS_FILE_TMPDIR/server.pem" "$BATS_FILE_TMPDIR/server.key"
}

# Calls a function with the options of each strategy that is there.
every_way() { # function
	local way

	for way in "${WAYS[@]}"; do
		[[ $way != mpi* ]] || has_mpi || continue
		# shellcheck disable=SC2086 # words on purpose
		"$1" -s $way
	done
}

# So many lines of a list.
lines() { # count, URL
	local i

	for ((i = 0; i < $1; i++)); do
		echo "$2"
	done
}

folded() { # options of run ...
	fetch 1 --json --repeat 40 "$@" "http://127.0.0.1:$PORT/"
	json '(lambda run: 0 < run["failed"] < 40 and run["failures"]["not_http"] == run["failed"])(d["runs"][0])'
}

@test 'a head that begins with a folded line: failed downloads, and a sound heap' {
	start_case folded_first_header
	every_way folded
	[ -x "$ROOT/build/asan/fetchall" ] || return 0
	export ASAN_OPTIONS=exitcode=99:fast_unwind_on_malloc=0:malloc_context_size=50
	export LSAN_OPTIONS=suppressions=$BATS_TEST_DIRNAME/lsan.supp:print_suppressions=0
	FETCHALL=$ROOT/build/asan/fetchall every_way folded
}

closing() {
	fetch 0 -q --repeat 200 "$@" "http://127.0.0.1:$PORT/"
	[ "$(wc -l <<<"$output")" -eq 200 ]
}

@test 'connections that die under their second request' {
	start_case closes_second
	every_way closing
}

goaway() {
	fetch 0 -q --cacert "$CA" --repeat 3000 "$@" "$FEW_STREAMS/1529"
	[ "$(wc -l <<<"$output")" -eq 3000 ]
}

@test 'HTTP/2 connections that are given up after 50 requests' {
	goaway -s async -k 128
	goaway -s openmp -w 2 -k 64
	every_way goaway
}

chunks() {
	local schedule

	for schedule in dynamic,8 guided,7 static,5 dynamic,1000; do
		fetch 0 --json "$@" --schedule "$schedule" -f "$BATS_FILE_TMPDIR/list"
		json 'all(row["status"] == 200 and row["bytes"] in (1529, 1474) for row in d["results"]) and d["runs"][0]["bytes"] == 40 * 1529 + 1474'
	done
}

logged() { # count
	[ "$(grep -c 'GET /1' access.log)" -eq "$1" ]
}

# The server's own log is asked, not the program's word.
@test 'a chunk of several URLs: each of them is fetched' {
	cd "$BATS_FILE_TMPDIR"
	{ lines 40 "$PLAIN/1529"; echo "$PLAIN/1474"; } >list
	for words in "${WAYS[@]}"; do
		[[ $words != mpi* ]] || has_mpi || continue
		: >access.log
		# shellcheck disable=SC2086 # words on purpose
		chunks -s $words
		await 5 logged 164 || fail "$words: $(grep -c 'GET /1' access.log) requests came, not 164"
	done
}

flood() {
	SECONDS=0
	fetch 1 --json --cacert "$CA" --stall-timeout 1 "$@" -f list
	[ "$SECONDS" -lt 15 ] || fail "it took $SECONDS s"
	json '[row["error"] is None for row in d["results"]] == [True] * 50 + [False] + [True] * 50'
}

@test 'empty frames without end: one failure in bounded time, and all others' {
	start_tls_case h2_empty_data
	{ lines 50 "$PLAIN/1529"; echo "https://127.0.0.1:$PORT/"; lines 50 "$PLAIN/1529"; } >list
	every_way flood
}

@test 'a connection of HTTP/2 that is dead: few are lost on it' {
	for way in "${WAYS[@]}"; do
		[[ $way != mpi* ]] || has_mpi || continue
		start_tls_case h2_dead_connection
		SECONDS=0
		# shellcheck disable=SC2086 # words on purpose
		fetch 1 --json --cacert "$CA" --stall-timeout 1 --repeat 12 -s $way "https://127.0.0.1:$PORT/"
		[ "$SECONDS" -lt 8 ] || fail "it took $SECONDS s"
		json '1 <= d["runs"][0]["failed"] <= 2'
	done
}

mute() {
	SECONDS=0
	fails_as timed_out -k 16 --connect-timeout 1 --repeat 16 "$@" "$HOST:$PORT/"
	[ "$SECONDS" -lt 6 ] || fail "$* took $SECONDS s"
}

@test 'hosts that accept and say nothing are waited for side by side' {
	start_case https_mute
	for words in async 'openmp -w 1' 'processes -w 1' 'mpi+async -n 1'; do
		[[ $words != mpi* ]] || has_mpi || continue
		# shellcheck disable=SC2086 # words on purpose
		HOST=https://127.0.0.1 mute -s $words
	done
}

trailers() {
	run --separate-stderr timeout 30 "$PYTHON" -c '
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:])
_, status, used = os.wait4(child.pid, 0)
print(used.ru_maxrss, file=open("memory", "w"))
sys.exit(os.waitstatus_to_exitcode(status))' "$FETCHALL" run --json --max-filesize 1000 "$@" "http://127.0.0.1:$PORT/"
	[ "$status" -eq 1 ] || fail "$status"
	json 'd["results"][0]["error"] == "head_too_large"'
	[ "$(cat memory)" -lt 200000 ] || fail "$(cat memory) kB"
}

@test 'trailers without end take no memory' {
	start_case trailer_flood
	every_way trailers
}

# What came while nothing was asked for is not the next answer. The body in between takes longer.
@test 'an answer that nobody asked for' {
	start_case split_later
	start_serve --delay 300ms
	for words in serial 'async -k 1' 'openmp -w 1' 'processes -w 1' 'mpi -n 1' 'mpi+async -n 1 -k 1'; do
		[[ $words != mpi* ]] || has_mpi || continue
		# shellcheck disable=SC2086 # words on purpose
		fetch 0 --json -s $words "http://127.0.0.1:$PORT/evil" "$URL/" "http://127.0.0.1:$PORT/a" "http://127.0.0.1:$PORT/a"
		json '[row["bytes"] for row in d["results"]] == [5, 1529, 2, 2]'
	done
}

@test 'https does not go on in the open, unless it is asked for' {
	start_tls_case tls_endings
	tls=https://127.0.0.1:$PORT
	fails_as redirected_scheme --cacert "$CA" "$tls/to-http?$PLAIN/1529" "$tls/to-http?ftp://127.0.0.1/"
	json '[row["reason"] for row in d["results"]] == ["redirected from https to http: see --downgrade", "only http and https are followed"]'
	fetch 0 -q --cacert "$CA" --downgrade "$tls/to-http?$PLAIN/1529"
	fetch 0 -q --cacert "$CA" "$tls/to-https?$tls/whole"
}

@test 'a body that TLS did not end' {
	start_tls_case tls_endings
	tls=https://127.0.0.1:$PORT
	for words in "${WAYS[@]}"; do
		[[ $words != mpi* ]] || has_mpi || continue
		# shellcheck disable=SC2086 # words on purpose
		fetch 1 --json --cacert "$CA" -s $words "$tls/whole" "$tls/cut" "$tls/whole" "$tls/cut"
		json '[row["error"] for row in d["results"]] == [None, "body_too_short"] * 2'
	done
}

@test 'a certificate that has expired is called that' {
	cd "$BATS_TEST_TMPDIR"
	openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout old.key -out old.csr 2>/dev/null
	openssl x509 -req -days -1 -in old.csr -CA "$BATS_FILE_TMPDIR/ca.pem" -CAkey "$BATS_FILE_TMPDIR/ca.key" -CAcreateserial \
		-out old.pem 2>/dev/null
	start_case tls_endings old.pem old.key
	fails_as tls_not_trusted --cacert "$CA" "https://127.0.0.1:$PORT/whole"
	json 'd["results"][0]["reason"] == "its certificate has expired"'
}

@test 'a limit for a whole transfer, however steadily it comes' {
	start_serve --bandwidth 1k --sizes 100k
	SECONDS=0
	fails_as timed_out --transfer-timeout 1 -s async -k 4 "$URL/1" "$URL/2" "$URL/3"
	[ "$SECONDS" -lt 5 ] || fail "it took $SECONDS s"
	json 'all(row["bytes"] > 0 and row["reason"] == "not over in time: see --transfer-timeout" for row in d["results"])'
}

@test 'authorities that are none are refused before anything is fetched' {
	refused_fetch 2 'Is a directory' "$FETCHALL" run --cacert . "$TLS/1529"
	refused_fetch 2 'no certificate in it' "$FETCHALL" run --cacert /etc/passwd "$TLS/1529"
	refused_fetch 2 'No such file' "$FETCHALL" run --cacert ./none "$TLS/1529"
}

@test 'too few descriptors: said once by all workers' {
	for words in 'openmp -w 32' 'processes -w 32' 'async -k 64'; do
		# shellcheck disable=SC2086 # words on purpose
		refused_fetch 2 'raise ulimit -Hn' bash -c 'ulimit -n 40; exec "$@"' - "$FETCHALL" run -s $words --repeat 64 "$PLAIN/1529"
	done
}

@test 'what came through a proxy is counted' {
	run --separate-stderr timeout 30 env http_proxy="$PLAIN" "$FETCHALL" run -q --json --repeat 3 http://nosuch.invalid/1529
	[ "$status" -eq 0 ] || fail "$status"
	json 'd["runs"][0]["proxied"] == 3'
}

# In namespaces of their own, with a name server of ours.
need_namespaces() {
	need unshare
	unshare -n -m true 2>/dev/null || skip 'namespaces cannot be made here'
}

@test 'a name server that never answers: its limit is held, and nobody else waits' {
	need_namespaces
	need_serve
	cat >hole.sh <<-'END'
		ip link set lo up
		echo 'nameserver 127.0.0.53' >resolv.conf
		mount --bind resolv.conf /etc/resolv.conf
		"$PYTHON" -c 'import socket, time; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.53", 53)); time.sleep(60)' &
		hole=$!
		"$FETCHALL" serve --port 20001 -q --delay 1ms </dev/null >url &
		serve=$!
		while ! [ -s url ]; do sleep 0.1; done
		{ echo http://dead.example/; seq -f http://127.0.0.1:20001/%.0f 5000; } >list
		"$FETCHALL" run -q -s "$@" --connect-timeout 1 --json -f list >document
		kill "$hole" "$serve"
	END
	export FETCHALL PYTHON
	for words in 'async -k 8' 'openmp -w 2 -k 4' 'processes -w 2 -k 4'; do
		# shellcheck disable=SC2086 # words on purpose
		timeout 60 unshare -n -m bash hole.sh $words
		json '(lambda run: run["failed"] == run["failures"]["timed_out"] == 1 and run["latency_s"]["max"] < 0.9)(d["runs"][0])' document
	done
}
