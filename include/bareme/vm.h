/* vm.h - running compiled policies: the C interface of libbareme-vm.
 *
 * A policy is compiled once, by `bareme build` or by libbareme, and runs inside
 * other programs: without a parser, without files, without anything of the
 * system's.  This header is all that libbareme-vm has; <bareme/bareme.h>
 * includes it and adds what compiles, reads and writes.
 *
 *     policy  <- bareme_policy_load           compiled elsewhere, verified, immutable
 *     batch   <- bareme_batch_begin, …        leads, row by row, as columns
 *     runner  -> bareme_runner_run            scores a batch
 *     result  -> bareme_result_score, …       what a lead got, and why
 *
 * Conventions
 *   Functions that can fail return a bareme_status and write their result
 *   through the last parameter, which is set to NULL on failure.  `X_free(NULL)`
 *   does nothing.  Texts are bytes with a length, UTF-8, not terminated; those
 *   that a function returns live as long as the object they were asked of,
 *   results until the runner's next run.  Instants are microseconds since
 *   1970-01-01T00:00:00Z, durations microseconds.  Indices count from 0.
 *   Option structs begin with their size: set them with BAREME_…_INIT.
 *   Nothing here prints, exits, or keeps state outside the handles.
 *
 * Threads
 *   A policy is immutable and may be shared.  Batches and runners belong to one
 *   thread at a time.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_VM_H
#define BAREME_VM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define BAREME_API __attribute__((visibility("default")))
#else
#define BAREME_API
#endif

#define BAREME_VERSION_MAJOR 0
#define BAREME_VERSION_MINOR 1
#define BAREME_VERSION_PATCH 0
#define BAREME_VERSION       "0.1.0"

/* The version of the library that is linked, as "0.1.0". */
BAREME_API const char *bareme_version(void);

typedef enum bareme_status {
  BAREME_OK = 0,
  BAREME_END = 1,          /* the reader has no more leads */
  BAREME_INVALID_ARGUMENT, /* the call is wrong: NULL, out of range, an unknown name */
  BAREME_INVALID_POLICY,   /* the report, or bareme_failure, says why */
  BAREME_REJECTED, /* data was rejected: and `strict` was set, or it lacks what is required */
  BAREME_IO,       /* a file cannot be read or written; bareme_failure says which and why */
  BAREME_NO_MEMORY,
  BAREME_INTERNAL,      /* a mistake of Bareme's was found in time; bareme_failure says which */
  BAREME_FULL,          /* the batch has no room for another lead */
  BAREME_WRONG_TYPE,    /* the field has another type */
  BAREME_INVALID_VALUE, /* no value of that type: not finite, not UTF-8, not one of the labels */
  BAREME_UNTRUSTED      /* it is not signed by the key that was given; bareme_failure says why */
} bareme_status;

/* A short English phrase, for logs. */
BAREME_API const char *bareme_status_text(bareme_status status);

typedef struct bareme_text {
  const char *bytes; /* NULL: there is none */
  size_t length;
} bareme_text;

#define BAREME_NONE UINT32_MAX

/* Where a call can fail for reasons outside, it explains itself here.  Owned by
 * the caller; set `text` to "" before the call. */
typedef struct bareme_failure {
  char text[512]; /* "leads.ndjson: No such file or directory"; terminated */
} bareme_failure;

/* Where memory comes from.  `resize(context, NULL, 0, n)` allocates n bytes,
 * `resize(context, block, n, 0)` frees them and returns NULL, and anything else
 * changes the size and keeps the contents.  Blocks are aligned for any scalar
 * (16 bytes).  NULL for new_size > 0 means that there is no memory; the old
 * block is then untouched.  A policy and all that is made from it use the same
 * one: it must be safe to call from all threads that they are used in. */
typedef struct bareme_allocator {
  void *(*resize)(void *context, void *block, size_t old_size, size_t new_size);
  void *context;
} bareme_allocator;

/* ---- instants -------------------------------------------------------------- */

/* Reads RFC 3339, YYYY-MM-DD, or a number of seconds or milliseconds since 1970. */
BAREME_API bool bareme_instant_parse(const char *bytes, size_t length, int64_t *micros);

