#!/usr/bin/env bats
# The help, the manual page and the completion say what the program does.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

verbs() {
	"$SUMSQ" --help | sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p'
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
	ranks | workers | inflight | concurrency | repeat | rounds | max-time | start-timeout | tolerance) echo 1 ;;
	json | csv | markdown | extrap | html) echo "$PWD/written" ;;
	plot) echo "$PWD/written.svg" ;;
	help) echo man ;;
	*) return 1 ;;
	esac
}

# An option is taken if the complaint is about what follows it.
taken() { # verb, words of the option ...
	local verb=$1
	shift

	# Weights go with the schedule that has shares.
	[[ $1 != --weights* ]] || set -- "$@" --schedule static
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
	[ "$(verbs | xargs)" = 'run compare scale place list' ]
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

@test 'the help fits a terminal' {
	for verb in '' $(verbs); do
		# shellcheck disable=SC2086 # none is no word
		"$SUMSQ" $verb --help >help
		awk -v verb="$verb" 'length > 88 { print verb ": " $0; bad = 1 } END { exit bad }' help
	done
}

@test 'the examples of the help work' {
	"$SUMSQ" --help | sed -n '/^Examples:/,/^$/s/^  \(.*[^ ]\)   *[a-z].*/\1/p' >examples
	grep -q '^sumsq run 10 1e7 5:10$' examples
	grep -q '^seq 1 1000 | sumsq run -f -$' examples
	mkdir bin
	ln -s "$SUMSQ" bin/sumsq
	while read -r example; do
		# Those that take seconds and several hosts are another file's.
		[[ $example != mpirun* && $example != *compare* ]] || continue
		run -0 --separate-stderr env PATH="$PWD/bin:$PATH" sh -c "$example"
		[ -n "$output" ]
	done <examples
}

@test 'the version' {
	run -0 --separate-stderr "$SUMSQ" --version
	[[ $output =~ ^sumsq\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test 'the manual page has every command and option, and no errors' {
	"$SUMSQ" --help=man >page
	for verb in $(verbs); do
		grep -q "^\.B $verb$" page
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
		grep -q EXIT text
		[ ! -s complaints ] || fail "$(cat complaints)"
		checked=yes
	fi
	[ -n "$checked" ] || skip 'neither mandoc nor man is installed'
}

@test 'the completion' {
	"$SUMSQ" --help=bash >completion
	bash -n completion
	completed() { # words typed so far ...
		bash -c '
			source completion
			COMP_WORDS=(sumsq "$@") COMP_CWORD=$#
			_sumsq
			printf "%s\n" "${COMPREPLY[@]}"' - "$@"
	}
	run -0 --separate-stderr completed ru
	[ "$output" = run ]
	run -0 --separate-stderr completed ''
	for verb in $(verbs); do
		grep -qx "$verb" <<<"$output"
	done
	run -0 --separate-stderr completed run --ver
	[ "$(sort <<<"$output" | xargs)" = '--verbose --version' ]
	run -0 completed run --sche
	grep -qx -- '--schedule=' <<<"$output"
}

@test 'no other form of the help' {
	refused 2 "'nope'|man|bash" "$SUMSQ" --help=nope
}
