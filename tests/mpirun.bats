#!/usr/bin/env bats
# Under a mpirun of the user's own: its exit codes and its banner stand, and one rank speaks.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

setup_file() {
	file_needs need_mpi || return 0
}

three_sums() { # count of ranks, command ...
	run --separate-stderr ranks "$@" 10 10_000_000 5:10
	[ "$status" -eq 0 ] || fail "$*"
	[ "$output" = $'10\t285\n10000000\t333333283333335000000\n5:10\t255' ] || fail "$*"
}

# The program's own lines on stderr; the others are mpirun's.
said() {
	grep '^sumsq: ' <<<"$stderr" || true
}

refused_by_ranks() { # code, text, arguments of mpirun ...
	local code=$1 text=$2
	shift 2

	run --separate-stderr ranks "$@"
	[ "$status" -eq "$code" ] || fail "$*: exit code $status, not $code"
	[ -z "$output" ] || fail "$*: something on stdout"
	[ "$(said | wc -l)" -eq 1 ] || fail "$*: not said once"
	[[ $(said) == *"$text"* ]] || fail "$*: no '$text'"
}

# That of Open MPI 5.0.7 is killed by a colon (SIGSEGV), whatever it starts.
need_colon() {
	ranks 1 true : -n 1 true 2>/dev/null || skip 'this mpirun starts no two programs at once'
}

@test 'two ranks do one job, and one of them prints' {
	three_sums 2 "$SUMSQ" run
	[ "$(grep -c verified <<<"$stderr")" -eq 1 ]
	[[ $stderr == 'mpi: '*'2 workers'* ]]
	three_sums 2 "$SUMSQ" run -q
	[ -z "$stderr" ]
}

@test 'one rank is as good as none' {
	three_sums 1 "$SUMSQ" run
	[[ $stderr == 'openmp: '* ]]
	three_sums 1 "$SUMSQ" run -s processes
	three_sums 1 "$SUMSQ" run -s mpi
}

@test 'each schedule, with more ranks than cores' {
	for schedule in {static,dynamic,guided}{,',1000'}; do
		three_sums 3 "$SUMSQ" run --schedule "$schedule"
	done
}

@test 'ranks of threads, and of items in flight' {
	three_sums 2 "$SUMSQ" run -s mpi+openmp -w 2
	three_sums 2 "$SUMSQ" run -s mpi+async -k 3
}

@test 'the document has a row for each worker of each rank' {
	run -0 --separate-stderr ranks 2 "$SUMSQ" run -q --json -s mpi+openmp -w 2 --rounds 3 1e8
	json 'd["runs"][0]["ranks"] == 2 and d["runs"][0]["workers"] == 4'
	json 'len(d["runs"][0]["per_worker"]) == 4'
	json 'len({w["pid"] for w in d["runs"][0]["per_worker"]}) == 2'
	json 'sum(w["items"] for w in d["runs"][0]["samples"][-1]["workers"]) == 10 ** 8'
	json 'len([s["seconds"] for s in d["runs"][0]["samples"]]) == 3'
}

@test 'static deals the ranks equal shares' {
	run -0 --separate-stderr ranks 2 "$SUMSQ" run -q --json --schedule static 1e8
	json 'all(4.5e7 < w["items"] < 5.5e7 for w in d["runs"][0]["samples"][-1]["workers"])'
}

@test 'ranks of different numbers of workers' {
	need_colon
	run -0 --separate-stderr ranks 1 "$SUMSQ" run -q --json -s mpi+openmp -w 3 1e8 : \
		-n 1 "$SUMSQ" run -s mpi+openmp -w 1 : -n 1 "$SUMSQ" run -s mpi
	json 'd["results"][0]["sum"] == "333333328333333350000000"'
	json 'd["runs"][0]["ranks"] == 3 and d["runs"][0]["workers"] == 5'
	json 'sum(w["items"] for w in d["runs"][0]["samples"][-1]["workers"]) == 10 ** 8'
}

