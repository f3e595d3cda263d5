# arrow.py - makes the streams of corpus/arrow, each with other types and layouts.
#
#   arrow.py corpus/arrow        (with pyarrow)
#
# SPDX-License-Identifier: Apache-2.0

import datetime
import sys

import pyarrow as pa
import pyarrow.ipc as ipc

leads = [
    {"id": "1", "name": "a name of more than twelve bytes", "company": {"size": 2.5}, "ok": True,
     "born": datetime.datetime(2026, 1, 2), "stay": datetime.timedelta(days=2), "plan": "pro",
     "tags": ["b", "c"], "must": "x", "stage": "b",
     "events": [{"type": "view", "at": datetime.datetime(2026, 5, 1), "id": "v", "url": "u",
                 "seconds": 2.0, "at_home": True, "amount": None, "plan": None},
                {"type": "Purchase", "at": datetime.datetime(2026, 5, 2), "id": None, "url": None,
                 "seconds": None, "at_home": None, "amount": 3.0, "plan": "free"}]},
    {"id": "2", "name": None, "company": None, "ok": None, "born": None, "stay": None,
     "plan": "gold", "tags": None, "must": None, "stage": "zzz", "events": []},
    {"id": "1", "name": "", "company": {"size": None}, "ok": False, "must": "y", "events": None},
]


def schema(text, number, lists):
    event = pa.struct([("type", text), ("at", pa.timestamp("us")), ("id", text), ("url", text),
                       ("seconds", number), ("at_home", pa.bool_()), ("amount", number),
                       ("plan", text)])
    return pa.schema([("id", text), ("name", text), ("company", pa.struct([("size", number)])),
                      ("ok", pa.bool_()), ("born", pa.timestamp("ms", "UTC")),
                      ("stay", pa.duration("s")), ("plan", text), ("tags", lists(text)),
                      ("must", text), ("stage", text), ("events", lists(event))])


def encoded(table):
    for name in "name", "plan", "must", "stage":
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, table.column(at).dictionary_encode())
    return table


cases = {
    "utf8": (pa.string(), pa.float64(), pa.list_, {}),
    "views": (pa.string_view(), pa.int32(), pa.list_view, {}),
    "large": (pa.large_string(), pa.uint8(), pa.large_list, {}),
    "lz4": (pa.string(), pa.float32(), pa.list_, {"compression": "lz4"}),
    "zstd": (pa.string_view(), pa.float64(), pa.list_, {"compression": "zstd"}),
}
for name, (text, number, lists, options) in cases.items():
    table = pa.Table.from_pylist(leads, schema=schema(text, number, lists))
    for kind in "", "-encoded":
        data = encoded(table) if kind and text == pa.string() else table
        if kind and data is table:
            continue
        with ipc.new_stream(f"{sys.argv[1]}/{name}{kind}", data.schema,
                            options=ipc.IpcWriteOptions(**options)) as out:
            for batch in data.to_batches(max_chunksize=2):
                out.write_batch(batch)
with ipc.new_file(f"{sys.argv[1]}/file", table.schema) as out:
    out.write_table(table)
