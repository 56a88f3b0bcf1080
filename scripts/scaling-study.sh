#!/bin/sh
# The whole study of a node in one folder: all strategies, close and spread, strong and weak.
#
#	scaling-study.sh [-o DIR] [options and tasks of `sumsq scale`]
#
# What is finished stays: a study that was stopped goes on when the same is typed again.
set -eu

usage() {
	cat <<'END'
usage: scaling-study.sh [-o DIR] [options and tasks of `sumsq scale`]

Measures how this node scales, with every strategy that it has: bound close and
spread, with a job that stays (strong) and one that grows with the workers
(weak); and compares all strategies on the embedded job. The folder DIR, by
default scaling-HOST-YYYYMMDD, has of each study the JSON, the table as CSV and
text, the plots and the report, as far as this build makes them; README.md there
is the index, with the advice of all.

Typed again, it makes what is not there yet, and nothing twice.

  -o DIR      the folder; it is made where there is none
  -h, --help  this help

Everything else is handed to `sumsq scale`, as in

  scaling-study.sh -o study --max-time 30 -c 1,2,4,8 2e10

but not the binds, --strong, --weak, or files to write, which are this script's.
With -s only those strategies are studied. SUMSQ is the program to measure, by
default build/sumsq of this source tree, or the one that is installed.

Exit codes: 0 all is there; 1 a study failed, the others are there; 2 wrong
request; 128 + signal when interrupted.
END
}

say() {
	echo "scaling-study: $*" >&2
}

refuse() {
	say "$@"
	exit 2
}

folder=
while [ $# -gt 0 ]; do
	case $1 in
	-h | --help)
		usage
		exit 0
		;;
	-o)
		folder=${2-}
		[ -n "$folder" ] || refuse '-o needs a folder'
		shift 2
		;;
	-o?*)
		folder=${1#-o}
		shift
		;;
	*) break ;;
	esac
done

# What the words say that concerns this script.
limit=60
strategies=all
previous=
for word; do
	case $word in
	--) break ;;
	--bind* | --strong | --weak | --json* | --csv* | --markdown* | --extrap* | --plot* | --html*)
		refuse "$word is this script's own: leave it out"
		;;
	- | -f- | --file=-) refuse 'standard input is read but once, and there are several studies: put the tasks into a file' ;;
	-s* | --strategy*) strategies=given ;;
	--max-time=*) limit=${word#--max-time=} ;;
	esac
	[ "$previous" != --max-time ] || limit=$word
	previous=$word
done

here=$(cd "$(dirname "$0")/.." && pwd)
if [ -z "${SUMSQ-}" ]; then
	SUMSQ=$here/build/sumsq
	[ -x "$SUMSQ" ] || SUMSQ=sumsq
fi
command -v "$SUMSQ" >/dev/null 2>&1 || refuse "there is no $SUMSQ: type make, or name the program in SUMSQ"

# Of those that scale, the ones that this build has.
if [ "$strategies" = all ]; then
	list=$("$SUMSQ" list --csv | sed -n -E 's/^(openmp|processes|mpi|mpi\+openmp),.*,true,.*/\1/p' | paste -s -d , -)
	[ -n "$list" ] || refuse "$SUMSQ has no strategy that scales"
	set -- -s "$list" "$@"
fi

# A build without plots or reports makes the rest.
makes() { # option of scale
	"$SUMSQ" scale --help | grep -q -e "^ *--$1"
}
plots=
reports=
if makes plot; then
	if command -v gnuplot >/dev/null 2>&1; then
		plots=yes
	else
		say 'there is no gnuplot, and so there will be no plots: install gnuplot-nox'
	fi
fi
if makes html; then reports=yes; fi

folder=${folder:-scaling-$(uname -n)-$(date +%Y%m%d)}
fresh=
[ -d "$folder" ] || fresh=yes
mkdir -p "$folder" 2>/dev/null || refuse "$folder cannot be made: give another folder with -o"
[ -w "$folder" ] || refuse "$folder cannot be written: give another folder with -o"

# Studies of different things do not share a folder.
quoted() {
	for word; do
		case $word in
		*[!A-Za-z0-9_.,:=/+-]* | '') printf " '%s'" "$(printf '%s' "$word" | sed "s/'/'\\\\''/g")" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
}
typed="sumsq scale$(quoted "$@")"
if [ ! -e "$folder/command" ]; then
	echo "$typed" >"$folder/command"
elif [ "$(cat "$folder/command")" != "$typed" ]; then
	refuse "$folder is of another study ($(cat "$folder/command")): give another folder with -o"
fi