@test 'ranks of different numbers of workers: the warning counts those there are' {
	need_colon
	run -0 --separate-stderr ranks 1 "$SUMSQ" run --json -s mpi+openmp -w 9 1e6 : \
		-n 1 "$SUMSQ" run -s mpi+openmp -w 1
	json 'd["runs"][0]["workers"] == 10'
	json '[text for text in d["warnings"] if text.startswith("10 workers on ")]'
}

# What most users type: mpirun gives each rank a core of its own.
@test 'ranks that mpirun binds to a core each are not oversubscribed' {
	[ "$(nproc)" -ge 2 ] || skip 'this machine has one core'
	run -0 --separate-stderr timeout 60 mpirun -n 2 --bind-to core "$SUMSQ" run --json 1e6 </dev/null
	json 'len({w["bound"] for w in d["runs"][0]["per_worker"]}) == 2'
	json 'd["warnings"] == []'
	[[ $stderr != *oversubscribed* ]]
}

@test 'only rank 0 has the job: what the others are given is not read' {
	need_colon
	run -0 --separate-stderr ranks 1 "$SUMSQ" run -s mpi 10 : \
		-n 1 "$SUMSQ" run -s mpi x 10:5 -f /no/such --json=/no/such/file
	[ "$output" = $'10\t285' ]
}

@test 'standard input is read by rank 0 alone' {
	three() {
		seq 1 300 | timeout 60 mpirun --oversubscribe --bind-to none "$@"
	}
	mapfile -t tasks < <(seq 1 300)
	run -0 --separate-stderr three -n 3 "$SUMSQ" run -q -f -
	[ "$output" = "$(sums "${tasks[@]}")" ]
}

@test 'a FILE is written once' {
	run -0 --separate-stderr ranks 2 "$SUMSQ" run -q --csv=table 10
	[ "$output" = $'10\t285' ]
	[ "$(cat table)" = $'task,sum\n10,285' ]
}

@test 'a strategy that would do the whole job in each rank: refused, with the right one' {
	refused_by_ranks 2 'use -s mpi+openmp' 2 "$SUMSQ" run -s openmp 10
	refused_by_ranks 2 'use -s mpi+async' 2 "$SUMSQ" run -s async 10
	refused_by_ranks 2 'use -s mpi' 2 "$SUMSQ" run -s processes 10
}

@test '-n: refused where it differs from what mpirun has started' {
	refused_by_ranks 2 '-n 3' 2 "$SUMSQ" run -n 3 10
	run -0 --separate-stderr ranks 2 "$SUMSQ" run -q -n 2 10
	[ "$output" = $'10\t285' ]
}

@test 'bad input is said once: exit 2' {
	refused_by_ranks 2 "'x'" 2 "$SUMSQ" run x
	refused_by_ranks 2 '--nope' 2 "$SUMSQ" run --nope 10
}

@test 'what only another rank knows to be wrong is said too' {
	need_colon
	refused_by_ranks 2 'serial' 1 "$SUMSQ" run 10 : -n 1 "$SUMSQ" run -s serial 10
}

@test 'without MPI: exit 4' {
	refused_by_ranks 4 'built without MPI' 2 "$WITHOUT_MPI" run 10
}

@test 'standard output full: exit 1' {
	cat >into-full <<-'EOF'
		#!/bin/sh
		exec "$@" >/dev/full
	EOF
	chmod +x into-full
	run --separate-stderr ranks 2 ./into-full "$SUMSQ" run -q 10
	[ "$status" -eq 1 ]
	[[ $(said) == *'standard output'* ]]
}

@test 'a rank killed: no hang, no result, no orphan' {
	start mpirun --oversubscribe --bind-to none -n 2 "$SUMSQ" run 1e13
	await 20 at_work 2 || fail 'it did not begin'
	kill -KILL "$(session "$PID" | awk '$2 == "sumsq" { print $1 }' | tail -1)"
	finish
	[ "$ENDED" -eq 137 ]
	[ ! -s out ]
	all_gone
}

