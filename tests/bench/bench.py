#!/usr/bin/env python3
"""bench.py - Bareme beside its peers, on the reference workload.

    bench.py BUILD_DIR [--leads N] [--rounds N] [--only GROUP,...] [--peers] [--json FILE]

Whole processes, from the start to the last byte written, in rounds: each round runs every command
once, so that a machine that changes its mind disturbs all of them alike.  What counts are ratios,
taken round by round, and their medians; seconds are noise on shared machines.

Before a peer is timed its results are held against Bareme's: the same ids, stages, grades and
contact scores, sums of events within 1e-9.  A peer that says something else ends the run.

Peers write six keys a lead, so Bareme is asked for the same with --only; its whole results, with
what is missing for the next stage, are told beside them.

Groups: file (NDJSON in, NDJSON out), vary (leads that are not alike, and one JSON array), lead (one
lead, whole process), columns (in process), compile (many criteria), memory, explain.  --peers adds
those that come from npm, PyPI and Debian; they are fetched into BUILD_DIR/bench once.

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
AS_OF = "2026-06-01"
NPM = ["json-rules-engine@7.3.1", "@gorules/zen-engine@0.54.0"]
PYPI = ["duckdb==1.5.6"]
DEBIAN = ["luajit", "lua-cjson", "jq"]
VARIETIES = ["sparse", "shuffled", "optional", "types"]
SAME = ["--only", "scores,bands,stage"]  # what the peers write


def fail(message):
    sys.exit(f"bench: {message}")


@dataclass
class Command:
    """A program to be timed on some leads."""

    name: str
    arguments: list
    leads: Path
    target: float = 0  # Bareme is to be at least this many times as fast
    tolerance: float = 1e-9
    runs: list = field(default_factory=list)  # (seconds, peak bytes) of each round


@dataclass
class Row:
    """A line of the table: a ratio, what it should be, and whether more is better."""

    what: str
    ratio: float
    target: float
    at_least: bool
    detail: str

    def met(self):
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target


class Bench:
    """The programs, the leads, and what has been measured of them."""

    def __init__(self, options):
        self.build = Path(options.build).resolve()
        self.options = options
        self.work = self.build / "bench"
        self.work.mkdir(exist_ok=True)
        self.out = Path("/dev/shm" if os.access("/dev/shm", os.W_OK) else self.work) / f"bench-{os.getpid()}"
        self.bareme = self.build / "bin" / "bareme"
        self.policy = HERE / "reference.bareme"
        self.rows = []
        self.figures = {}
        if options.peers:
            self.fetch_peers()

    # ---- what is needed ------------------------------------------------------------------

    def fetch_peers(self):
        """Installs what --peers asks for, where it is not there already."""
        root = [] if os.geteuid() == 0 else ["sudo"]
        if not (shutil.which("luajit") and shutil.which("jq")):
            run(root + ["apt-get", "install", "--yes", "--no-install-recommends", *DEBIAN], quiet=True)
        if shutil.which("npm") and not (self.work / "node_modules").exists():
            run(["npm", "install", "--no-audit", "--no-fund", "--prefix", self.work, *NPM], quiet=True)
        if not (self.work / "venv").exists():
            run([sys.executable, "-m", "venv", self.work / "venv"], quiet=True)
            run([self.work / "venv/bin/pip", "install", "--quiet", *PYPI], quiet=True)

    def leads(self, count, events=None, vary=None):
        """A file of so many generated leads, with so many events each, that vary in one way."""
        name = "-".join(["leads", *(str(a) for a in (count, events, vary) if a is not None)])
        arguments = ["--vary", vary] if vary else []
        arguments += [count, 42] if events is None else [count, 42, events]

        def make(file):
            subprocess.run([str(a) for a in (self.build / "bin/bareme-bench-leads", *arguments)], stdout=file, check=True)

        return self.made(f"{name}.ndjson", make)

    def array(self, leads):
        """The same leads as one JSON array."""

        def make(file):
            before = b"["
            for line in open(leads, "rb"):
                file.write(before + line.rstrip(b"\n"))
                before = b","
            file.write(b"]\n")

        return self.made(f"{leads.stem}.json", make)

    def made(self, name, make):
        """The file of this name, made once, and whole or not at all."""
        path = self.work / name
        if not path.exists():
            with open(self.work / "making", "wb") as file:
                make(file)
            os.replace(self.work / "making", path)
        return path

    @staticmethod
    def fetch(path):
        """Reads the file from the disk into the page cache, as a file comes there that somebody read.

        One that was just written lies there in the pieces in which it was written, and one of which
        the system has taken some pages back in what it was filled up with: both are copied from at
        half the speed.
        """
        with open(path, "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_SEQUENTIAL)
            while file.read(1 << 20):  # piece by piece: a child begins with the size of this process
                pass

    def score(self, leads, *more, policy=None):
        """The command line that scores the leads."""
        return [self.bareme, "score", policy or self.policy, leads, "--at", AS_OF, "-o", self.out, *more]

    # ---- running ---------------------------------------------------------------------------

    def time(self, arguments):
        """(wall seconds, peak bytes) of one run."""
        if self.out.exists():
            self.out.unlink()
        begun = time.perf_counter()
        process = subprocess.Popen([str(a) for a in arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                   env={**os.environ, "BENCH_MODULES": str(self.work)})
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            fail(f"{arguments[0]} ended with {process.returncode}: {process.stderr.read().decode()[-500:]}")
        process.stderr.close()
        return took, usage.ru_maxrss * 1024

    def rounds(self, commands):
        """Runs all of them in turn, as often as was asked for."""
        for _ in range(self.options.rounds):
            for command in commands:
                self.fetch(command.leads)
                command.runs.append(self.time(command.arguments))
        for command in commands:
            self.figures[command.name] = {
                "seconds": statistics.median(run[0] for run in command.runs),
                "peak_bytes": max(run[1] for run in command.runs),
                "input_bytes": command.leads.stat().st_size,
            }

    def results(self, arguments):
        """The lines that a program writes, by lead."""
        self.time(arguments)
        return [flat(json.loads(line)) for line in open(self.out, encoding="utf-8")]

    def verify(self, reference, peer):
        """Ends the run if the peer's results are others."""
        ours = self.results(self.score(peer.leads, *reference))
        theirs = self.results(peer.arguments)
        if len(ours) != len(theirs):
            fail(f"{peer.name} gives {len(theirs)} results for {len(ours)} leads")
        for a, b in zip(ours, theirs):
            same = all(a[key] == b[key] for key in ("id", "contact", "stage", "grade"))
            near = all(abs(a[key] - b[key]) <= peer.tolerance * max(1, abs(a[key])) for key in ("activity", "engagement"))
            if not (same and near):
                fail(f"{peer.name} differs: {b} where Bareme says {a}")

    def add(self, what, ratio, target, at_least=True, detail=""):
        self.rows.append(Row(what, ratio, target, at_least, detail))

    # ---- groups ------------------------------------------------------------------------------

    def peers(self):
        """Those that are there, each with leads enough for a second or so."""
        many, some, few = (self.leads(n) for n in (self.options.leads, self.options.leads // 10, self.options.leads // 100))
        mail, found = HERE / "freemail.txt", []

        def add(name, arguments, leads, target, tolerance=1e-9):
            if shutil.which(str(arguments[0])):
                found.append(Command(name, arguments, leads, target, tolerance))

        found.append(self.by_hand("simdjson by hand", many))
        python = self.work / "venv/bin/python3"
        add("DuckDB", [python, HERE / "peers/duckdb_sql.py", mail, many, self.out, 1], many, 8)
        if self.options.peers:
            node = [shutil.which("node") or "node"]
            add("Node, tuned", [*node, HERE / "peers/plain.mjs", mail, many, self.out], many, 10)
            add("LuaJIT", ["luajit", HERE / "peers/luajit.lua", mail, many, self.out], many, 10)
            jq = f"exec jq -n -c --rawfile freemail {mail} -f {HERE}/peers/score.jq {few} > {self.out}"
            if shutil.which("jq"):
                add("jq", ["sh", "-c", jq], few, 100)
            add("json-rules-engine", [*node, HERE / "peers/rules_engine.mjs", mail, some, self.out], some, 100)
            add("zen", [*node, HERE / "peers/zen.mjs", mail, few, self.out], few, 100, 1e-6)
        return found

    def by_hand(self, name, leads):
        """The program on simdjson, from file to file."""
        program = self.build / "bin/bareme-bench-simdjson"
        return Command(name, [program, HERE / "freemail.txt", "file", leads, self.out], leads, 1.0)

    def file(self):
        """NDJSON in, NDJSON out."""
        many = self.leads(self.options.leads)
        ours = Command("bareme, one thread", self.score(many, "--threads", 1, *SAME), many)
        two = Command("bareme, two threads", self.score(many, "--threads", 2, *SAME), many)
        whole = Command("bareme, one thread, whole results", self.score(many, "--threads", 1), many)
        peers = self.peers()
        for peer in peers:
            self.verify(["--threads", 1], peer)
        self.rounds([ours, two, whole, *peers])
        for peer in peers:
            self.add(f"file: {peer.name}", pace(peer, ours), peer.target, detail=rate(peer))
        self.add("file: two threads", pace(ours, two), 1.8, detail=rate(two))
        by_hand = next(peer for peer in peers if peer.name == "simdjson by hand")
        self.add("file: simdjson by hand, whole results", pace(by_hand, whole), 1, detail=rate(whole))
        self.figures["bareme, one thread"]["megabytes_per_second"] = speed(ours)

    def vary(self):
        """Leads that are not like those before, and leads as one JSON array."""
        count = self.options.leads // 4  # short runs, and more of them
        for how in VARIETIES:
            leads = self.leads(count, vary=how)
            ours = Command(f"bareme, {how}", self.score(leads, "--threads", 1, *SAME), leads)
            peer = self.by_hand(f"simdjson by hand, {how}", leads)
            self.verify(["--threads", 1], peer)
            for _ in range(3):
                self.rounds([ours, peer])
            self.add(f"vary: {how}, simdjson by hand", pace(peer, ours), peer.target, detail=rate(ours))
        lines = self.leads(count)
        array = self.array(lines)
        plain = Command("bareme, lines", self.score(lines, "--threads", 1, *SAME), lines)
        whole = Command("bareme, one array", self.score(array, "--threads", 1, *SAME), array)
        if self.results(plain.arguments) != self.results(whole.arguments):
            fail("leads give other results as a JSON array than as NDJSON")
        for _ in range(3):
            self.rounds([plain, whole])
        self.add("vary: one JSON array, of NDJSON", pace(whole, plain), 1.5, at_least=False, detail=rate(whole))

    def explain(self):
        many = self.leads(self.options.leads)
        plain = Command("without --explain", self.score(many, "--threads", 1), many)
        full = Command("with --explain", self.score(many, "--threads", 1, "--explain"), many)
        self.rounds([plain, full])
        self.add("explain: cost", pace(full, plain), 3, at_least=False, detail=rate(full))

    def lead(self):
        one = self.leads(1, 20)
        ours = Command("bareme, one lead", self.score(one), one)
        nothing = Command("/bin/true", ["/bin/true"], one)
        for _ in range(20):
            self.rounds([ours, nothing])
        a, b = (statistics.median(run[0] for run in c.runs) for c in (ours, nothing))
        self.add("one lead, process: of 2 x true + 3 ms", a / (2 * b + 0.003), 1, at_least=False,
                 detail=f"{a * 1e3:.1f} ms beside {b * 1e3:.1f} ms")

    def columns(self):
        """In process: records that are columns already, and one lead from memory."""
        leads, one = self.leads(self.options.leads // 10), self.leads(1, 20)
        mail, programs = HERE / "freemail.txt", self.build / "bin"
        ratios, fused, lone = [], [], []
        for _ in range(self.options.rounds):
            ours = self.over_columns(leads)
            theirs, at_once = self.columns_by_hand(leads)
            ratios.append(theirs / ours)
            fused.append(ours / at_once)
            single = json.loads(output([programs / "bareme-lead", self.policy, one, AS_OF, 51]))
            by_hand = float(output([programs / "bareme-bench-simdjson", mail, "lead", one, 51]))
            lone.append(single["decode_score_write_ns"] / by_hand)
        plain = self.over_columns(leads, "--plain")
        self.figures["columns"] = {
            "bareme_ns_per_lead": ours, "bareme_plain_ns_per_lead": plain, "by_hand_ns_per_lead": theirs,
            "by_hand_at_once_ns_per_lead": at_once, "one_lead": single, "by_hand_ns": by_hand}
        self.add("columns: an operation at a time by hand", statistics.median(ratios), 1,
                 detail=f"{ours:.0f} ns a lead beside {theirs:.0f}; {plain:.0f} with texts instead of codes")
        self.add("columns: all at once by hand", statistics.median(fused), 1.5, at_least=False,
                 detail=f"{ours:.0f} ns a lead beside {at_once:.0f}")
        self.columns_in_database(leads, ours)
        self.add("one lead, in process: simdjson by hand", statistics.median(lone), 1.5, at_least=False,
                 detail=f"{single['decode_score_write_ns']:.0f} ns beside {by_hand:.0f}; {single['score_ns']:.0f} to score")
        many = self.criteria(10_000)
        each = json.loads(output([programs / "bareme-columns", many, leads, AS_OF, "--rounds", 3, "--json"]))
        self.add("columns: 10,000 criteria, of 0.5 ns each", each["median_ns_per_lead"] / 10_000 / 0.5, 1, at_least=False,
                 detail=f"{each['median_ns_per_lead'] / 10_000:.2f} ns for a criterion and a lead")
        self.idle(leads)

    def over_columns(self, leads, *more):
        """Nanoseconds for a lead whose record is columns already."""
        program = self.build / "bin/bareme-columns"
        told = output([program, self.policy, leads, AS_OF, "--rounds", 25, "--json", *more])
        return json.loads(told)["median_ns_per_lead"]

    def columns_by_hand(self, leads):
        """The same of the program by hand: an operation at a time, and all at once."""
        program = self.build / "bin/bareme-bench-columns"
        return [float(line.split()[0]) for line in output([program, HERE / "freemail.txt", leads, 25]).splitlines()]

    def columns_in_database(self, leads, ours):
        """DuckDB over flat tables in memory, if it is there."""
        python = self.work / "venv/bin/python3"
        if not python.exists():
            return
        peer = Command("DuckDB, flat tables", [python, HERE / "peers/duckdb_flat.py", HERE / "freemail.txt", leads, self.out, 5], leads)
        self.verify(["--threads", 1], peer)
        theirs = float(output(peer.arguments).split()[0])
        self.figures["columns"]["duckdb_ns_per_lead"] = theirs
        self.add("columns: DuckDB over flat tables", theirs / ours, 20, detail=f"{ours:.0f} ns a lead beside {theirs:.0f}")

    def idle(self, leads):
        """What 1,000 criteria cost that are about events which no lead has."""
        ratios = []
        for _ in range(self.options.rounds):
            pair = []
            for extra in (0, 1000):
                policy = self.work / f"idle-{extra}.bareme"
                policy.write_text(idle_criteria(self.policy.read_text(encoding="utf-8"), extra), encoding="utf-8")
                shutil.copy(HERE / "freemail.txt", self.work)
                found = json.loads(output([self.build / "bin/bareme-columns", policy, leads, AS_OF, "--rounds", 25, "--json"]))
                pair.append(found["best_ns_per_lead"])
            ratios.append(pair[1] / pair[0])
        self.add("columns: 1,000 criteria on events that nobody has", statistics.median(ratios), 1.1, at_least=False)

    def criteria(self, count):
        path = self.work / f"criteria-{count}.bareme"
        path.write_text(many_criteria(count), encoding="utf-8")
        return path

    def compile(self):
        for count, limit in ((10_000, 0.05), (100_000, 0.7)):
            policy = self.criteria(count)
            check = Command(f"check {count}", [self.bareme, "check", policy], policy)
            self.rounds([check])
            seconds = self.figures[check.name]["seconds"]
            self.add(f"compile: {count:,} criteria, of {limit * 1e3:.0f} ms", seconds / limit, 1, at_least=False,
                     detail=f"{seconds * 1e3:.0f} ms, {self.figures[check.name]['peak_bytes'] / count:.0f} bytes each")

    def memory(self):
        for threads in (1, 2):
            many = self.leads(self.options.leads * 5)
            _, peak = self.time(self.score(many, "--threads", threads))
            limit = (64 + 16 * threads) << 20
            self.add(f"memory: {threads} thread{'s'[:threads - 1]}, of {limit >> 20} MB", peak / limit, 1, at_least=False,
                     detail=f"{peak / 2**20:.0f} MB for a file of {many.stat().st_size / 1e6:.0f} MB")
            self.figures[f"memory, {threads} threads"] = {"peak_bytes": peak}

    def report(self):
        width = max(len(row.what) for row in self.rows)
        print(f"{'':{width}}    ratio   target")
        for row in self.rows:
            sign = ">=" if row.at_least else "<="
            print(f"{row.what:{width}} {row.ratio:8.2f} {sign}{row.target:6g}  {'ok ' if row.met() else 'NO '} {row.detail}")
        if self.options.json:
            rows = [{**vars(row), "met": row.met()} for row in self.rows]
            text = json.dumps({"rounds": self.options.rounds, "leads": self.options.leads, "rows": rows,
                               "figures": self.figures}, indent=2)
            Path(self.options.json).write_text(text + "\n", encoding="utf-8")


# ---- small change --------------------------------------------------------------------------


def run(arguments, quiet=False):
    stream = subprocess.DEVNULL if quiet else None
    if subprocess.run([str(a) for a in arguments], stdout=stream, stderr=stream, check=False).returncode != 0:
        fail(f"could not run {' '.join(str(a) for a in arguments)}")


def output(arguments):
    return subprocess.run([str(a) for a in arguments], stdout=subprocess.PIPE, check=True, text=True).stdout


def flat(result):
    """Bareme's result in the peers' form; theirs as they are."""
    if "scores" not in result:
        return result
    return {"id": result["id"], **result["scores"], "stage": result["stage"], "grade": result["bands"]["grade"]}


def speed(command):
    seconds = statistics.median(run[0] for run in command.runs)
    return command.leads.stat().st_size / 1e6 / seconds


def rate(command):
    return f"{speed(command):.0f} MB/s"


def pace(slow, fast):
    """How many times as long `slow` takes for a byte, by rounds."""
    bytes_of = slow.leads.stat().st_size / fast.leads.stat().st_size
    return statistics.median(a[0] / b[0] / bytes_of for a, b in zip(slow.runs, fast.runs))


def many_criteria(count):
    """A policy of so many criteria over three fields."""
    industries = "software saas fintech retail healthcare manufacturing education logistics energy media consulting banking".split()
    countries = "FR BE CH DE US GB ES IT NL CA SE PL".split()
    lines = ['policy "Many"', "lead { industry text  country text  company_size number }", "score contact {"]
    for i in range(count):
        lines.append(f'  +{i % 7 + 1} when industry is "{industries[i % 12]}" and company_size >= {i * 37 % 5000}'
                     f' and country is "{countries[(i * 7 + i // 12) % 12]}"')
    return "\n".join(lines) + "\n}\n"


def idle_criteria(source, count):
    """The policy with a score of so many criteria on ten kinds of events that no lead has."""
    kinds = "\n".join(f"event idle_{i} {{ size number }}" for i in range(10))
    rules = "\n".join(f"  +{i % 7 + 1} on idle_{i % 10} where size > {i}" for i in range(count))
    score = f"score idle {{\n  decay 50% every 30 days\n{rules}\n}}" if count else ""
    return f"{source}\n{kinds}\n{score}\n"


def main():
    # Peaks of memory first: a child's begins at the size of this process, which grows with results.
    groups = ["memory", "compile", "lead", "columns", "explain", "vary", "file"]
    parser = argparse.ArgumentParser(prog="./dev bench", description="Measure Bareme beside its peers.")
    parser.add_argument("build", help=argparse.SUPPRESS)
    parser.add_argument("--leads", type=int, default=200_000, help="leads of the large file (default 200,000: 250 MB)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds (default 5)")
    parser.add_argument("--only", default=",".join(groups), help=f"groups to measure: {', '.join(groups)}")
    parser.add_argument("--peers", action="store_true", help="fetch and measure the peers of npm, PyPI and Debian too")
    parser.add_argument("--json", help="write all figures to this file")
    options = parser.parse_args()
    if unknown := set(options.only.split(",")) - set(groups):
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    bench = Bench(options)
    try:
        for group in options.only.split(","):
            getattr(bench, group)()
    finally:
        bench.out.unlink(missing_ok=True)
    bench.report()


if __name__ == "__main__":
    main()
