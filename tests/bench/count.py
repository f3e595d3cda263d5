#!/usr/bin/env python3
"""count.py - instructions of small fixed jobs, held against those that were recorded.

    count.py BUILD_DIR                   fails if a job takes 5 % more than is recorded, or if
                                         compiling grows faster than a policy does
    count.py BUILD_DIR --bless REASON    records what the jobs take, and why it may

Callgrind counts instructions, and counts the same again whatever else the machine does, so that a
slip of a few per cent shows in the change that brings it.  The counts are those of Debian 12's gcc
and C library on a processor with AVX2; instructions.txt holds them, with the reason of each change.

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import AS_OF, many_criteria

HERE = Path(__file__).resolve().parent
RECORD = HERE / "instructions.txt"
ALLOWED = 1.05
LINEAR = 11  # times as much for ten times the criteria


def jobs(build, scratch):
    """What is counted: names and command lines."""
    bareme, policy = build / "bin/bareme", HERE / "reference.bareme"
    generated = {"leads": [2000, 42], "varied": ["--vary", "optional", 2000, 42], "one": [1, 42, 20]}
    for name, arguments in generated.items():
        with open(scratch / f"{name}.ndjson", "wb") as file:
            subprocess.run([build / "bin/bareme-bench-leads", *map(str, arguments)], stdout=file, check=True)
    lines = (scratch / "leads.ndjson").read_bytes().splitlines()
    (scratch / "leads.json").write_bytes(b"[" + b", ".join(lines) + b"]\n")
    many = scratch / "many.bareme"
    many.write_text(many_criteria(1000), encoding="utf-8")
    (scratch / "more.bareme").write_text(many_criteria(10000), encoding="utf-8")

    def score(name, *more):
        return [bareme, "score", policy, scratch / name, "--at", AS_OF, "--threads", "1", "-o", "/dev/null", *more]

    return {
        "score": score("leads.ndjson"),
        "varied": score("varied.ndjson"),
        "array": score("leads.json"),
        "explain": score("leads.ndjson", "--explain"),
        "csv": score("leads.ndjson", "--format", "csv"),
        "one-lead": score("one.ndjson"),
        "in-process": [build / "bin/bareme-lead", policy, scratch / "one.ndjson", AS_OF, "1"],
        "check-1000": [bareme, "check", many],
    }


def count(arguments):
    """Instructions of one run."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        sys.exit(f"count: {' '.join(command)} ended with {done.returncode}:\n{done.stderr[-1000:]}")
    return int(found[1])


def growth(build, scratch, thousand):
    """What 10,000 criteria cost to compile, as a multiple of what 1,000 do."""
    return count([build / "bin/bareme", "check", scratch / "more.bareme"]) / thousand


def recorded():
    """Job -> (instructions, reason)."""
    lines = RECORD.read_text(encoding="utf-8").splitlines() if RECORD.exists() else []
    rows = (line.split(maxsplit=2) for line in lines if line and not line.startswith("#"))
    return {row[0]: (int(row[1]), row[2]) for row in rows}


def bless(counts, reason):
    """Records the counts; jobs that did not change by more than a thousandth keep their line."""
    known = recorded()
    lines = ["# Instructions of the jobs of count.py, and why they are what they are."]
    for name, instructions in counts.items():
        before, why = known.get(name, (0, ""))
        same = abs(instructions - before) <= before / 1000
        lines.append(f"{name:<12} {before if same else instructions:>12} {why if same else reason}")
    RECORD.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(prog="./dev count")
    parser.add_argument("build", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--bless", metavar="REASON", help="record the counts, with this reason")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        build, scratch = options.build.resolve(), Path(scratch)
        counts = {name: count(job) for name, job in jobs(build, scratch).items()}
        times = growth(build, scratch, counts["check-1000"])
    known, grown = recorded(), []
    for name, instructions in counts.items():
        before = known.get(name, (0, ""))[0]
        ratio = instructions / before if before else float("inf")
        print(f"{name:<12} {instructions:>12,}  {ratio:6.3f} of the recorded")
        if ratio > ALLOWED:
            grown.append(name)
    print(f"ten times the criteria: {times:.1f} times the instructions")
    if times > LINEAR:
        sys.exit(f"count: compiling grows faster than the policy: more than {LINEAR} times")
    if options.bless:
        bless(counts, options.bless)
    elif grown:
        sys.exit(f"count: more than 5 % above what is recorded: {', '.join(grown)}\n"
                 'if it has a reason, record it: ./dev count --bless "REASON"')


if __name__ == "__main__":
    main()
