#!/bin/bash
# Measures what fetchall promises, against a real nginx on loopback and beside other clients, and prints each ratio
# beside its target. Nothing else should run meanwhile. Six minutes.
set -eu
cd "$(dirname "$0")/.."
make --no-print-directory all >&2
fetchall=$PWD/build/fetchall
rounds=${ROUNDS:-5}

# shellcheck source=/dev/null
. scripts/table.sh

folder=$(mktemp -d)
servers=
finish() {
	# shellcheck disable=SC2086 # numbers on purpose
	[ -z "$servers" ] || kill $servers 2>/dev/null || true
	rm -rf "$folder"
}
trap finish EXIT
# 10,000 in flight take 20,000 descriptors; without the right to have them the row says so.
ulimit -n 65536 2>/dev/null || true

has() { command -v "$1" >/dev/null; }
python_has() { /usr/bin/python3 -c "import $1" 2>/dev/null; }

if ! has nginx || ! has curl || ! [ -x /usr/bin/python3 ]; then
	echo 'fetch-speed.sh: nginx, curl and python3 are needed: scripts/install-deps.sh installs them' >&2
	exit 1
fi

# nginx, of one process, with bodies of 1529 bytes, 10 MB and 1 GB.
mkdir "$folder/www"
head -c 1529 /dev/urandom >"$folder/www/small"
head -c 10000000 /dev/urandom >"$folder/www/10M"
for _ in {1..100}; do cat "$folder/www/10M"; done >"$folder/www/1G"
port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$folder/nginx.conf" <<END
daemon off; master_process off; pid nginx.pid; worker_rlimit_nofile 65536;
events { worker_connections 20000; }
http {
	access_log off; root $folder/www; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=100;
	client_body_temp_path .; proxy_temp_path .; fastcgi_temp_path .; uwsgi_temp_path .; scgi_temp_path .;
	server { listen 127.0.0.1:$port backlog=16384; }
}
END
nginx -e "$folder/error.log" -p "$folder" -c "$folder/nginx.conf" &
servers="$servers $!"
base=http://127.0.0.1:$port
curl -s --noproxy '*' --retry 20 --retry-connrefused --retry-delay 1 -o /dev/null "$base/small"

# Runs a command, and prints its seconds, its CPU seconds and its largest resident set in MB.
timed() {
	/usr/bin/python3 -c '
import os, subprocess, sys, time
began = time.monotonic()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, used = os.wait4(child.pid, 0)
print(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, status)' "$@"
}

