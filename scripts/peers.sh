#!/bin/bash
# The same job by other programs, as people would write it, beside ours: whole processes, in rounds, every answer checked.
#
#	peers.sh [sums] [downloads] [--rounds N] [--markdown=FILE] [--json=FILE]
#
# sums: the twenty sums of i*i for i < 10000000 ... 10000019; for awk, sums of a hundredth of that. downloads: 2,000 bodies
# of 1.5 kB from an nginx on loopback, 64 in flight where a program can have so many. Both unless one is named. A program
# that is not installed is named as such: scripts/install-deps.sh peers installs them all. Some ten minutes; nothing else
# should run meanwhile.
set -eu
cd "$(dirname "$0")/.."
usage() {
	sed -n '2,/^set/{/^set/d; s/^# \{0,1\}//; p}' "$0"
	exit "$1"
}
jobs=
rounds=5
outputs=()
while [ $# -gt 0 ]; do
	case $1 in
	sums | downloads) jobs="$jobs $1" ;;
	--rounds)
		shift
		rounds=${1-}
		;;
	--markdown=* | --json=*) outputs+=("$1") ;;
	-h | --help) usage 0 ;;
	*) usage 2 >&2 ;;
	esac
	shift
done
[[ $rounds =~ ^[1-9][0-9]*$ ]] || usage 2 >&2
jobs=${jobs:-sums downloads}

has() { command -v "$1" >/dev/null; }
python=/usr/bin/python3
for tool in hyperfine $python; do
	has "$tool" || {
		echo "peers.sh: $tool is needed: scripts/install-deps.sh peers installs it" >&2
		exit 4
	}
