# ways.py - the same leads give the same results, whichever way they come.
#
#   ways.py BAREME POLICY [LEADS [SEED]]
#
# Random leads are written as lines with their events inside: what that gives,
# read by one thread, is what all other ways have to give, byte for byte.
#
#   events in a file of their own: NDJSON, JSON, CSV, not in the order of the leads
#   an array on one line, an array over many lines, CSV, packed
#   keys in other orders, blanks between them, characters as escapes
#   other numbers of threads, sizes of chunks and stretches
#   the policy compiled; the results explained
#
# SPDX-License-Identifier: Apache-2.0

import csv
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile

program, policy = sys.argv[1:3]
count = int(sys.argv[3]) if len(sys.argv) > 3 else 700
dice = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 7)

# ---- leads -----------------------------------------------------------------------------------

TEXTS = ["Bern", "BERN", "bärn", "Rome", "a text that is longer than all of the constants", 'x"y',
         "tab\there", "VP of Sales", "MVP", "日本", "null", "1", "true", " lead ", "back\\slash"]
URLS = ["https://a.example/pricing?x", "/pricing", "/", "http://B.example:80/docs/x", "ftp"]
KINDS = ["buy", "visit", "user.login", "survey", "no kind of ours"]


def some(**members):
    """The members, of which any may not be there."""
    return {key: value() for key, value in members.items() if dice.random() < 0.8}


def one_of(*values):
    return lambda: dice.choice(values)


def items(*values):
    """At least one: CSV has no empty list."""
    return lambda: dice.sample(values, dice.randint(1, len(values)))


def instant():
    day = f"2026-05-{dice.randint(1, 31):02}"
    hour = f"{dice.randint(0, 23):02}:{dice.randint(0, 59):02}:{dice.randint(0, 59):02}"
    return dice.choice([day, f"{day}T{hour}Z", f"{day}T{hour}+02:00", "2026-06-01", "2026-06-02"])


def event():
    kind = dice.choice(KINDS)
    made = {"what": kind, "when": instant()}
    if dice.random() < 0.3:
        made["uid"] = str(dice.randint(1, 4))
    if kind == "buy":
        made |= some(amount=one_of(1, 2.5, -3, 1e6, 0.1), shop=one_of(*TEXTS))
    elif kind == "visit":
        made |= some(url=one_of(*URLS), seconds=lambda: dice.randint(0, 99))
    elif kind == "user.login":
        made |= some(device=one_of(*TEXTS), ok=one_of(True, False))
    elif kind == "survey":
        made |= some(grade=lambda: dice.randint(0, 10), mood=one_of("good", "BAD"),
                     themes=items("price", "Price", "speed"))
    return made


def lead(number):
    made = {"id": f"lead {number}"}
    made |= some(email=one_of("a@b.example", "x@Gmail.com", "q@rival.example", "nobody"),
                 city=one_of(*TEXTS), title=one_of(*TEXTS), vip=one_of(True, False),
                 since=instant, wait=one_of("2 hours", "-1.5 days", "90 seconds"),
                 tags=items("vip", "x", "Partner"), tier=one_of("gold", "Silver"),
                 stage=one_of("cold", "Warm", "hot"))
    made["company"] = some(size=one_of(1, 50, 1000, 0.5, 1e9), kind=one_of("SaaS", "shop", "x"))
    made["events"] = [event() for _ in range(dice.choice([0, 0, 1, 2, 5, 9]))]
    return made


leads = [lead(number) for number in range(count)]

# ---- files -----------------------------------------------------------------------------------

directory = tempfile.TemporaryDirectory()


def path(name):
    return os.path.join(directory.name, name)


def write(name, text):
    with open(path(name), "w", encoding="utf-8", newline="") as file:
        file.write(text)
    return path(name)


def lines(objects):
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in objects)


