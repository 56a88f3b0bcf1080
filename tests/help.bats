#!/usr/bin/env bats
# The help, the manual page and the completion say what the program does.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

verbs() { # program, sumsq unless given
	"${1-$SUMSQ}" --help | sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

# Letter or -, name and argument of each option of a verb, an optional argument in brackets.
options_of() { # verb
	"$SUMSQ" "$1" --help | sed -n '
		s/^      --\([a-z-]*\)\([^ ]*\) *\([^ ]*\).*/- \1 \2 \3/p
		s/^  -\([a-z]\), --\([a-z-]*\)\([^ ]*\) *\([^ ]*\).*/\1 \2 \3 \4/p'
}

# A value that an option takes.
value_of() { # option
	case $1 in
	strategy) echo serial ;;
	kernel) echo scalar ;;
	places) echo cores ;;
	bind) echo none ;;
	schedule) echo guided,7 ;;
	weights) echo measured ;;
	topology) echo "core:4 pu:1" ;;
	file) echo "$PWD/tasks" ;;
	ranks | per-node | nodes | workers | inflight | concurrency | repeat | rounds | max-time | start-timeout | patience | tolerance) echo 1 ;;
	way) echo mutex ;;
	checkpoint) echo "$PWD/kept" ;;
	time) echo 1 ;;
	pus) echo 0 ;;
	tasks | increments) echo 10 ;;
	json | csv | markdown | extrap | html) echo "$PWD/written" ;;
	plot) echo "$PWD/written.svg" ;;
	help) echo man ;;
	hosts) echo node1,node2 ;;
	hostfile) echo hosts ;;
	launcher) echo srun ;;
	launcher-args) echo --quiet ;;
	*) return 1 ;;
	esac
}

# An option is taken if the complaint is about what follows it.
taken() { # verb, words of the option ...
	local verb=$1
	shift

	# Its operands are files of results.
	if [[ $verb == report && $1 != -h && $1 != --help* && $1 != --version ]]; then
		run --separate-stderr "$SUMSQ" "$verb" "$@" not-a-task
		[[ $status -eq 2 && $stderr == *'not-a-task cannot be read'* ]] || fail "$verb $*"
		return
	fi

	# Weights go with the schedule that has shares.
	[[ $1 != --weights* ]] || set -- "$@" --schedule static
	# Only processes survive each other.
	[[ $1 != --survive ]] || set -- "$@" -s processes
	run --separate-stderr "$SUMSQ" "$verb" "$@" not-a-task
	if [[ $1 == -h || $1 == --help* || $1 == --version ]]; then
		[ "$status" -eq 0 ] || fail "$verb $*"
	elif [[ $verb != place && ($1 == -n* || $1 == --ranks*) ]]; then
		[[ $status -eq 2 && $stderr == *'asks for MPI ranks'* ]] || fail "$verb $*"
	else
		[[ $status -eq 2 && $stderr == *"'not-a-task'"* ]] || fail "$verb $*"
	fi
}

@test 'every command is in the help, and has its own' {
	[ "$(verbs | xargs)" = 'run compare scale report place list check race' ]
	for verb in $(verbs); do
		run -0 --separate-stderr "$SUMSQ" "$verb" --help
		[[ ${lines[0]} == "usage: sumsq $verb "* ]]
		[ -z "$stderr" ]
		run -0 --separate-stderr "$SUMSQ" "$verb" -h
		[[ ${lines[0]} == "usage: sumsq $verb "* ]]
	done
	run -0 --separate-stderr "$SUMSQ" --help
	[[ ${lines[0]} == 'usage: sumsq '* ]]
}

@test 'every option in the help of a command is taken by it' {
	echo 10 >tasks
	for verb in $(verbs); do
		options_of "$verb" >options
		[ "$(wc -l <options)" -ge 7 ]
		while read -r letter name rest; do
			case $rest in
			'[='*)
				taken "$verb" "--$name"
				taken "$verb" "--$name=$(value_of "$name")"
				;;
			[A-Z]*)
				taken "$verb" "--$name" "$(value_of "$name")"
				taken "$verb" "--$name=$(value_of "$name")"
				[ "$letter" = - ] || taken "$verb" "-$letter$(value_of "$name")"
				;;
			*)
				taken "$verb" "--$name"
				[ "$letter" = - ] || taken "$verb" "-$letter"
				;;
			esac
		done <options
	done
}

@test 'an option that is not in the help of a command is not taken by it' {
	for verb in $(verbs); do
		options_of "$verb" | cut -d ' ' -f 2
	done | sort -u >all
	for verb in $(verbs); do
		options_of "$verb" | cut -d ' ' -f 2 | sort >own
		for name in $(comm -23 all own); do
			refused 2 "--$name" "$SUMSQ" "$verb" "--$name=$(value_of "$name")"
		done
	done
}

