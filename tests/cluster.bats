#!/usr/bin/env bats
# Several hosts, made of this one by scripts/virtual-cluster.sh: what mpirun, hydra and a real Slurm start there.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

setup_file() {
	[ "$(id -u)" -eq 0 ] || skip 'namespaces need root'
	command -v mpirun || skip 'mpirun is not installed'
	"$BATS_TEST_DIRNAME/../build/sumsq" list --csv | grep -q '^mpi,.*,true,' || skip 'built without MPI'
	export CLUSTER=$BATS_FILE_TMPDIR/cluster
	"$BATS_TEST_DIRNAME/../scripts/virtual-cluster.sh" up 3 >"$BATS_FILE_TMPDIR/up" 2>&1 ||
		skip "no hosts of our own here: $(tail -1 "$BATS_FILE_TMPDIR/up")"
	# Slurm's tests skip where it is not there.
	"$BATS_TEST_DIRNAME/../scripts/virtual-cluster.sh" slurm >"$BATS_FILE_TMPDIR/slurm" 2>&1 || true
}

teardown_file() {
	"$BATS_TEST_DIRNAME/../scripts/virtual-cluster.sh" down
}

vc() { # verb, arguments ...
	timeout 60 "$ROOT/scripts/virtual-cluster.sh" "$@" </dev/null
}

need_slurm() {
	[ -e "$CLUSTER/slurm.conf" ] && [ ! -s "$BATS_FILE_TMPDIR/slurm" ] ||
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
	json '{w["host"] for w in d["runs"][0]["per_worker"]} == {"node1", "node2", "node3"}'
}

@test 'three hosts, two ranks on each, by mpirun' {
	run -0 --separate-stderr vc run mpirun -n 6 "$SUMSQ" run -q --json 1e8
	on_all_hosts
	run -0 --separate-stderr vc run "$SUMSQ" run -q --json -s mpi -n 6 --schedule static 1e8
	on_all_hosts
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

	run --separate-stderr vc run "$@"
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
	run -0 --separate-stderr vc run srun -Q -n1 "$SUMSQ" run -q --json -s mpi 1e8
	json 'd["runs"][0]["ranks"] == 1'
	run -0 --separate-stderr vc run srun -Q -n1 -c2 --mpi=pmix "$SUMSQ" compare -q --json --rounds 1 --max-time 30 1e7
	json '[row["missing"] for row in d["runs"]] == 6 * [None]'
}