/* Writes RFC 3339 in UTC and a NUL; `out` has room for 32 bytes.  Returns the length. */
BAREME_API size_t bareme_instant_format(int64_t micros, char *out);

/* ---- policies ---------------------------------------------------------------------- */

typedef struct bareme_policy bareme_policy;

typedef struct bareme_load_options {
  size_t size;
  const bareme_allocator *allocator; /* copied; NULL: the C library's heap, in libbareme.
                                        libbareme-vm has none, and asks for one */
} bareme_load_options;
#define BAREME_LOAD_OPTIONS_INIT \
  { sizeof(bareme_load_options), NULL }

/* Loads a compiled policy: what `bareme build` writes.  Nothing in the bytes is
 * trusted: they are verified to be safe to run, whoever wrote them, and refused
 * with BAREME_INVALID_POLICY and a reason in *failure otherwise.  The bytes are
 * not needed afterwards.  options may be NULL in libbareme; failure may be NULL. */
BAREME_API bareme_status bareme_policy_load(const void *bytes, size_t length,
                                            const bareme_load_options *options,
                                            bareme_failure *failure, bareme_policy **policy);

/* Frees a policy, when all that was made from it has been freed. */
BAREME_API void bareme_policy_free(bareme_policy *policy);

/* What the policy declares, for readers of results: names live as long as it. */
typedef enum bareme_kind {
  BAREME_SCORES,
  BAREME_BANDS,
  BAREME_GRIDS,
  BAREME_CHOICES,
  BAREME_SEGMENTS,
  BAREME_STAGES,
  BAREME_ACTIONS,
  BAREME_EXCLUDES, /* an exclude has a label and no name */
  BAREME_CRITERIA, /* the rules of all scores: they are counted, and have no names */
  BAREME_EVENTS    /* kinds of events */
} bareme_kind;

BAREME_API bareme_text bareme_policy_title(const bareme_policy *policy);

/* Metadata: `version "2026.3"`; values as text.  False past the end. */
BAREME_API bool bareme_policy_entry(const bareme_policy *policy, size_t index, bareme_text *key,
                                    bareme_text *value);
BAREME_API uint32_t bareme_policy_count(const bareme_policy *policy, bareme_kind kind);
BAREME_API bareme_text bareme_policy_name(const bareme_policy *policy, bareme_kind kind,
                                          uint32_t index);
/* The quoted label; bytes NULL if none was written. */
BAREME_API bareme_text bareme_policy_label(const bareme_policy *policy, bareme_kind kind,
                                           uint32_t index);
/* By name; BAREME_NONE if there is none. */
BAREME_API uint32_t bareme_policy_find(const bareme_policy *policy, bareme_kind kind,
                                       const char *name);
/* The labels of a band, grid or choice, in order; bytes NULL past the end. */
BAREME_API bareme_text bareme_policy_outcome(const bareme_policy *policy, bareme_kind kind,
                                             uint32_t index, uint32_t outcome);
/* The text quoted beside a label of a band: `5 "Call now" from 80`; bytes NULL if none. */
BAREME_API bareme_text bareme_policy_outcome_text(const bareme_policy *policy, bareme_kind kind,
                                                  uint32_t index, uint32_t outcome);
/* What an action hands on: `owner "sdr"`; values as text.  False past the end. */
BAREME_API bool bareme_policy_action_entry(const bareme_policy *policy, uint32_t action,
                                           size_t index, bareme_text *key, bareme_text *value);

/* ---- the record that it reads ---------------------------------------------------------- */

typedef enum bareme_type {
  BAREME_NUMBER,   /* a finite double */
  BAREME_TIME,     /* an instant of the years 1 to 9999 */
  BAREME_DURATION, /* microseconds */
  BAREME_TEXT,
  BAREME_BOOL,
  BAREME_LABEL, /* one of a closed set: `one of (…)` */
  BAREME_TEXTS  /* a list of texts */
} bareme_type;

typedef struct bareme_field {
  bareme_text name;
  bareme_text path; /* where it stands in a record: a dotted path, or the column of a table */
  bareme_type type;
  bool required;        /* a lead (an event) without it is rejected */
  bool has_default;     /* which stands in for a missing value */
  uint32_t label_count; /* BAREME_LABEL */
} bareme_field;