# The number of the process that is a rank of what was started.
pid_of_rank() { # rank
	local pid

	for pid in $(session "$PID" | awk '$2 == "sumsq" { print $1 }'); do
		! tr '\0' '\n' <"/proc/$pid/environ" | grep -qx "OMPI_COMM_WORLD_RANK=$1" || echo "$pid"
	done
}

@test 'rank 0 stopped: the others end the run within --patience, and name it' {
	start mpirun --oversubscribe --bind-to none -n 3 "$SUMSQ" run --patience 2 1e13
	await 20 at_work 3 || fail 'it did not begin'
	kill -STOP "$(pid_of_rank 0)"
	finish
	[ "$ENDED" -eq 1 ]
	[ ! -s out ]
	[ "$(grep -c 'has said nothing for' err)" -eq 1 ] || fail "$(cat err)"
	grep -q "^sumsq: rank [12]: rank 0 on $(uname -n) has said nothing for [2-9]" err || fail "$(cat err)"
	all_gone
	# And where nobody but us has started them.
	start "$SUMSQ" run -s mpi -n 2 --patience 2 1e13
	await 20 at_work 2 || fail 'it did not begin'
	kill -STOP "$(pid_of_rank 0)"
	finish
	[ "$ENDED" -eq 1 ]
	[ ! -s out ]
	grep -q "^sumsq: rank 1: rank 0 on $(uname -n) has said nothing for [2-9]" err || fail "$(cat err)"
	all_gone
}

# A job of some seconds, of which rank 1 has little and nothing is asked for after the go: 90 % of the leader's and of
# rank 2's time it waits.
slowly() { # seconds, more options
	local seconds=$1
	shift

	terms=$(terms_for "$seconds" -s serial)
	start mpirun --oversubscribe --bind-to none -n 3 "$SUMSQ" run -q --schedule static --weights 10,1,10 "$@" "$terms"
	await 20 at_work 3 || fail 'it did not begin'
}

slowly_exact() {
	finish
	[ "$ENDED" -eq 0 ] || fail "exit code $ENDED: $(cat err)"
	[ "$(cat out)" = "$(sums "$terms")" ] || fail "$(cat out)"
}

@test 'ranks that wait and work for longer than --patience: exact' {
	slowly 6 --patience 2
	slowly_exact
}

@test 'rank 0, or all ranks, stopped and continued: exact' {
	slowly 6 --patience 4
	kill -STOP "$(pid_of_rank 0)"
	sleep 2
	kill -CONT "$(pid_of_rank 0)"
	slowly_exact
	slowly 6 --patience 2
	kill -STOP "$(pid_of_rank 0)" "$(pid_of_rank 1)" "$(pid_of_rank 2)"
	sleep 4
	kill -CONT "$(pid_of_rank 0)" "$(pid_of_rank 1)" "$(pid_of_rank 2)"
	slowly_exact
}

@test 'help and version are printed once' {
	run -0 --separate-stderr ranks 2 "$SUMSQ" --version
	[ "${#lines[@]}" -eq 1 ]
	run -0 --separate-stderr ranks 2 "$SUMSQ" run --help
	[ "$(grep -c '^usage: ' <<<"$output")" -eq 1 ]
}

# Two hosts: network namespaces, joined by a bridge. The numbers in their names are this process's.
HOST=cs$$n
BRIDGE=cs$$b

teardown() {
	end_started
	[ -z "${HOSTS-}" ] || hosts_down
}

hosts_down() {
	local host

	for host in 1 2; do
		ip link del "$HOST$host" 2>/dev/null || true
		ip netns del "$HOST$host" 2>/dev/null || true
	done
	ip link del "$BRIDGE" 2>/dev/null || true
	# ip leaves the folder, mounted on itself. Where others' namespaces are in it, it stays.
	if [ "$FOLDER" = ours ]; then
		{ umount /run/netns && rmdir /run/netns; } 2>/dev/null || true
	fi
}

