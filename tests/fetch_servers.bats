#!/usr/bin/env bats
# fetchall against servers that no one here wrote: every strategy gets the same bodies from each.
# shellcheck disable=SC2154 # bats sets stderr, and the helpers what servers are called

load fetch_helpers

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	file_needs need_fetchall || return 0
	start_nginx
	start_nghttpd
	start_python
	WWW=$PWD/www
	export WWW
}

# Each file ten times over, in urls.
list() { # root of a server
	for _ in {1..10}; do
		printf "$1/%s\n" "${FILES[@]}"
	done >urls
}

# The document in $output holds, for each of the URLs in their order, the size of the file and its
# hash by Python's xxhash.
bodies_are_right() {
	"$PYTHON" -c 'import xxhash' 2>/dev/null || skip 'python3-xxhash is not installed'
	printf '%s\n' "$output" | "$PYTHON" -c '
import json, sys, xxhash
www, urls = sys.argv[1], open("urls").read().split()
d = json.load(sys.stdin)
files = {size: open(www + "/" + size, "rb").read() for size in (url.split("/")[-1] for url in urls)}
assert len(d["results"]) == len(urls)
for url, row in zip(urls, d["results"]):
    body = files[url.split("/")[-1]]
    ought = (url, 200, len(body), xxhash.xxh3_64_hexdigest(body), None)
    if tuple(row[key] for key in ("url", "status", "bytes", "hash", "error")) != ought:
        sys.exit("%s instead of %s" % (row, ought))
run = d["runs"][0]
assert run["verified"] and run["failed"] == 0, run' "$WWW" || fail "${1-}"
}

# What all strategies do alike.
all_strategies() { # root of a server, what is to hold of run, workers and urls in JSON, options ...
	local root=$1 holds=$2 words strategy
	shift 2

	list "$root"
	for words in serial async 'openmp -w 2' 'openmp -w 4 -k 16' 'processes -w 3' 'mpi -n 2' 'mpi+async -n 2 -k 4'; do
		strategy=${words%% *}
		[[ $strategy != mpi* ]] || has_mpi || continue
		# shellcheck disable=SC2086 # words on purpose
		fetch 0 -q --json -s $words "$@" -f urls
		bodies_are_right "$words"
		json "(lambda run, workers, urls: $holds)(d['runs'][0], d['runs'][0]['workers'], d['job']['urls'])"
	done
}

@test 'nginx, HTTP/1.1: a connection for each in flight' {
	all_strategies "$PLAIN" 'run["http2_streams"] == 0 and 1 <= run["connections"] <= workers * run["inflight"]'
}

@test 'nginx, 3 requests for a connection' {
	all_strategies "$FEW" '-(-urls // 3) <= run["connections"] <= -(-urls // 3) + workers * run["inflight"]'
}

@test 'nginx that compresses for those who ask for it' {
	need curl
	[ "$(curl -s --noproxy '*' --compressed -o body -w '%{size_download}' "$ZIP/1529")" -ne 1529 ]
	all_strategies "$ZIP" 'run["bytes"] == sum(int(row["url"].split("/")[-1]) for row in d["results"])'
}

@test 'nginx, TLS and HTTP/2: a stream for each, a connection for each worker' {
	all_strategies "$TLS" 'run["http2_streams"] == urls and run["connections"] == workers and run["phases_s"]["tls"] > 0' \
		--cacert "$CA"
}

@test 'nginx, TLS, where HTTP/1.1 is asked for' {
	all_strategies "$TLS" 'run["http2_streams"] == 0 and run["connections"] <= workers * run["inflight"]' \
		--cacert "$CA" --http 1.1
}

@test 'nghttpd, TLS and HTTP/2: a stream for each, a connection for each worker' {
	all_strategies "$MULTIPLEXED_TLS" 'run["http2_streams"] == urls and run["connections"] == workers' --cacert "$CA"
}

@test 'nghttpd, HTTP/2 without TLS' {
	all_strategies "$MULTIPLEXED" 'run["http2_streams"] == urls' --http 2
}

# With a backlog of 5 it drops connections that come at once, and they come again after a second.
@test 'HTTP/1.0: a connection for each request' {
	list "$OLD"
	for words in serial 'openmp -w 2' 'processes -w 3' 'async -k 3'; do
		# shellcheck disable=SC2086 # words on purpose
		fetch 0 -q --json -s $words -f urls
		bodies_are_right "$words"
		json 'd["runs"][0]["connections"] == d["job"]["urls"]'
	done
}

# Found with nghttpd and libcurl 7.88.1: in every second run a body never came to its end.
@test 'large bodies, many streams and several clients: none stands still' {
	for _ in {1..8}; do
		fetch 0 -q -s processes -w 4 -k 16 --stall-timeout 5 --cacert "$CA" --repeat 40 "$MULTIPLEXED_TLS/3000000"
		[ "$(grep -cx "Read 3000000 bytes from $MULTIPLEXED_TLS/3000000" <<<"$output")" -eq 40 ]
	done
}

@test 'a certificate of an authority that nobody trusts' {
	fails_as tls_not_trusted "$TLS/1"
	[[ $stderr == *--cacert* ]] || fail 'it does not say what to do'
	openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=another -keyout key -out other.pem 2>/dev/null
	fails_as tls_not_trusted --cacert other.pem "$TLS/1"
}

