# What the command-line tests share. They end only what they started, by its number.
# shellcheck shell=bash
# The tests use what is set here.
# shellcheck disable=SC2034

bats_require_minimum_version 1.5.0

ROOT=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
SUMSQ=$ROOT/build/sumsq
WITHOUT_MPI=$ROOT/build/mpi0/sumsq
# The system's, which has Debian's modules.
PYTHON=/usr/bin/python3
STARTED=()
export SUMSQ

setup() {
	local name

	skip_if_lacking
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir tmp
	# What the machine or its user has set must not decide, but for the kernels to do without.
	for name in $(compgen -e | grep -E '^(OMP|GOMP|KMP|HWLOC)_|^CORESCALE_|^POSIXLY_CORRECT$'); do
		[ "$name" = CORESCALE_WITHOUT ] || unset "$name"
	done
	# All that Open MPI leaves behind is then to be found in one place.
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	export OMPI_MCA_btl_vader_backing_directory=$TMPDIR
	export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
}

teardown() {
	end_started
}

end_started() {
	local leader pid

	for leader in "${STARTED[@]}"; do
		for pid in $(session "$leader" | cut -d ' ' -f 1); do
			kill -KILL "$pid" 2>/dev/null || true
		done
	done
}

# Says why a test fails, with what the program printed last.
fail() {
	printf '%s\n' "$*" "status: ${status-}" "stdout: ${output-}" "stderr: ${stderr-}" >&2
	return 1
}

# What all tests of a file need, in its setup_file with `|| return 0` behind it: bats 1.8 takes a skip there for a
# failure, so that each test skips instead.
file_needs() { # need ...
	(
		# shellcheck disable=SC2317 # called by what is needed
		skip() { echo "$*" >"$BATS_FILE_TMPDIR/lacking" && exit 1; }
		"$@"
	)
}

# In every setup of a file with needs.
skip_if_lacking() {
	[ ! -e "$BATS_FILE_TMPDIR/lacking" ] || skip "$(<"$BATS_FILE_TMPDIR/lacking")"
}

need() { # a command; script is of use only where there are pseudo-terminals
	command -v "$1" >/dev/null || skip "$1 is not installed"
	[ "$1" != script ] || script -qc true /dev/null >/dev/null 2>&1 || skip 'there are no pseudo-terminals here'
}

need_mpi() {
	need mpirun
	"$SUMSQ" list --csv | grep -q '^mpi,.*,true,' || skip 'built without MPI'
}

# A file system of its own: needs root, and a root folder that is a mount, as that of a chroot need not be.
need_mounts() {
	unshare --mount true 2>/dev/null || skip 'no mounts of our own here'
}

# A user's own mpirun.
ranks() { # count, command ...
	timeout 60 mpirun --oversubscribe --bind-to none -n "$@" </dev/null
}

# A command that must not go on for ever.
bounded() { # command or function ...
	if [ "$(type -t "$1")" = function ]; then
		"$@"
	else
		timeout 60 "$@"
	fi
}

# With a full disk at its standard output, or with a descriptor closed.
full() { # command ...
	timeout 60 "$@" >/dev/full
}

without_stdin() { # command ...
	timeout 60 "$@" <&-
}

without_stdout() { # command ...
	timeout 60 "$@" >&-
}

# A command that must be refused: its exit code, nothing on stdout, and on stderr one line of the
# program's that has all of some texts in it.
refused() { # code, texts separated by |, command ...
	local code=$1 texts=$2 text
	shift 2

	run --separate-stderr bounded "$@"
	[ "$status" -eq "$code" ] || fail "$*: exit code $status, not $code"
	[ -z "$output" ] || fail "$*: something on stdout"
	[[ $stderr == 'sumsq: '* ]] || fail "$*: stderr does not begin with 'sumsq: '"
	[[ $stderr != *$'\n'* ]] || fail "$*: more than one line on stderr"
	while read -r -d '|' text; do
		[[ $stderr == *"$text"* ]] || fail "$*: no '$text' on stderr"
	done <<<"$texts|"
}

