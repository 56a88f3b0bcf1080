#!/bin/bash
# Several hosts on this one, to try a cluster's ways on: real Open MPI, MPICH and Slurm, made-up hosts.
set -eu

usage() {
	cat <<'END'
usage: virtual-cluster.sh up N                 make hosts node1 ... nodeN
       virtual-cluster.sh slurm                start Slurm on them
       virtual-cluster.sh run COMMAND...       a command on node1
       virtual-cluster.sh on I COMMAND...      a command on nodeI
       virtual-cluster.sh slow I PERCENT       from now on nodeI has so much of a CPU
       virtual-cluster.sh cut I | mend I       take its network away, give it back
       virtual-cluster.sh down                 end it, and all that runs on it

Each host has a network, a host name, System V IPC, mounts and a /dev/shm of its
own; the hosts share this machine's CPUs and files, as cluster nodes share a
home. mpirun and mpiexec of Open MPI and of MPICH, srun and sbatch find the
hosts without more words, two slots on each:

  virtual-cluster.sh up 3
  virtual-cluster.sh run mpirun -n 6 build/sumsq run -s mpi 1e10
  virtual-cluster.sh run mpiexec.hydra -n 3 hostname
  virtual-cluster.sh slurm
  virtual-cluster.sh run sbatch -N3 -n6 --wait --wrap 'mpirun hostname'
  virtual-cluster.sh down

Nothing of it is seen outside: the switch between the hosts is in a network
namespace too. CLUSTER names the folder of a cluster, by default
/tmp/virtual-cluster; two of different folders do not meet.

It needs root; Slurm needs munge and slurm-wlm (scripts/install-deps.sh).
Exit codes: that of the command; 1 failed, 2 wrong request, 4 not available here.
END
}

say() {
	echo "virtual-cluster: $*" >&2
}

refuse() { # code, text
	say "$2"
	exit "$1"
}

CLUSTER=${CLUSTER:-/tmp/virtual-cluster}
SLOTS=2

# The process that holds a host's namespaces, or the switch's. After a restart of this machine, its number may be
# another's.
holder() { # name
	local pid

	pid=$(cat "$CLUSTER/$1/pid" 2>/dev/null) || refuse 2 "there is no $1 in $CLUSTER: virtual-cluster.sh up N"
	holds "$pid" || refuse 2 "$1 of $CLUSTER has ended: virtual-cluster.sh down, and up N"
	echo "$pid"
}

# Whether that is a process of ours which holds namespaces.
holds() { # pid
	[ "$(tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline")" = 'sleep infinity ' ] &&
		[ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]
} 2>/dev/null

hosts() {
	cut -d ' ' -f 1 "$CLUSTER/hostfile"
}

host() { # I
	case $1 in
	'' | *[!0-9]*) refuse 2 "'$1' is no host: give its number, from 1 on" ;;
	esac
	[ -d "$CLUSTER/node$1" ] || refuse 2 "there is no node$1 in $CLUSTER"
	echo "node$1"
}

# Runs a command in the namespaces of a host, and counts it to the host's share of the CPU.
enter() { # name, command ...
	local name=$1 pid group
	shift

	pid=$(holder "$name")
	while read -r group; do
		echo "$BASHPID" >"$group"
	done 2>/dev/null <"$CLUSTER/$name/cgroups"
	exec nsenter -t "$pid" --net --uts --ipc --mount --wd="$PWD" -- "$@"
}

# Makes namespaces, and waits until a process holds them.
hold() { # name, options of unshare ...
	local name=$1 tries=100
	shift

	mkdir -p "$CLUSTER/$name/spool"
	: >"$CLUSTER/$name/cgroups"
	# shellcheck disable=SC2016 # expanded inside
	setsid unshare "$@" sh -c 'echo $$ >"$0/pid" && exec sleep infinity' "$CLUSTER/$name" \
		</dev/null >/dev/null 2>&1 3>&- 9>&- &
	until holds "$(cat "$CLUSTER/$name/pid" 2>/dev/null)"; do
		[ $((tries -= 1)) -gt 0 ] || refuse 4 "no namespaces for $name: this needs root, and a kernel that has them"
		sleep 0.02
	done
}

# A host on the switch.
attach() { # number
	local name=node$1 address=10.77.$((($1 - 1) / 250)).$((($1 - 1) % 250 + 1)) switch pid

	hold "$name" --net --uts --ipc --mount --propagation private
	pid=$(holder "$name")
	switch=$(holder switch)
	nsenter -t "$switch" --net ip link add "port$1" type veth peer name eth0 netns "$pid"
	nsenter -t "$switch" --net ip link set "port$1" master bridge up
	(
		# shellcheck disable=SC2016 # expanded inside
		enter "$name" sh -ec '
			hostname "$1"
			ip link set lo up
			ip address add "$2/16" dev eth0
			ip link set eth0 up
			mount -t tmpfs -o mode=1777 shm /dev/shm
			mount --bind "$3/hosts" /etc/hosts' sh "$name" "$address" "$CLUSTER"
	)
}

