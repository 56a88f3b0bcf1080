#!/usr/bin/env bats
# fetchall serve: the test server, as curl sees it.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

FETCHALL=$ROOT/build/fetchall

# Starts a server. URL is its root.
serve() { # options ...
	need curl
	rm -f out
	start "$FETCHALL" serve "$@"
	await_url
}

await_url() {
	await 10 answers_or_ends || fail 'no URL came'
	! grep -q 'built without libmicrohttpd' err || skip 'built without libmicrohttpd'
	[ -s out ] || fail "it ended: $(cat err)"
	URL=$(cat out)
}

answers_or_ends() {
	[ -s out ] || has_ended "$PID"
}

get() { # options, URLs ...
	curl -sS --noproxy '*' --max-time 20 "$@"
}

at_least() { # seconds, seconds
	awk -v ought="$1" -v is="$2" 'BEGIN { exit !(is >= ought) }'
}

stop() {
	kill -TERM "$PID"
	finish
	[ "$ENDED" -eq 0 ] || fail "it ended with $ENDED: $(cat err)"
}

# Options that must be refused: the exit code, a text on stderr, on which there is one line.
refused_serve() { # code, text, options ...
	local code=$1 text=$2
	shift 2

	run --separate-stderr timeout 10 "$FETCHALL" serve "$@"
	[[ $stderr != *'built without libmicrohttpd'* ]] || skip 'built without libmicrohttpd'
	[ "$status" -eq "$code" ] || fail "$*: exit code $status, not $code"
	[ -z "$output" ] || fail "$*: something on stdout"
	[[ $stderr == 'fetchall: '*"$text"* ]] || fail "$*: no '$text' on stderr"
	[[ $stderr != *$'\n'* ]] || fail "$*: more than one line on stderr"
}

# A server that ends by itself is not reported as killed.
teardown() {
	local pid

	for pid in "${STARTED[@]}"; do
		kill -TERM "$pid" 2>/dev/null || true
		await 5 has_ended "$pid" || true
	done
	end_started
}

