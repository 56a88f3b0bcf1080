#!/usr/bin/env bats
# Several hosts, made of this one by scripts/virtual-cluster.sh: what mpirun, hydra and a real Slurm start there.
# shellcheck disable=SC2030,SC2031,SC2154 # bats sets output, status and stderr

load helpers

need_hosts() {
	[ "$(id -u)" -eq 0 ] || skip 'namespaces need root'
	need_mpi
	"$ROOT/scripts/virtual-cluster.sh" up 3 >"$BATS_FILE_TMPDIR/up" 2>&1 ||
		skip "no hosts of our own here: $(tail -1 "$BATS_FILE_TMPDIR/up")"
}

setup_file() {
	export CLUSTER=$BATS_FILE_TMPDIR/cluster
	file_needs need_hosts || return 0
	# Slurm's tests skip where it is not there.
	"$ROOT/scripts/virtual-cluster.sh" slurm >"$BATS_FILE_TMPDIR/slurm" 2>&1 || true
}

teardown_file() {
	"$ROOT/scripts/virtual-cluster.sh" down
}

vc() { # verb, arguments ...
	timeout 60 "$ROOT/scripts/virtual-cluster.sh" "$@" </dev/null
}

need_slurm() {
	[[ -e $CLUSTER/slurm.conf && ! -s $BATS_FILE_TMPDIR/slurm ]] ||
		skip "no Slurm here: $(tail -1 "$BATS_FILE_TMPDIR/slurm")"
}

# What the virtual hosts are trusted for: each has a name, a network and memory of its own.
@test 'the hosts are apart' {
	for host in 1 2 3; do
		run -0 vc on $host sh -c 'hostname; ls -A /dev/shm; ip -o -4 address show dev eth0'
		[[ $output == "node$host"$'\n'*" 10.77.0.$host/16 "* ]] || fail "host $host"
		[ "${#lines[@]}" -eq 2 ] || fail "host $host has something in /dev/shm"
	done
	vc on 1 touch /dev/shm/mine
	vc on 2 test ! -e /dev/shm/mine
	[ ! -e /dev/shm/mine ]
	vc on 1 rm /dev/shm/mine
	vc cut 2
	run ! vc on 1 timeout 1 bash -c 'echo >/dev/tcp/node2/9'
	vc mend 2
	run -1 vc on 1 timeout 5 bash -c 'echo >/dev/tcp/node2/9'
	[[ $output == *refused* ]]
}

# Every host does a part, and the sum is right.
on_all_hosts() {
	json 'd["results"][0]["sum"] == "333333328333333350000000"'
	json 'sum(w["items"] for w in d["runs"][0]["samples"][-1]["workers"]) == 10 ** 8'
	json 'd["runs"][0]["nodes"] == 3 and [r["host"] for r in d["runs"][0]["per_rank"] for _ in range(r["workers"])] ==
		[w["host"] for w in d["runs"][0]["per_worker"]]'
	json '{w["host"] for w in d["runs"][0]["per_worker"]} == {"node1", "node2", "node3"}'
}

