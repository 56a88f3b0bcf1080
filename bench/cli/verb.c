/* The table of the verbs that all programs have. */
#include "verb.h"

#include "option.h"

const struct verb shared_verbs[] = {
	{ "run", "do the job once, with one strategy",
	  "The results go to standard output, and one line of how it went to standard error: the "
	  "strategy and its workers, the time from go until the merged result is there (the median, "
	  "of several rounds), the rate, and start-up, which is the time before go. It is said to be "
	  "verified when every result was checked and has been written.",
	  VERB_RUN, true, false, verb_run },
	{ "compare", "do the same job with every strategy, side by side",
	  "Each measurement is a fresh process; the order of each round is shuffled. workers are "
	  "those of each row, or ranks or workers x what each of them has. median is the time from go "
	  "to the merged result, and the interval the 95 % one of the median, which takes six rounds; "
	  "to name the fastest of several rows takes a few more, for each pair of them is compared. "
	  "speedup is over the first row. start-up is the time before go. verified says whether every "
	  "result was checked and right; * marks rows of which some trials were disturbed: something "
	  "else had a worker's CPU, and such a trial does not count.\n\n"
	  "With two results as operands, OLD.json NEW.json, it tells instead which rows became slower "
	  "(exit 1), faster or the same within --tolerance, and of which the samples cannot tell (exit "
	  "5). Of equal results at most one comparison in twenty has any row slower or faster, "
	  "however many rows there are. If times drift from round to round, a row is slower or faster "
	  "only beyond what its own samples span; and where the cores were clocked otherwise, or "
	  "others had more or less of them, only beyond what that explains.",
	  VERB_COMPARE, true, false, verb_compare },
	{ "scale", "do it with 1, 2, 4 ... workers: how far it scales, what limits it",
	  "Against one worker, serial, each row's efficiency, speedup over concurrency, is taken "
	  "apart: it is clock (slower cores under load) x balance (workers that had less to do) x "
	  "running (the CPU time that workers had: others, or a quota, had the rest; - below 1 ms, "
	  "where the clocks do not tell) x overhead "
	  "(claims, start and merge) x rest (what workers share: memory, caches, pipes). serial is "
	  "Karp and Flatt's fraction, the serial share that such a speedup would have by Amdahl's "
	  "law. Laws are fitted to the points that have a core for each worker; how far says whether "
	  "a law fits them, or by how much it is off. The knee is the fewest workers "
	  "within 5 % of the best rate; break-even the size of a job above which starting them pays. "
	  "Without operands the job is sized so that one worker needs about half a second.",
	  VERB_SCALE, false, false, verb_scale },
	{ "report", "show saved results again, of one job or of several",
	  "The operands are files that --json=FILE wrote: of one command, or of several jobs of the "
	  "same study, of 1, 2 and 4 nodes say. Their samples are put together, and what follows "
	  "from them is concluded anew, in any format. No sample counts twice.",
	  VERB_REPORT, false, false, verb_report },
	{ "place", "show where the workers would go, on this machine or any other",
	  "A row is a worker, and what its planned mask of PUs lies in: package, NUMA node, L3, core, "
	  "kind of core, PU; - where it spans several. bound is the mask read back from the system "
	  "once the workers stand, and state says whether it is as planned. On another machine, with "
	  "--topology, nobody is bound. The drawing below has each core's PUs with the workers on "
	  "them.",
	  VERB_PLACE, true, true, verb_place },
	{ "list", "name the strategies and what else there is, and why one is missing",
	  "here says whether it can be had on this machine, as this program was built; otherwise "
	  "the last column says why not.",
	  VERB_LIST, false, true, verb_list },
	{ 0 },
};