# A Python expression about the JSON document d and its rows r, by default in $output; its truth is
# the result.
json() { # expression [file]
	if [ $# -gt 1 ]; then cat "$2"; else printf '%s\n' "$output"; fi |
		"$PYTHON" -c '
import json, statistics, sys
d = json.load(sys.stdin)
def counted(row): # the seconds of the samples that were not disturbed, or all where all were
    return [s["seconds"] for s in row["samples"] if not s["disturbed"] or row["disturbed"] == len(row["samples"])]
def median(row): # as it should be; to rounding, for two are added in any order
    return abs(statistics.median(counted(row)) / row["median_s"] - 1) < 1e-12
r = {row["strategy"]: row for row in d["runs"]}
if not eval("(%s)" % sys.argv[1]):
    sys.exit("not so: %s\n%.1500s" % (sys.argv[1], json.dumps(d)))' "$1"
}

# The tasks' sums as the program should print them, by another road: Python's whole numbers.
sums() { # N or A:B, plain digits ...
	"$PYTHON" -c '
import sys
def below(n):
    return (n - 1) * n * (2 * n - 1) // 6
assert all(below(n) == sum(i * i for i in range(n)) for n in range(1, 200))
for task in sys.argv[1:]:
    begin, end = ([0] + [int(part) for part in task.split(":")])[-2:]
    print("%s\t%d" % (task, (below(end) if end else 0) - (below(begin) if begin else 0)))' "$@"
}

usable_kernels() {
	"$SUMSQ" list --json | "$PYTHON" -c '
import json, sys
for kernel in json.load(sys.stdin)["kernels"]:
    if kernel["available"]:
        print(kernel["kernel"])'
}

# A count of terms that takes about so many seconds.
terms_for() { # seconds, options of run ...
	local seconds=$1
	shift

	"$SUMSQ" run -q --json --rounds 3 "$@" 100000000 | "$PYTHON" -c '
import json, sys
rate = json.load(sys.stdin)["runs"][0]["rate"]
print(min(int(rate * float(sys.argv[1])), 10 ** 13))' "$seconds"
}

# Looks again and again until a command succeeds.
await() { # seconds, command ...
	local tries=$(($1 * 20))
	shift

	until "$@"; do
		[ $((tries -= 1)) -gt 0 ] || return 1
		sleep 0.05
	done
}

# Ticks of the CPUs, and those of them that went neither to this test nor to nobody: OTHERS, TICKS.
look_around() {
	local cpus own spun=0

	read -ra cpus </proc/stat
	read -ra own <"/proc/$BASHPID/stat"
	[ -z "${SPINNER-}" ] || read -r _ _ _ _ _ _ _ _ _ _ _ _ _ spun _ <"/proc/$SPINNER/stat"
	OTHERS=$((cpus[1] + cpus[2] + cpus[3] + cpus[6] + cpus[7] + cpus[8] -
		own[13] - own[14] - own[15] - own[16] - spun))
	TICKS=$(((OTHERS + own[13] + own[14] + own[15] + own[16] + spun + cpus[4] + cpus[5]) / $(nproc --all)))
}

# Whether others had more than 5 % of a CPU since it was looked at.
disturbed_since() { # others, ticks
	look_around
	[ $((20 * (OTHERS - $1))) -gt $((TICKS - $2)) ]
}

# Runs with a --max-time, $limit, in which this machine ends a first round, however busy it is.
in_time() { # command ...
	for limit in 4 16 64; do
		run --separate-stderr timeout 120 "$@" --max-time $limit
		[[ ${stderr-} == *'was over in the first round'* ]] || break
	done
	[ "$status" -eq 0 ] || fail "exit code $status"
}

# Starts a command as the leader of a session, with all signals at their defaults, which a shell
# changes for what it starts in the background. PID is its number, out and err what it prints.
start() { # command ...
	setsid env --default-signal "$@" >out 2>err </dev/null 3>&- &
	PID=$!
	STARTED+=("$PID")
}

# The same on a terminal, in screen; what is written to the descriptor KEYS is typed there.
start_on_terminal() { # command ...
	local words

	printf -v words '%q ' "$@"
	mkfifo keys
	setsid env --default-signal script -qefc "echo \$\$ >pid; exec $words" /dev/null \
		<keys >screen 2>&1 3>&- &
	TERMINAL=$!
	exec {KEYS}>keys
	await 10 test -s pid
	PID=$(cat pid)
	STARTED+=("$TERMINAL" "$PID")
}

# The processes of a session that have not ended, by number and name.
session() { # leader
	ps -e -o pid=,sess=,stat=,comm= |
		awk -v leader="$1" '$2 == leader && $3 !~ /^[ZX]/ { print $1, $4 }'
}

# What is started is at work: so many processes of ours, which have used the CPUs for a while.
at_work() { # processes
	local pid ticks=0 fields pids

	pids=$(session "$PID" | awk '$2 == "sumsq" { print $1 }')
	[ "$(wc -w <<<"$pids")" -ge "$1" ] || return 1
	for pid in $pids; do
		read -ra fields <"/proc/$pid/stat" 2>/dev/null || return 1
		ticks=$((ticks + fields[13]))
	done
	[ "$ticks" -ge 50 ]
}

has_ended() { # pid
	local state

	state=$(ps -o stat= -p "$1") || return 0
	[[ $state == Z* ]]
}

# Waits for the end of what start() started. ENDED is its exit code.
finish() {
	local child=${TERMINAL-$PID}

	await 60 has_ended "$child" || fail 'it did not end'
	ENDED=0
	wait "$child" || ENDED=$?
}

no_orphan() {
	[ -z "$(session "$PID")" ]
}

# Nothing of Open MPI's is left in the folder for temporary files.
no_leftover() {
	[ -z "$(find "$TMPDIR" -mindepth 1 \( ! -type d -o -name 'pid.*' \))" ]
}

# Nobody and nothing stays behind.
all_gone() {
	await 3 no_orphan || fail "orphans: $(session "$PID")"
	await 3 no_leftover || fail "left behind: $(find "$TMPDIR" -mindepth 1 -maxdepth 2)"
}