# A body as the header of payload.h describes it, by another road.
body() { # seed, path, length
	"$PYTHON" -c '
import sys
ones = 2 ** 64 - 1
def mix(z):
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9 & ones
    z = (z ^ z >> 27) * 0x94d049bb133111eb & ones
    return z ^ z >> 31
seed, path, length = int(sys.argv[1]), sys.argv[2].encode(), int(sys.argv[3])
key = 0xcbf29ce484222325
for byte in path:
    key = (key ^ byte) * 0x100000001b3 & ones
key = mix(key ^ mix(seed))
words = (mix(key + i * 0x9e3779b97f4a7c15 & ones) for i in range(1, length // 8 + 2))
sys.stdout.buffer.write(b"".join(w.to_bytes(8, "little") for w in words)[:length])' "$@"
}

@test 'its URL stands alone on stdout, and is on this machine only' {
	serve
	[[ $(cat out) =~ ^http://127\.0\.0\.1:[0-9]+/$ ]]
	[ "$(wc -l <out)" -eq 1 ]
	[ ! -s err ]
	get -o body "$URL"
	run -7 get "${URL/127.0.0.1/127.0.0.2}"
}

@test 'headers of an answer' {
	serve --seed 7
	get -D headers -o body "${URL}x"
	grep -q '^HTTP/1.1 200 ' headers
	grep -qx $'Content-Length: 1529\r' headers
	grep -qx $'Corescale-Seed: 7\r' headers
	grep -qx $'Content-Type: application/octet-stream\r' headers
	[ "$(wc -c <body)" -eq 1529 ]
}

@test 'bodies follow from seed and path, and not from the query' {
	serve --seed 18446744073709551615 --sizes 12345
	for path in / /1 /a/b.c /a%20b%2F /bytes/1M; do
		size=12345
		[ "$path" != /bytes/1M ] || size=1000000
		body 18446744073709551615 "$path" "$size" >right
		get -o body "${URL%/}$path"
		cmp body right
		get -o body "${URL%/}$path?query=1"
		cmp body right
	done
}

@test 'the same body again, another for another path or seed' {
	serve
	get -o one "${URL}a" -o again "${URL}a" -o other "${URL}b"
	stop
	serve --seed 2
	get -o seed "${URL}a"
	cmp one again
	run -1 cmp -s one other
	run -1 cmp -s one seed
}

@test 'HEAD has the header of GET, and no body' {
	serve --sizes 70k
	get -D get -o body "${URL}x"
	get -I -o head "${URL}x"
	cmp get head
}

@test 'no other method is allowed' {
	serve
	for method in POST PUT DELETE OPTIONS PATCH; do
		get -X "$method" -d data -D headers -o body "$URL"
		grep -q '^HTTP/1.1 405 ' headers
		grep -qx $'Allow: GET, HEAD\r' headers
		[ ! -s body ]
	done
}

@test 'sizes in turn, and those that the path names' {
	serve --sizes 1529,1474,0
	for path in 0 1 2 3 10 bytes/5 bytes/2.5k bytes/3M; do
		get -o body -w '%{size_download} ' "$URL$path"
	done >sizes
	[ "$(cat sizes)" = '1529 1474 0 1529 1474 5 2500 3000000 ' ] || fail "$(cat sizes)"
}

@test 'the first byte is delayed' {
	serve --delay 200ms
	for _ in 1 2 3; do
		run -0 get -o body -w '%{time_starttransfer}' "$URL"
		at_least 0.2 "$output" || fail 'it came early'
	done
	run -0 get -I -o body -w '%{time_starttransfer}' "$URL"
	at_least 0.2 "$output" || fail 'the header came early'
}

@test 'those that wait do not wait for each other' {
	serve --delay 1
	before=$SECONDS
	run -0 get -Z --parallel-immediate --parallel-max 200 -o /dev/null -w '%{http_code}\n' "${URL}[1-200]"
	[ "$(grep -cx 200 <<<"$output")" -eq 200 ]
	# One after the other they would take 200 s.
	[ $((SECONDS - before)) -lt 20 ]
}

@test 'a bandwidth is not exceeded, and the body is whole' {
	serve --bandwidth 200k
	run -0 get -o body -w '%{time_total}' "${URL}bytes/100k"
	at_least 0.5 "$output" || fail 'it was faster'
	body 1 /bytes/100k 100000 | cmp - body
}

@test 'a failure is a status with an empty body' {
	serve --fail status:503:1
	get -D headers -o body "$URL"
	grep -q '^HTTP/1.1 503 ' headers
	grep -qx $'Content-Length: 0\r' headers
	run ! grep -qi '^Retry-After' headers
	[ ! -s body ]
}

@test '429 says when to come again' {
	serve --fail 429:1:7
	get -D headers -o body "$URL"
	grep -q '^HTTP/1.1 429 ' headers
	grep -qx $'Retry-After: 7\r' headers
}

@test 'a dropped body ends in its midst' {
	serve --fail drop:1
	for size in 2 1000 100k 3M; do
		rm -f part
		run -18 get -o part "${URL}bytes/$size"
		run -52 get -I "${URL}bytes/$size"
		length=$(numfmt --from=si "${size^^}")
		[ "$(wc -c <part)" -eq $((length / 2)) ] || fail "$(wc -c <part) bytes of $size came"
		body 1 "/bytes/$size" $((length / 2)) | cmp - part
	done
}

@test 'a stalled body neither goes on nor ends' {
	serve --fail stall:1
	run -28 get --max-time 2 -o part "${URL}bytes/100k"
	[ "$(wc -c <part)" -eq 50000 ]
	body 1 /bytes/100k 50000 | cmp - part
}

@test 'a client that leaves a stalled body frees its connection' {
	serve --fail stall:1
	before=$(find "/proc/$PID/fd" | wc -l)
	run -28 get --max-time 1 -o part "$URL"
	let_go() { [ "$(find "/proc/$PID/fd" | wc -l)" -le "$before" ]; }
	await 10 let_go || fail 'it is still open'
}

# The status of each of 200 paths, in the order of the paths; the requests are in another one.
statuses() { # how to order the requests ...
	seq 200 | "$@" | sed "s|.*|url = $URL&\noutput = /dev/null|" >list
	get -K list -w '%{url_effective} %{http_code}\n' | sed 's|.*/||' | sort -n
}

@test 'failures follow from the seed and the path, whatever the order' {
	serve --fail status:500:0.3,429:0.3:1
	statuses cat >first
	[ "$(wc -l <first)" -eq 200 ]
	for code in 200 429 500; do
		[ "$(grep -c " $code" first)" -ge 30 ] || fail "$code came too seldom"
	done
	statuses cat >second
	run -1 cmp -s first second
	stop
	serve --fail status:500:0.3,429:0.3:1
	statuses tac >backwards
	cmp first backwards
	stop
	serve --fail status:500:0.3,429:0.3:1 --seed 2
	statuses cat >other
	run -1 cmp -s first other
}

@test 'connections are kept, or not' {
	connects() {
		get -o /dev/null -o /dev/null -o /dev/null -o /dev/null -w '%{num_connects}' \
			"$URL"{1,2,bytes/100k,4}
	}
	serve
	[ "$(connects)" = 1000 ]
	stop
	serve --delay 1ms --bandwidth 10M --fail status:503:0.5
	[ "$(connects)" = 1000 ]
	stop
	serve --no-keepalive
	[ "$(connects)" = 1111 ]
	get -I "$URL" | grep -qix $'Connection: close\r'
}

@test 'SIGTERM and SIGINT end it with 0, and it says what it served' {
	for signal in TERM INT; do
		serve
		get -o /dev/null -o /dev/null -o /dev/null "$URL"{1,2,3}
		kill -"$signal" "$PID"
		finish
		[ "$ENDED" -eq 0 ] || fail "$ENDED"
		[ "$(cat err)" = 'served 3 requests' ] || fail "$(cat err)"
	done
	serve -q
	stop
	[ ! -s err ]
}

@test 'it ends while others wait, stall and come slowly' {
	for option in --delay=60 --fail=stall:1 --bandwidth=10; do
		serve "$option"
		clients=()
		for path in 1 2 3; do
			get -s -o /dev/null "$URL$path" &
			clients+=($!)
		done
		await 5 established 3
		stop
		for client in "${clients[@]}"; do
			code=0
			wait "$client" || code=$?
			[ "$code" -ne 0 ] || fail "$option: a client took what it had for the whole"
			[ "$code" -ne 28 ] || fail "$option: a client was left hanging"
		done
	done
}

# So many sockets are open besides the listening one.
established() { # count
	[ "$(find "/proc/$PID/fd" -lname 'socket:*' 2>/dev/null | wc -l)" -gt "$1" ]
}

@test 'it ends when the one who started it lets go of its standard input' {
	need curl
	mkfifo parent
	setsid "$FETCHALL" serve <parent >out 2>err 3>&- &
	PID=$!
	STARTED+=("$PID")
	exec {PARENT}>parent
	await_url
	echo noise >&"$PARENT"
	get -o body "$URL"
	! has_ended "$PID" || fail 'it ended early'
	exec {PARENT}>&-
	finish
	[ "$ENDED" -eq 0 ]
	[ "$(cat err)" = 'served 1 requests' ]
}

@test 'a port that is taken' {
	serve
	port=${URL##*:}
	port=${port%/}
	refused_serve 1 "port $port of 127.0.0.1 is taken" --port "$port"
	stop
	serve --port "$port"
	[ "$URL" = "http://127.0.0.1:$port/" ]
}

@test 'an address that others can reach is warned of' {
	serve --address 0.0.0.0
	grep -q 'warning: others can reach 0.0.0.0' err
	stop
	serve --address 127.0.0.2
	[ ! -s err ]
	[[ $URL == http://127.0.0.2:* ]]
	get -o body "$URL"
}

@test 'an IPv6 address' {
	grep -q '^0*1 ' /proc/net/if_inet6 2>/dev/null || skip 'there is no ::1 here'
	serve --address ::1
	[[ $URL == 'http://[::1]:'* ]]
	get -g -o body "$URL"
}

@test 'what cannot be served is refused' {
	refused_serve 2 --port --port 65536
	refused_serve 2 --port --port -1
	refused_serve 2 --port --port x
	refused_serve 2 "''" --address ''
	refused_serve 2 "'no.such.host.invalid'" --address no.such.host.invalid
	refused_serve 2 "--seed takes a whole number below 2^64, not 'x'" --seed x
	refused_serve 2 "not '1,,2'" --sizes 1,,2
	refused_serve 2 "not '-20ms'" --delay -20ms
	refused_serve 2 "not '20ms+-30ms'" --delay 20ms+-30ms
	refused_serve 2 "not 'nan'" --bandwidth nan
	refused_serve 2 "not 'drop:1.5'" --fail drop:1.5
	refused_serve 2 'probabilities of 1.2 together' --fail drop:0.6,stall:0.6
	refused_serve 2 "not ''" --fail ''
}
