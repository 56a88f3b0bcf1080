import multiprocessing
import os


def total(n):
    return sum(i * i for i in range(n))


if __name__ == "__main__":
    with multiprocessing.Pool(len(os.sched_getaffinity(0))) as pool:
        print(*pool.map(total, range(10_000_000, 10_000_020), chunksize=1), sep="\n")