def cell(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return ";".join(value) if isinstance(value, list) else value


def write_csv(name, objects):
    columns = sorted({key for each in objects for key in each})
    with open(path(name), "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(columns)
        rows.writerows([cell(each[key]) if key in each else "" for key in columns]
                       for each in objects)
    return path(name)


def flat(made):
    """As columns, without the events."""
    inner = {f"company.{key}": value for key, value in made["company"].items()}
    return {key: value for key, value in made.items() if key not in ("company", "events")} | inner


def apart():
    """The events with the ids of their leads: of each lead in order, the leads all mixed."""
    waiting = [[each | {"lead_id": made["id"]} for each in made["events"]] for made in leads]
    order = [number for number, events in enumerate(waiting) for _ in events]
    dice.shuffle(order)
    return [waiting[number].pop(0) for number in order]


def disguise(value):
    """The same, with the keys of each object in another order."""
    if isinstance(value, list):
        return [disguise(each) for each in value]
    if isinstance(value, dict):
        return {key: disguise(value[key]) for key in dice.sample(sorted(value), len(value))}
    return value


def disguised(made):
    blanks = dice.choice([(",", ":"), (", ", ": "), (" ,", " :")])
    return json.dumps(disguise(made), ensure_ascii=dice.random() < 0.5, separators=blanks) + "\n"


# ---- ways ------------------------------------------------------------------------------------


def score(*arguments, by=policy):
    command = [program, "score", by, *arguments, "--at", "2026-06-01"]
    done = subprocess.run(command, capture_output=True, timeout=120)
    return done.returncode, done.stdout, done.stderr.decode()


def without_contributions(results):
    kept = []
    for line in results.splitlines(keepends=True):
        begin = line.find(b',"contributions":')
        kept.append(line if begin < 0 else line[:begin] + b"}\n")
    return b"".join(kept)


inside = write("inside.ndjson", lines(leads))
bare = write("bare.ndjson", lines({key: made[key] for key in made if key != "events"} for made in leads))
table = write_csv("leads.csv", [flat(made) for made in leads])
events = apart()
event_lines = write("events.ndjson", lines(events))
event_table = write_csv("events.csv", events)
packed = path("packed.gz")
with gzip.open(packed, "wb") as file:
    file.write(lines(leads).encode())
compiled = path("policy.bmc")
subprocess.run([program, "build", policy, "-o", compiled], check=True)

ways = {
    "several threads": lambda: score(inside, "--threads", "3", "--stretch", "5000"),
    "a lead at a time": lambda: score(inside, "--chunk", "1"),
    "events as lines": lambda: score(bare, "--events", event_lines),
    "events as an array": lambda: score(bare, "--events", write("e.json", json.dumps(events))),
    "events as CSV": lambda: score(bare, "--events", event_table),
    "all as CSV": lambda: score(table, "--events", event_table),
    "all as CSV, by threads": lambda: score(table, "--events", event_table, "--threads", "3",
                                            "--stretch", "5000"),
    "an array on a line": lambda: score(write("one.json", json.dumps(leads))),
    "an array on lines": lambda: score(write("many.json", json.dumps(leads, indent=1))),
    "packed": lambda: score(packed),
    "disguised": lambda: score(write("odd.ndjson", "".join(map(disguised, leads)))),
    "compiled": lambda: score(inside, by=compiled),
    "compiled, all as CSV": lambda: score(table, "--events", event_table, by=compiled),
    "explained": lambda: score(inside, "--explain"),
    "explained, all as CSV": lambda: score(table, "--events", event_table, "--explain"),
}

failures = 0


def check(name, ok, more):
    global failures
    print("ok  " if ok else "FAIL", name, "" if ok else more)
    failures += not ok


def first_difference(expected, is_now):
    for before, after in zip(expected.splitlines(), is_now.splitlines()):
        if before != after:
            return f"\n  expected {before.decode()}\n  is       {after.decode()}"
    return f"{len(is_now.splitlines())} lines instead of {len(expected.splitlines())}"


status, expected, told = score(inside, "--threads", "1")
check("a result for each lead", status == 0 and expected.count(b"\n") == count and not told, told)
for name, way in ways.items():
    status, results, told = way()
    results = without_contributions(results)
    check(name, (status, results, told) == (0, expected, ""),
          f"status {status} {told} {first_difference(expected, results)}")
sys.exit(1 if failures else 0)
