#!/usr/bin/env bats
# The kernels: one multiplication a term in the instructions that were built, and the same sums.
# shellcheck disable=SC2154 # bats sets stderr

load helpers

# shellcheck disable=SC2016 # awk's own
# The multiplications in each innermost loop of a disassembly, one number a line. A loop reaches
# from the target of a backward jump to the jump.
multiplications='
	function hex(text,  i, value) {
		for (i = 1; i <= length(text); i++)
			value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
		return value
	}
	/^ +[0-9a-f]+:/ {
		at = hex(substr($1, 1, length($1) - 1))
		count += $2 ~ /^(vpmuludq|vpmadd52luq|vpmadd52huq|vpdpwssd|mulx|i?mulq?)$/
		before[at] = count - ($2 ~ /^(vpmuludq|vpmadd52luq|vpmadd52huq|vpdpwssd|mulx|i?mulq?)$/)
		if ($2 ~ /^j/ && $3 ~ /^[0-9a-f]+$/ && hex($3) < at) {
			from[++loops] = hex($3)
			to[loops] = at
			until[loops] = count
		}
	}
	END {
		for (i = 1; i <= loops; i++) {
			innermost = 1
			for (j = 1; j <= loops; j++)
				if (j != i && from[j] >= from[i] && to[j] <= to[i])
					innermost = 0
			if (innermost)
				print until[i] - before[from[i]]
		}
	}'

built_for_x86() {
	[ "$(uname -m)" = x86_64 ] || skip 'the loops are read in x86-64 instructions'
	need objdump
}

# The ways of a kernel's loops, as its source says: independent accumulators, one term or vector of
# terms each.
ways() { # NARROW or WIDE, kernel
	sed -n "s/^#define $1_WAYS *//p" "$ROOT/compute/kernel_$2.c"
}

loops_multiply() { # build folder, kernel, ways of each kind of loop ...
	local object=$1/compute/kernel_$2.o kernel=$2 name=$1 wanted
	shift 2

	[ -e "$object" ] || fail "$object was not built"
	objdump -d --no-show-raw-insn "$object" | awk "$multiplications" | sort -rn >loops
	for wanted; do
		[ "$wanted" -ge 4 ]
		awk -v wanted="$wanted" '$1 >= wanted { found = 1 } END { exit !found }' loops ||
			fail "$kernel in $name: no loop of $wanted multiplications: $(xargs <loops)"
		# Each kind of loop is another one.
		sed -i 1d loops
	done
}

for_both_compilers() { # kernel, ways ...
	loops_multiply "$ROOT/build" "$@"
	loops_multiply "$ROOT/build/clang" "$@"
}

@test 'scalar: a multiplication for each term, built by both compilers' {
	built_for_x86
	for_both_compilers scalar 4
}

@test 'avx2: a multiplication for each vector, built by both compilers' {
	built_for_x86
	for_both_compilers avx2 "$(ways NARROW avx2)" "$(ways WIDE avx2)"
}

@test 'avx512: a multiplication for each vector, built by both compilers' {
	built_for_x86
	for_both_compilers avx512 "$(ways NARROW avx512)" "$(ways WIDE avx512)"
}

@test 'avx512ifma: a multiplication for each vector, built by both compilers' {
	built_for_x86
	for_both_compilers avx512ifma $((2 * $(ways WIDE avx512ifma))) "$(ways NARROW avx512ifma)"
}

@test 'avx512vnni: three multiplications for each vector of digits, built by both compilers' {
	built_for_x86
	for_both_compilers avx512vnni $((3 * $(ways NARROW avx512vnni)))
}

@test 'the vector kernels multiply vectors as wide as they say' {
	built_for_x86
	for build in "$ROOT/build" "$ROOT/build/clang"; do
		objdump -d --no-show-raw-insn "$build/compute/kernel_avx2.o" >avx2
		grep -q 'vpmuludq .*%ymm' avx2
		run ! grep -Eq '%zmm|%k[0-7]|%[xy]mm(1[6-9]|2[0-9]|3[01])\>' avx2
		objdump -d --no-show-raw-insn "$build/compute/kernel_avx512.o" | grep -q 'vpmuludq .*%zmm'
		objdump -d --no-show-raw-insn "$build/compute/kernel_avx512ifma.o" |
			grep -q 'vpmadd52luq .*%zmm'
		objdump -d --no-show-raw-insn "$build/compute/kernel_avx512vnni.o" |
			grep -q 'vpdpwssd .*%zmm'
	done
}