@test 'three hosts, two ranks on each, by mpirun' {
	run -0 --separate-stderr vc run mpirun -n 6 "$SUMSQ" run -q --json 1e8
	on_all_hosts
	run -0 --separate-stderr vc run "$SUMSQ" run -q --json -s mpi -n 6 --schedule static 1e8
	on_all_hosts
	# One worker is on the third host: it looks otherwise.
	run -0 --separate-stderr vc run mpirun --bind-to none -n 5 "$SUMSQ" place
	[[ $output == *$'\nnode1, and likewise node2:\n'*$'\nnode3:\n'* ]] || fail 'not as the hosts are'
	[ "$(grep -c '^each ' <<<"$output")" -eq 2 ] || fail 'not a picture each'
	[ "$(grep -c '^ *\[[0-9.]*\]' <<<"${output##*node3:}")" -ge 1 ] && [[ ${output##*node3:} == *'[4]'* ]]
}

@test 'a job of Slurm: mpirun in it, and srun with PMIx' {
	need_slurm
	run -0 --separate-stderr vc run salloc -Q -N3 -n6 mpirun "$SUMSQ" run -q --json 1e8
	on_all_hosts
	run -0 --separate-stderr vc run srun --mpi=pmix -N3 -n6 "$SUMSQ" run -q --json 1e8
	on_all_hosts
}

# One word of ours, and no result, from tasks or ranks that cannot do one job together.
refused_on_cluster() { # code, text, command ...
	local code=$1 text=$2
	shift 2

	# Where its ranks end at once, hydra is at times ended by SIGPIPE before it has relayed a word: it is asked again.
	for _ in 1 2 3; do
		run --separate-stderr vc run "$@"
		[[ $status -eq 141 && -z $stderr ]] || break
	done
	[ "$status" -eq "$code" ] || fail "$*: exit code $status, not $code"
	[ -z "$output" ] || fail "$*: something on stdout"
	[ "$(grep -c '^sumsq: ' <<<"$stderr")" -eq 1 ] || fail "$*: not said once"
	[[ $stderr == *"$text"* ]] || fail "$*: no '$text'"
}

@test 'ranks of a launcher of another MPI: refused before MPI starts' {
	command -v mpiexec.hydra || skip 'mpich is not installed'
	refused_on_cluster 4 'mpiexec started this as one of 3 ranks' mpiexec.hydra -n 3 "$SUMSQ" run 10
}

@test 'tasks of srun without MPI: refused, and never a result each' {
	need_slurm
	refused_on_cluster 4 'srun started 6 tasks without MPI' srun -Q -N3 -n6 "$SUMSQ" run 1e8
	refused_on_cluster 4 'srun --mpi=pmix, or mpirun' srun -Q -N3 -n3 "$SUMSQ" run -s mpi 1e8
	refused_on_cluster 4 'Open MPI' srun -Q --mpi=pmi2 -N3 -n3 "$SUMSQ" run 10
	refused_on_cluster 2 'type it without srun' srun -Q --mpi=pmix -N3 -n3 "$SUMSQ" compare 10
}

@test 'one task of srun is no launch: it starts ranks of its own' {
	need_slurm
	run -0 --separate-stderr vc run srun -Q -n1 -c2 --mpi=pmix "$SUMSQ" run -q --json -s mpi -n 2 1e8
	json 'd["results"][0]["sum"] == "333333328333333350000000" and d["runs"][0]["ranks"] == 2'
	run -0 --separate-stderr vc run srun -Q -n1 -c2 taskset -c 0 "$SUMSQ" run 1e8
	[[ $stderr == *'this task, on node'*' may use 1 of its 2 CPUs (SLURM_CPUS_PER_TASK)'* ]]
	run -0 --separate-stderr vc run srun -Q -n1 -c2 "$SUMSQ" run -w 1 -s openmp 1e8
	[[ $stderr == *'warning: 1 worker on the 2 allowed cores of node'*': the others are idle'* ]]
	run -0 --separate-stderr vc run srun -Q -n1 "$SUMSQ" run -q --json -s mpi 1e8
	json 'd["runs"][0]["ranks"] == 1'
	run -0 --separate-stderr vc run srun -Q -n1 -c2 --mpi=pmix "$SUMSQ" compare -q --json --rounds 1 --max-time 30 1e7
	json '[row["missing"] for row in d["runs"]] == 6 * [None]'
}

@test '--hosts, --hostfile and --launcher: where the ranks are, and who starts them' {
	run -0 --separate-stderr vc run "$SUMSQ" run -s mpi -n 2 --hosts node2,node3 --json 1e8
	json '[w["host"] for w in d["runs"][0]["per_worker"]] == ["node2", "node3"]'
	# Nothing is left on hosts that the launch was not made on, and nobody warns of anything there.
	# (Where the machine is busy, mpirun's setpgid comes after the exec of what stands in for ssh, and it says so.)
	[ "$(grep -v setpgid <<<"$stderr" | grep -cE '^\[|warning')" -eq 0 ] || fail 'more than the result is said'
	for host in 1 2 3; do
		[ -z "$(vc on $host ls -A /dev/shm)" ] || fail "left on node$host"
	done
	printf 'node3 slots=1\nnode1 slots=1\n' >hosts
	run -0 --separate-stderr vc run "$SUMSQ" run -q -s mpi -n 2 --hostfile hosts --json 1e8
	json '{w["host"] for w in d["runs"][0]["per_worker"]} == {"node1", "node3"}'
	refused 2 '--hosts and --hostfile' "$SUMSQ" run -s mpi --hosts a --hostfile b 10
	refused 2 "no launcher 'rsh'" "$SUMSQ" run -s mpi --launcher rsh 10
	refused 2 'mpiexec starts no ranks of Open MPI' "$SUMSQ" run -s mpi --launcher mpiexec 10
	run --separate-stderr "$SUMSQ" run -s mpi -n 2 --launcher-args '--no-such-option' 10
	[ "$status" -eq 1 ] && [[ $stderr == *no-such-option* ]]
}

@test 'srun starts the ranks, where it is asked to' {
	need_slurm
	run -0 --separate-stderr vc run salloc -Q -N3 -n6 "$SUMSQ" run -q --json -s mpi -n 6 --launcher srun 1e8
	on_all_hosts
	refused_on_cluster 2 'srun takes the hosts from its allocation' \
		salloc -Q -N3 -n6 "$SUMSQ" run -s mpi -n 6 --launcher srun --hostfile x 10
}

@test 'every host is in the document, and one that is slow is named' {
	# A job of a quarter of a second for one core, whatever its kernel.
	run -0 --separate-stderr "$SUMSQ" run -s serial --json 1e8
	terms=$("$PYTHON" -c 'import json, sys; print(int(json.load(sys.stdin)["runs"][0]["rate"] / 4))' <<<"$output")
	vc slow 2 3
	# On a busy machine the other hosts are slow too: it is asked again.
	for try in 1 2 3; do
		run -0 --separate-stderr vc run "$SUMSQ" run -s mpi -n 3 --hosts node1,node2,node3 --rounds 5 --json "$terms"
		[[ $stderr != *'warning: node2 is slow: '* ]] || break
		echo "# try $try: not slow beside the others" >&2
	done
	vc slow 2 200
	json '[h["hostname"] for h in d["hosts"]] == ["node1", "node2", "node3"]'
	json '[h["cpu_quota"] for h in d["hosts"]] == [None, 0.03, None]'
	json '[(n["host"], n["workers"], n["slow"]) for n in d["nodes"]] ==
		[("node1", 1, False), ("node2", 1, True), ("node3", 1, False)]'
	[[ $stderr == *'0.03 CPUs of quota for 1 worker on node2: the cgroup will hold it up'* ]]
	json "abs(sum(n[\"items\"] for n in d[\"nodes\"]) - $terms) < $terms / 5"
	[[ $stderr == *'warning: node2 is slow: '*'its workers had their CPUs for '* ]]
	printf '%s\n' "$output" >run.json
	run -0 "$SUMSQ" report --markdown run.json
	[[ $output == *'| host | workers | items |'*'| node3 | 1 |'* ]]
}

@test 'another version on one host, another machine described to one rank: refused, and named' {
	# The version is text in the program.
	sed 's/0\.1\.0 (messages/0.0.9 (messages/' "$SUMSQ" >older
	chmod +x older
	cmp -s older "$SUMSQ" && fail 'no version was found in the program'
	refused_on_cluster 4 'rank 1 on node2 runs version 0.0.9' \
		mpirun --host node1 -n 1 "$SUMSQ" run 10 : --host node2 -n 1 ./older run 10
	run --separate-stderr vc run mpirun --host node1 -n 1 "$SUMSQ" place : \
		--host node2 -n 1 -x HWLOC_SYNTHETIC='core:4 pu:1' "$SUMSQ" place
	[ "$status" -eq 2 ] || fail "exit code $status"
	[[ $stderr == *'describes another machine'* ]]
}

@test 'scale over nodes: a rank on each, with threads; the allocation says how many tasks' {
	run -0 --separate-stderr vc run "$SUMSQ" scale -q --json --nodes 1,3 --rounds 1 1e9
	json '[(x["strategy"], x["ranks"], x["workers"]) for x in d["runs"][1:]] ==
		[("mpi+openmp", 1, d["hosts"][0]["allowed_cores"]), ("mpi+openmp", 3, 3 * d["hosts"][0]["allowed_cores"])]'
	json '[len({w["host"] for w in x["per_worker"]}) for x in d["runs"]] == [1, 1, 3]'
	json 'len(d["hosts"]) == 3 and len(d["nodes"]) == 3'
	json 'd["models"]["laws"][0]["points"] == 3'
	run -0 --separate-stderr vc run "$SUMSQ" compare -q --json --nodes 3 --rounds 1 1e9
	json '[(x["strategy"], x["ranks"], x["nodes"]) for x in d["runs"] if not x["missing"]] ==
		[("serial", 1, 1), ("mpi", 3 * d["hosts"][0]["allowed_cores"], 3), ("mpi+openmp", 3, 3)]'
	json 'all("one process, on one host" in x["missing"] for x in d["runs"] if x["missing"])'
	json '[r["host"] for r in d["runs"][-1]["per_rank"]] == ["node1", "node2", "node3"]'
	run --separate-stderr vc run "$SUMSQ" run -s mpi -n 2 --per-node 1 --hosts node2:2 10
	[ "$status" -eq 1 ] && [ -z "$output" ] || fail 'two nodes on one'
	refused 2 'has one process on one host' "$SUMSQ" scale --nodes 2 -s openmp 10
	refused 2 '-c and --nodes' "$SUMSQ" scale --nodes 2 -c 2 10
	need_slurm
	run -0 --separate-stderr vc run salloc -Q -N3 -n5 "$SUMSQ" run -q --json -s mpi 1e8
	json 'd["runs"][0]["ranks"] == 5'
}

@test 'downloads by ranks on several hosts: from a server that all of them reach, and through no proxy' {
	local fetchall=$ROOT/build/fetchall host

	[ -x "$fetchall" ] || skip 'built without libcurl'
	! "$fetchall" list --json | grep -q 'built without libmicrohttpd' || skip 'built without libmicrohttpd'
	export http_proxy=http://127.0.0.1:1
	run -0 --separate-stderr vc run mpirun -n 3 --map-by node -x http_proxy "$fetchall" run --json -w 1 -k 4
	json 'd["runs"][0]["failed"] == 0 and len(d["results"]) == 200'
	json '{u["url"].rsplit(":", 1)[0] for u in d["results"]} == {"http://10.77.0.1"}'
	json '[h["host"] for h in d["nodes"]] == ["node1", "node2", "node3"] and all(h["items"] for h in d["nodes"])'
	[[ $stderr == *'which others can reach'* ]] || fail 'it is not said that others can reach it'
	run -0 --separate-stderr vc on 2 "$fetchall" run -q --json -s mpi -n 2 --hosts node3,node1
	json 'd["runs"][0]["failed"] == 0 and len(d["results"]) == 200 and len(d["nodes"]) == 2'
	# Where the hosts are only the launcher'"'"'s to know.
	run --separate-stderr vc run "$fetchall" scale -q --json -s mpi -c 3 --rounds 1
	json '"listens on one alone: name the hosts" in d["runs"][1]["missing"]'
	for host in 1 2 3; do
		if vc on $host ss -Htlnp | grep -q fetchall; then fail "a server is left on node$host"; fi
	done
}

# The number of a process of ours on a host, once its ranks have worked for a moment.
rank_on() { # host
	local pid

	await 10 at_work_on "$1" || fail "no rank on node$1"
	for pid in $(pgrep -x sumsq); do
		[ "$(readlink "/proc/$pid/ns/net")" = "$(readlink "/proc/$(cat "$CLUSTER/node$1/pid")/ns/net")" ] || continue
		# On the first host there is who started them, too.
		grep -qz '^OMPI_COMM_WORLD_RANK=' "/proc/$pid/environ" || continue
		echo "$pid"
		return
	done
}

at_work_on() {
	# shellcheck disable=SC2016 # expanded on that host
	vc on "$1" sh -c 'for pid in $(pgrep -x sumsq); do
		[ "$(readlink /proc/$pid/ns/net)" = "$(readlink /proc/self/ns/net)" ] &&
			[ "$(cut -d " " -f 14 /proc/$pid/stat)" -ge 20 ] && exit 0
	done; exit 1'
}

lost_on() { # text
	finish
	[ "$ENDED" -eq 1 ] || fail "exit code $ENDED"
	[ ! -s out ] || fail 'something on stdout'
	grep -q "^sumsq: $1" err || fail "no '$1': $(cat err)"
}

@test 'a rank killed, a host cut off: said with the name of the host' {
	start "$ROOT/scripts/virtual-cluster.sh" run "$SUMSQ" run -s mpi -n 6 1e13
	kill -KILL "$(rank_on 2)"
	lost_on 'rank [23] on node2 was killed by signal 9'
	start "$ROOT/scripts/virtual-cluster.sh" run "$SUMSQ" run -s mpi -n 6 1e13
	rank_on 3
	vc cut 3
	lost_on 'the connection to node3 was lost'
	vc mend 3
}

@test 'a rank that is stopped ends the run within --patience, and is named with its host' {
	start "$ROOT/scripts/virtual-cluster.sh" run "$SUMSQ" run -s mpi -n 3 --hosts node1,node2,node3 --patience 3 1e13
	kill -STOP "$(rank_on 2)"
	lost_on 'rank 1 on node2 has said nothing for '
	start "$ROOT/scripts/virtual-cluster.sh" run "$SUMSQ" run -s mpi -n 3 --hosts node1,node2,node3 --patience 3 1e13
	kill -STOP "$(rank_on 1)"
	lost_on 'rank [12]: rank 0 on node1 has said nothing for '
}

@test 'the scripts for clusters end with a report of all their nodes' {
	need_slurm
	printf 'node%d slots=2\n' 1 2 3 >hosts
	run -0 --separate-stderr vc run sbatch --parsable -N3 -o job.out "--export=ALL,FOLDER=$PWD/job,SUMSQ=$SUMSQ" \
		"$ROOT/scripts/cluster.slurm" --rounds 1 1e7
	await 90 grep -q 'mpi+openmp' job/report.txt || fail "no report: $(cat job.out job/log)"
	json '[x["hostname"] for x in d["hosts"]] == ["node1", "node2", "node3"]' job/nodes-0003.json
	run -0 --separate-stderr vc run "$ROOT/scripts/slurm-array.sh" 1,3 -o array --rounds 1 1e7
	[[ $output =~ ^[0-9]+$ ]]
	await 90 grep -q 'mpi+openmp' array/report.txt || fail "no report: $(cat array/log-*)"
	run -0 --separate-stderr vc run "$ROOT/scripts/hostfile-study.sh" hosts -o study --rounds 1 1e7
	[[ $output == *'3 x '* ]] || fail 'not over three hosts'
	json 'len(d["nodes"]) == 3' study/result.json
}
