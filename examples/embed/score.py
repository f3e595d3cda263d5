#!/usr/bin/env python3
"""score.py - Bareme from Python, by ctypes of the standard library alone.

    python3 score.py inbound.bmc

The first half is the wrapping: the structs of <bareme/vm.h> that are passed, and a
class for each handle.  The second half scores one lead with it.

SPDX-License-Identifier: Apache-2.0
"""

import ctypes
import ctypes.util
import datetime
import os
import sys
from ctypes import POINTER, byref, c_bool, c_char, c_char_p, c_double, c_int, c_int64
from ctypes import c_size_t, c_uint32, c_void_p

NONE = 2**32 - 1
BANDS, STAGES, SCORES = 1, 5, 0  # enum bareme_kind


class Text(ctypes.Structure):
    _fields_ = [("bytes", c_void_p), ("length", c_size_t)]

    def __str__(self):
        return ctypes.string_at(self.bytes, self.length).decode() if self.bytes else ""


class Failure(ctypes.Structure):
    _fields_ = [("text", c_char * 512)]


class BatchOptions(ctypes.Structure):
    _fields_ = [("size", c_size_t), ("as_of", c_int64), ("capacity", c_uint32),
                ("explain", c_bool), ("borrow", c_bool)]


class Contribution(ctypes.Structure):
    _fields_ = [("kind", c_char_p), ("label", Text), ("source", Text), ("file", Text),
                ("line", c_uint32), ("depth", c_uint32), ("points", c_double),
                ("has_events", c_bool), ("events", c_double), ("unit", c_char_p),
                ("raw", c_double), ("why", c_char_p), ("missing_field", Text), ("group", Text)]


HANDLE, OUT = c_void_p, POINTER(c_void_p)
FUNCTIONS = {  # name: (result, arguments)
    "bareme_status_text": (c_char_p, [c_int]),
    "bareme_policy_load": (c_int, [c_char_p, c_size_t, c_void_p, POINTER(Failure), OUT]),
    "bareme_policy_free": (None, [HANDLE]),
    "bareme_policy_count": (c_uint32, [HANDLE, c_int]),
    "bareme_policy_name": (Text, [HANDLE, c_int, c_uint32]),
    "bareme_policy_outcome": (Text, [HANDLE, c_int, c_uint32, c_uint32]),
    "bareme_policy_find_field": (c_uint32, [HANDLE, c_uint32, c_char_p]),
    "bareme_policy_find_event_type": (c_uint32, [HANDLE, Text]),
    "bareme_batch_new": (c_int, [HANDLE, POINTER(BatchOptions), OUT]),
    "bareme_batch_free": (None, [HANDLE]),
    "bareme_batch_begin": (c_int, [HANDLE]),
    "bareme_batch_set_id": (c_int, [HANDLE, Text]),
    "bareme_batch_set_number": (c_int, [HANDLE, c_uint32, c_double]),
    "bareme_batch_set_time": (c_int, [HANDLE, c_uint32, c_int64]),
    "bareme_batch_set_bool": (c_int, [HANDLE, c_uint32, c_bool]),
    "bareme_batch_set_text": (c_int, [HANDLE, c_uint32, Text]),
    "bareme_batch_begin_event": (c_int, [HANDLE, c_uint32]),
    "bareme_batch_add_event": (c_int, [HANDLE, c_int64, Text, c_void_p]),
    "bareme_batch_end": (c_int, [HANDLE, POINTER(Failure)]),
    "bareme_runner_new": (c_int, [HANDLE, c_bool, OUT]),
    "bareme_runner_run": (c_int, [HANDLE, HANDLE]),
    "bareme_runner_free": (None, [HANDLE]),
    "bareme_result_score": (c_bool, [HANDLE, c_uint32, c_uint32, POINTER(c_double)]),
    "bareme_result_outcome": (c_uint32, [HANDLE, c_int, c_uint32, c_uint32]),
    "bareme_result_stage": (c_uint32, [HANDLE, c_uint32]),
    "bareme_result_explain": (c_bool, [HANDLE, c_uint32, c_uint32, c_uint32,
                                       POINTER(Contribution)]),
}
library = ctypes.CDLL(os.environ.get("BAREME_LIBRARY") or ctypes.util.find_library("bareme")
                      or "libbareme.so")
for name, (result, arguments) in FUNCTIONS.items():
    function = getattr(library, name)
    function.restype, function.argtypes = result, arguments


