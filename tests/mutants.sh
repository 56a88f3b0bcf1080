#!/bin/bash
# Whether the tests see mistakes: each mutant is one wrong line in a copy of the tree, which the tests named for it must
# fail. Not part of `make check`; takes some seconds a mutant.
#
#	tests/mutants.sh [-l] [WORD...]
#
# WORD: only mutants with one of the words in their name. -l lists them. A mutant is killed if its tests fail, survives
# if they pass, and is void if its line is no more, it does not build, or its tests fail or only skip without it: then
# the list is to be mended. Exit code 1 if any survives or is void.
#
# A mutant is: name | file, found by its name alone | sed that changes it | test, and which of it for bats; tsan:TEST is a
# unit built with ThreadSanitizer.
set -u
cd "$(dirname "$0")/.." || exit 1

mutants() {
	cat <<-'END'
		# place
		bind nothing but say so | placement_bind.c | s/hwloc_set_cpubind(placement->topology, planned, HWLOC_CPUBIND_THREAD) < 0/false/; s/hwloc_get_cpubind(placement->topology, actual, HWLOC_CPUBIND_THREAD)/(hwloc_bitmap_copy(actual, planned), 0)/ | bound.bats openmp|processes
		bind nothing in ranks | placement_bind.c | s/hwloc_set_cpubind(placement->topology, planned, HWLOC_CPUBIND_THREAD) < 0/false/; s/hwloc_get_cpubind(placement->topology, actual, HWLOC_CPUBIND_THREAD)/(hwloc_bitmap_copy(actual, planned), 0)/ | bound.bats mpi
		# team
		core clock = last piece | core_clock.c | s/shortest = took < shortest ? took : shortest/shortest = took/ | test_core_clock_pieces
		a round cut off spoils those before | team.c | s/^\t\tcollect_undo(team);/\t\t;/ | test_team
		nobody guards a launcher | launch_ranks.c | s/guard_start(&guard, child.pid);/guard = (struct guard){ -1, -1 };/ | launcher.bats end by itself
		a commit that publishes nothing | ledger.c | s/worker + 1, memory_order_release/worker + 1, memory_order_relaxed/ | tsan:test_checkpoint
		a part of another check | checkpoint_text.c | s/return !memcmp(check, line + length, CHECKPOINT_CHECK)/return true/ | test_checkpoint
		a range kept twice | parts.c | s/if (part->range.begin < before->range.end)/if (0)/ | test_checkpoint
		no lock | checkpoint_file.c | s/!flock(file->fd, LOCK_EX | LOCK_NB) \&\&// | test_checkpoint
		a mutex that is none | race.c | s/pthread_mutex_lock(&board->mutex)/(void)0/; s/pthread_mutex_unlock(&board->mutex)/(void)0/ | race.bats unsynchronised
		a lease asked for a chunk later | mpi_follower.c | s/^\tmpi_follower_ask(mpi);/\tif (!arrived) mpi_follower_ask(mpi);/ | simulate.bats SimGrid
		rank 0 tells nobody that it lives | mpi_alive.c | s/alive->peers\[i\].count += mpi_alive_tell.*/;/ | mpirun.bats wait and work
		nobody listens to rank 0 | mpi_alive.c | s/^\tmpi_alive_judge(mpi, 0);/;/ | mpirun.bats rank 0 stopped: the
		time in which nobody listened counts | listening.c | s/gap < patience_ns/gap < UINT64_MAX - patience_ns/; s/gap : patience_ns/gap : UINT64_MAX - patience_ns/ | test_listening
		CHUNK check off | partition.c | s/if (partition->chunks <= CHUNKS_MAX)/if (partition)/ | bad_input.bats CHUNK
		# compute
		a name in CORESCALE_WITHOUT by its begin | kernel.c | s/strcspn(at, ",") == length && // | test_kernel_without
		CORESCALE_WITHOUT ignored | kernel.c | s/if (without && /if (0 \&\& / | kernels.bats CORESCALE_WITHOUT
		kernel: a digit taken for its neighbour | kernel_digits_loop.h | s/digits_other\[PRODUCTS_MAX\] = { 0, 0, 1, 0, 1, 2,/digits_other[PRODUCTS_MAX] = { 0, 0, 1, 0, 1, 1,/ | test_kernel
		kernel: folded a step late | kernel_digits_x86.h | s/^#define STEPS_MAX 32/#define STEPS_MAX 33/ | test_kernel
		kernel: carries of lower halves dropped | kernel_digits_loop.h | s/(all - (upper << 32))/(uint32_t)(all - (upper << 32))/ | test_kernel
		kernel: one mask too far | kernel_digits_x86.h | s/KERNEL_STEP_MAX - (end) + (n)/KERNEL_STEP_MAX - (end) + (n) - 1/ | test_kernel
		kernel: sums said to hold twice as much | kernel_digits_loop.h | s/STEPS_MAX \* 2 \* most/STEPS_MAX * most/ | test_kernel
		kernel: a product's last sums forgotten | kernel_digits_loop.h | s/^\t\t\tdigits_fold(total, &under_way, p, ways);/;/ | test_kernel
		kernel: products of upper digits made once | kernel_digits_loop.h | s/^\t\tOPAQUE(d\[i\]);/\t\t;/ | test_kernel_work
		kernel: the first number of a range by the kernel below | kernel.c | s/i >> kernel_bits\[range\]/i > (uint64_t)1 << kernel_bits[range]/ | test_kernel
		kernel: ifma added up too late | kernel_avx512ifma.c | s|STEPS_MAX = 4096 / WAYS_MAX|STEPS_MAX = 4096| | test_kernel
		kernel: ifma forgets the upper halves | kernel_avx512ifma.c | s/(wide ? ifma_total(high\[0\]) << 52 : 0)/(wide ? ifma_total(high[0]) << 51 : 0)/ | test_kernel
		kernel: scalar squares a number twice | kernel_scalar.c | s/s = i + 3/s = i + 2/ | test_kernel
		# io
		the first @ of a refused URL | urls.c | s/strrchr(text, '@')/strchr(text, '@')/ | fetch_input.bats credentials
		size and delay from one draw | scenario.c | s/DRAW_DELAY = 2/DRAW_DELAY = 0/ | test_scenario
		failure and delay from one draw | scenario.c | s/DRAW_FAILURE = 4/DRAW_FAILURE = 2/ | test_scenario
		one handle for ever | quirks.c | s/return quirks_between(0x075300, 0x080100)/return false/ | fetch_hostile.bats folded
		nothing is asked again | transfer.c | s/transfer->refused || transfer->repeats == REPEATS_MAX/true/ | fetch_hostile.bats second.request|given
		nobody watches | watchdog.c | s/sockets_shut_busiest(each->sockets);/;/ | fetch_hostile.bats empty
		a dead connection is kept | transfer.c | s/watch && sockets_silent_for(fd, options->stall_timeout \/ 2)/false/ | fetch_hostile.bats dead
		trailers are not counted | head.c | s/head->bytes > HEAD_BYTES_MAX/false/ | fetch_hostile.bats trailers
		the end of TCP is that of TLS | outcome.c | s/!code && outcome_is_cut(transfer)/false/ | fetch_hostile.bats TLS
		a head that is cut off is whole | outcome.c | s/!code && transfer->head.open/false/ | fetch_failures.bats none
		http after https | transfer.c | s/transfer->secure ? "https" : "http,https"/"http,https"/ | fetch_hostile.bats open
		a dead name is awaited | transfer.c | s/CURLOPT_QUICK_EXIT, 1L/CURLOPT_QUICK_EXIT, 0L/ | fetch_hostile.bats never
		what is under way is awaited | loop.c | s/now >= loop->until_ns/false/ | fetch_hostile.bats max-time
		no rank hears of a pause | mpi_news.c | s/work->type->hear(work, bytes);/;/ | fetch_polite.bats 429
		# launcher, base
		a trial shows its secrets | launch.c | s/capture_program(shown, environment/capture_program(words, environment/ | fetch_polite.bats title
		a short body is a file at once | sink.c | s/sink->waits = fstatat/sink->waits = 0 * fstatat/ | fetch_save.bats short
		what spills is not written | sink.c | s/ret = sink_append(&file, sink->memory, sink->bytes)/ret = 0/ | fetch_save.bats short
		what was typed is shown | argv_secrets.c | s/if (strcmp(argv\[i\], shown\[i\]))/if (0)/ | fetch_polite.bats title
		words of mpirun are results | launch_ranks.c | s/stage == STAGE_REPORTING/true/ | launcher.bats words
		a launcher is awaited for ever | launch_ranks.c | s/return clock_ns() + start_ns;/return 0;/ | launcher.bats hangs.is
		any stack will do | limits.c | s/stack.rlim_cur >= needed/true/ | workers.bats too.small
		the environment is not on the stack | limits.c | s/limits_stack_taken() + LIMITS_STACK,/LIMITS_STACK,/ | workers.bats too.small
		# scripts
		nginx stays enabled | install-deps.sh | s/^\[ -z .* || keep_disabled/:/ | install.bats stopped
		nginx is started | install-deps.sh | s/^\[ -z .* || keep_stopped/:/ | install.bats stopped
		# the judge: study, stats
		no shuffle | experiment.c | s/^\t\texperiment_shuffle(order/\t\tif (0)\n&/ | test_experiment
		the baseline is not first | experiment.c | s/if (!experiment->rounds)$/if (0)/ | test_experiment
		two trials are never compared | experiment.c | s/if (verified && result->table_count &&/if (0 \&\&/ | test_experiment
		start-up of the first trial | row.c | s/stats_median(startups, count)/startups[0]/ | test_conclusions
		metrics of the first trial | row.c | s/metrics_medians(&row->metrics, sets, count)/metrics_medians(\&row->metrics, sets, 1)/ | test_result
		disturbed trials count | row.c | s/bool all = !row_undisturbed(row);/bool all = true;/ | test_conclusions
		disturbed rounds are ranked | row.c | s/ && !row->samples\[i\].disturbed// | test_conclusions
		slow cores beyond the cores | core_check.c | s/row->workers <= result->hosts\[0\].allowed_cores/true/ | test_conclusions
		break-even without start-up | break_even.c | s/double later = startup - base_startup;/double later = 0 * (startup - base_startup);/ | test_knee
		CPU time of transfers is not booked | loop.c | s/return loop->cpu_ns - before;/return 0 * before;/ | fetch_run.bats in flight is what
		the widest quota | cgroup.c | s/= fmin(\*least,/= fmax(*least,/ | test_cgroup
		winners whatever the number of rows | ranking.c | s/(double)(others > 2 ? others - 1 : 1)/1/ | test_conclusions
		winners whatever the number of looks | paired.c | s/ - log((double)n + 1) - paired_choose/ - paired_choose/ | test_paired
		verdicts whatever the number of rows | multiple_tests.c | s/order\[i\].p \* (double)(count - i)/order[i].p/ | test_multiple_tests
		verdicts whatever the tolerance | shift_test.c | s/a\[i\] . factor/a[i]/ | test_shift_test
		samples that are needed, by another row's | regression.c | s/row_is_like(row, \&like) \&\&/!strcmp(row->strategy, like.strategy) \&\&/ | test_conclusions
		verdicts whatever the drift | regression_row.c | s/request->drifts ? span : 1/0 * span + 1/ | test_coverage
		verdicts of disturbed rows | regression_row.c | s/(double)row->disturbed > ADVICE_MANY/0 > ADVICE_MANY/ | test_conclusions
		verdicts whatever the clock | regression_row.c | s/request->same_host && row_has_clocks(before)/false/ | test_conclusions
		verdicts whatever others had | regression_row.c | s/!ret && request->cpu_bound/false/ | test_conclusions
		clocks of other hosts are conditions | regression_row.c | s/request->same_host && // | test_conclusions
		drift in any order of rounds | drift.c | s/smoother += .*/smoother += 1;/ | test_drift
	END
}

copy=$(mktemp -d) || exit 1
trap 'rm -rf "$copy"' EXIT
trap 'exit 1' HUP INT TERM
cp -a .proverc Makefile bench compute io scripts tests "$copy" || exit 1
[ ! -e build ] || cp -a build "$copy" || exit 1
log=$copy/log

build() {
	timeout 600 make -C "$copy" -j"$(nproc)" all tests >"$log" 2>&1
}

# Runs what is named for a mutant. `skipped` if nothing of it was tested.
judge() { # test file, which of it
	if [[ $1 == tsan:* ]]; then
		timeout 600 make -C "$copy" -j"$(nproc)" CC=clang SANITIZE=thread MPI=0 BUILD=build/tsan \
			"build/tsan/tests/${1#tsan:}" >"$log" 2>&1 || return 2
		(cd "$copy" && timeout 600 tests/tap.sh "build/tsan/tests/${1#tsan:}") >"$log" 2>&1 || return 1
	elif [[ $1 == *.bats ]]; then
		(cd "$copy" && timeout 600 bats -f "$2" "tests/$1") >"$log" 2>&1 || return 1
	else
		(cd "$copy" && timeout 600 tests/tap.sh "build/tests/$1") >"$log" 2>&1 || return 1
	fi
	grep '^ok' "$log" | grep -qvi '# skip' || return 2
}

wanted() { # name
	local word
	[ ${#words[@]} -gt 0 ] || return 0
	for word in "${words[@]}"; do
		[[ $1 != *"$word"* ]] || return 0
	done
	return 1
}

# Says what became of one mutant.
try() { # file, sed, test, which of it
	local file
	mapfile -t file < <(cd "$copy" && find bench compute io scripts -name "$1")
	[ ${#file[@]} -eq 1 ] || { echo "void: ${#file[@]} files are called $1"; return; }
	[ -e "tests/$3" ] || [ -e "tests/$3.c" ] || { echo "void: no test $3"; return; }
	judge "$3" "$4" || { echo 'void: its tests fail, or are skipped, without it'; return; }
	cp "$copy/${file[0]}" "$copy/kept"
	sed -i "$2" "$copy/${file[0]}"
	if cmp -s "$copy/${file[0]}" "$copy/kept"; then
		echo 'void: its line is no more'
	elif ! build; then
		echo 'void: it does not build'
	else
		judge "$3" "$4"
		case $? in
		0) echo SURVIVES ;;
		1) echo killed ;;
		*) echo 'void: its tests are skipped with it' ;;
		esac
	fi
	cat "$copy/kept" >"$copy/${file[0]}"
	build || echo 'void: the tree does not build again'
}

listed=
[ "${1-}" != -l ] || { listed=yes; shift; }
words=("$@")
bad=0
tried=0
[ -n "$listed" ] || build || { cat "$log" >&2; echo 'mutants.sh: the tree does not build' >&2; exit 1; }
while IFS=$'\t' read -r name file edit test which <&3; do
	wanted "$name" || continue
	tried=$((tried + 1))
	[ -z "$listed" ] || { echo "$name"; continue; }
	verdict=$(try "$file" "$edit" "$test" "$which")
	echo "$verdict: $name"
	[ "$verdict" = killed ] || bad=$((bad + 1))
done 3< <(mutants | grep -v '^#' | sed -E 's/ \| /\t/g; s/\t([a-z_]+\.bats) ([^\t]*)$/\t\1\t\2/')
[ $tried -gt 0 ] || { echo "mutants.sh: no mutant is called '${words[*]}': -l lists them" >&2; exit 2; }
[ -n "$listed" ] || echo "$tried mutants, $bad survive or are void"
[ $bad -eq 0 ]
