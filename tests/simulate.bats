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

# Each line of the table has the numbers of the model's line of the same name, to within so much.
agrees() { # how much, the model's table
	awk -v most="$1" 'NR == FNR { model[substr($0, 1, 40)] = substr($0, 41); next }
		{
			count = split(model[substr($0, 1, 40)], wanted)
			bad += split(substr($0, 41), found) != count || !count
			for (i = 1; i <= count; i++)
				bad += found[i] - wanted[i] > most || wanted[i] - found[i] > most
		}
		END { exit bad != 0 }' <(echo "$2") <(echo "$output") || fail "more than $1 apart: $2"
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

# In a job of 0.1 s a chunk is a hundredth: whoever waits for a lease once too often is seen.
@test 'the mpi strategy itself, on 16, 64 and 256 hosts of SimGrid, agrees with the model' {
	need smpicc
	run -0 --separate-stderr "$ROOT/scripts/simulate.sh" --mpi -s 0.1 16 64
	[ "$(wc -l <<<"$output")" -eq 13 ]
	agrees 0.02 "$("$SIMULATE" -s 0.1 16 64)"
	run -0 --separate-stderr "$ROOT/scripts/simulate.sh" --mpi -c '10 GbE      1/10 at half speed  dynamic' -s 0.1 256
	[ "$(wc -l <<<"$output")" -eq 2 ]
	agrees 0.02 "$("$SIMULATE" -s 0.1 256)"
}

@test 'what SimGrid cannot be asked is refused' {
	for wrong in 1 x -3 1x; do
		run -2 --separate-stderr "$ROOT/scripts/simulate.sh" --mpi -- "$wrong"
	done
	for wrong in -s0 -sx -x; do
		run -2 --separate-stderr "$ROOT/scripts/simulate.sh" --mpi $wrong 2
	done
}
