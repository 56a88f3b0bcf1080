#!/bin/sh
# Sums that a double holds: a hundredth of the job.
seq 100000 100019 | parallel -k awk "'BEGIN { for (i = 0; i < {}; i++) s += i * i; printf \"%.0f\\n\", s }'"
