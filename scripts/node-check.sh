#!/bin/sh
# A health check of a node by `sumsq check`, for Slurm: in slurm.conf
#
#	HealthCheckProgram=/path/to/node-check.sh
#	HealthCheckInterval=3600
#	HealthCheckNodeState=IDLE
#
# or Prolog=/path/to/node-check.sh, where a code other than 0 drains the node and requeues the job.
# SECONDS_A_PU (5) and SUMSQ (sumsq) are read from the environment. It prints a line for the node, and what there is to
# say of each wrong PU before it; and ends with the code of sumsq: 3 if a result was wrong. As a health check it then
# drains the node itself; Slurm ignores the code of that one.
set -u

found=$("${SUMSQ:-sumsq}" check --quiet --time "${SECONDS_A_PU:-5}" 2>&1)
code=$?
printf '%s\n' "$found" | sed -n '/^PU .* is WRONG/,$p; $p' | uniq
if [ $code -eq 3 ] && [ -z "${SLURM_JOB_ID:-}" ] && command -v scontrol >/dev/null 2>&1; then
	scontrol update NodeName="${SLURMD_NODENAME:-$(hostname -s)}" State=DRAIN Reason='sumsq check: wrong results'
fi
exit $code
