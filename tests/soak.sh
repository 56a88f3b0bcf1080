#!/bin/bash
# Downloads a million times under load from `serve` by HTTP/1.1 and from nginx by HTTP/2, with every way of keeping many
# in flight, and looks at both sides: each request was answered and counted once, none took over 5 s, none failed. COUNT
# says how many of each kind; a tenth of it takes a minute or two. Not for CI.
set -eu
cd "$(dirname "$0")/.."
make --no-print-directory all >&2
fetchall=$PWD/build/fetchall
count=${COUNT:-1000000}
ways=('async -k 64' 'openmp -w 4 -k 32' 'processes -w 4 -k 32')
share=$((count / ${#ways[@]} + 1))

for tool in nginx openssl python3; do
	command -v "$tool" >/dev/null || { echo "soak.sh: $tool is needed: scripts/install-deps.sh installs it" >&2; exit 1; }
done
folder=$(mktemp -d)
pids=()
# shellcheck disable=SC2317 # the trap calls it
finish() {
	[ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
	rm -rf "$folder"
}
trap finish EXIT
chmod o+rx "$folder"

# nginx, HTTP/2 over TLS, connections that are given up after 1,000 requests; it logs how long each took.
mkdir "$folder/www"
head -c 1529 /dev/urandom >"$folder/www/body"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
	-keyout "$folder/key.pem" -out "$folder/cert.pem" 2>/dev/null
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$folder/nginx.conf" <<END
daemon off; master_process off; pid nginx.pid; worker_rlimit_nofile 16384;
events { worker_connections 8192; }
http {
	log_format seconds '\$status \$request_time \$server_protocol';
	access_log $folder/access.log seconds buffer=64k flush=1s; root $folder/www;
	client_body_temp_path .; proxy_temp_path .; fastcgi_temp_path .; uwsgi_temp_path .; scgi_temp_path .;
	server { listen 127.0.0.1:$port ssl http2; ssl_certificate cert.pem; ssl_certificate_key key.pem; }
}
END
nginx -e "$folder/error.log" -p "$folder" -c "$folder/nginx.conf" &
pids+=($!)

# serve counts its requests; delays and sizes vary.
"$fetchall" serve --delay 2ms+-2ms --sizes lognormal:4k,1 </dev/null >"$folder/url" 2>"$folder/served" &
serve=$!
pids+=("$serve")
for _ in {1..100}; do
	[ -s "$folder/url" ] && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
	sleep 0.1
done

# Load: as many busy loops as there are cores, at a lower priority.
for _ in $(seq "$(nproc)"); do
	nice -n 10 sh -c 'while :; do :; done' &
	pids+=($!)
done

failed=0
soak() { # what, options of run ...
	local what=$1
	shift
	if ! "$fetchall" run -q --no-progress --csv=/dev/null --json="$folder/document" --check-seed --repeat "$share" "$@" >/dev/null; then
		failed=1
	fi
	python3 -c '
import json, sys
run = json.load(open(sys.argv[2]))["runs"][0]
latency = run["latency_s"]["max"]
good = run["failed"] == 0 and run["verified"] and latency <= 5
print("%-36s %8d requests %8.0f/s  slowest %6.3f s  %d failed%s" %
      (sys.argv[1], int(sys.argv[3]), run["rate"], latency, run["failed"], "" if good else "  <- NOT GOOD"))
sys.exit(not good)' "$what" "$folder/document" "$share" || failed=1
}

url=$(cat "$folder/url")
for way in "${ways[@]}"; do
	# shellcheck disable=SC2086 # words on purpose
	soak "HTTP/1.1, $way" -s $way "${url}x"
done
for way in "${ways[@]}"; do
	# shellcheck disable=SC2086 # words on purpose
	soak "HTTP/2, $way" -s $way --cacert "$folder/cert.pem" "https://127.0.0.1:$port/body"
done

# The other side.
expected=$((share * ${#ways[@]}))
kill "$serve"
wait "$serve" 2>/dev/null || true
sleep 2
served=$(sed -n 's/^served \([0-9]*\) requests$/\1/p' "$folder/served")
echo "serve answered ${served:-nothing}, of $expected"
[ "${served:-0}" -eq "$expected" ] || failed=1
awk -v expected="$expected" '
	{ n++; if ($1 != 200 || $3 != "HTTP/2.0") wrong++; if ($2 > 5) late++ }
	END { printf "nginx answered %d, of %d; %d over 5 s, %d otherwise than 200 by HTTP/2\n", n, expected, late, wrong
	      exit !(n >= expected && !late && !wrong) }' "$folder/access.log" || failed=1
[ "$failed" -eq 0 ] && echo 'no stall, nothing lost' || echo 'soak.sh: NOT all is well' >&2
exit "$failed"
