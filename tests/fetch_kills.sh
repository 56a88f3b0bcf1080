#!/usr/bin/env bash
# Kills fetchall at random moments while it saves: tests/fetch_kills.sh [COUNT [SEED]], 200 and 1 unless given.
# After each: what has its final name is whole and right; the same command then asks for none of those again, ends well,
# and leaves all files, right, and nothing else. Prints TAP; the strategy, the victim and the moment are in each line.
set -u
cd "$(dirname "$0")/.." || exit 1

COUNT=${1-200}
RANDOM=${2-1}
FETCHALL=$PWD/build/fetchall
FILES=48
BOUND=30 # seconds in which all that was started must have ended

for needed in "$FETCHALL" nginx; do
	command -v "$needed" >/dev/null || { echo "1..0 # SKIP $needed is not here"; exit 0; }
done
WORK=$(mktemp -d) || exit 1
cd "$WORK" || exit 1
NGINX=
trap '[ -z "$NGINX" ] || kill "$NGINX"; rm -rf "$WORK"' EXIT
mkdir www tmp
export TMPDIR=$WORK/tmp OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

# Of 0 bytes, of some, and of so many that a part of them is worth going on with.
for number in $(seq "$FILES"); do
	head -c $((number % 6 ? RANDOM * number % 40000 : number * 12000)) /dev/urandom >"www/$number"
done
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >nginx.conf <<END
daemon off; master_process off; pid nginx.pid;
events { }
http {
	access_log access.log combined; root $WORK/www; limit_rate 1m;
	client_body_temp_path .; proxy_temp_path .; fastcgi_temp_path .; uwsgi_temp_path .; scgi_temp_path .;
	server { listen 127.0.0.1:$port; }
}
END
nginx -e error.log -p "$WORK" -c "$WORK/nginx.conf" &
NGINX=$!
for _ in $(seq 100); do
	(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
	sleep 0.05
done
seq -f "http://127.0.0.1:$port/%g" "$FILES" >urls

strategies=(async 'openmp -w 4 -k 2' 'processes -w 4')
if command -v mpirun >/dev/null && "$FETCHALL" list --csv | grep -q '^mpi,.*,true,'; then
	strategies+=('mpi+async -n 2')
fi

# The processes of a session that have not ended: numbers.
members() { # leader
	ps -e -o pid=,sess=,stat= | awk -v leader="$1" '$2 == leader && $3 !~ /^[ZX]/ { print $1 }'
}

# What has its final name is right. Prints the names.
final() {
	local path
	for path in out/*; do
		[[ $path == *.part || $path == *.part-about || ! -e $path ]] && continue
		cmp -s "$path" "www/${path#out/}" || { echo "$path is not right" >&2; return 1; }
		echo "${path#out/}"
	done
}

# One trial. Says why it failed.
trial() { # strategy with its options, all or one, milliseconds
	local leader pids again name end=$((SECONDS + BOUND))
	rm -rf out
	# shellcheck disable=SC2086 # words on purpose
	setsid "$FETCHALL" run -q -f urls -o out -s $1 </dev/null >/dev/null 2>&1 &
	leader=$!
	sleep "$(printf '%d.%03d' $(($3 / 1000)) $(($3 % 1000)))"
	mapfile -t pids < <(members "$leader")
	[ "$2" = all ] || [ ${#pids[@]} -eq 0 ] || pids=("${pids[RANDOM % ${#pids[@]}]}")
	[ ${#pids[@]} -eq 0 ] || kill -KILL "${pids[@]}" 2>/dev/null
	wait "$leader" 2>/dev/null
	while [ -n "$(members "$leader")" ]; do
		[ "$SECONDS" -lt "$end" ] || { echo 'somebody stays'; return 1; }
		sleep 0.02
	done
	final >before || { echo 'after the kill'; return 1; }
	: >access.log
	kill -USR1 "$NGINX"
	# shellcheck disable=SC2086 # words on purpose
	again=$(timeout "$BOUND" "$FETCHALL" run -q -f urls -o out -s $1 </dev/null 2>&1 >/dev/null) ||
		{ echo "it fails then: $again"; return 1; }
	while read -r name; do
		grep -q "GET /$name " access.log && { echo "$name is asked for again"; return 1; }
	done <before
	final >after || { echo 'in the end'; return 1; }
	if [ "$(find out | wc -l)" -ne $((FILES + 1)) ] || [ "$(wc -l <after)" -ne "$FILES" ]; then
		echo "what is there: $(ls out)"
		return 1
	fi
}

failed=0 partly=0
for number in $(seq "$COUNT"); do
	strategy=${strategies[number % ${#strategies[@]}]}
	victims=$((RANDOM % 2)) moment=$((RANDOM % 1000))
	[[ $strategy == mpi* ]] && moment=$((moment * 2))
	[ "$victims" -eq 0 ] && victims=one || victims=all
	if why=$(trial "$strategy" "$victims" "$moment" 2>&1); then
		echo "ok $number - $strategy, $victims at $moment ms, $(wc -l <before) of $FILES were whole"
	else
		failed=1
		echo "not ok $number - $strategy, $victims at $moment ms"
		echo "# $why"
	fi
	count=$(wc -l <before)
	[ "$count" -eq 0 ] || [ "$count" -eq "$FILES" ] || partly=$((partly + 1))
done
# A kill before the first file or after the last shows nothing.
echo "# $partly of $COUNT kills came while some files were whole and others not"
echo "1..$COUNT"
exit $failed
