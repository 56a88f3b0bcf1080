#!/bin/bash
# Measures what saving costs: files from a real nginx on loopback to this disk, beside aria2c, wget2 and curl -Z with as
# many in flight, in rounds that take turns, by time and by CPU time; and the memory that a list of 2,000,000 URLs takes,
# also in MPI ranks. Each ratio stands beside its target. Nothing else should run meanwhile. Five minutes, and 4 GB of this
# disk. FILES=10000, ROUNDS=5 and URLS=2000000 are the sizes.
set -eu
cd "$(dirname "$0")/.."
make --no-print-directory all >&2
fetchall=$PWD/build/fetchall
files=${FILES:-10000}
rounds=${ROUNDS:-5}
urls=${URLS:-2000000}
flight=16

# shellcheck source=/dev/null
. scripts/table.sh

for program in nginx curl aria2c wget2; do
	command -v $program >/dev/null || { echo "save-speed.sh: $program is needed: apt-get install nginx curl aria2 wget2" >&2; exit 1; }
done

# On the disk of the checkout: what is in /tmp may be in memory.
folder=$(mktemp -d "$PWD/build/save-speed.XXXXXX")
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
mkdir "$folder/www"
cd "$folder"
for number in $(seq "$files"); do
	head -c 10000 /dev/zero | tr '\0' "$((number % 10))" >"www/$number"
done
: >www/empty
port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >nginx.conf <<END
daemon off; master_process off; pid nginx.pid; worker_rlimit_nofile 65536;
events { worker_connections 4096; }
http {
	access_log off; root $folder/www; keepalive_requests 100000000;
	client_body_temp_path .; proxy_temp_path .; fastcgi_temp_path .; uwsgi_temp_path .; scgi_temp_path .;
	server { listen 127.0.0.1:$port backlog=4096; }
}
END
nginx -e error.log -p "$folder" -c "$folder/nginx.conf" &
server=$!
base=http://127.0.0.1:$port
curl -s --retry 20 --retry-connrefused --retry-delay 1 -o /dev/null "$base/empty"
seq -f "$base/%.0f" "$files" >list

clients='fetchall fetchall-2 fetchall-sums aria2c wget2 curl'
client() { # name
	case $1 in
	fetchall) "$fetchall" run -q -o out -f list -k $flight --per-host 0 ;;
	fetchall-2) "$fetchall" run -q -o out -f list -s openmp -w 2 -k $((flight / 2)) --per-host 0 ;;
	fetchall-sums) "$fetchall" run -q -o out -f list -k $flight --per-host 0 --write-manifest sums ;;
	aria2c) aria2c -q -j $flight -x $flight --file-allocation=none -d out -i list ;;
	wget2) wget2 -q --max-threads=$flight -P out -i list ;;
	curl) curl -s -Z --parallel-max $flight --output-dir out --remote-name-all --url "$base/[1-$files]" ;;
	esac
}

# Each has a new folder, and none is removed before all is over: ext4 does not use an inode again within some seconds, and
# where many were freed it passes over each of them for every file that is made (10 times the CPU time was seen).
turn=0
timed() { # name: adds seconds, and CPU seconds, to its files
	turn=$((turn + 1))
	mkdir -p "$turn/out"
	cd "$turn"
	ln -s ../list .
	sync
	times=$(
		TIMEFORMAT='%R %U %S'
		{ time client "$1" >/dev/null 2>&1; } 2>&1
	)
	[ "$(find out -type f -size -10001c -size +9999c | wc -l)" -eq "$files" ] || { echo "save-speed.sh: $1 did not save all" >&2; exit 1; }
	cd ..
	awk -v name="$1" '{ print $1 >>(name ".s"); print $2 + $3 >>(name ".cpu") }' <<<"$times"
}

median() { # of the numbers of a file
	sort -g "$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

table_head
for _ in $(seq "$rounds"); do
	# shellcheck disable=SC2086 # words on purpose
	for name in $(shuf -e $clients); do
		timed "$name"
	done
done
for name in $clients; do
	note "$files files of 10 kB to the disk, $flight in flight: $name" "$(awk -v n="$files" -v s="$(median "$name.s")" -v cpu="$(median "$name.cpu")" \
		'BEGIN { printf "%.2f s, %.2f kfiles/s, %.0f us of CPU a file", s, n / s / 1e3, cpu / n * 1e6 }')"
done
own=$(median fetchall.s)
row 'fetchall over aria2c -j16' "$(ratio "$(median aria2c.s)" "$own")" 'at least' 1.5 ''
row 'fetchall over wget2' "$(ratio "$(median wget2.s)" "$own")" 'at least' 1.5 ''
row 'fetchall over curl -Z' "$(ratio "$(median curl.s)" "$own")" 'at least' 1.2 ''
note 'fetchall of 2 threads over curl -Z' "$(printf %.4g "$(ratio "$(median curl.s)" "$(median fetchall-2.s)")")"
note 'its CPU for a file, over that of curl -Z' "$(printf %.4g "$(ratio "$(median fetchall.cpu)" "$(median curl.cpu)")")"
note 'of these only fetchall brings files to the disk before they have their names' "up to 512 at a time, by syncfs, beside the transfers"

resident() { # options of run ...
	/usr/bin/python3 -c '
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, used = os.wait4(child.pid, 0)
print(used.ru_maxrss / 1024 if not status else "nan")' "$fetchall" run "$@"
}

seq -f "$base/empty?a-query-of-some-length-%.0f" "$urls" >list
row "memory of $urls URLs, discarded" "$(resident -q --discard -k 64 -f list)" 'at most' 100 ' MB'
if "$fetchall" list --csv | grep -q '^mpi,.*,true,'; then
	row "memory of a rank of 2 with $urls URLs, discarded" "$(resident -q --discard -s mpi+async -n 2 -k 32 -f list)" 'at most' 100 ' MB'
fi
row "memory of $urls URLs, with names, --dry-run" "$(resident --dry-run -o out -f list)" 'at most' 100 ' MB'