@test 'a certificate for another host' {
	fails_as tls_not_trusted --cacert "$CA" "${TLS/127.0.0.1/127.0.0.2}/1"
	[[ $stderr == *'for another host'* ]] || fail 'it does not say what is wrong'
}

@test '--insecure trusts anybody, and says so' {
	fetch 0 --insecure "$TLS/1529"
	[ "$output" = "Read 1529 bytes from $TLS/1529" ]
	[[ $stderr == *'warning: --insecure'* ]] || fail 'no warning'
	fetch 0 --insecure --json "$TLS/1529"
	json 'any("--insecure" in text for text in d["warnings"])'
}

@test 'TLS where there is none' {
	fails_as tls_failed "https://${PLAIN#http://}/1"
}

@test 'credentials are used, and shown to nobody' {
	echo "http://xaver:se%20cret@$LOCKED/1529" >urls
	for words in serial 'openmp -w 2' 'processes -w 2' 'mpi -n 2'; do
		[[ $words != mpi* ]] || has_mpi || continue
		# shellcheck disable=SC2086 # words on purpose
		fetch 0 -v --json=document --csv=rows --markdown=tables -s $words -f urls
		[ "$output" = "Read 1529 bytes from http://$LOCKED/1529" ]
		run ! grep -E 'xaver|cret' document rows tables <(echo "$output$stderr")
	done
	echo "http://xaver:wrong@$LOCKED/1529" >urls
	fetch 1 -v --json=document -f urls
	[[ $stderr == *'HTTP 401'* ]] || fail 'no 401'
	run ! grep -E 'xaver|wrong' document <(echo "$output$stderr")
	# A handle that had a login goes on without.
	printf 'http://xaver:se%%20cret@%s/1529\nhttp://%s/1529\n' "$LOCKED" "$LOCKED" >urls
	fetch 1 -s serial --json -f urls
	json '[row["status"] for row in d["results"]] == [200, 401]'
}

@test 'credentials of a command line are in no output' {
	fetch 0 -v --json "http://xaver:se%20cret@$LOCKED/1529"
	[[ $output != *cret* && $output != *xaver* ]] || fail 'credentials in the document'
	json 'any("://***@" in word for word in d["argv"])'
	"$FETCHALL" run -v -s mpi -n 1 "http://xaver:se%20cret@$LOCKED/1529" >said 2>&1 || true
	run ! grep cret said
	[[ $stderr != *cret* ]] || fail 'credentials on stderr'
}

@test 'a redirect is followed' {
	fetch 0 --json "$PLAIN/away"
	json 'd["results"][0]["bytes"] == 1529 and d["results"][0]["status"] == 200'
}

@test 'compare against a real server' {
	list "$PLAIN"
	run --separate-stderr timeout 60 "$FETCHALL" compare -q --json --rounds 2 -c 8 -f urls
	[ "$status" -eq 0 ] || fail 'compare failed'
	json 'all(row["missing"] or (row["verified"] and row["failed"] == 0 and row["ranks"] >= 1 and
	      row["bytes"] == 10 * 3103004 and
	      row["workers"] * row["inflight"] == (1 if name == "serial" else 8)) for name, row in r.items())
	      and len(r) == 6 and d["advice"]'
}

@test "a user's own mpirun" {
	has_mpi || skip 'built without MPI, or there is no mpirun'
	list "$PLAIN"
	run --separate-stderr ranks 2 "$FETCHALL" run -s mpi+async -k 32 -f urls --json
	[ "$status" -eq 0 ] || fail 'it failed'
	bodies_are_right
	json 'd["runs"][0]["ranks"] == 2 and d["runs"][0]["inflight"] == 32'
	run --separate-stderr ranks 2 "$FETCHALL" run -s mpi+async -k 32 -f urls
	[ "$(grep -c '^Read [0-9]* bytes from ' <<<"$output")" -eq 60 ]
}

@test 'a rank that is killed' {
	has_mpi || skip 'built without MPI, or there is no mpirun'
	start_serve --delay 20ms
	start "$FETCHALL" run -s mpi+async -n 2 -k 2 --repeat 20000 "$URL/1"
	await 10 ranks_work || fail "no ranks: $(cat err)"
	kill -KILL "$RANK"
	finish
	[ "$ENDED" -eq 1 ] || fail "$ENDED: $(cat err)"
	grep -q 'was killed by signal 9' err || fail "$(cat err)"
	some_printed 20000
	all_gone
}

# Both ranks have a connection to the server. RANK is the second one.
ranks_work() {
	local pids

	read -ra pids <<<"$(session "$PID" | awk -v leader="$PID" '$2 == "fetchall" && $1 != leader { print $1 }' | xargs)"
	[ ${#pids[@]} -eq 2 ] || return 1
	RANK=${pids[1]}
	has_connections "${pids[0]}" 2 && has_connections "${pids[1]}" 2
}

has_connections() { # pid, count
	[ "$(ss -Htnp state established "dport = :${URL##*:}" 2>/dev/null | grep -c "pid=$1,")" -ge "$2" ]
}