median() { # of the numbers of a file
	sort -g "$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

figure() { # name in the JSON document of a run; the document on standard input
	/usr/bin/python3 -c '
import functools, json, sys
run = json.load(sys.stdin)["runs"][0]
print(functools.reduce(lambda at, key: at[key], sys.argv[1].split("."), run))' "$1"
}

# A figure of a run; nothing, and the reason on stderr, if it could not be made.
run() { # figure, options of run ...
	"$fetchall" run -q --no-progress --csv=/dev/null --json "${@:2}" | figure "$1"
}

show() { # rate
	awk -v r="$1" 'BEGIN { printf r < 1e4 ? "%.2f k/s" : "%.1f k/s", r / 1e3 }'
}

table_head

# Small bodies: all clients in turn, several times over.
many=20000
few=2000
client() { # name: prints requests/s, and CPU seconds of a request where they are known
	case $1 in
	async) # the CPU is that of the whole program, start and list included, as curl's is
		read -r _ cpu _ < <(timed "$fetchall" run -q --no-progress -s async -k 64 --json="$folder/json" --repeat $many "$base/small")
		echo "$(figure rate <"$folder/json") $(ratio "$cpu" $many)"
		;;
	curl)
		timed curl -s --noproxy '*' -Z --parallel-max 64 -o /dev/null "$base/small?[1-$many]" |
			awk -v n=$many '{ print n / $1, $2 / n }'
		;;
	wrk) wrk -t1 -c64 -d2 "$base/small" | awk '/^Requests\/sec/ { print $2, "" }' ;;
	serial) run rate -s serial --repeat $few "$base/small" ;;
	openmp1 | processes1) run rate -s "${1%1}" -w 1 --repeat $many "$base/small" ;;
	openmp2 | processes2) run rate -s "${1%2}" -w 2 --repeat $many "$base/small" ;;
	aiohttp)
		/usr/bin/python3 - "$base/small" $many <<-'END'
			import aiohttp, asyncio, sys, time
			url, left = sys.argv[1], int(sys.argv[2]) // 2
			async def worker(session, numbers):
			    for _ in numbers:
			        async with session.get(url) as response:
			            await response.read()
			async def main():
			    numbers = iter(range(left))
			    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:
			        await asyncio.gather(*(worker(session, numbers) for _ in range(64)))
			began = time.monotonic()
			asyncio.run(main())
			print(left / (time.monotonic() - began))
		END
		;;
	requests)
		/usr/bin/python3 - "$base/small" $few <<-'END'
			import requests, sys, time
			session, count = requests.Session(), int(sys.argv[2])
			session.trust_env = False
			began = time.monotonic()
			for _ in range(count):
			    session.get(sys.argv[1]).content
			print(count / (time.monotonic() - began))
		END
		;;
	esac
}
clients='async curl serial openmp1 openmp2 processes1 processes2'
if has wrk; then clients="$clients wrk"; else note 'wrk' 'not installed'; fi
for name in aiohttp requests; do
	if python_has $name; then clients="$clients $name"; else note "Python $name" 'not installed'; fi
done
for _ in $(seq "$rounds"); do
	for name in $clients; do
		read -r rate cpu <<<"$(client "$name")"
		echo "$rate" >>"$folder/$name.rate"
		[ -z "${cpu-}" ] || echo "$cpu" >>"$folder/$name.cpu"
	done
done
rate() { median "$folder/$1.rate"; }
for name in async curl wrk aiohttp serial requests; do
	[ ! -e "$folder/$name.rate" ] || note "requests/s: $name" "$(show "$(rate $name)")"
done
row 'async -k 64 over curl -Z --parallel-max 64' "$(ratio "$(rate async)" "$(rate curl)")" 'at least' 2.5 ''
row 'its CPU for a request, over that of curl -Z' "$(ratio "$(median "$folder/async.cpu")" "$(median "$folder/curl.cpu")")" 'at most' 1 ''
[ ! -e "$folder/aiohttp.rate" ] || row 'async -k 64 over Python aiohttp' "$(ratio "$(rate async)" "$(rate aiohttp)")" 'at least' 6 ''
[ ! -e "$folder/wrk.rate" ] || row 'async -k 64 over wrk -t1 -c64' "$(ratio "$(rate async)" "$(rate wrk)")" 'at least' 0.8 ''
[ ! -e "$folder/requests.rate" ] || row 'serial over Python requests' "$(ratio "$(rate serial)" "$(rate requests)")" 'at least' 5 ''
for name in openmp processes; do
	row "$name, 2 workers over 1" "$(ratio "$(rate ${name}2)" "$(rate ${name}1)")" 'at least' 1 ''
done

# A server of our own, which answers after 20 ms: the time over its bound, N x delay / in flight.
serve() { # file for its URL, options ...
	"$fetchall" serve -q "${@:2}" >"$1" &
	servers="$servers $!"
	for _ in {1..100}; do
		[ ! -s "$1" ] || return 0
		sleep 0.05
	done
	return 1
}
late=
if serve "$folder/late" --delay 20ms && serve "$folder/prompt"; then
	late=$(cat "$folder/late")1
	prompt=$(cat "$folder/prompt")1
else
	note 'with delays' 'built without libmicrohttpd'
