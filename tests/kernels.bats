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
		sub("{vex} ", "")
		before[at] = count
		count += $2 ~ /^(vpmaddwd|vpmadd52luq|vpmadd52huq|vpdpwssd|mulx|i?mulq?|umlal2?)$/
		target = $2 ~ /^cb/ ? $4 : $3
		if ($2 ~ /^(j|b\.|cbn?z$)/ && target ~ /^[0-9a-f]+$/ && hex(target) < at) {
			from[++loops] = hex(target)
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

# The multiplications in the loops of a kernel, the most first. Each wanted loop is another one.
loops_multiply() { # object file, multiplications of each loop ...
	local object=$1
	shift

	[ -e "$object" ] || fail "$object was not built"
	"${OBJDUMP:-objdump}" -d --no-show-raw-insn "$object" | awk "$multiplications" | sort -rn >loops
	for wanted; do
		grep -qx "$wanted" loops || fail "$object: no loop of $wanted multiplications: $(xargs <loops)"
		sed -i "0,/^$wanted\$/{//d}" loops
	done
}

# Built by both compilers, as make does and with -O3.
for_both_compilers() { # kernel, multiplications of each loop ...
	local kernel=$1 compiler
	shift
	loops_multiply "$ROOT/build/compute/kernel_$kernel.o" "$@"
	loops_multiply "$ROOT/build/clang/compute/kernel_$kernel.o" "$@"
	for compiler in gcc clang; do
		need "$compiler"
		"$compiler" -std=gnu11 -O3 -I"$ROOT" -c -o "$compiler.o" "$ROOT/compute/kernel_$kernel.c"
		loops_multiply "$compiler.o" "$@"
	done
}

# Three products of two digits, six of three, ten of four, for each way that the kernel's source names.
digits_multiply() { # kernel
	mapfile -t ways < <(sed -n 's/^enum { TWO_DIGITS_WAYS = \(.\), THREE_DIGITS_WAYS = \(.\), FOUR_DIGITS_WAYS = \(.\) };/\1\n\2\n\3/p' \
		"$ROOT/compute/kernel_$1.c")
	[ "${#ways[@]}" -eq 3 ]
	for_both_compilers "$1" $((3 * ways[0])) $((6 * ways[1])) $((10 * ways[2]))
}

@test 'scalar: a multiplication for each term, built by both compilers' {
	built_for_x86
	for_both_compilers scalar 4
}

@test 'avx2: all products of the digits of each vector, built by both compilers' {
	built_for_x86
	digits_multiply avx2
}

@test 'avxvnni: all products of the digits of each vector, built by both compilers' {
	built_for_x86
	digits_multiply avxvnni
}

@test 'avx512: all products of the digits of each vector, built by both compilers' {
	built_for_x86
	digits_multiply avx512
}

@test 'avx512vnni: all products of the digits of each vector, built by both compilers' {
	built_for_x86
	digits_multiply avx512vnni
}

@test 'avx512ifma: a multiplication for each vector below 2^26 and two above, built by both compilers' {
	built_for_x86
	for_both_compilers avx512ifma 12 16
}

# 64-bit Arm: built by make arm64, run in an emulator.
built_for_arm() {
	need aarch64-linux-gnu-gcc
	need qemu-aarch64
	[ -e "$ROOT/build/arm64/sumsq" ] || skip 'not built for 64-bit Arm: make arm64 does it, where packages for arm64 can be had'
	export QEMU_LD_PREFIX=$ROOT/build/arm64-root
}

# Two umlal for the products of 4 terms, one product below 2^26 and three above, in four ways.
@test 'neon: all products of the digits of each vector, built by both compilers' {
	built_for_arm
	export OBJDUMP=aarch64-linux-gnu-objdump
	loops_multiply "$ROOT/build/arm64/compute/kernel_neon.o" 8 24
	for flags in -O2 -O3; do
		clang --target=aarch64-linux-gnu -std=gnu11 $flags -I/usr/aarch64-linux-gnu/include -I"$ROOT" -c \
			-o clang.o "$ROOT/compute/kernel_neon.c"
		loops_multiply clang.o 8 24
	done
	aarch64-linux-gnu-gcc -std=gnu11 -O3 -I"$ROOT" -c -o gcc.o "$ROOT/compute/kernel_neon.c"
	loops_multiply gcc.o 8 24
}

@test 'neon: the unit tests of kernels pass on 64-bit Arm' {
	built_for_arm
	for unit in test_kernel test_kernel_without test_sumsq; do
		qemu-aarch64 "$ROOT/build/arm64/tests/$unit" >"$unit"
		run ! grep '^not ok' <(grep -v '# SKIP' "$unit")
	done
	[ "$(grep -c '^ok [0-9]* - neon: ' test_kernel)" -ge 9 ]
}

@test 'neon: sumsq does the job on 64-bit Arm' {
	built_for_arm
	tasks=(0 3 4097 1000000:1100003 67108000:67109999 549755800000:549755820000 4503599627360000:4503599627370496)
	sums "${tasks[@]}" >expected
	for kernel in neon scalar; do
		run -0 --separate-stderr qemu-aarch64 "$ROOT/build/arm64/sumsq" run -q -s openmp -w 2 --kernel $kernel "${tasks[@]}"
		[ "$output" = "$(<expected)" ]
	done
	run -0 "$PYTHON" "$ROOT/tests/random_sums.py" 3000 7 qemu-aarch64 "$ROOT/build/arm64/sumsq"
	grep -q '^neon: .* 0 wrong$' <<<"$output"
	run -0 --separate-stderr qemu-aarch64 "$ROOT/build/arm64/sumsq" run -q --json 1e6
	json 'd["runs"][0]["kernel"] == "neon"'
}

@test 'the vector kernels multiply vectors as wide as they say' {
	built_for_x86
	for build in "$ROOT/build" "$ROOT/build/clang"; do
		for kernel in avx2 avxvnni; do
			objdump -d --no-show-raw-insn "$build/compute/kernel_$kernel.o" >code
			grep -Eq '(vpmaddwd|vpdpwssd) .*%ymm' code
			run ! grep -Eq '%zmm|%k[0-7]|%[xy]mm(1[6-9]|2[0-9]|3[01])\>' code
		done
		objdump -d --no-show-raw-insn "$build/compute/kernel_avx512.o" | grep -q 'vpmaddwd .*%zmm'
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
	tasks=(0 1 2 3 63 64 65 95 96 97 4095:4097 8190:8193 1000000:1100003 67108000:67109999
		4294960000:4294967296 549755800000:549755820000 4503599627360000:4503599627370496 12345:9876543)
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

@test '--kernel avxvnni' {
	same_sums avxvnni
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

# The kernel that the list says serves numbers of so many bits.
serving() { # bits
	"$SUMSQ" list --json | "$PYTHON" -c '
import json, re, sys
for kernel in json.load(sys.stdin)["kernels"]:
    bits = [int(word) for word in re.findall(r"2\^(\d+)", kernel["serves"] or "")]
    if bits and (bits[:-1] or [0])[0] < int(sys.argv[1]) <= bits[-1]:
        print(kernel["kernel"])' "$1"
}

@test 'each range of numbers has its kernel, and those in use are told' {
	local middle upper
	middle=$(serving 39)
	upper=$(serving 52)
	run -0 --separate-stderr "$SUMSQ" run -q --json 549755813800:549755813900
	json 'd["results"][0]["sum"] == "'"$(sums 549755813800:549755813900 | cut -f 2)"'"'
	json 'd["runs"][0]["kernel"] == "+".join(dict.fromkeys(["'"$middle"'", "'"$upper"'"]))'
	run -0 --separate-stderr "$SUMSQ" run -q --json 549755813800:549755813888
	json 'd["runs"][0]["kernel"] == "'"$middle"'"'
	run -0 --separate-stderr "$SUMSQ" run -q --json 549755813888:549755813900
	json 'd["runs"][0]["kernel"] == "'"$upper"'"'
}

# As on a CPU that lacks it: the fastest kernel here is left out, and the next one does the job.
@test 'a kernel named in CORESCALE_WITHOUT: list, run, compare, and ranks do without it' {
	local best next
	best=$(serving 26)
	[ "$best" != scalar ] || skip 'scalar is the only kernel here'
	usable_kernels | grep -vx "$best" >others
	export CORESCALE_WITHOUT=${CORESCALE_WITHOUT:+$CORESCALE_WITHOUT,}$best
	next=$(serving 26)
	run -0 --separate-stderr "$SUMSQ" list --json
	json '{k["kernel"]: k["missing"] for k in d["kernels"]}["'"$best"'"] == "named in CORESCALE_WITHOUT"'
	usable_kernels | diff others -
	run -0 --separate-stderr "$SUMSQ" run -q --json 10
	json 'd["runs"][0]["kernel"] == "'"$next"'"'
	run -0 --separate-stderr "$SUMSQ" compare --rounds 1 --json 1e6
	json 'all(row["missing"] or row["kernel"] == "'"$next"'" for row in d["runs"])'
	refused 4 "kernel $best cannot be used here|named in CORESCALE_WITHOUT" \
		"$SUMSQ" run --kernel "$best" 10
	need_mpi
	run -0 --separate-stderr "$SUMSQ" run -q --json -s mpi -n 2 10
	json 'd["runs"][0]["kernel"] == "'"$next"'"'
}

@test 'run says where a job goes on more slowly, once, and no other does' {
	run -0 --separate-stderr "$SUMSQ" run --kernel scalar 67108860:67108870
	[[ $stderr != *'times as long'* ]]
	run -0 --separate-stderr "$SUMSQ" run 67108864:67108870
	[[ $stderr != *'times as long'* ]]
	[ "$(serving 26)" != scalar ] || skip 'scalar does all numbers alike'
	run -0 --separate-stderr "$SUMSQ" run 67108860:67108870
	[ "$(grep -c 'from i = 2^26 on, a term takes about [0-9.]* times as long' <<<"$stderr")" -eq 1 ]
	run -0 --separate-stderr "$SUMSQ" run -q 67108860:67108870
	[ -z "$stderr" ]
	need_mpi
	run -0 --separate-stderr "$SUMSQ" run -s mpi -n 2 67108860:67108870
	[ "$(grep -c 'times as long' <<<"$stderr")" -eq 1 ]
}

@test 'the kernel goes with the job to the ranks' {
	need_mpi
	run -0 --separate-stderr "$SUMSQ" run -q --json -s mpi -n 2 --kernel scalar 1e6
	json 'd["runs"][0]["kernel"] == "scalar"'
	json 'd["results"][0]["sum"] == "333332833333500000"'
}

@test 'random ranges of all magnitudes, by each kernel, against whole numbers of Python' {
	cd "$ROOT"
	run -0 "$PYTHON" tests/random_sums.py 100000 7
	[ "$(grep -c ' 0 wrong$' <<<"$output")" -eq "$(usable_kernels | wc -l)" ]
}