def text(value):
    data = value.encode()
    return Text(ctypes.cast(ctypes.c_char_p(data), c_void_p), len(data)), data


def micros(instant):
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return (instant - epoch) // datetime.timedelta(microseconds=1)


def check(status, failure=None):
    if status != 0:
        told = failure.text.decode() if failure else ""
        raise RuntimeError(told or library.bareme_status_text(status).decode())


class Handle:
    """A handle of the library, freed when it is collected; it keeps what it was made from."""

    def __init__(self, free, value, *made_from):
        self.free, self.value, self.made_from = free, value, made_from

    def __del__(self):
        self.free(self.value)


def load(path):
    with open(path, "rb") as file:
        data = file.read()
    value, failure = c_void_p(), Failure()
    check(library.bareme_policy_load(data, len(data), None, byref(failure), byref(value)), failure)
    return Handle(library.bareme_policy_free, value)


class Batch(Handle):
    def __init__(self, policy, as_of, capacity):
        value = c_void_p()
        options = BatchOptions(ctypes.sizeof(BatchOptions), as_of, capacity)
        check(library.bareme_batch_new(policy.value, byref(options), byref(value)))
        super().__init__(library.bareme_batch_free, value, policy)

    def _set(self, event, values):
        policy = self.made_from[0].value
        for name, value in values.items():
            field = library.bareme_policy_find_field(policy, event, name.encode())
            if isinstance(value, bool):
                library.bareme_batch_set_bool(self.value, field, value)
            elif isinstance(value, str):
                view, _data = text(value)  # copied by the batch
                library.bareme_batch_set_text(self.value, field, view)
            elif isinstance(value, datetime.datetime):
                library.bareme_batch_set_time(self.value, field, micros(value))
            elif value is not None:
                library.bareme_batch_set_number(self.value, field, value)

    def add(self, identity, fields, events):
        """A lead: what is wrong with any of it is told when it ends."""
        library.bareme_batch_begin(self.value)
        view, _data = text(identity)
        library.bareme_batch_set_id(self.value, view)
        self._set(NONE, fields)
        for kind, at, values in events:
            view, _data = text(kind)
            event = library.bareme_policy_find_event_type(self.made_from[0].value, view)
            library.bareme_batch_begin_event(self.value, event)
            self._set(event, values)
            library.bareme_batch_add_event(self.value, micros(at), Text(), None)
        failure = Failure()
        check(library.bareme_batch_end(self.value, byref(failure)), failure)


class Runner(Handle):
    def __init__(self, policy, explain):
        value = c_void_p()
        check(library.bareme_runner_new(policy.value, explain, byref(value)))
        super().__init__(library.bareme_runner_free, value, policy)

    def run(self, batch):
        self.batch = batch  # results point into it
        check(library.bareme_runner_run(self.value, batch.value))

    def score(self, score, lane):
        number = c_double()
        there = library.bareme_result_score(self.value, score, lane, byref(number))
        return number.value if there else None

    def contributions(self, score, lane):
        line, index = Contribution(), 0
        while library.bareme_result_explain(self.value, score, lane, index, byref(line)):
            yield line
            index += 1


def main(path):
    policy = load(path)
    today = datetime.datetime(2026, 6, 1, tzinfo=datetime.timezone.utc)
    month_ago = today - datetime.timedelta(days=30)
    batch = Batch(policy, micros(today), capacity=1)
    batch.add("ada", {"country": "CH", "size": 250, "consent": True},
              [("visit", month_ago, {"page": "/pricing/eu"}), ("demo_requested", today, {})])
    runner = Runner(policy, explain=True)
    runner.run(batch)

    grade = library.bareme_policy_outcome(
        policy.value, BANDS, 0, library.bareme_result_outcome(runner.value, BANDS, 0, 0))
    stage = library.bareme_policy_name(
        policy.value, STAGES, library.bareme_result_stage(runner.value, 0))
    print(f"ada: {grade}, {stage}")
    for score in range(library.bareme_policy_count(policy.value, SCORES)):
        name = library.bareme_policy_name(policy.value, SCORES, score)
        print(f"  {name} {runner.score(score, 0):.1f}")
        for line in runner.contributions(score, 0):
            if line.why is None:
                print(f"    {line.points:+.1f} {line.label}")


if __name__ == "__main__":
    main(sys.argv[1])
