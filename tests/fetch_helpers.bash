# What the tests of fetchall share: real servers on loopback, which are ended with the test.
# shellcheck shell=bash
# The tests use what is set here, and bats sets stderr.
# shellcheck disable=SC2034,SC2154

load helpers

FETCHALL=${FETCHALL-$ROOT/build/fetchall}
# What every server has in its folder: the names are the sizes in bytes.
FILES=(0 1 1474 1529 100000 3000000)
STRATEGIES=(serial async openmp processes mpi mpi+async)
# No proxy of the user's stands between us and a server of ours.
for name in http_proxy https_proxy all_proxy no_proxy; do
	unset "$name" "${name^^}"
done

# Servers of a whole file belong in its setup_file, with its teardown_file to end them.
teardown_file() {
	end_started
}

# Lines are printed as downloads end: of a run that is ended there are some, each whole and true.
some_printed() { # downloads that were to be
	[ "$(wc -l <out)" -lt "$1" ] && ! grep -qvxE "Read [0-9]+ bytes from $URL/1" out
}

need_fetchall() {
	[ -x "$FETCHALL" ] || skip 'built without libcurl'
}

# So many ports that nobody listens on, below those that the system gives to clients.
free_ports() { # count
	"$PYTHON" -c '
import random, socket, sys
free = []
while len(free) < int(sys.argv[1]):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", random.randrange(10000, 32000)))
            free.append(probe.getsockname()[1])
        except OSError:
            pass
print(*free)' "$1"
}

# The files that are served, in www: any bytes, the same in every run.
make_files() {
	mkdir -p www
	"$PYTHON" -c '
import random, sys
for size in sys.argv[1:]:
    open("www/" + size, "wb").write(random.Random(int(size)).randbytes(int(size)))' "${FILES[@]}"
}

# An authority of our own, ca.pem, and a certificate of its for 127.0.0.1 and localhost.
make_certificates() {
	need openssl
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=an authority for tests' \
		-keyout ca.key -out ca.pem 2>/dev/null
	openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr 2>/dev/null
	openssl x509 -req -days 2 -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem \
		-extfile <(echo 'subjectAltName=IP:127.0.0.1,DNS:localhost') 2>/dev/null
}

