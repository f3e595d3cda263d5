# check.py - the same leads by NDJSON and by Arrow, written and read by pyarrow.
#
#   check.py BAREME LEADS.ndjson POLICY
#
# In: the leads as Arrow, in many layouts, have to give the bytes that the NDJSON gives.
# Out: what pyarrow reads of the Arrow results has to be what stands in the NDJSON ones.
#
# SPDX-License-Identifier: Apache-2.0

import datetime
import io
import json
import subprocess
import sys

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.feather
import pyarrow.ipc as ipc

program, leads_path, policy = sys.argv[1:4]
AT = "2026-06-01"
failures = 0


def bareme(*options, data=b"", path="-"):
    command = [program, "score", policy, path, "--at", AT, *options]
    done = subprocess.run(command, input=data, capture_output=True, timeout=120)
    return done.returncode, done.stdout, done.stderr.decode()


def check(what, ok, more=""):
    global failures
    print("ok  " if ok else "FAIL", what, "" if ok else more)
    failures += not ok


# ---- leads as tables ----------------------------------------------------------------------

with open(leads_path, encoding="utf-8") as file:
    leads = [json.loads(line) for line in file]

LEAD_TEXTS = ["id", "email", "job_title", "department", "industry", "country", "stage"]
EVENT_TEXTS = ["type", "url", "campaign", "form", "title"]


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def table(text, unit="us", number=None, lists=pa.list_):
    """The leads; times as text if there is no unit."""
    number = number or pa.float64()
    time = pa.timestamp(unit, "UTC") if unit else text
    event = pa.struct(
        [(name, text) for name in EVENT_TEXTS] + [("at", time), ("seconds", number), ("minutes", number)])
    schema = pa.schema(
        [(name, text) for name in LEAD_TEXTS]
        + [("company_size", number), ("consent", pa.bool_()), ("events", lists(event))])
    rows = []
    for lead in leads:
        row = {name: lead.get(name) for name in schema.names}
        row["events"] = [
            {name: instant(e["at"]) if unit and name == "at" else e.get(name)
             for name in [f.name for f in event]}
            for e in lead.get("events", [])]
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=schema)


def stream(data, **options):
    out = io.BytesIO()
    with ipc.new_stream(out, data.schema, options=ipc.IpcWriteOptions(**options)) as writer:
        for batch in data.to_batches():
            writer.write_batch(batch)
    return out.getvalue()


def encoded(data, index=pa.int32()):
    """Texts of the leads as dictionaries."""
    for i, name in enumerate(data.schema.names):
        if name in LEAD_TEXTS:
            column = data.column(name).dictionary_encode()
            if index != pa.int32():
                column = column.cast(pa.dictionary(index, data.schema.field(name).type))
            data = data.set_column(i, name, column)
    return data


def chunked(data, rows):
    return pa.Table.from_batches(
        [b for b in data.combine_chunks().to_batches(max_chunksize=rows)])


def shifted(data):
    """The same rows as slices of longer ones."""
    longer = pa.concat_tables([data.slice(0, 7), data, data.slice(0, 5)]).combine_chunks()
    return longer.slice(7, data.num_rows)


# ---- in --------------------------------------------------------------------------------------

status, expected, said = bareme(path=leads_path)
check("the leads as NDJSON", status == 0 and expected.count(b"\n") == len(leads), said)
plain = table(pa.string())
cases = {
    "utf8": stream(plain),
    "large utf8": stream(table(pa.large_string())),
    "utf8 views": stream(table(pa.string_view())),
    "large lists": stream(table(pa.string(), lists=pa.large_list)),
    "list views": stream(table(pa.string(), lists=pa.list_view)),
    "large list views": stream(table(pa.string(), lists=pa.large_list_view)),
    "seconds": stream(table(pa.string(), unit="s")),
    "milliseconds": stream(table(pa.string(), unit="ms")),
    "nanoseconds": stream(table(pa.string(), unit="ns")),
    "instants as text": stream(table(pa.string(), unit=None)),
    "int32": stream(table(pa.string(), number=pa.int32())),
    "uint64": stream(table(pa.string(), number=pa.uint64())),
    "float32": stream(table(pa.string(), number=pa.float32())),
    "dictionaries": stream(encoded(plain)),
    "dictionaries of int64": stream(encoded(plain, pa.int64())),
    "dictionaries in lists": stream(table(pa.dictionary(pa.int16(), pa.string()))),
    "dictionaries of large utf8": stream(encoded(table(pa.large_string()))),
    "dictionaries, replaced": stream(pa.concat_tables(
        [encoded(chunked(plain, 500).slice(i, 500)) for i in range(0, plain.num_rows, 500)])),
    "small batches": stream(chunked(plain, 7)),
    "slices": stream(shifted(plain)),
    "slices of dictionaries": stream(shifted(encoded(plain))),
    "LZ4": stream(plain, compression="lz4"),
    "Zstandard": stream(plain, compression="zstd"),
    "Zstandard of views": stream(table(pa.string_view()), compression="zstd"),
    "V4": stream(plain, metadata_version=ipc.MetadataVersion.V4),
    "of before 2019": stream(plain, metadata_version=ipc.MetadataVersion.V4,
                             use_legacy_format=True),
    "empty batches": stream(pa.concat_tables([plain.slice(0, 0), plain, plain.slice(0, 0)])),
    "columns nobody reads": stream(
        plain.append_column("u", pa.array([{"a": [b"x"]}] * plain.num_rows,
                                          pa.struct([("a", pa.list_(pa.binary()))])))
        .append_column("d", pc.cast(pa.array([1] * plain.num_rows), pa.decimal128(19, 0)))
        .append_column("m", pa.array([[("k", 1)]] * plain.num_rows, pa.map_(pa.string(), pa.int8())))
        .append_column("v", pa.array([b"more than twelve bytes"] * plain.num_rows, pa.binary_view()))
        .append_column("n", pa.nulls(plain.num_rows))),
}
out = io.BytesIO()
with ipc.new_stream(out, encoded(plain).schema, options=ipc.IpcWriteOptions(
        emit_dictionary_deltas=True, unify_dictionaries=False)) as writer:
    country = plain.schema.get_field_index("country")
    texts = encoded(plain).combine_chunks().to_batches()[0]
    # every batch has a dictionary that goes on from the one before
    seen = []
    for i in range(0, texts.num_rows, 400):
        batch = texts.slice(i, 400)
        values = batch.column(country).cast(pa.string())
        seen += [v for v in dict.fromkeys(values.to_pylist()) if v is not None and v not in seen]
        indices = pc.index_in(values, pa.array(seen, pa.string()))
        columns = list(batch.columns)
        columns[country] = pa.DictionaryArray.from_arrays(indices, pa.array(seen, pa.string()))
        writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=batch.schema))