# What is being made is under another name until it is whole.
unfinished=$folder/.unfinished.$$
child=
clean() {
	rm -rf "$unfinished"
}
stop() { # signal number
	trap '' INT TERM HUP
	if [ -n "$child" ]; then
		kill -TERM "$child" 2>/dev/null || true
		wait "$child" 2>/dev/null || true
	fi
	clean
	say "stopped; the same command goes on from here"
	exit $((128 + $1))
}
trap clean EXIT
trap 'stop 1' HUP
trap 'stop 2' INT
trap 'stop 15' TERM
for left in "$folder"/.unfinished.*; do
	[ -d "$left" ] && ! kill -0 "${left##*.}" 2>/dev/null && rm -rf "$left"
done
mkdir "$unfinished"

# A result is whole if the program can read it, and its own rows in it.
is_made() { # study
	[ -s "$folder/$1.json" ] && "$SUMSQ" report -q "$folder/$1.json" >/dev/null 2>&1
}

# Its files appear when all are there, and the JSON last of them.
publish() { # study
	for file in "$unfinished/$1".*; do
		case $file in
		*.json) ;;
		*) mv "$file" "$folder/" ;;
		esac
	done
	mv "$unfinished/$1.json" "$folder/"
}

failed=0
# Waited for as a child in the background, so that a signal need not wait for it.
make_study() { # study, verb, words ...
	study=$1
	verb=$2
	shift 2
	"$SUMSQ" "$verb" --json="$unfinished/$study.json" --csv="$unfinished/$study.csv" "$@" \
		>"$unfinished/$study.txt" </dev/null &
	child=$!
	code=0
	wait "$child" || code=$?
	child=
	if [ "$code" -eq 0 ]; then
		publish "$study"
		return
	fi
	rm -f "$unfinished/$study".*
	if [ "$code" -eq 2 ]; then
		ls "$folder"/*.json >/dev/null 2>&1 || rm -f "$folder/command"
		clean
		[ -z "$fresh" ] || rmdir "$folder" 2>/dev/null || true
		exit 2
	fi
	[ "$code" -le 128 ] || stop $((code - 128))
	say "$study failed with code $code: it is made when the same is typed again"
	failed=1
}

studies='strong-close strong-spread weak-close weak-spread'
made=0
for study in $studies compare; do
	if is_made "$study"; then made=$((made + 1)); fi
done
left=$((5 - made))
say "4 studies and a comparison in $folder: $made are there, $left to make, at most $limit s each"

done=0
for study in $studies; do
	done=$((done + 1))
	is_made "$study" && continue
	say "$done of 5: $study"
	make_study "$study" scale "--${study%-*}" "--bind=${study#*-}" \
		${plots:+"--plot=$unfinished/$study.svg"} ${reports:+"--html=$unfinished/$study.html"} "$@"
done
if ! is_made compare; then
	say '5 of 5: compare'
	make_study compare compare --max-time "$limit"
fi

# The last paragraph of a text, if it is one of advice.
advice() { # study
	awk 'BEGIN { RS = "" } { last = $0 } END { if (last ~ /^(Take|Fastest is|Least time|Too few|No winner|The rounds|[0-9]+ of [0-9]+ trials) /) print last }' "$folder/$1.txt"
}

# A file as a cell of the index, if it is there.
link() { # study, ending
	if [ -e "$folder/$1.$2" ]; then printf ' | [%s](%s.%s)' "$2" "$1" "$2"; else printf ' | -'; fi
}

index() {
	echo "# How $(uname -n) scales"
	echo
	echo "Made by \`$typed\`, with \`--strong\` and \`--weak\`, \`--bind=close\` and \`--bind=spread\`;"
	echo "and \`sumsq compare\`, which measures all strategies on the embedded job."
	echo
	echo '| study | result | table | text | plots | report |'
	echo '| :-- | :-- | :-- | :-- | :-- | :-- |'
	for study in $studies compare; do
		[ -e "$folder/$study.json" ] || continue
		printf '| %s' "$study"
		for ending in json csv txt svg html; do
			link "$study" $ending
		done
		echo ' |'
	done
	for study in $studies compare; do
		[ -e "$folder/$study.txt" ] || continue
		printf '\n## %s\n\n' "$study"
		advice "$study"
	done
}
index >"$unfinished/README.md"
mv "$unfinished/README.md" "$folder/README.md"

for study in $studies compare; do
	[ -e "$folder/$study.txt" ] || continue
	printf '%s:\n' "$study"
	advice "$study" | sed 's/^/  /'
done
say "the index is $folder/README.md"
exit "$failed"
