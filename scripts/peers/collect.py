"""One job of peers.sh as a line of JSON: what its peers took, and whether what they found is right.

collect.py FOLDER JOB ITEMS WORD
"""
import glob
import json
import os
import statistics
import sys

folder, job, items, word = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]


def square_sums(first):
    return [(n - 1) * n * (2 * n - 1) // 6 for n in range(first, first + 20)]


def answers(name, got):
    """Whether what was printed, or what the server's log counted, is right."""
    if job == "downloads":
        return got.split() == [str(items), str(items * 1529)]
    first = 100_000 if "awk" in name else 10_000_000
    return [line.split()[-1] for line in got.splitlines() if line.strip()] == [str(n) for n in square_sums(first)]


rows = []
for about in sorted(glob.glob(folder + "/bin/*.about"), key=lambda path: int(os.path.basename(path).split(".")[0])):
    name, version, missing = open(about).read().rstrip("\n").split("\t")
    row = {"name": name, "version": version or None, "missing": missing or None}
    number = os.path.basename(about).split(".")[0]
    results = [json.load(open(path))["results"][0] for path in sorted(glob.glob("%s/times/%s.*" % (folder, number)))]
    if results:
        done = items
        if "a hundredth" in name:
            done = sum(range(100_000, 100_020))
        samples = [result["times"][0] for result in results]
        row["samples"] = samples
        row["median_s"] = statistics.median(samples)
        row["rate"] = done / row["median_s"]
        got = open("%s/got/%s" % (folder, number)).read()
        row["right"] = all(code == 0 for result in results for code in result["exit_codes"]) and answers(name, got)
    rows.append(row)
base = next(row for row in rows if "rate" in row and "openmp" in row["name"] or row["name"].startswith("fetchall"))
for row in rows:
    if "rate" in row:
        row["ratio"] = base["rate"] / row["rate"]
json.dump({"job": job, "items": items, "item": word, "compared_with": base["name"], "peers": rows}, sys.stdout)
print()