/* The fields of the lead itself, where those of a kind of events are meant otherwise. */
#define BAREME_LEAD BAREME_NONE

/* The fields that the policy reads or requires; those that it only declares have
 * no index.  `event`: an index of BAREME_EVENTS, or BAREME_LEAD. */
BAREME_API uint32_t bareme_policy_field_count(const bareme_policy *policy, uint32_t event);
/* False past the end. */
BAREME_API bool bareme_policy_field(const bareme_policy *policy, uint32_t event, uint32_t index,
                                    bareme_field *field);
/* By name; BAREME_NONE if the policy does not read it. */
BAREME_API uint32_t bareme_policy_find_field(const bareme_policy *policy, uint32_t event,
                                             const char *name);
/* Label `label` of a field of that type; bytes NULL past the end. */
BAREME_API bareme_text bareme_policy_field_label(const bareme_policy *policy, uint32_t event,
                                                 uint32_t field, uint32_t label);
/* What the data call a kind of events: its name, unless the policy says otherwise. */
BAREME_API bareme_text bareme_policy_event_type(const bareme_policy *policy, uint32_t event);
/* By what the data call it; BAREME_NONE if the policy does not declare it. */
BAREME_API uint32_t bareme_policy_find_event_type(const bareme_policy *policy, bareme_text type);

/* Where a record has what every policy reads, without declaring it. */
typedef enum bareme_path {
  BAREME_PATH_ID,
  BAREME_PATH_STAGE,
  BAREME_PATH_EVENTS,     /* the list; the following are of each event in it */
  BAREME_PATH_EVENT_TYPE, /* its kind, as the data call it */
  BAREME_PATH_EVENT_AT,
  BAREME_PATH_EVENT_ID
} bareme_path;

/* A dotted path, or the column of a table; bytes NULL if the policy has no stages, no events. */
BAREME_API bareme_text bareme_policy_path(const bareme_policy *policy, bareme_path path);
/* Is a lead without an id rejected? */
BAREME_API bool bareme_policy_requires_id(const bareme_policy *policy);

/* ---- batches ------------------------------------------------------------------------- */

/* Leads as columns, to be scored together.  A reader fills its own; a host that
 * has records fills one row by row:
 *
 *     bareme_batch_begin(batch);                          for each lead
 *     bareme_batch_set_id(batch, id);
 *     bareme_batch_set_number(batch, size, 250);          its fields, in any order
 *     bareme_batch_begin_event(batch, visit);             for each of its events
 *     bareme_batch_set_text(batch, url, text);            the event's fields
 *     bareme_batch_add_event(batch, at, no_id, NULL);
 *     status = bareme_batch_end(batch, &failure);
 *
 * The first failure of a lead is remembered: whatever comes then does nothing,
 * and bareme_batch_end takes the lead back out and tells.  So it is enough to
 * ask there.  What is not set is missing, or has its default; what is set
 * twice has the later value.  A field or kind of events that the policy does
 * not read has the index BAREME_NONE, and what is set there is ignored: a host
 * may hand over all that it knows. */
typedef struct bareme_batch bareme_batch;

typedef struct bareme_batch_options {
  size_t size;
  int64_t as_of;     /* the instant to score at: events after it do not exist */
  uint32_t capacity; /* leads, up to 1,024; 0: what suits the machine */
  bool explain;      /* the batch will be explained: counts for capacity 0 */
  bool borrow;       /* texts are not copied: their bytes live, unchanged, until the batch is
                        reset or freed, and the last results of it have been read */
} bareme_batch_options;
#define BAREME_BATCH_OPTIONS_INIT \
  { sizeof(bareme_batch_options), 0, 0, false, false }

BAREME_API bareme_status bareme_batch_new(const bareme_policy *policy,
                                          const bareme_batch_options *options,
                                          bareme_batch **batch);
BAREME_API void bareme_batch_free(bareme_batch *batch);

/* Empties the batch for the next leads, keeping its memory.  Results of a run
 * over it are then gone. */