fi
bound() { # in flight, requests, target or '', options of run ...
	local over seconds=

	seconds=$(run median_s --repeat "$2" --rounds 3 "${@:4}" "$late" 2>"$folder/why") || true
	if [ -z "$seconds" ]; then
		note "20 ms, $1 in flight: ${*:5}" "$(head -n 1 "$folder/why")"
		return
	fi
	over=$(awk -v t="$seconds" -v n="$2" -v k="$1" 'BEGIN { print t / (n * 0.02 / k) }')
	if [ -n "$3" ]; then
		row "20 ms, $1 in flight: ${*:5}, over the bound" "$over" 'at most' "$3" ''
	else
		note "20 ms, $1 in flight: ${*:5}, over the bound" "$(printf %.4g "$over")"
	fi
}
if [ -n "$late" ]; then
	bound 1 200 1.05 -s serial
	bound 1 200 1.05 -s async -k 1
	bound 20 2000 1.05 -s async -k 20
	bound 20 2000 1.05 -s openmp -w 20
	bound 20 2000 1.05 -s processes -w 20
	bound 20 2000 1.05 -s mpi -n 20
	bound 20 2000 1.05 -s mpi+async -n 2 -k 10
	bound 200 20000 1.1 -s async -k 200
	bound 200 20000 1.1 -s mpi+async -n 2 -k 100
	bound 200 20000 '' -s openmp -w 200
	bound 200 20000 '' -s processes -w 200
	bound 2000 100000 '' -s async -k 2000
	"$fetchall" run -q --json -s async -k 2000 --repeat 100000 "$late" >"$folder/json" || true
	note 'its client CPU, and its p50' "$(printf '%.0f %%, %.3f s' "$(figure cpu_percent <"$folder/json")" \
		"$(figure latency_s.p50 <"$folder/json")")"
fi

# Large bodies: seconds of curl over ours, whole programs.
for _ in $(seq "$rounds"); do
	timed curl -s --noproxy '*' -o /dev/null "$base/1G" >>"$folder/curl.1G"
	timed "$fetchall" run -q -s async -k 1 "$base/1G" >>"$folder/async.1G"
	timed curl -s --noproxy '*' -Z --parallel-max 64 -o /dev/null "$base/10M?[1-256]" >>"$folder/curl.10M"
	timed "$fetchall" run -q -s async -k 64 --repeat 256 "$base/10M" >>"$folder/async.10M"
	timed "$fetchall" run -q -s async -k 1 "$base/10M" >>"$folder/async.one"
done
note '1 GB' "$(median "$folder/async.1G" | awk '{ printf "%.2f GB/s", 1 / $1 }')"
row 'one body of 1 GB, over curl' "$(ratio "$(median "$folder/curl.1G")" "$(median "$folder/async.1G")")" 'at least' 0.95 ''
row '64 in flight of 10 MB, over curl -Z' "$(ratio "$(median "$folder/curl.10M")" "$(median "$folder/async.10M")")" 'at least' 0.95 ''
memory() { awk '{ print $3 }' "$folder/$1" | sort -g | tail -n 1; }
row 'memory with 1 GB over that with 10 MB' "$(ratio "$(memory async.1G)" "$(memory async.one)")" 'at most' 1.1 ''
note 'memory with 64 in flight of 10 MB' "$(memory async.10M | awk '{ printf "%.0f MB", $1 }')"

# Thousands in flight.
if [ -n "$late" ]; then
	for _ in 1 2 3; do
		for k in 64 5000 10000; do
			run rate -s async -k $k --repeat 100000 "$prompt" 2>"$folder/why.$k" >>"$folder/inflight.$k" || true
		done
	done
	for k in 5000 10000; do
		if [ -s "$folder/inflight.$k" ]; then
			note "$k in flight" "$(show "$(median "$folder/inflight.$k")")"
		else
			note "$k in flight" "$(head -n 1 "$folder/why.$k")"
		fi
	done
	[ ! -s "$folder/inflight.5000" ] ||
		row '5,000 in flight over 64' "$(ratio "$(median "$folder/inflight.5000")" "$(median "$folder/inflight.64")")" 'at least' 0.4 ''
fi
