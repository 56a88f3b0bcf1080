#!/bin/sh
# A job of Slurm for each number of nodes, which wait in the queue by themselves, and one that reports them all.
set -eu

usage() {
	cat <<'END'
usage: slurm-array.sh NODES [-o DIR] [options and tasks of `sumsq scale`]

NODES is a list of numbers of nodes: 1,2,4,8. Each is a job of its own, so that the
small ones do not wait for the large. When all have ended, a last job reports
what they found: DIR/report.html and DIR/report.txt, by default in nodes-YYYYMMDD.
SBATCH has more words for sbatch ('--time=20 --exclusive'), SUMSQ is the program, by
default build/sumsq of this source tree.

  SBATCH='--time=20 --exclusive' slurm-array.sh 1,2,4,8 1e12

It prints the number of the last job. Exit codes: 0 all were submitted, 2 wrong
request, 4 no Slurm here.
END
}

# Words as a shell reads them.
quote() { # words ...
	for word; do
		printf "'%s' " "$(printf %s "$word" | sed "s/'/'\\\\''/g")"
	done
}

case ${1-} in
'' | -h | --help)
	usage
	[ $# -gt 0 ] || exit 2
	exit 0
	;;
*[!0-9,]* | *,,* | ,* | *,)
	echo "slurm-array: '$1' is no list of numbers, as 1,2,4" >&2
	exit 2
	;;
esac
command -v sbatch >/dev/null || { echo 'slurm-array: no sbatch in PATH' >&2; exit 4; }
list=$1
shift
folder=nodes-$(date +%Y%m%d)
if [ "${1-}" = -o ]; then
	folder=${2:?-o needs a folder}
	shift 2
fi
sumsq=$(realpath "${SUMSQ:-$(dirname "$0")/../build/sumsq}")
mkdir -p "$folder"
folder=$(realpath "$folder")

jobs=
files=
for nodes in $(echo "$list" | tr , ' '); do
	# Of an earlier call, it would be reported as this one's where the job fails.
	rm -f "$folder/nodes-$nodes.json"
	files="$files nodes-$nodes.json"
	# shellcheck disable=SC2086 # words on purpose
	job=$(sbatch --parsable ${SBATCH-} --job-name="corescale-$nodes" --nodes="$nodes" --ntasks-per-node=1 \
		--output="$folder/log-$nodes" \
		--wrap="exec $(quote "$sumsq" scale --nodes "$nodes" --json="$folder/nodes-$nodes.json" "$@")")
	jobs=$jobs:${job%%;*}
done
job=$(sbatch --parsable --job-name=corescale-report --nodes=1 --ntasks=1 --dependency="afterany$jobs" \
	--output="$folder/log-report" --wrap="cd $(quote "$folder") || exit
for file in$files; do
	[ ! -e \$file ] || set -- \"\$@\" \$file
done
exec $(quote "$sumsq")report \"\$@\" --html=report.html >report.txt")
echo "${job%%;*}"