BAREME_API bareme_status bareme_batch_reset(bareme_batch *batch, int64_t as_of);

/* Begins the next lead.  BAREME_FULL: run the batch and reset it. */
BAREME_API bareme_status bareme_batch_begin(bareme_batch *batch);
BAREME_API bareme_status bareme_batch_set_id(bareme_batch *batch, bareme_text id);
/* The stage that it comes with, by name, ignoring case; the first if none is set. */
BAREME_API bareme_status bareme_batch_set_stage(bareme_batch *batch, bareme_text stage);

/* A value of the lead, or of the event that was begun and not yet added: by the
 * index of its field there.  A label may also be set as its text, ignoring case. */
BAREME_API bareme_status bareme_batch_set_number(bareme_batch *batch, uint32_t field,
                                                 double number);
BAREME_API bareme_status bareme_batch_set_time(bareme_batch *batch, uint32_t field, int64_t micros);
BAREME_API bareme_status bareme_batch_set_duration(bareme_batch *batch, uint32_t field,
                                                   int64_t micros);
BAREME_API bareme_status bareme_batch_set_text(bareme_batch *batch, uint32_t field,
                                               bareme_text text);
BAREME_API bareme_status bareme_batch_set_bool(bareme_batch *batch, uint32_t field, bool value);
BAREME_API bareme_status bareme_batch_set_label(bareme_batch *batch, uint32_t field,
                                                uint32_t label);
BAREME_API bareme_status bareme_batch_set_texts(bareme_batch *batch, uint32_t field,
                                                const bareme_text *texts, size_t count);

typedef enum bareme_event_outcome {
  BAREME_EVENT_ADDED,
  BAREME_EVENT_FUTURE,    /* it is after the as-of instant and does not exist */
  BAREME_EVENT_DUPLICATE, /* an event of this lead with the same identity came before */
  BAREME_EVENT_IGNORED,   /* of a kind that the policy does not declare */
  BAREME_EVENT_INCOMPLETE /* it lacks a required field */
} bareme_event_outcome;

/* Begins an event of the lead, then adds it as it happened at that instant.
 * id: bytes NULL if it has no identity.  Only an event that was added counts;
 * outcome tells, and may be NULL. */
BAREME_API bareme_status bareme_batch_begin_event(bareme_batch *batch, uint32_t event);
BAREME_API bareme_status bareme_batch_add_event(bareme_batch *batch, int64_t at, bareme_text id,
                                                bareme_event_outcome *outcome);

/* Ends the lead.  BAREME_REJECTED: it lacks a required field.  If the lead
 * failed, it is as if it had not been begun; failure, which may be NULL, says why. */
BAREME_API bareme_status bareme_batch_end(bareme_batch *batch, bareme_failure *failure);
/* Takes the lead that was begun back out. */
BAREME_API bareme_status bareme_batch_cancel(bareme_batch *batch);

/* Leads that were ended. */
BAREME_API uint32_t bareme_batch_count(const bareme_batch *batch);
/* The identity of its lead `lane`; bytes NULL if it has none. */
BAREME_API bareme_text bareme_batch_id(const bareme_batch *batch, uint32_t lane);

/* ---- what came in ---------------------------------------------------------------------- */

/* What was wrong with the data, one row a kind of problem. */
typedef struct bareme_problem {
  const char *what;  /* "the value is not a number" */
  bareme_text where; /* the field, event kind or stage name it is about; bytes NULL if none */
  bool rejects;      /* the record was set aside; else the value counts as missing,
                        or the event as not there */
  uint64_t count;
  bareme_text file;  /* of the first one */
  uint64_t lines[5]; /* the first lines it was seen on */
  size_t line_count;
} bareme_problem;

typedef struct bareme_read_summary {
  uint64_t records; /* read: accepted + rejected, and the reader has checked it */
  uint64_t accepted, rejected;
  uint64_t events; /* that exist for the policy */
  uint64_t future_events, duplicate_events;
  uint64_t ignored_events; /* of kinds that the policy does not declare */
  uint64_t orphan_events;  /* in the events file, of leads that are not in the input */
  uint64_t bytes;          /* read so far, after decompression */
  size_t problems;         /* rows for bareme_reader_problem */
} bareme_read_summary;

