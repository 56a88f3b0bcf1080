# How leases scale, simulated with the program's own schedules, sizes of leases and weights.

load helpers

setup() {
	SIMULATE=$BATS_TEST_DIRNAME/../build/simulate
	make -s -C "$BATS_TEST_DIRNAME/.." build/simulate >&2
}

# Of each line that begins with the words, the last column is as that.
at_least() { # efficiency, words
	awk -v least="$1" -v words="$2" 'index($0, words) == 1 { count++; few += $NF < least }
		END { exit !(count && !few) }' <<<"$output" || fail "'$2' below $1: $output"
}

@test '4,096 ranks of 10 s, and 512: no schedule loses a twentieth' {
	run -0 --separate-stderr "$SIMULATE" 512 4096
	for network in '10 GbE    ' 'InfiniBand'; do
		for hosts in 'equal' '1/10 at half speed'; do
			at_least 0.95 "$network  $hosts"
		done
	done
	[ "$(awk 'length > 80' <<<"$output")" = '' ]
	[ "$(wc -l <<<"$output")" -eq 19 ]
}

@test 'a leader with a twentieth of a CPU holds up nobody' {
	run -0 --separate-stderr "$SIMULATE" 16 64
	at_least 0.97 '10 GbE      leader'
	at_least 0.97 'InfiniBand  leader'
}

@test 'the same numbers each time' {
	run -0 --separate-stderr "$SIMULATE" -s 1 16 100
	before=$output
	run -0 --separate-stderr "$SIMULATE" -s 1 16 100
	[ "$output" = "$before" ]
}

@test 'what is no number of ranks is refused' {
	for wrong in 1 0 -3 x 1x; do
		run -2 --separate-stderr "$SIMULATE" -- "$wrong"
	done
}