accepts() { # port
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Starts a server beside what start() starts, and waits for its ports. SERVER is its number.
start_server() { # name, ports, command ...
	local name=$1 ports=$2 port
	shift 2

	setsid env --default-signal "$@" >"$name.out" 2>"$name.err" </dev/null 3>&- &
	SERVER=$!
	# Its end is no news.
	disown "$SERVER"
	STARTED+=("$SERVER")
	for port in $ports; do
		await 10 accepts "$port" || fail "$name does not listen: $(cat "$name.err")"
	done
}

# nginx, of one process: PLAIN keeps connections for ever, FEW for 3 requests; ZIP compresses for
# those who ask; TLS has HTTP/2 as well, for 1,000 requests a connection, FEW_STREAMS for 50; LOCKED has one user. Each is the URL of its root.
start_nginx() {
	local ports

	need nginx
	read -ra ports <<<"$(free_ports 6)"
	make_files
	make_certificates
	printf 'xaver:{PLAIN}se cret\n' >users
	cat >nginx.conf <<-END
		daemon off; master_process off; pid nginx.pid; error_log nginx.log;
		events { worker_connections 4096; }
		http {
			access_log access.log;
			root $PWD/www;
			client_body_temp_path .; proxy_temp_path .; fastcgi_temp_path .; uwsgi_temp_path .; scgi_temp_path .;
			keepalive_requests 1000000;
			large_client_header_buffers 4 128k;
			server {
				listen 127.0.0.1:${ports[0]};
				location /status/ { location ~ /404 { return 404; } location ~ /429 { return 429; } location ~ /500 { return 500; } }
				location /away { return 302 /1529; }
			}
			server { listen 127.0.0.1:${ports[1]}; keepalive_requests 3; }
			server { listen 127.0.0.1:${ports[2]}; gzip on; gzip_types *; gzip_min_length 1; }
			server {
				listen 127.0.0.1:${ports[3]} ssl http2;
				listen 127.0.0.2:${ports[3]} ssl http2; keepalive_requests 1000;
				ssl_certificate $PWD/server.pem; ssl_certificate_key $PWD/server.key;
			}
			server {
				listen 127.0.0.1:${ports[5]} ssl http2; keepalive_requests 50;
				ssl_certificate $PWD/server.pem; ssl_certificate_key $PWD/server.key;
			}
			server { listen 127.0.0.1:${ports[4]}; auth_basic test; auth_basic_user_file $PWD/users; }
		}
	END
	chmod o+rx . www
	start_server nginx "${ports[*]}" nginx -e nginx.log -p "$PWD" -c "$PWD/nginx.conf"
	PLAIN=http://127.0.0.1:${ports[0]}
	FEW=http://127.0.0.1:${ports[1]}
	ZIP=http://127.0.0.1:${ports[2]}
	TLS=https://127.0.0.1:${ports[3]}
	LOCKED=127.0.0.1:${ports[4]}
	FEW_STREAMS=https://127.0.0.1:${ports[5]}
	NGINX=$SERVER
	CA=$PWD/ca.pem
	export PLAIN FEW FEW_STREAMS ZIP TLS LOCKED NGINX CA
}

# nghttpd, HTTP/2 without TLS and with it: MULTIPLEXED and MULTIPLEXED_TLS.
start_nghttpd() {
	local ports

	need nghttpd
	read -ra ports <<<"$(free_ports 2)"
	start_server nghttpd "${ports[0]}" nghttpd -a 127.0.0.1 --no-tls -d www "${ports[0]}"
	MULTIPLEXED=http://127.0.0.1:${ports[0]}
	start_server nghttpd-tls "${ports[1]}" nghttpd -a 127.0.0.1 -d www "${ports[1]}" server.key server.pem
	MULTIPLEXED_TLS=https://127.0.0.1:${ports[1]}
	export MULTIPLEXED MULTIPLEXED_TLS
}

# Python's own: HTTP/1.0, a connection for each request.
start_python() {
	local port

	port=$(free_ports 1)
	start_server python "$port" "$PYTHON" -m http.server --bind 127.0.0.1 -d www "$port"
	OLD=http://127.0.0.1:$port
	export OLD
}

need_serve() {
	"$FETCHALL" list --json | "$PYTHON" -c '
import json, sys
sys.exit(not all(part["available"] for part in json.load(sys.stdin)["parts"]))' || skip 'built without libmicrohttpd'
}

has_mpi() {
	command -v mpirun >/dev/null && "$FETCHALL" list --csv | grep -q '^mpi,.*,true,'
}

start_hostile() {
	start_server hostile '' "$PYTHON" "$BATS_TEST_DIRNAME/fetch_hostile.py"
	await 10 test -s hostile.out || fail "$(cat hostile.err)"
	HOSTILE=http://127.0.0.1:$(cat hostile.out)
	export HOSTILE
}

# fetchall's own server. URL is its root without the slash.
start_serve() { # options ...
	rm -f serve.out
	need_serve
	start_server serve '' "$FETCHALL" serve -q "$@"
	await 10 test -s serve.out || fail "$(cat serve.err)"
	URL=$(cat serve.out)
	URL=${URL%/}
}

# Fetches with a bound on the time; the exit code is as asked.
fetch() { # exit code, arguments of run ...
	local code=$1
	shift

	run --separate-stderr timeout 30 "$FETCHALL" run "$@"
	[[ $stderr != *Sanitizer* && $stderr != *'runtime error'* ]] || fail "run $*: what sanitizers say"
	[ "$status" -eq "$code" ] || fail "run $*: exit code $status, not $code"
}

# All failures of a run are of one kind, in its JSON document.
fails_as() { # kind as in JSON, arguments of run ...
	local kind=$1
	shift

	fetch 1 --json "$@"
	json "$(printf 'all(n == %s for k, n in d["runs"][0]["failures"].items()) and d["runs"][0]["failed"] == d["job"]["urls"]' \
		"(d['job']['urls'] if k == '$kind' else 0)")"
}

# A command that must be refused, as helpers.bash has it for sumsq.
refused_fetch() { # code, text, command ...
	local code=$1 text=$2
	shift 2

	run --separate-stderr timeout 30 "$@"
	[ "$status" -eq "$code" ] || fail "${*:0:9}: exit code $status, not $code"
	[ -z "$output" ] || fail "${*:0:9}: something on stdout"
	[[ $stderr == 'fetchall: '* ]] || fail "${*:0:9}: stderr does not begin with 'fetchall: '"
	[[ $stderr != *$'\n'* ]] || fail "${*:0:9}: more than one line on stderr"
	[[ $stderr == *"$text"* ]] || fail "${*:0:9}: no '$text' on stderr"
}
