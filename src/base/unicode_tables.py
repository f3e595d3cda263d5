#!/usr/bin/env python3
"""Makes unicode_tables.h from the Unicode Character Database.

    python3 src/base/unicode_tables.py [/usr/share/unicode] > src/base/unicode_tables.h

The database is Debian's package `unicode-data`, version 15.0.  The result is
part of the source, so that building needs neither Python nor the database.

Two tables come out, each in three stages: the low bits of a code point choose
an entry of a leaf, the middle bits a leaf of a branch, the high bits a branch;
equal leaves and equal branches are stored once:

    branch = branches[c >> LOW + MIDDLE]
    leaf   = leaves[branch << MIDDLE | middle bits of c]
    entry  = entries[leaf << LOW | low bits of c]

- properties: an entry is the number of a record with the distances to the
  folded, the small and the capital form, and flags;
- plain: an entry is an offset into a string of bytes with what NFKD makes of
  the code point without its nonspacing marks, in UTF-8, with its length
  before it; 0 stands for the code point itself.  Hangul syllables are left
  out: arithmetic decomposes them.

SPDX-License-Identifier: Apache-2.0
"""
import sys

LIMIT = 0x110000


def read(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            fields = [field.strip() for field in line.split("#")[0].split(";")]
            if len(fields) > 1:
                yield fields


def span(text):
    first, _, last = text.partition("..")
    return range(int(first, 16), int(last or first, 16) + 1)


class Database:
    def __init__(self, folder):
        self.category = ["Cn"] * LIMIT
        self.order = [0] * LIMIT  # canonical combining class
        self.decomposition = {}
        self.upper, self.lower, self.fold = {}, {}, {}
        self.space, self.wide = set(), set()
        self.read_characters(folder)
        for code, status, target, *_ in read(folder + "/CaseFolding.txt"):
            if status in "CS":
                self.fold[int(code, 16)] = int(target, 16)
        for codes, name, *_ in read(folder + "/PropList.txt"):
            if name == "White_Space":
                self.space.update(span(codes))
        for codes, width, *_ in read(folder + "/EastAsianWidth.txt"):
            if width in "WF":
                self.wide.update(span(codes))

    def read_characters(self, folder):
        first = None
        for row in read(folder + "/UnicodeData.txt"):
            code, name = int(row[0], 16), row[1]
            if name.endswith(", First>"):
                first = code
                continue
            codes = range(first if name.endswith(", Last>") else code, code + 1)
            for each in codes:
                self.category[each] = row[2]
                self.order[each] = int(row[3])
            if row[5]:
                self.decomposition[code] = [int(c, 16) for c in row[5].split(">")[-1].split()]
            for table, field in ((self.upper, 12), (self.lower, 13)):
                if row[field]:
                    table[code] = int(row[field], 16)

    def compatible(self, code):
        """The full compatibility decomposition, in canonical order."""
        result = []
        for part in self.decomposition.get(code, []):
            result += self.compatible(part) if part in self.decomposition else [part]
        for end in range(1, len(result)):  # a stable sort of each run of marks
            at = end
            while at and 0 < self.order[result[at]] < self.order[result[at - 1]]:
                result[at - 1], result[at] = result[at], result[at - 1]
                at -= 1
        return result or [code]

    def is_mark(self, code):
        return self.category[code] == "Mn"

    def is_ordered(self, code):
        return self.order[code] != 0 and not self.is_mark(code)


def share(values, bits):
    """Cuts the values into blocks, equal ones once: (number of each, all)."""
    size, seen, numbers, kept = 1 << bits, {}, [], []
    for at in range(0, len(values), size):
        block = tuple(values[at : at + size])
        if block not in seen:
            seen[block] = len(seen)
            kept += block
        numbers.append(seen[block])
    return numbers, kept


def three_stages(values):
    """The smallest of all ways: (bits of a leaf, of a branch, stages)."""
    best = None
    for low in range(3, 8):
        numbers, entries = share(values, low)
        for middle in range(3, 8):
            branches, leaves = share(numbers, middle)
            stages = (branches, leaves, entries)
            cost = sum(len(stage) * width(stage) for stage in stages)
            if best is None or cost < best[0]:
                best = (cost, low, middle, stages)
    return best[1:]


def width(values):
    return 1 if max(values) < 256 else 2 if max(values) < 65536 else 4


def array(name, values):
    print(f"static const uint{8 * width(values)}_t {name}[{len(values)}] = {{")
    line = "   "
    for value in values:
        if len(line) + len(str(value)) + 2 > 100:
            print(line)
            line = "   "
        line += f" {value},"
    print(line + "\n};\n")


def stages(name, values):
    low, middle, (branches, leaves, entries) = three_stages(values)
    print(f"#define {name.upper()}_LOW {low}")
    print(f"#define {name.upper()}_MIDDLE {middle}")
    array(name + "_branches", branches)
    array(name + "_leaves", leaves)
    array(name + "_entries", entries)


def flags(data, code):
    category, parts = data.category[code], data.compatible(code)
    mark = data.is_mark(code)
    holds = {
        "WORD": category[0] in "LMN",
        "SPACE": code in data.space,
        "MARK": mark,
        # Two columns of a terminal; none (a soft hyphen does take one).
        "WIDE": code in data.wide and not mark,
        "THIN": category in ("Mn", "Me", "Cf") and code != 0xAD,
        # For plain, see there: marks that it keeps and whose order matters,
        # characters that end with such marks, and marks that do not end a run.
        "ORDERED": data.order[code] != 0 and not mark,
        "ORDERED_END": parts != [code] and any(map(data.is_ordered, parts)),
        "UNORDERED": data.order[code] != 0 and mark,
    }
    return " | ".join(name for name, holds in holds.items() if holds) or "0"


def properties(data):
    records, numbers = {}, []
    for code in range(LIMIT):
        maps = [table.get(code, code) - code for table in (data.fold, data.lower, data.upper)]
        record = (*maps, flags(data, code))
        numbers.append(records.setdefault(record, len(records)))
    print("/* Distances to the folded, the small and the capital form; flags. */")
    print("static const struct record records[] = {")
    for record in records:
        print("    {%d, %d, %d, %s}," % record)
    print("};\n")
    stages("property", numbers)


def plain(data):
    pool, offsets, entries = bytearray([0]), {}, []
    for code in range(LIMIT):
        kept = [part for part in data.compatible(code) if not data.is_mark(part)]
        if kept == [code] or data.category[code] == "Cs":
            entries.append(0)
            continue
        bytes_ = "".join(map(chr, kept)).encode()
        if bytes_ not in offsets:
            offsets[bytes_] = len(pool)
            pool += bytes([len(bytes_)]) + bytes_
        entries.append(offsets[bytes_])
    stages("plain", entries)
    array("plain_bytes", list(pool))


def ordered(data):
    print("/* The marks that plain keeps, with their canonical combining class. */")
    print("static const struct ordered_mark ordered_marks[] = {")
    for code in filter(data.is_ordered, range(LIMIT)):
        print(f"    {{0x{code:X}, {data.order[code]}}},")
    print("};\n")
    classes = {data.order[code] for code in filter(data.is_ordered, range(LIMIT))}
    array("ordered_classes", [0, *sorted(classes)])


def main():
    data = Database(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode")
    print("/* unicode_tables.h - made by unicode_tables.py from Unicode 15.0; do not edit.\n *")
    print(" * SPDX-License-Identifier: Apache-2.0 */")
    print("/* clang-format off */\n")
    properties(data)
    plain(data)
    ordered(data)


main()