# Both programs, where both were built.
programs() {
	echo "$SUMSQ"
	[ ! -x "$ROOT/build/fetchall" ] || echo "$ROOT/build/fetchall"
}

@test 'the help fits a terminal of 80 columns' {
	for program in $(programs); do
		for verb in '' $(verbs "$program"); do
			# shellcheck disable=SC2086 # none is no word
			"$program" $verb --help >help
			awk -v verb="$program $verb" 'length > 80 { print verb ": " $0; bad = 1 } END { exit bad }' help
		done
		run ! "$program"
		awk 'length > 80 { print; bad = 1 } END { exit bad }' <<<"$output"
	done
}

@test 'every command has its own description and an example' {
	for program in $(programs); do
		for verb in $(verbs "$program"); do
			"$program" "$verb" --help >help
			# More than the line that the list of commands has.
			[ "$(sed -n '3,/^Options:/p' help | grep -c .)" -gt 3 ] || fail "$verb: $(cat help)"
			sed -n '/^Examples:/,/^$/p' help >examples
			grep -q "^  .*${program##*/} $verb" examples || fail "$verb: $(cat help)"
			sed -n '3p' help
		done >abouts
		[ -z "$(sort abouts | uniq -d)" ]
	done
}

@test 'the help of a command explains the columns that it prints' {
	printf '10\n' >tasks
	for words in 'compare --rounds 1 -c 1' 'scale --rounds 1 -c 1' list; do
		files=
		[ "$words" = list ] || files='-f tasks'
		# shellcheck disable=SC2086 # words on purpose
		"$SUMSQ" $words $files 2>/dev/null >table
		"$SUMSQ" "${words%% *}" --help | tr -s ' \n' ' ' >help
		for title in $(sed -n '/^strategy /{p;q}' table | tr -s ' ' '\n' | grep -v '^[0-9%]*$\|^what$\|^it$\|^is$\|^term/s$'); do
			case $words,$title in
			# Names that are the thing itself; the interval and the rate are explained with the median.
			*,strategy | *,why | *,not) ;;
			scale*,workers | scale*,median | scale*,start-up | scale*,verified | scale*,interval) ;;
			*) grep -qF -- "$title" help || fail "$words: nothing of '$title'" ;;
			esac
		done
	done
	for word in clock balance overhead running rest serial knee break-even; do
		"$SUMSQ" scale --help | grep -qF "$word"
	done
}

@test 'the defaults are in the help' {
	"$SUMSQ" compare --help | tr -s ' \n' ' ' | grep -q -- '-c is the number of allowed cores'
	"$SUMSQ" scale --help | tr -s ' \n' ' ' | grep -q -- '-s is openmp,processes'
	for option in strategy ranks workers inflight places bind schedule weights repeat rounds max-time; do
		"$SUMSQ" run --help |
			awk -v option="--$option" '
				$0 ~ "^ .*" option "[ [=]" { at = 1; print; next }
				at && substr($0, 1, 28) ~ /^ +$/ { print; next }
				{ at = 0 }' |
			grep -q default || fail "$option"
	done
}

@test 'help is a command too' {
	for verb in '' $(verbs); do
		# shellcheck disable=SC2086 # none is no word
		run -0 --separate-stderr "$SUMSQ" help $verb
		[ -z "$stderr" ]
		# shellcheck disable=SC2086
		[ "$output" = "$("$SUMSQ" $verb --help)" ]
	done
	refused 2 "'nope'" "$SUMSQ" help nope
	refused 2 "'rnu'|did you mean run?" "$SUMSQ" help rnu
	refused 2 "'10'" "$SUMSQ" help run 10
}

@test 'the examples of the help work' {
	"$SUMSQ" --help | sed -n '/^Examples:/,/^$/s/^  \(.*[^ ]\)   *[a-z0-9].*/\1/p' >examples
	grep -q '^sumsq run 10 1e7 5:10$' examples
	grep -q '^seq 1 1000 | sumsq run -f -$' examples
	mkdir bin
	ln -s "$SUMSQ" bin/sumsq
	"$SUMSQ" run -q --json=new.json 10 >/dev/null
	while read -r example; do
		# Those that take seconds and several hosts are another file's.
		[[ $example != mpirun* && $example != *compare* ]] || continue
		# What measures for a minute does so for less.
		[[ $example != *' scale'* && $example != *' race'* ]] || example+=' --rounds 2'
		run -0 --separate-stderr env PATH="$PWD/bin:$PATH" sh -c "$example" </dev/null
		[[ -n $output || $example == *--html=* ]]
	done <examples
	[ -s page.html ]
}