hosts_up() {
	local host

	HOSTS=yes
	FOLDER=ours
	[ ! -e /run/netns ] || FOLDER=theirs
	ip link add "$BRIDGE" type bridge && ip link set "$BRIDGE" up || return 1
	for host in 1 2; do
		ip netns add "$HOST$host" &&
			ip link add "$HOST$host" type veth peer name eth0 netns "$HOST$host" &&
			ip link set "$HOST$host" master "$BRIDGE" up &&
			ip -n "$HOST$host" addr add "10.77.0.$host/24" dev eth0 &&
			ip -n "$HOST$host" link set eth0 up &&
			ip -n "$HOST$host" link set lo up || return 1
	done
	# What mpirun takes for ssh: a host, and the command there.
	cat >agent <<-EOF
		#!/bin/sh
		host=$HOST\${1##*.}
		shift
		exec env -u CORESCALE_REQUEST -u CORESCALE_LAUNCHED nsenter --net=/run/netns/\$host unshare --uts sh -c "hostname \$host; \$*"
	EOF
	chmod +x agent
}

on_two_hosts() { # ranks on each, command ...
	local each=$1
	shift
	timeout 60 ./agent 10.77.0.1 exec mpirun --host "10.77.0.1:$each,10.77.0.2:$each" \
		-n $((2 * each)) --mca plm_rsh_agent "$PWD/agent" --mca btl_tcp_if_include eth0 \
		--mca oob_tcp_if_include eth0 --mca odls_base_sigkill_timeout 0 --bind-to none "$@" </dev/null
}

@test 'two hosts, over TCP' {
	[ "$(id -u)" -eq 0 ] || skip 'network namespaces need root'
	need ip
	need nsenter
	hosts_up >log 2>&1 || skip "no network namespaces here: $(tail -1 log)"
	for schedule in static dynamic guided dynamic,1000; do
		run -0 --separate-stderr on_two_hosts 1 "$SUMSQ" run -q --json --schedule $schedule 1e8 10
		json 'd["results"][0]["sum"] == "333333328333333350000000"'
		json 'sum(w["items"] for w in d["runs"][0]["samples"][-1]["workers"]) == 10 ** 8 + 10'
		json 'sorted(w["host"] for w in d["runs"][0]["per_worker"]) == ["'"$HOST"'1", "'"$HOST"'2"]'
	done
	run -0 --separate-stderr on_two_hosts 2 "$SUMSQ" run -q --json -s mpi+openmp -w 2 1e8
	json 'd["runs"][0]["ranks"] == 4 and d["runs"][0]["workers"] == 8'
	json 'd["results"][0]["sum"] == "333333328333333350000000"'
	# Ranks that we start there ourselves: the options reach the other host too.
	printf '%s slots=1\n' 10.77.0.1 10.77.0.2 >hosts
	run -0 --separate-stderr timeout 60 ./agent 10.77.0.1 exec env "OMPI_MCA_orte_default_hostfile=$PWD/hosts" \
		"OMPI_MCA_plm_rsh_agent=$PWD/agent" OMPI_MCA_btl_tcp_if_include=eth0 OMPI_MCA_oob_tcp_if_include=eth0 \
		"$SUMSQ" run -q --json -s mpi -n 2 --schedule static 1e8 10
	json 'd["results"][0]["sum"] == "333333328333333350000000" and d["runs"][0]["schedule"] == "static"'
	json 'sorted(w["host"] for w in d["runs"][0]["per_worker"]) == ["'"$HOST"'1", "'"$HOST"'2"]'
	run --separate-stderr on_two_hosts 1 "$SUMSQ" run x
	[ "$status" -eq 2 ]
	[ "$(said | wc -l)" -eq 1 ]
}