done
make --no-print-directory all >&2
cores=$(nproc)
folder=$(mktemp -d)
server=
finish() {
	[ -z "$server" ] || kill "$server" 2>/dev/null || true
	rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
mkdir "$folder/bin" "$folder/got" "$folder/times"

# A peer is a script that does the job once and prints what it found. What is said of one that is not here is its reason.
peers=()
peer() { # name, version, command words ...
	local name=$1 file
	file=$folder/bin/${#peers[@]}
	printf '%s\t%s\t\n' "$name" "$2" >"$file.about"
	shift 2
	printf '#!/bin/sh\nexec %s\n' "${*@Q}" >"$file"
	chmod +x "$file"
	peers+=("$file")
}
lacks() { # name, what is not installed
	printf '%s\t\t%s\n' "$1" "$2 is not installed" >"$folder/bin/${#peers[@]}.about"
	peers+=("$folder/bin/${#peers[@]}")
}
first_line() { "$@" 2>&1 | sed -n 1p; }

# Measures all peers, one after the other in each round, and adds the job to what is reported.
measure() { # job, items of each peer's job unless the peer says otherwise, what an item is
	local round file number
	for ((round = 0; round < rounds; round++)); do
		for file in "${peers[@]}"; do
			[ -e "$file" ] || continue
			number=${file##*/}
			[ -z "$server" ] || : >"$folder/access.log"
			hyperfine -N --warmup 0 --runs 1 --ignore-failure --export-json "$folder/times/$number.$round" \
				--output "$folder/got/$number" "$file" >/dev/null 2>&1 || echo "peers.sh: $file failed" >&2
			[ -z "$server" ] || awk '$1 == 200 { n++; b += $2 } END { print n + 0, b + 0 }' \
				"$folder/access.log" >"$folder/got/$number"
		done
	done
	$python scripts/peers/collect.py "$folder" "$@" >>"$folder/jobs"
	rm -f "$folder"/bin/* "$folder"/got/* "$folder"/times/*
	peers=()
}

sums() {
	local python_version strategy
	python_version=$($python --version)
	for strategy in serial openmp processes mpi; do
		build/sumsq list --csv | grep -q "^$strategy,.*,true," || continue
		case $strategy in
		serial) peer "sumsq $strategy" "$(build/sumsq --version)" build/sumsq run -q -s $strategy ;;
		mpi) peer "sumsq $strategy" "$(build/sumsq --version)" build/sumsq run -q -s $strategy -n "$cores" ;;
		*) peer "sumsq $strategy" "$(build/sumsq --version)" build/sumsq run -q -s $strategy -w "$cores" ;;
		esac
	done
	if has gcc && gcc -O3 -fopenmp -o "$folder/gcc" scripts/peers/sums.c 2>/dev/null; then
		peer 'C, OpenMP reduction, gcc -O3' "$(first_line gcc --version)" "$folder/gcc"
	else
		lacks 'C, OpenMP reduction, gcc -O3' 'gcc with OpenMP'
	fi
	if has clang && clang -O3 -fopenmp -DOPAQUE -o "$folder/clang" scripts/peers/sums.c -latomic 2>/dev/null; then
		peer 'C, OpenMP reduction, clang -O3' "$(first_line clang --version)" "$folder/clang"
	else
		lacks 'C, OpenMP reduction, clang -O3' 'clang with OpenMP'
	fi
	if has rustc && rustc -O -o "$folder/rust" scripts/peers/sums.rs 2>/dev/null; then
		peer 'Rust, threads' "$(first_line rustc --version)" "$folder/rust"
	else
		lacks 'Rust, threads' 'rustc'
	fi
	if $python -c 'import numpy' 2>/dev/null; then
		peer 'NumPy, dot of uint64' "NumPy $($python -c 'import numpy; print(numpy.__version__)')" \
			$python scripts/peers/sums_numpy.py
	else
		lacks 'NumPy, dot of uint64' 'python3-numpy'
	fi
	peer 'Python, multiprocessing.Pool' "$python_version" $python scripts/peers/sums_pool.py
	peer 'Python, sum of a generator' "$python_version" $python scripts/peers/sums_generator.py
	if has parallel; then
		peer 'GNU parallel over awk, a hundredth' "$(first_line parallel --version), $(awk -W version 2>&1 | head -n 1)" \
			sh scripts/peers/sums_awk.sh
	else
		lacks 'GNU parallel over awk, a hundredth' 'GNU parallel'
	fi
	measure sums 200000190 term
}

downloads() {
	local count=2000 port base
	if ! has nginx || ! [ -x build/fetchall ]; then
		echo 'peers.sh: no downloads: nginx and build/fetchall are needed' >&2
		return
	fi
	mkdir "$folder/www" "$folder/saved"
	head -c 1529 /dev/urandom >"$folder/www/small"
	port=$($python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	cat >"$folder/nginx.conf" <<-END
		daemon off; master_process off; pid nginx.pid;
		events { worker_connections 4000; }
		http {
			log_format counted '\$status \$body_bytes_sent';
			access_log $folder/access.log counted; root $folder/www; keepalive_requests 100000000;
			client_body_temp_path .; proxy_temp_path .; fastcgi_temp_path .; uwsgi_temp_path .; scgi_temp_path .;
			server { listen 127.0.0.1:$port backlog=4096; }
		}
	END
	nginx -e "$folder/error.log" -p "$folder" -c "$folder/nginx.conf" &
	server=$!
	base=http://127.0.0.1:$port/small
	curl -s --noproxy '*' --retry 20 --retry-connrefused --retry-delay 1 -o /dev/null "$base"
	seq -f "$base?%.0f" $count >"$folder/urls"
	awk '{ print; print " out=" NR }' "$folder/urls" >"$folder/aria2"
	sed 's|.*|url = "&"\noutput = "/dev/null"|' "$folder/urls" >"$folder/curl"
	export no_proxy=127.0.0.1

	peer 'fetchall async -k 64' "$(build/fetchall --version)" build/fetchall run -q -s async -k 64 -f "$folder/urls"
	peer 'curl -Z --parallel-max 64' "$(first_line curl --version | cut -d ' ' -f 1-2)" \
		curl -s -Z --parallel-max 64 -K "$folder/curl"
	if has wget2; then
		peer 'wget2 --max-threads=64' "$(first_line wget2 --version)" \
			wget2 -q --max-threads=64 -O /dev/null -i "$folder/urls"
	else
		lacks 'wget2 --max-threads=64' wget2
	fi
	if has aria2c; then
		peer 'aria2c -j 64, saves files' "$(first_line aria2c --version)" \
			aria2c -q --no-conf -j 64 -d "$folder/saved" --allow-overwrite=true -i "$folder/aria2"
	else
		lacks 'aria2c -j 64, saves files' aria2
	fi
	for library in aiohttp requests; do
		if $python -c "import $library" 2>/dev/null; then
			peer "Python, $library" "$($python -c "import $library; print('$library', $library.__version__)")" \
				$python scripts/peers/fetch_$library.py "$folder/urls"
		else
			lacks "Python, $library" "python3-$library"
		fi
	done
	measure downloads $count request
}

for job in $jobs; do
	$job
done
$python scripts/peers/report.py "$folder/jobs" ${outputs[@]+"${outputs[@]}"}