# What chooses the kernel runs on any CPU.
@test 'everything but the kernels is built for the baseline CPU' {
	built_for_x86
	for build in "$ROOT/build" "$ROOT/build/clang"; do
		run ! grep -q -- '-march=' "$build/flags"
		[ "$status" -eq 1 ] || skip 'this build was asked for another CPU'
		find "$build/compute" "$build/bench" -name '*.o' ! -name 'kernel_*.o' >objects
		grep -q /kernel.o objects
		while read -r object; do
			objdump -d --no-show-raw-insn "$object" >code
			run ! grep -Em 1 '%[yz]mm|%k[0-7]|%xmm(1[6-9]|2[0-9]|3[01])\>|	v[a-z0-9]+ .*%xmm' code
		done <objects
	done
}

usable() { # kernel
	usable_kernels | grep -qx "$1"
}

same_sums() { # kernel
	usable "$1" || skip "this CPU has no $1"
	tasks=(0 1 2 3 63 64 65 95 96 97 4095:4097 1000000:1100003 67108000:67109999
		536870000:536871999 4294960000:4294967296 12345:9876543)
	sums "${tasks[@]}" >expected
	"$SUMSQ" run -q --kernel "$1" "${tasks[@]}" >actual
	diff expected actual
	run -0 --separate-stderr "$SUMSQ" run -q --json --kernel "$1" 10
	json 'd["runs"][0]["kernel"] == "'"$1"'"'
}

@test '--kernel scalar' {
	same_sums scalar
}

@test '--kernel avx2' {
	same_sums avx2
}

@test '--kernel avx512' {
	same_sums avx512
}

@test '--kernel avx512vnni' {
	same_sums avx512vnni
}

@test '--kernel avx512ifma' {
	same_sums avx512ifma
}

scalar_helps() { # kernel exact below 2^32, options of run ...
	local kernel=$1
	shift

	usable "$kernel" || skip "this CPU has no $kernel"
	run -0 --separate-stderr "$SUMSQ" run --json --kernel "$kernel" "$@" 4294967290:4294967396 10
	[[ $stderr == *'sumsq: warning: '*"$kernel"*scalar* ]]
	json 'd["results"][0]["sum"] == "'"$(sums 4294967290:4294967396 | cut -f 2)"'"'
	json 'd["runs"][0]["kernel"] == "'"$kernel"'+scalar"'
	json 'any("scalar" in text for text in d["warnings"])'
	# The largest i of 2^32 is exact.
	run -0 --separate-stderr "$SUMSQ" run --json --kernel "$kernel" "$@" 4294967290:4294967296
	[[ $stderr != *warning* ]]
	json 'd["runs"][0]["kernel"] == "'"$kernel"'"'
}

@test 'above 2^32 scalar does what avx2 cannot, and that is said' {
	scalar_helps avx2
}

@test 'above 2^32 scalar does what avx512 cannot, and that is said' {
	scalar_helps avx512
}

# As on a CPU that lacks it: the fastest kernel here is left out, and the next one does the job.
@test 'a kernel named in CORESCALE_WITHOUT: list, run, compare, and ranks do without it' {
	mapfile -t kernels < <(usable_kernels)
	[ "${#kernels[@]}" -ge 2 ] || skip 'scalar is the only kernel here'
	export CORESCALE_WITHOUT=${CORESCALE_WITHOUT:+$CORESCALE_WITHOUT,}${kernels[0]}
	run -0 --separate-stderr "$SUMSQ" list --json
	json '{k["kernel"]: k["missing"] for k in d["kernels"]}["'"${kernels[0]}"'"] == "named in CORESCALE_WITHOUT"'
	[ "$(usable_kernels)" = "$(printf '%s\n' "${kernels[@]:1}")" ]
	run -0 --separate-stderr "$SUMSQ" run -q --json 10
	json 'd["runs"][0]["kernel"] == "'"${kernels[1]}"'"'
	run -0 --separate-stderr "$SUMSQ" compare --rounds 1 --json 1e6
	json 'all(row["missing"] or row["kernel"] == "'"${kernels[1]}"'" for row in d["runs"])'
	refused 4 "kernel ${kernels[0]} cannot be used here|named in CORESCALE_WITHOUT" \
		"$SUMSQ" run --kernel "${kernels[0]}" 10
	need_mpi
	run -0 --separate-stderr "$SUMSQ" run -q --json -s mpi -n 2 10
	json 'd["runs"][0]["kernel"] == "'"${kernels[1]}"'"'
}

@test 'the kernel goes with the job to the ranks' {
	need_mpi
	run -0 --separate-stderr "$SUMSQ" run -q --json -s mpi -n 2 --kernel scalar 1e6
	json 'd["runs"][0]["kernel"] == "scalar"'
	json 'd["results"][0]["sum"] == "333332833333500000"'
}
