#!/usr/bin/env bats
# fetchall against servers that break what a client takes for granted, one a file in tests/servers, with every strategy.
# Each ends in bounded time, and one bad server costs no other its downloads. tests/hostile.sh runs the same with
# sanitizers, and WHOLE, a count: by every strategy where some are enough for each day, so many times as often, and with
# what takes a quiet machine.
# shellcheck disable=SC2030,SC2031,SC2153,SC2154 # bats sets stderr, and the helpers what servers are called

load fetch_helpers

# Each strategy, four in flight where it can.
WAYS=(serial 'async -k 4' 'openmp -w 2 -k 2' 'processes -w 2 -k 2' 'mpi -n 2' 'mpi+async -n 2 -k 2')

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	file_needs need_fetchall || return 0
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

# Calls a function with the options of a strategy, each of WAYS unless some are given, if it is there.
each_way() { # function, ways ...
	local function=$1 way
	shift

	[ $# -gt 0 ] || set -- "${WAYS[@]}"
	for way; do
		[[ $way != mpi* ]] || has_mpi || continue
		# Open MPI leaks; sanitize.bats tells its leaks from ours, slowly.
		[[ $way != mpi* ]] || local -x ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0
		# shellcheck disable=SC2086 # words on purpose
		"$function" -s $way
		[ -z "${WHOLE-}" ] || echo "# $way: as it should be" >&3
	done
}

# The same with some ways, but with all of them for hostile.sh.
some_ways() { # function, ways ...
	if [ -n "${WHOLE-}" ]; then each_way "$1"; else each_way "$@"; fi
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
	each_way folded
	[ -z "${WHOLE-}" ] && [ -x "$ROOT/build/asan/fetchall" ] || return 0
	export ASAN_OPTIONS=exitcode=99
	FETCHALL=$ROOT/build/asan/fetchall each_way folded
}

closing() {
	fetch 0 -q --repeat 1000 "$@" "http://127.0.0.1:$PORT/"
	[ "$(wc -l <<<"$output")" -eq 1000 ]
}

@test 'connections that die under their second request' {
	start_case closes_second
	each_way closing
	each_way closing 'async -k 16' 'async -k 16' 'async -k 16' 'async -k 128'
}

goaway() {
	fetch 0 -q --cacert "$CA" --repeat "$((3000 * ${WHOLE:-1}))" "$@" "$FEW_STREAMS/1529"
	[ "$(wc -l <<<"$output")" -eq "$((3000 * ${WHOLE:-1}))" ]
}

seldom() {
	fetch 0 -q --cacert "$CA" --repeat 10000 "$@" "$TLS/1529"
	[ "$(wc -l <<<"$output")" -eq 10000 ]
}

@test 'HTTP/2 connections that are given up after 50 requests, and after 1,000: all is downloaded' {
	each_way goaway 'async -k 128' 'openmp -w 2 -k 64'
	each_way goaway
	some_ways seldom 'async -k 128'
}

chunks() {
	local schedule

	: >access.log
	for schedule in dynamic,8 guided,7 static,5 dynamic,1000; do
		fetch 0 --json "$@" --schedule "$schedule" -f "$BATS_FILE_TMPDIR/list"
		json 'all(row["status"] == 200 and row["bytes"] in (1529, 1474) for row in d["results"]) and d["runs"][0]["bytes"] == 40 * 1529 + 1474'
	done
	await 5 logged 164 || fail "$*: $(grep -c 'GET /1' access.log) requests came, not 164"
}

logged() { # count
	[ "$(grep -c 'GET /1' access.log)" -eq "$1" ]
}

# The server's own log is asked, not the program's word.
@test 'a chunk of several URLs: each of them is fetched' {
	cd "$BATS_FILE_TMPDIR"
	{ lines 40 "$PLAIN/1529"; echo "$PLAIN/1474"; } >list
	each_way chunks
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
	each_way flood
}

dead() {
	start_tls_case h2_dead_connection
	SECONDS=0
	fetch 1 --json --cacert "$CA" --stall-timeout 1 --repeat 12 "$@" "https://127.0.0.1:$PORT/"
	[ "$SECONDS" -lt 8 ] || fail "it took $SECONDS s"
	json '1 <= d["runs"][0]["failed"] <= 2'
}

@test 'a connection of HTTP/2 that is dead: few are lost on it' {
	each_way dead
}

# Two for each in flight take two limits, by all strategies; one at a time they would take eight and more.
mute() {
	local words="$*" slots=1

	[[ $words != *' -k 16'* ]] || slots=16
	[[ $words != *' -k 4'* && $words != *' -w 2 -k 2'* && $words != *' -n 2 -k 2'* ]] || slots=4
	[[ $words != '-s mpi -n 2' ]] || slots=2
	SECONDS=0
	fails_as timed_out --connect-timeout 1 --repeat $((2 * slots)) "$@" "https://127.0.0.1:$PORT/"
	[ "$SECONDS" -lt 7 ] || fail "$* took $SECONDS s"
}

@test 'hosts that accept and say nothing are waited for side by side' {
	start_case https_mute
	some_ways mute 'async -k 16' 'openmp -w 1 -k 16' 'processes -w 1 -k 16' 'mpi+async -n 1 -k 16'
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
	each_way trailers
}

split() {
	fetch 0 --json "$@" "http://127.0.0.1:$PORT/evil" "$URL/" "http://127.0.0.1:$PORT/a" "http://127.0.0.1:$PORT/a"
	json '[row["bytes"] for row in d["results"]] == [5, 1529, 2, 2]'
}

# What came while nothing was asked for is not the next answer. The body in between takes longer.
@test 'an answer that nobody asked for' {
	start_case split_later
	start_serve --delay 300ms
	each_way split serial 'async -k 1' 'openmp -w 1' 'processes -w 1' 'mpi -n 1' 'mpi+async -n 1 -k 1'
}

@test 'https does not go on in the open, unless it is asked for' {
	start_tls_case tls_endings
	tls=https://127.0.0.1:$PORT
	fails_as redirected_scheme --cacert "$CA" "$tls/to-http?$PLAIN/1529" "$tls/to-http?ftp://127.0.0.1/"
	json '[row["reason"] for row in d["results"]] == ["redirected from https to http: see --downgrade", "redirected to ftp: only http and https are followed"]'
	fetch 0 -q --cacert "$CA" --downgrade "$tls/to-http?$PLAIN/1529"
	fetch 0 -q --cacert "$CA" "$tls/to-https?$tls/whole"
}

endings() {
	fetch 1 --json --cacert "$CA" "$@" "$tls/whole" "$tls/cut" "$tls/whole" "$tls/cut"
	json '[row["error"] for row in d["results"]] == [None, "body_too_short"] * 2'
}

@test 'a body that TLS did not end' {
	start_tls_case tls_endings
	tls=https://127.0.0.1:$PORT
	each_way endings
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

hurried() {
	fetch 1 --json --max-time 1 --repeat 2 "$@" "$URL/1"
	json 'all(row["error"] == "timed_out" and row["reason"].endswith("see --max-time") for row in d["results"])'
}

@test '--max-time ends what is under way' {
	start_serve --bandwidth 1k --sizes 100k
	each_way hurried 'async -k 4' 'openmp -w 2 -k 4' 'processes -w 2 -k 2' 'mpi -n 2'
	fetch 1 -s serial --max-time 1 --repeat 2 "$URL/1"
	[[ $stderr == 'fetchall: --max-time 1 s was over before the job was done'* ]] || fail 'not said'
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

# Runs with a list, in namespaces of its own, where serve is at port 20001 and `names` the command of a name server.
by_own_names() { # options of run ...
	unshare -n -m -p -f --kill-child --mount-proc true 2>/dev/null || skip 'namespaces cannot be made here'
	need_serve
	# shellcheck disable=SC2016 # expanded where it runs
	inside='
		ip link set lo up
		echo nameserver 127.0.0.53 >resolv.conf
		mount --bind resolv.conf /etc/resolv.conf
		"${names[@]}" &
		"$FETCHALL" serve --port 20001 -q --delay 1ms </dev/null >url &
		while ! [ -s url ]; do sleep 0.1; done
		"$FETCHALL" run -q --json -f list "$@" >document
		[ $? -le 1 ]'
	rm -f document url
	timeout 60 unshare -n -m -p -f --kill-child --mount-proc bash -c "$(declare -p names FETCHALL); $inside" - "$@" ||
		fail "$*: $(head -c 300 document)"
}

silent() {
	by_own_names --connect-timeout 1 "$@"
	json '(lambda run: run["failed"] == run["failures"]["timed_out"] == 1 and run["latency_s"]["max"] < 0.9)(d["runs"][0])' document
}

@test 'a name server that never answers: its limit is held, and nobody else waits' {
	names=("$PYTHON" -c 'import socket, time; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.53", 53)); time.sleep(60)')
	{ echo http://dead.example/; seq -f http://127.0.0.1:20001/%.0f $((${WHOLE:-1} * 5000)); } >list
	some_ways silent 'async -k 8' 'openmp -w 2 -k 4' 'processes -w 2 -k 4'
}

named() {
	by_own_names "$@"
	json 'd["runs"][0]["failed"] == 0 and d["runs"][0]["connections"] >= d["job"]["urls"] - 8' document
}

@test 'a name for each URL: all is downloaded' {
	names=("$PYTHON" "$BATS_TEST_DIRNAME/servers/names.py")
	seq -f http://n%.0f.example:20001/ $((${WHOLE:-1} * 1000)) >list
	some_ways named 'async -k 8' 'openmp -w 2 -k 4'
}

beside_a_ticker() {
	for _ in {1..20}; do
		fetch 0 -q --repeat 300 "$@" "$PLAIN/1529"
	done
	echo "# woken late: $(grep -c . ticker.out) times; longest $(sort -k 4 -n ticker.out | tail -1)" >&3
	run ! grep -E 'for [1-9]' ticker.out
}

# Ranks that waited without sleeping once left others without CPU for seconds.
@test 'ranks that wait leave the CPU to others: a ticker beside 20 ranks' {
	[ -n "${WHOLE-}" ] || skip 'it asks how long something took: tests/hostile.sh runs it'
	has_mpi || skip 'built without MPI, or there is no mpirun'
	start_server ticker '' "$PYTHON" "$BATS_TEST_DIRNAME/ticker.py" 1000
	each_way beside_a_ticker 'mpi -n 20'
}