up() { # hosts
	local number

	case ${1-} in
	'' | *[!0-9]* | 0*) refuse 2 'up needs a number of hosts, as in: virtual-cluster.sh up 3' ;;
	esac
	[ "$1" -le 1000 ] || refuse 2 'at most 1000 hosts'
	[ "$(id -u)" -eq 0 ] || refuse 4 'namespaces need root'
	for number in ip nsenter unshare; do
		command -v $number >/dev/null || refuse 4 "$number is not installed: scripts/install-deps.sh"
	done
	[ ! -e "$CLUSTER" ] || refuse 2 "$CLUSTER is there: virtual-cluster.sh down, or another CLUSTER"
	mkdir -p "$CLUSTER"
	{
		echo '127.0.0.1 localhost'
		for number in $(seq "$1"); do
			echo "10.77.$(((number - 1) / 250)).$(((number - 1) % 250 + 1)) node$number"
			echo "node$number slots=$SLOTS" >>"$CLUSTER/hostfile"
			echo "node$number:$SLOTS" >>"$CLUSTER/hostfile.hydra"
		done
	} >"$CLUSTER/hosts"
	# What MPI starts its daemons on other hosts with, in the place of ssh: HOST COMMAND...
	cat >"$CLUSTER/agent" <<-END
		#!/bin/sh
		while [ "\${1#-}" != "\$1" ]; do shift; done
		host=\${1#node} && shift
		on() { CLUSTER='$CLUSTER' '$(realpath "$0")' on "\$host" "\$@"; }
		on sh -c "\$*"
		code=\$?
		# Over a link that is cut, ssh would not hear of the end.
		for second in \$(seq 60); do
			on ip link show dev eth0 2>/dev/null | grep -q 'state DOWN' || break
			sleep 1
		done
		exit \$code
	END
	chmod +x "$CLUSTER/agent"
	hold switch --net
	nsenter -t "$(holder switch)" --net sh -ec 'ip link add bridge type bridge && ip link set bridge up'
	for number in $(seq "$1"); do
		attach "$number"
	done
}

# What a user of the cluster has in the environment.
settings() {
	export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
	export OMPI_MCA_plm_rsh_agent="$CLUSTER/agent"
	export OMPI_MCA_btl_tcp_if_include=eth0 OMPI_MCA_oob_tcp_if_include=eth0
	export HYDRA_LAUNCHER=ssh HYDRA_LAUNCHER_EXEC="$CLUSTER/agent" HYDRA_IFACE=eth0
	export UCX_TLS=tcp,self UCX_NET_DEVICES=eth0
	export SLURM_CONF="$CLUSTER/slurm.conf"
	# In a job of Slurm, its allocation says which hosts there are.
	[ -n "${SLURM_JOB_ID-}" ] || {
		export OMPI_MCA_orte_default_hostfile="$CLUSTER/hostfile"
		export HYDRA_HOST_FILE="$CLUSTER/hostfile.hydra"
	}
}

