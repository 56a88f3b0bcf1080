"""What peers.sh measured, as text on stdout, and as Markdown and JSON where they are asked for.

report.py JOBS [--markdown=FILE] [--json=FILE]
"""
import datetime
import json
import os
import platform
import sys


def machine():
    with open("/proc/cpuinfo") as info:
        models = [line.split(":", 1)[1].strip() for line in info if line.startswith("model name")]
    return {
        "cpu": models[0] if models else platform.machine(),
        "cpus": len(os.sched_getaffinity(0)),
        "system": platform.system() + " " + platform.release(),
        "date": datetime.date.today().isoformat(),
    }


def seconds(value):
    for unit, factor in (("s", 1), ("ms", 1e3)):
        if value * factor >= 1:
            break
    return "%.3g %s" % (value * factor, unit)


def rate(value):
    for prefix, factor in (("G", 1e9), ("M", 1e6), ("k", 1e3), ("", 1)):
        if value >= factor:
            break
    return ("%.3g %s" % (value / factor, prefix)).strip()


def lines(job):
    yield ["program", "median", job["item"] + "/s", "times as long", "answer"]
    for row in job["peers"]:
        if row["missing"]:
            yield [row["name"], "", "", "", row["missing"]]
            continue
        yield [row["name"], seconds(row["median_s"]), rate(row["rate"]), "%.4g" % row["ratio"],
               "right" if row["right"] else "WRONG"]


def text(file, found):
    print("%(cpu)s, %(cpus)d CPUs, %(system)s, %(date)s" % found["machine"], file=file)
    for job in found["jobs"]:
        table = list(lines(job))
        widths = [max(len(row[i]) for row in table) for i in range(5)]
        print(file=file)
        for row in table:
            cells = [cell.rjust(width) if 0 < i < 4 else cell.ljust(width)
                     for i, (cell, width) in enumerate(zip(row, widths))]
            print("  ".join(cells).rstrip(), file=file)
        print("\nTimes as long as %s takes for as many %ss; whole processes, medians of %d." % (
            job["compared_with"], job["item"], max(len(row.get("samples", [])) for row in job["peers"])), file=file)
        for row in job["peers"]:
            if row["version"]:
                print("%s: %s" % (row["name"], row["version"]), file=file)


def markdown(file, found):
    print("%(cpu)s, %(cpus)d CPUs, %(system)s, %(date)s:" % found["machine"], file=file)
    for job in found["jobs"]:
        print("\n| program | median | %s/s | times as long | answer |\n| :-- | --: | --: | --: | :-- |" % job["item"], file=file)
        for row in list(lines(job))[1:]:
            print("| %s |" % " | ".join(row[:5]), file=file)


def main():
    with open(sys.argv[1]) as jobs:
        found = {"machine": machine(), "jobs": [json.loads(line) for line in jobs]}
    text(sys.stdout, found)
    for output in sys.argv[2:]:
        form, path = output[2:].split("=", 1)
        with open(path, "w") as file:
            if form == "json":
                json.dump(found, file, indent=1)
                print(file=file)
            else:
                markdown(file, found)


main()