cases["dictionaries that grow"] = out.getvalue()
out = io.BytesIO()
with ipc.new_file(out, plain.schema) as writer:
    writer.write_table(plain)
cases["a file"] = out.getvalue()
out = io.BytesIO()
pyarrow.feather.write_feather(plain, out)
cases["Feather"] = out.getvalue()

for what, data in cases.items():
    # only this one does not show by its first bytes what it is
    format = ["--input", "arrows"] if "2019" in what else []
    for threads in "1", "3":
        status, got, said = bareme(*format, "--threads", threads, data=data)
        check(f"in: {what}, {threads} threads", status == 0 and got == expected,
              f"{status} {len(got)} {said[:400]}")

# Ids that came in another batch, and problems in rows of several: as NDJSON has them, line by line.
again = []
for i, lead in enumerate(leads):
    again.append(dict(lead, id=leads[i * 7 % 300]["id"]) if i % 11 == 3 else lead)
    if i % 97 == 5:
        again[-1] = dict(again[-1], stage="no stage of ours")
text = "".join(json.dumps(lead) + "\n" for lead in again).encode()
leads = again
for more in [], ["--strict"]:
    status, got, said = bareme(*more, "--threads", "1", data=text)
    for threads in "1", "3":
        for rows in 64, 1000:
            is_status, is_got, is_said = bareme(
                *more, "--threads", threads, data=stream(chunked(table(pa.string()), rows)))
            check(f"in: ids again, {rows} rows, {threads} threads {more}",
                  (is_status, is_got, is_said) == (status, got, said), is_said[:400])

# ---- out ----------------------------------------------------------------------------------------


def simplified(row):
    """A row as the NDJSON has it."""
    row = dict(row)
    row["as_of"] = row["as_of"].strftime("%Y-%m-%dT%H:%M:%SZ")
    if row.get("excluded"):
        for key in "scores", "bands", "grids", "choices":
            if key in row:
                row[key] = {}
    if "segments" in row:
        row["segments"] = [name for name, inside in row["segments"].items() if inside]
    if row.get("next"):
        row["next"]["requirements"] = [
            {k: need[k] for k in (["score", "compare", "threshold", "value", "lacks", "met"]
                                  if need["score"] else ["condition", "met"])}
            for need in row["next"]["requirements"]]
    if "actions" in row:
        row["actions"] = [{k: v for k, v in a.items() if v is not None} for a in row["actions"]]
    if "contributions" in row:
        names = [] if row.get("excluded") else list(row["scores"])
        row["contributions"] = {
            name: [{k: v for k, v in line.items() if k != "score" and v is not None}
                   for line in row["contributions"] if line["score"] == name]
            for name in names}
    return row


for more in [], ["--explain"]:
    status, text, said = bareme(*more, path=leads_path)
    status, data, said = bareme("--format", "arrows", *more, path=leads_path)
    got = ipc.open_stream(data).read_all() if status == 0 else None
    if got is not None:
        got.validate(full=True)
    rows = [simplified(row) for row in got.to_pylist()] if got is not None else []
    wanted = [json.loads(line) for line in text.splitlines()]
    bad = next((i for i, (a, b) in enumerate(zip(rows, wanted)) if a != b), None)
    check(f"out: {' '.join(more) or 'results'}", len(rows) == len(wanted) and bad is None,
          said if bad is None else f"row {bad}\n{rows[bad]}\n{wanted[bad]}")
    for threads in "1", "3":
        check(f"out: {threads} threads",
              bareme("--format", "arrows", *more, "--threads", threads, path=leads_path)[1] == data)
status, data, said = bareme("--format", "arrows", "--top", "3", "--by", "total", path=leads_path)
rows = ipc.open_stream(data).read_all().to_pylist() if status == 0 else []
check("out: the top three", len(rows) == 3, said)
status, data, said = bareme("--format", "arrows", data=stream(plain.slice(0, 0)))
check("out: of no leads", status == 0 and ipc.open_stream(data).read_all().num_rows == 0, said)

# ---- what is refused ---------------------------------------------------------------------------

for what, data, words in [
    ("a cut stream", cases["utf8"][:-3000], "ends in the middle of a message"),
    ("a wrong type", stream(plain.set_column(plain.schema.get_field_index("company_size"), "company_size", pa.array(["x"] * plain.num_rows))),
     "the column `company_size` is of the type utf8, and its field a number"),
    ("Parquet", b"PAR1" + bytes(100), "it is Parquet"),
]:
    status, got, said = bareme(data=data)
    check("refused: " + what, status == 5 and words in said, f"{status} {said}")

print("FAILED" if failures else "passed")
sys.exit(failures > 0)