on() { # number, command ...
	local name

	name=$(host "${1-}")
	shift
	[ $# -gt 0 ] || refuse 2 'a command is needed'
	settings
	enter "$name" "$@"
}

slurm_conf() {
	local cpus

	cpus=$(nproc)
	cat <<-END
		ClusterName=virtual
		SlurmctldHost=node1
		SlurmUser=root
		AuthType=auth/munge
		AuthInfo=socket=$CLUSTER/munge/socket
		CredType=cred/munge
		StateSaveLocation=$CLUSTER/state
		SlurmdSpoolDir=$CLUSTER/%n/spool
		SlurmctldPidFile=$CLUSTER/slurmctld.pid
		SlurmdPidFile=$CLUSTER/%n/slurmd.pid
		SlurmctldLogFile=$CLUSTER/slurmctld.log
		SlurmdLogFile=$CLUSTER/%n/slurmd.log
		TmpFS=$CLUSTER/%n
		ProctrackType=proctrack/linuxproc
		TaskPlugin=task/affinity
		SelectType=select/cons_tres
		SelectTypeParameters=CR_CPU
		JobAcctGatherType=jobacct_gather/none
		MpiDefault=none
		SwitchType=switch/none
		ReturnToService=2
		SlurmdParameters=config_overrides
		KillWait=5
		OverTimeLimit=0
		MessageTimeout=30
		NodeName=$(hosts | paste -sd ,) CPUs=$cpus State=UNKNOWN
		PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
	END
}

slurm() {
	local name tries=200

	holder switch >/dev/null
	for name in munged slurmctld slurmd srun; do
		PATH=$PATH:/usr/sbin command -v $name >/dev/null ||
			refuse 4 "$name is not installed: scripts/install-deps.sh"
	done
	export PATH=$PATH:/usr/sbin
	settings
	mkdir -p "$CLUSTER/munge" "$CLUSTER/state"
	dd if=/dev/urandom of="$CLUSTER/munge/key" bs=128 count=1 status=none
	chmod 600 "$CLUSTER/munge/key"
	chmod 755 "$CLUSTER" "$CLUSTER/munge"
	slurm_conf >"$CLUSTER/slurm.conf"
	(enter node1 munged --force --key-file="$CLUSTER/munge/key" --socket="$CLUSTER/munge/socket" \
		--pid-file="$CLUSTER/munge/pid" --log-file="$CLUSTER/munge/log" \
		--seed-file="$CLUSTER/munge/seed") 9>&- 3>&- >"$CLUSTER/munge/said" 2>&1 ||
		refuse 1 "munged does not start: $(tail -1 "$CLUSTER/munge/said")"
	(enter node1 slurmctld -c -f "$SLURM_CONF") </dev/null >/dev/null 2>&1 3>&- 9>&-
	for name in $(hosts); do
		(enter "$name" slurmd -f "$SLURM_CONF" -N "$name") </dev/null >/dev/null 2>&1 3>&- 9>&-
	done
	until [ "$( (enter node1 sinfo -h -t idle -o %D) 2>/dev/null)" = "$(hosts | wc -l)" ]; do
		[ $((tries -= 1)) -gt 0 ] || refuse 1 "Slurm's nodes do not come up: see $CLUSTER/slurmctld.log and $CLUSTER/node1/slurmd.log"
		sleep 0.1
	done
}

# A control group for the host's processes, those that are there and those to come.
slow() { # number, percent
	local name group pid

	name=$(host "${1-}")
	case ${2-} in
	'' | *[!0-9]* | 0*) refuse 2 'slow needs a host and a percentage of a CPU, as in: slow 2 10' ;;
	esac
	if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
		group=/sys/fs/cgroup/virtual-$(basename "$CLUSTER")-$name
		echo +cpu >/sys/fs/cgroup/cgroup.subtree_control
		mkdir -p "$group" && echo "$(($2 * 1000)) 100000" >"$group/cpu.max"
	else
		group=/sys/fs/cgroup/cpu/virtual-$(basename "$CLUSTER")-$name
		mkdir -p "$group" && echo 100000 >"$group/cpu.cfs_period_us" &&
			echo "$(($2 * 1000))" >"$group/cpu.cfs_quota_us"
	fi 2>/dev/null || refuse 4 "no control group can limit the CPU here: $group"
	echo "$group/cgroup.procs" >"$CLUSTER/$name/cgroups"
	for pid in $(members "$(holder "$name")"); do
		echo "$pid" >"$group/cgroup.procs" 2>/dev/null || true
	done
}

# All processes in the network of this one, but itself: whatever it is, it runs on that host.
members() { # pid
	local network

	network=$(readlink "/proc/$1/ns/net") || return 0
	[ "$network" != "$(readlink /proc/self/ns/net)" ] || return 0
	find /proc/[0-9]*/ns/net -maxdepth 0 -lname "net:\\[${network//[!0-9]/}\\]" 2>/dev/null |
		cut -d / -f 3 | grep -vx "$1"
}

# Ends all that runs on a host; what it starts meanwhile, too.
silence() { # pid of the holder
	local pids tries=100

	while pids=$(members "$1") && [ -n "$pids" ]; do
		# shellcheck disable=SC2086 # words on purpose
		kill -KILL $pids 2>/dev/null || true
		[ $((tries -= 1)) -gt 0 ] || refuse 1 "processes do not end: $pids"
		sleep 0.02
	done
}

down() {
	local file group tries pid

	[ -e "$CLUSTER" ] || return 0
	[ -e "$CLUSTER/switch" ] || refuse 2 "$CLUSTER is no cluster of this script"
	# All hosts first, then what holds them: one that is gone could not be told from this machine.
	for file in "$CLUSTER"/*/pid; do
		pid=$(cat "$file")
		if holds "$pid"; then silence "$pid"; fi
	done
	for file in "$CLUSTER"/*/pid; do
		pid=$(cat "$file")
		if holds "$pid"; then kill -KILL "$pid" 2>/dev/null || true; fi
	done
	while read -r group; do
		tries=50
		until rmdir "${group%/*}" 2>/dev/null || [ $((tries -= 1)) -eq 0 ]; do sleep 0.02; done
	done < <(cat "$CLUSTER"/*/cgroups)
	rm -rf "$CLUSTER"
}

verb=${1-}
[ $# -eq 0 ] || shift
case $verb in
-h | --help) usage ;;
up) up "$@" ;;
slurm) slurm ;;
run) on 1 "$@" ;;
on) on "$@" ;;
slow) slow "$@" ;;
cut) (enter "$(host "${1-}")" ip link set eth0 down) ;;
mend) (enter "$(host "${1-}")" ip link set eth0 up) ;;
down) down ;;
*)
	usage >&2
	exit 2
	;;
esac
