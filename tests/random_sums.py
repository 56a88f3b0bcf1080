#!/usr/bin/env python3
"""Sums of random ranges by each kernel that can be used here, against Python's whole numbers.

	tests/random_sums.py COUNT [SEED [COMMAND...]]

COMMAND is build/sumsq unless given. COUNT ranges of all magnitudes up to 2^52, short ones and some thousands of terms, at
random places and around powers
of two; each sum is added up term by term here, or, above 300 terms, taken from the difference of two cubic polynomials.
"""
import json
import random
import subprocess
import sys

program = sys.argv[3:] or ["build/sumsq"]
end_max = 1 << 52


def places(count):
    for _ in range(count):
        bits = random.randint(1, 52)
        length = random.choice((random.randint(0, 40), random.randint(0, 300), random.randint(0, 20000)))
        if random.random() < 0.3:  # around a power of two, or a multiple of a digit's end
            begin = (random.randint(1, 3) << random.choice((13, 26, 39, random.randint(1, 51)))) - random.randint(0, length)
        else:
            begin = random.getrandbits(bits)
        begin = min(max(begin, 0), end_max)
        yield begin, min(begin + length, end_max)


def right(begin, end):
    if end - begin <= 300:
        return sum(i * i for i in range(begin, end))
    return ((end - 1) * end * (2 * end - 1) - (begin - 1) * begin * (2 * begin - 1)) // 6


def main():
    count = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    random.seed(seed)
    ranges = list(places(count))
    tasks = "".join("%d:%d\n" % task for task in ranges)
    sums = [right(*task) for task in ranges]
    listed = json.loads(subprocess.run(program + ["list", "--json"], check=True, capture_output=True).stdout)
    for kernel in [row["kernel"] for row in listed["kernels"] if row["available"]]:
        lines = subprocess.run(program + ["run", "-q", "-s", "serial", "--kernel", kernel, "-f", "-"], input=tasks, text=True,
                               check=True, capture_output=True).stdout.splitlines()
        wrong = sum(int(line.split("\t")[1]) != ought for line, ought in zip(lines, sums, strict=True))
        print("%s: %d ranges, seed %d, %d wrong" % (kernel, count, seed, wrong))
        if wrong:
            sys.exit(1)


main()