@test 'the version' {
	run -0 --separate-stderr "$SUMSQ" --version
	[[ $output =~ ^sumsq\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test 'the manual page has every command and option, and no errors' {
	"$SUMSQ" --help=man >page
	for verb in $(verbs); do
		grep -q "^\.SS $verb$" page
		options_of "$verb" | cut -d ' ' -f 2 | while read -r name; do
			grep -qF -- "${name//-/\\-}" page || fail "no $name"
		done
	done
	local checked=
	if command -v mandoc; then
		mandoc -T lint -W error page >complaints || true
		[ ! -s complaints ] || fail "$(cat complaints)"
		checked=yes
	fi
	if command -v man; then
		man --warnings -E UTF-8 -l page >text 2>complaints
		for title in NAME SYNOPSIS EXAMPLES ENVIRONMENT 'EXIT STATUS' 'SEE ALSO'; do
			grep -qx "$title" text || fail "no $title"
		done
		[ "$(sed -n '/^NAME/,/^$/p' text | wc -l)" -le 3 ]
		[ ! -s complaints ] || fail "$(cat complaints)"
		checked=yes
	fi
	[ -n "$checked" ] || skip 'neither mandoc nor man is installed'
}

# What is offered for the last of the words typed so far, as bash cuts them.
completed() { # program, words ...
	"$1" --help=bash >completion
	bash -n completion
	bash -c '
		compopt() { :; }
		source completion
		name=${1##*/}
		shift
		COMP_WORDS=("$name" "$@") COMP_CWORD=$#
		"_$name"
		printf "%s\n" "${COMPREPLY[@]}"' - "$@" | sort | xargs
}

@test 'the completion: commands, and options of the command' {
	[ "$(completed "$SUMSQ" ru)" = run ]
	for program in $(programs); do
		for verb in $(verbs "$program"); do
			grep -qw -- "$verb" <<<"$(completed "$program" '')"
			grep -qw -- "$verb" <<<"$(completed "$program" help '')"
			# Exactly those of its help.
			[ "$(completed "$program" "$verb" -- | tr -d = | tr ' ' '\n' | sort | xargs)" = "$("$program" "$verb" --help | sed -n '
					s/^  \(-., \|    \)\(--[a-z-]*\).*/\2/p' | sort | xargs)" ] ||
				fail "$verb: $(completed "$program" "$verb" --)"
		done
	done
	[ "$(completed "$SUMSQ" run --ver)" = '--verbose --version' ]
	[ "$(completed "$SUMSQ" run --sche)" = '--schedule=' ]
	[ -z "$(completed "$SUMSQ" run --weak)" ]
	[ "$(completed "$SUMSQ" scale --weak)" = --weak ]
}

@test 'the completion: values' {
	for words in '--schedule =' '--schedule = ' '--schedule'; do
		# shellcheck disable=SC2086 # words on purpose
		set -- $words
		[[ $words == *= ]] || set -- "$@" ''
		[ "$(completed "$SUMSQ" run "$@")" = 'dynamic guided static' ] || fail "$words"
	done
	[ "$(completed "$SUMSQ" run --schedule = gu)" = guided ]
	[ "$(completed "$SUMSQ" run -s ser)" = serial ]
	[ "$(completed "$SUMSQ" run --strategy = mpi+o)" = mpi+openmp ]
	[ "$(completed "$SUMSQ" run --kernel = avx2)" = avx2 ]
	[ "$(completed "$SUMSQ" run --bind =)" = 'close none spread' ]
	[ "$(completed "$SUMSQ" run --places = numa)" = numa_domains ]
	[ "$(completed "$SUMSQ" run --weights =)" = 'equal measured' ]
	[ "$(completed "$SUMSQ" --help =)" = 'bash man' ]
	# Behind a comma, in commands that take several: those that are not there yet.
	[ "$(completed "$SUMSQ" scale -s openmp,)" = \
		'openmp,async openmp,mpi openmp,mpi+async openmp,mpi+openmp openmp,processes openmp,serial' ]
	[ "$(completed "$SUMSQ" scale --strategy = openmp,mpi+openmp,mpi)" = \
		'openmp,mpi+openmp,mpi openmp,mpi+openmp,mpi+async' ]
	[ "$(completed "$SUMSQ" scale --bind close,none,)" = close,none,spread ]
	[ -z "$(completed "$SUMSQ" run -s openmp,)" ]
	[ -z "$(completed "$SUMSQ" run --schedule static,)" ]
	# Nothing but file names.
	[ -z "$(completed "$SUMSQ" run -f '')" ]
	[ -z "$(completed "$SUMSQ" run --json =)" ]
	[ -z "$(completed "$SUMSQ" run -w '')" ]
	# A value that may be left out is only behind a =.
	grep -q -- --quiet <<<"$(completed "$SUMSQ" run --json '')"
	[ ! -x "$ROOT/build/fetchall" ] || [ "$(completed "$ROOT/build/fetchall" run --http =)" = '1.1 2 auto' ]
}

@test 'no other form of the help' {
	refused 2 "'nope'|man|bash" "$SUMSQ" --help=nope
}