/* ---- running -------------------------------------------------------------------------- */

/* Scores batches, one after the other; belongs to one thread at a time. */
typedef struct bareme_runner bareme_runner;

/* explain: keep what bareme_result_explain needs. */
BAREME_API bareme_status bareme_runner_new(const bareme_policy *policy, bool explain,
                                           bareme_runner **runner);
/* Scores all leads of a batch of the same policy.  A lead that was begun must be ended first. */
BAREME_API bareme_status bareme_runner_run(bareme_runner *runner, const bareme_batch *batch);
BAREME_API void bareme_runner_free(bareme_runner *runner);

/* Results of the last run for its lead `lane`, below bareme_batch_count. */
BAREME_API bareme_text bareme_result_id(const bareme_runner *runner, uint32_t lane);
BAREME_API uint32_t bareme_result_excluded(const bareme_runner *runner,
                                           uint32_t lane); /* or BAREME_NONE */
/* False: a computed score is missing, or the lead is excluded, which also has
 * no outcomes (BAREME_NONE), segments or actions, and keeps its stage. */
BAREME_API bool bareme_result_score(const bareme_runner *runner, uint32_t score, uint32_t lane,
                                    double *number);
/* The label reached in a band, grid or choice. */
BAREME_API uint32_t bareme_result_outcome(const bareme_runner *runner, bareme_kind kind,
                                          uint32_t index, uint32_t lane);
BAREME_API bool bareme_result_segment(const bareme_runner *runner, uint32_t segment, uint32_t lane);
BAREME_API bool bareme_result_action(const bareme_runner *runner, uint32_t action, uint32_t lane);
BAREME_API uint32_t bareme_result_stage(const bareme_runner *runner,
                                        uint32_t lane); /* or BAREME_NONE */
BAREME_API uint32_t bareme_result_previous_stage(const bareme_runner *runner, uint32_t lane);

/* One condition of the nearest way onward. */
typedef struct bareme_requirement {
  bareme_text source;  /* as written: `activity >= 30` */
  int met;             /* 1 yes, 0 no, -1 unknown */
  uint32_t score;      /* the score compared with a constant; BAREME_NONE: another condition */
  const char *compare; /* ">=", with the score on the left; NULL */
  double threshold;
  bool has_value;
  double value; /* the score */
  double lacks; /* how much it must still change; 0 if met */
} bareme_requirement;

/* The stage that the nearest transition leads to; BAREME_NONE if there is none. */
BAREME_API uint32_t bareme_result_next(const bareme_runner *runner, uint32_t lane);
/* Its conditions; false past the end. */
BAREME_API bool bareme_result_requirement(const bareme_runner *runner, uint32_t lane,
                                          uint32_t index, bareme_requirement *requirement);

/* One line of the explanation of a score. */
typedef struct bareme_contribution {
  const char *kind;   /* "rule", "cap", "group range", "term", "range", "rounding" */
  bareme_text label;  /* bytes NULL if none */
  bareme_text source; /* the rule as written; bytes NULL, like file, of a stripped policy */
  bareme_text file;
  uint32_t line;  /* in the file, from 1 */
  uint32_t depth; /* groups nest */
  double points;  /* added in order, from 0, they give the score exactly */
  bool has_events;
  double events;             /* how many events count, or how many times it fired: */
  const char *unit;          /* "event" or "time" */
  double raw;                /* points before decay */
  const char *why;           /* NULL: it counts; "false", "unknown", "nothing found",
                                "not picked", "points missing" */
  bareme_text missing_field; /* for "unknown": the field that is missing; bytes NULL if none */
  bareme_text group;         /* the label of the innermost group around it; bytes NULL if none */
} bareme_contribution;

/* Line `index` of a score; false past the end, for a missing score, for an
 * excluded lead, and without `explain`. */
BAREME_API bool bareme_result_explain(const bareme_runner *runner, uint32_t score, uint32_t lane,
                                      uint32_t index, bareme_contribution *contribution);

#ifdef __cplusplus
}
#endif

#endif
