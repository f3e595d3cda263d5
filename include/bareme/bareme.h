/* bareme.h - the public C interface of Bareme.
 *
 * Bareme compiles a scoring policy, written as text, to a program and runs it
 * over lead records.  The pieces, in the order data flows:
 *
 *     policy  <- bareme_policy_open           a file of text, checked and compiled
 *     reader  <- bareme_reader_open           leads from files, NDJSON, JSON or CSV
 *     batch   <- bareme_reader_read           a chunk of leads as columns
 *     runner  -> bareme_runner_run            scores a batch
 *     result  -> bareme_result_score, …       what a lead got, and why
 *     writer  -> bareme_writer_write          NDJSON, CSV
 *     or       bareme_score_all               all of that for all leads, by several threads
 *
 * <bareme/vm.h> has the middle of it, what runs a compiled policy, and the
 * conventions that hold for all functions; libbareme-vm is a library of that
 * alone.  Here is what compiles, reads, writes and tests: libbareme has both.
 *
 * Threads
 *   Readers, writers, testers and cases belong to one thread at a time.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_H
#define BAREME_H

#include <bareme/vm.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The system's clock. */
BAREME_API int64_t bareme_now(void);

/* Writes the shortest text that reads back as the number, and a NUL; `out` has
 * room for 32 bytes.  Returns the length. */
BAREME_API size_t bareme_number_format(double number, char *out);

/* How many columns a terminal gives to a text of well-formed UTF-8: 0 for marks,
 * 2 for what is wide in East Asia.  Control characters count as 1. */
BAREME_API size_t bareme_text_columns(bareme_text text);

/* ---- reports: what is wrong with a policy --------------------------------------- */

typedef struct bareme_report bareme_report;

typedef struct bareme_sink {
  void (*put)(void *context, const char *bytes, size_t length);
  void *context;
} bareme_sink;

typedef struct bareme_finding {
  const char *code; /* "E0204" */
  bool is_error;    /* else a warning */
  const char *message;
  const char *help; /* NULL if none */
  bareme_text file;
  uint32_t line, column; /* from 1; columns count code points */
  uint32_t end_line, end_column;
  bareme_text source_line; /* the line it begins on, without its end */
  size_t note_count;
  bool has_fix; /* certain to be right: `fix` takes the place of what stands there now */
  uint32_t fix_line, fix_column, fix_end_line, fix_end_column; /* in the same file */
  const char *fix;
} bareme_finding;

/* What else belongs to a finding: "declared here". */
typedef struct bareme_note {
  const char *message;
  bareme_text file;
  uint32_t line, column, end_line, end_column;
} bareme_note;

BAREME_API size_t bareme_report_errors(const bareme_report *report);
BAREME_API size_t bareme_report_warnings(const bareme_report *report);

/* Findings in order of file and place, those that were kept: index below
 * bareme_report_count; false above. */
BAREME_API size_t bareme_report_count(const bareme_report *report);
BAREME_API bool bareme_report_finding(const bareme_report *report, size_t index,
                                      bareme_finding *finding);
/* A note of a finding: false if there is no such finding or note. */
BAREME_API bool bareme_report_note(const bareme_report *report, size_t index, size_t note_index,
                                   bareme_note *note);

/* All findings as text for a person: source line, caret, notes, help. */
BAREME_API void bareme_report_render(const bareme_report *report, bool colour,
                                     const bareme_sink *sink);
BAREME_API void bareme_report_free(bareme_report *report);

/* What a code means, with an example before and after; NULL if unknown. */
BAREME_API const char *bareme_code_title(const char *code);
BAREME_API const char *bareme_code_explanation(const char *code);
/* All codes in order: "E0101", …; NULL past the end. */
BAREME_API const char *bareme_code_at(size_t index);

/* ---- compiling --------------------------------------------------------------------- */

typedef struct bareme_compile_options {
  size_t size;
  const char *const *sets; /* "NAME=VALUE": replaces the policy's params */
  size_t set_count;
  const char *const *include_directories; /* where else `use "…"` may look */
  size_t include_directory_count;
  bool tests;                        /* keep the policy's tests, to run them */
  const bareme_allocator *allocator; /* copied; NULL: the C library's heap */
  const char *verify_key;            /* a public key of minisign, in base64 or as a file: takes only
                                        a compiled policy that has, beside its file, a signature by
                                        it (FILE.minisig); all else is BAREME_UNTRUSTED.  NULL: it
                                        need not be signed */
} bareme_compile_options;
#define BAREME_COMPILE_OPTIONS_INIT \
  { sizeof(bareme_compile_options), NULL, 0, NULL, 0, false, NULL, NULL }

/* Compiles the policy in a file ("-": standard input).  options may be NULL.
 * *report is made in any case but BAREME_NO_MEMORY and belongs to the caller
 * (it may hold warnings when all is well); report may be NULL. */
BAREME_API bareme_status bareme_policy_open(const char *path, const bareme_compile_options *options,
                                            bareme_report **report, bareme_failure *failure,
                                            bareme_policy **policy);

/* The same from memory; `name` is what messages call it.  The text is copied. */
BAREME_API bareme_status bareme_policy_compile(const char *name, const char *bytes, size_t length,
                                               const bareme_compile_options *options,
                                               bareme_report **report, bareme_failure *failure,
                                               bareme_policy **policy);

/* ---- compiled policies as files ---------------------------------------------------- */

/* True if the bytes are those of a compiled policy, of whatever version: a .bmc
 * file is known by its first eight bytes, not by its name.  Where a policy is
 * opened or compiled, such a file or such bytes may take its place; to ask for
 * what only a source has, `sets` or `tests`, is BAREME_INVALID_ARGUMENT then. */
BAREME_API bool bareme_image_begins(const void *bytes, size_t length);

typedef struct bareme_image_options {
  size_t size;
  bool strip; /* leave out the labels and sources of rules, and where they stand: explanations
                 still add up, but their lines have no names */
} bareme_image_options;
#define BAREME_IMAGE_OPTIONS_INIT \
  { sizeof(bareme_image_options), false }

/* Writes the policy as a compiled one, all of it in one piece.  The bytes depend
 * on the source, the sets and the version of Bareme, and on nothing else: not on
 * the machine, nor on the directory.  options may be NULL.
 * BAREME_INVALID_ARGUMENT if the policy was compiled with `tests`. */
BAREME_API bareme_status bareme_policy_write(const bareme_policy *policy,
                                             const bareme_image_options *options,
                                             const bareme_sink *sink, bareme_failure *failure);

/* A compiled policy as a file: what it consists of. */
typedef struct bareme_image bareme_image;

typedef struct bareme_image_info {
  uint32_t format_major, format_minor;         /* the version of the format */
  uint32_t made_major, made_minor, made_patch; /* the version of Bareme that wrote it */
  size_t length;                               /* bytes */
  bool stripped;
} bareme_image_info;

typedef struct bareme_image_section {
  const char *name; /* terminated */
  uint32_t offset, length, checksum;
  bool optional; /* a reader that does not know it may skip it */
  bool known;    /* this one does know it */
} bareme_image_section;

/* How many there are of something: {"constants", "numbers", 12}. */
typedef struct bareme_image_count {
  const char *of, *what;
  uint32_t count;
} bareme_image_count;

/* Reads a file ("-": standard input).  BAREME_INVALID_POLICY if it is not a
 * compiled policy that this build can run; failure says why.  verify_key: as of
 * bareme_compile_options; may be NULL. */
BAREME_API bareme_status bareme_image_open(const char *path, const char *verify_key,
                                           bareme_failure *failure, bareme_image **image);
BAREME_API void bareme_image_about(const bareme_image *image, bareme_image_info *info);
/* In order of the file; false past the end. */
BAREME_API bool bareme_image_section_at(const bareme_image *image, uint32_t index,
                                        bareme_image_section *section);
BAREME_API bool bareme_image_count_at(const bareme_image *image, uint32_t index,
                                      bareme_image_count *count);
/* The policy in it, which lives as long as the image. */
BAREME_API const bareme_policy *bareme_image_policy(const bareme_image *image);
BAREME_API void bareme_image_free(bareme_image *image);

/* ---- the layout of sources ---------------------------------------------------------- */

/* Writes a policy or module in the one layout that there is (docs/formatting.md),
 * with every word and every comment of it.  Only its syntax is looked at.  The
 * sink receives the whole text in one piece, and only after it has been read
 * again and found to say the same; in any other case it receives nothing:
 * BAREME_INVALID_POLICY when there are syntax errors, which the report tells,
 * BAREME_INTERNAL when the text would not have said the same.  `name` is what
 * messages call the source.  The report is as for bareme_policy_open; report
 * and failure may be NULL. */
BAREME_API bareme_status bareme_source_format(const char *name, const char *bytes, size_t length,
                                              bareme_report **report, bareme_failure *failure,
                                              const bareme_sink *sink);

/* ---- signatures ---------------------------------------------------------------------------- */

/* Ed25519, in the files of minisign: see docs/signing.md.  These may be called
 * from several threads. */

/* BAREME_OK if the signature, the content of a .minisig file, is by the key over
 * just these bytes; BAREME_UNTRUSTED otherwise, and failure says why.  key: in
 * base64, or the content of a file with it, terminated.  *comment, which may be
 * NULL, becomes the trusted comment, inside the signature. */
BAREME_API bareme_status bareme_signature_verify(const char *key, const void *bytes, size_t length,
                                                 const char *signature, size_t signature_length,
                                                 bareme_text *comment, bareme_failure *failure);

/* A new pair of keys, as files for each.  password: NULL leaves the secret key in
 * the clear; else encrypting it takes seconds and a gigabyte of memory, as with
 * minisign. */
BAREME_API bareme_status bareme_key_generate(const char *password, size_t password_length,
                                             const bareme_sink *secret,
                                             const bareme_sink *public_key,
                                             bareme_failure *failure);

/* Does the file of a secret key need a password? */
BAREME_API bool bareme_key_is_encrypted(const char *secret, size_t length);

/* Signs bytes with the secret key that is in a file with this content.  comment:
 * one line, which is signed as well. */
BAREME_API bareme_status bareme_sign(const char *secret, size_t secret_length, const char *password,
                                     size_t password_length, const void *bytes, size_t length,
                                     const char *comment, const bareme_sink *signature,
                                     bareme_failure *failure);

/* Overwrites a secret, also where a compiler would leave that out. */
BAREME_API void bareme_wipe(void *bytes, size_t length);

/* ---- looking into a policy ------------------------------------------------------------ */

/* What a piece of code is for: a rule, a score, a segment … */
typedef struct bareme_criterion {
  const char *kind;   /* "rule", "score", "segment"; see docs/bytecode.md */
  bareme_text name;   /* of what it is, or a rule's label; bytes NULL if it has none */
  bareme_text source; /* a rule as written, of others the condition; bytes NULL if there is none */
  bareme_text file;
  uint32_t line;  /* from 1 */
  uint32_t outer; /* the criterion it stands in, as a rule in its score; BAREME_NONE */
} bareme_criterion;

/* False past the end, and for a policy that was stripped of them. */
BAREME_API bool bareme_policy_criterion(const bareme_policy *policy, uint32_t index,
                                        bareme_criterion *criterion);

/* A policy has two sections of code, which give the same results. */
typedef enum bareme_section {
  BAREME_SECTION_PLAIN, /* computes the results */
  BAREME_SECTION_FULL   /* keeps what explanations need as well */
} bareme_section;

typedef struct bareme_instruction {
  const char *name;      /* of the opcode: "NUMBER_GREATER_EQUAL_K" */
  uint32_t space;        /* 0: leads; else events */
  bareme_text lanes;     /* of what: "leads", "page_view or form_submit" */
  bareme_text operation; /* with operands: "r3 = r1 >= 50" */
  bareme_text meaning;   /* in words: "whether the number is not below a constant" */
  uint32_t criterion;    /* the first that needs it; BAREME_NONE: the policy was stripped */
  bool shared;           /* others need it, too */
  bareme_text file;      /* bytes NULL: the policy was stripped */
  uint32_t line;
} bareme_instruction;

/* The instructions of a section; belongs to one thread. */
typedef struct bareme_listing bareme_listing;

BAREME_API bareme_status bareme_listing_new(const bareme_policy *policy, bareme_section section,
                                            bareme_listing **listing);
BAREME_API uint32_t bareme_listing_count(const bareme_listing *listing);
BAREME_API uint32_t bareme_listing_registers(const bareme_listing *listing);
/* Texts live until the next call.  BAREME_END past the last one. */
BAREME_API bareme_status bareme_listing_at(bareme_listing *listing, uint32_t index,
                                           bareme_instruction *instruction);
BAREME_API void bareme_listing_free(bareme_listing *listing);

/* A line of a file that was read for the report, without its end; bytes NULL if
 * there is no such file or line. */
BAREME_API bareme_text bareme_report_line(const bareme_report *report, bareme_text file,
                                          uint32_t line);

/* What scoring a lead costs at most, known before anything runs: a sum
 *
 *     a + b * events of one kind + c * events of another + …
 *
 * of steps, and one of bytes.  docs/bytecode.md says what a step is. */
typedef struct bareme_cost_options {
  size_t size;
  bareme_section section;
  uint32_t text_bytes; /* how long a text of a lead or event is at most */
} bareme_cost_options;
#define BAREME_COST_OPTIONS_INIT \
  { sizeof(bareme_cost_options), BAREME_SECTION_PLAIN, 64 }

typedef struct bareme_cost bareme_cost;

/* options may be NULL.  The policy must live as long. */
BAREME_API bareme_status bareme_cost_new(const bareme_policy *policy,
                                         const bareme_cost_options *options, bareme_cost **cost);
BAREME_API void bareme_cost_free(bareme_cost *cost);

typedef enum bareme_cost_part {
  BAREME_COST_OWN,    /* work that only this criterion needs */
  BAREME_COST_SHARED, /* work that others need, too; the first of them has it */
} bareme_cost_part;

/* Steps for a lead (kind BAREME_NONE), and for each event of a kind (an index of
 * BAREME_EVENTS): of a criterion, or of all together (criterion BAREME_NONE; the
 * part does not matter then). */
BAREME_API uint64_t bareme_cost_steps(const bareme_cost *cost, uint32_t criterion,
                                      bareme_cost_part part, uint32_t kind);
/* The sum for a lead that has events[k] events of kind k. */
BAREME_API uint64_t bareme_cost_steps_at(const bareme_cost *cost, uint32_t criterion,
                                         bareme_cost_part part, const uint64_t *events);
/* Bytes of memory that scoring such a lead needs, its columns included; in bits
 * for one term, as above, for there are planes of bits. */
BAREME_API uint64_t bareme_cost_bits(const bareme_cost *cost, uint32_t kind);
BAREME_API uint64_t bareme_cost_bytes_at(const bareme_cost *cost, const uint64_t *events);

/* An instruction of the machine in general. */
typedef struct bareme_opcode {
  const char *group; /* "arithmetic" */
  const char *name;
  const char *shape;    /* a letter for each operand, d a b c; `-`: unused */
  const char *synopsis; /* "d = a >= k[b]" */
  const char *prose;
} bareme_opcode;

/* False past the end. */
BAREME_API bool bareme_opcode_at(uint32_t index, bareme_opcode *opcode);

/* ---- reading ------------------------------------------------------------------------- */

typedef struct bareme_reader bareme_reader;

typedef enum bareme_format {
  BAREME_AUTO,   /* by name and first bytes */
  BAREME_NDJSON, /* a lead a line, events inside */
  BAREME_JSON,   /* one array of such leads */
  BAREME_CSV,    /* a header line, a lead a line */
  BAREME_ARROW   /* a stream of Arrow's, or a file of one: columns of leads */
} bareme_format;

typedef struct bareme_read_options {
  size_t size;
  const char *const *paths; /* "-": standard input; none: standard input */
  size_t path_count;
  bareme_format format;
  const char *events_path;    /* events in a file of their own, CSV or NDJSON; NULL: none */
  const char *rejects_path;   /* where rejected records go, byte for byte; NULL: nowhere */
  bool strict;                /* the first problem of the data ends the reading */
  int64_t as_of;              /* events after it do not exist */
  uint32_t chunk;             /* leads a batch; 0: what suits the machine */
  bool explain;               /* the batches will be explained */
  const bareme_sink *rejects; /* receives the rejected records instead of a file at rejects_path;
                               NULL: that file */
  const char *temporary;      /* a directory for what does not fit into memory; NULL: /tmp */
  size_t ids_in_memory;       /* leads whose ids are remembered there and not in a file;
                               0: what suits, some 800,000 */
} bareme_read_options;
#define BAREME_READ_OPTIONS_INIT                                                                   \
  {                                                                                                \
    sizeof(bareme_read_options), NULL, 0, BAREME_AUTO, NULL, NULL, false, 0, 0, false, NULL, NULL, \
        0                                                                                          \
  }

BAREME_API bareme_status bareme_reader_open(const bareme_policy *policy,
                                            const bareme_read_options *options,
                                            bareme_failure *failure, bareme_reader **reader);

/* Fills *batch, which belongs to the reader and is valid until the next read,
 * with the next leads in order of the input.  BAREME_END when there are none. */
BAREME_API bareme_status bareme_reader_read(bareme_reader *reader, bareme_failure *failure,
                                            const bareme_batch **batch);
BAREME_API void bareme_reader_summary(const bareme_reader *reader, bareme_read_summary *summary);
BAREME_API bool bareme_reader_problem(const bareme_reader *reader, size_t index,
                                      bareme_problem *problem);

/* Completes the file of rejects (it appears under its name only now), then
 * frees.  Without it, free leaves no file. */
BAREME_API bareme_status bareme_reader_finish(bareme_reader *reader, bareme_failure *failure);
BAREME_API void bareme_reader_free(bareme_reader *reader);

/* ---- tests ----------------------------------------------------------------------------- */

/* A `test` of a policy that was compiled with `tests`, in the file itself: tests
 * of the modules it uses run where those modules are compiled. */
typedef struct bareme_test {
  bareme_text name, file;
  uint32_t line; /* from 1 */
  int64_t as_of;
} bareme_test;

BAREME_API uint32_t bareme_test_count(const bareme_policy *policy);
/* False past the end. */
BAREME_API bool bareme_test_at(const bareme_policy *policy, uint32_t index, bareme_test *test);

/* Runs tests, one after the other; belongs to one thread. */
typedef struct bareme_tester bareme_tester;

BAREME_API bareme_status bareme_tester_new(const bareme_policy *policy, bareme_tester **tester);
BAREME_API bareme_status bareme_tester_run(bareme_tester *tester, uint32_t test, bool *passed);
BAREME_API void bareme_tester_free(bareme_tester *tester);

/* What the test that ran last expects: `expect contact = 25 and stage is lead`. */
typedef struct bareme_expectation {
  bareme_text source; /* as written, on one line */
  uint32_t line;
  int met; /* 1 yes, 0 no, -1 unknown: something is missing */
} bareme_expectation;

/* One of its parts, which all have to be met: `contact = 25`. */
typedef struct bareme_expected_part {
  bareme_text source;
  int met;
} bareme_expected_part;

/* A value that a part names, as text. */
typedef struct bareme_named_value {
  bareme_text name;  /* `contact`; for what is computed there, its source; `excluded`
                        stands first where it matters, with the label or missing */
  bareme_text value; /* bytes NULL: it is missing; `(out of memory)` where it could not be
                        written out */
} bareme_named_value;

/* Each false past the end; values live until the next run. */
BAREME_API bool bareme_tester_expectation(bareme_tester *tester, uint32_t index,
                                          bareme_expectation *expectation);
BAREME_API bool bareme_tester_part(bareme_tester *tester, uint32_t expectation, uint32_t index,
                                   bareme_expected_part *part);
BAREME_API bool bareme_tester_value(bareme_tester *tester, uint32_t expectation, uint32_t part,
                                    uint32_t index, bareme_named_value *value);

/* The lead of the test that ran last, with its explanation: a lane of this
 * runner's results.  NULL before the first run. */
BAREME_API const bareme_runner *bareme_tester_runner(const bareme_tester *tester, uint32_t *lane);

/* ---- cases: records with the results that are expected of them --------------------------- */

typedef struct bareme_cases bareme_cases;

typedef struct bareme_case_options {
  size_t size;
  const char *path;     /* NDJSON, with the key `expect` in each record, or CSV, with
                           columns `expect.NAME`: see docs/testing.md.  It is read twice */
  bareme_format format; /* BAREME_AUTO, BAREME_NDJSON or BAREME_CSV */
  bool has_as_of;       /* of records that have no `as_of` of their own */
  int64_t as_of;
} bareme_case_options;
#define BAREME_CASE_OPTIONS_INIT \
  { sizeof(bareme_case_options), NULL, BAREME_AUTO, false, 0 }

typedef struct bareme_case {
  bareme_text id; /* bytes NULL if it has none */
  uint64_t line;
  int64_t as_of;
  bool expects; /* anything at all */
  bool passed;  /* and all of it came out */
} bareme_case;

/* What was expected and did not come out. */
typedef struct bareme_difference {
  bareme_text path;             /* `scores.contact` */
  bareme_text expected, actual; /* as written in the file */
} bareme_difference;

/* BAREME_REJECTED if the file is not what it should be: failure says where. */
BAREME_API bareme_status bareme_cases_open(const bareme_policy *policy,
                                           const bareme_case_options *options,
                                           bareme_failure *failure, bareme_cases **cases);
/* The next case, in order of the file; BAREME_END when there are none. */
BAREME_API bareme_status bareme_cases_next(bareme_cases *cases, bareme_failure *failure,
                                           bareme_case *out);
/* Of the case that came last; false past the end. */
BAREME_API bool bareme_cases_difference(const bareme_cases *cases, uint32_t index,
                                        bareme_difference *difference);
/* Its lead, with explanation: a lane of this runner's results.  NULL before the first. */
BAREME_API const bareme_runner *bareme_cases_runner(const bareme_cases *cases, uint32_t *lane);

/* After the last case: the file with what came out in the place of what was
 * expected, and everything else as it was.  Records that expect nothing get
 * their whole result.  BAREME_INVALID_ARGUMENT before that. */
BAREME_API bareme_status bareme_cases_write(const bareme_cases *cases, const bareme_sink *sink);
BAREME_API void bareme_cases_free(bareme_cases *cases);

/* ---- writing -------------------------------------------------------------------------- */

typedef struct bareme_writer bareme_writer;

typedef struct bareme_write_options {
  size_t size;
  const char *path;        /* NULL or "-": standard output; else the file appears, complete,
                              at bareme_writer_finish, or not at all */
  bareme_format format;    /* BAREME_NDJSON (also for AUTO), BAREME_CSV or BAREME_ARROW */
  bool explain;            /* NDJSON: with contributions */
  bool header;             /* NDJSON: a first line about the policy and the run */
  int64_t as_of;           /* recorded in each result */
  const bareme_sink *sink; /* receives the bytes instead of a file at path: header lines while
                              the writer is opened, a lead's before its write returns */
  const char *only;        /* NDJSON, CSV: the parts of a result that are written beside the id, by
                              their keys: "scores,bands,stage"; NULL: all */
} bareme_write_options;
#define BAREME_WRITE_OPTIONS_INIT \
  { sizeof(bareme_write_options), NULL, BAREME_AUTO, false, false, 0, NULL, NULL }

BAREME_API bareme_status bareme_writer_open(const bareme_policy *policy,
                                            const bareme_write_options *options,
                                            bareme_failure *failure, bareme_writer **writer);
/* Writes the results of the runner's last run, all its leads in order. */
BAREME_API bareme_status bareme_writer_write(bareme_writer *writer, const bareme_runner *runner,
                                             bareme_failure *failure);
/* Writes one lead of the last run. */
BAREME_API bareme_status bareme_writer_write_lead(bareme_writer *writer,
                                                  const bareme_runner *runner, uint32_t lane,
                                                  bareme_failure *failure);
/* Flushes and puts the file in its place.  Then free. */
BAREME_API bareme_status bareme_writer_finish(bareme_writer *writer, bareme_failure *failure);
/* True if the last failure was a closed pipe: the reader of the output went away. */
BAREME_API bool bareme_writer_pipe_closed(const bareme_writer *writer);
BAREME_API void bareme_writer_free(bareme_writer *writer);

/* ---- all at once: reading, scoring and writing by several threads ----------------------- */

typedef struct bareme_score_options {
  size_t size;
  uint32_t threads; /* that of the caller is one of them; 0: one for each processor;
                       1: no others */
  size_t stretch;   /* bytes of the input that one thread takes at a time; 0: what suits */

  /* Where the results go: to a writer ... */
  bareme_writer *writer;

  /* ... or, if that is NULL, to the caller.  `visit` looks at the results
   * first … first + count of the runner and puts what it wants to keep of them
   * into the sink.  It is called on any of the threads, on several at the same
   * time, in no order, and more than once for leads that turn out to have come
   * before; so it must not change what `context` points to.  `take` gets the
   * bytes that were put, in the order of the input, one call at a time, though
   * not always on the same thread; whatever was put in one visit comes in one
   * piece with what was put before and after. */
  bool explain; /* the runner can explain */
  void (*visit)(void *context, const bareme_runner *runner, uint32_t first, uint32_t count,
                const bareme_sink *sink);
  void (*take)(void *context, const char *bytes, size_t length);

  /* Is asked now and then, never at the same time as `take` or the writer's
   * sink is called: false ends the work, as if the input had ended.  It may ask
   * for bareme_reader_summary.  NULL: it goes on. */
  bool (*goes_on)(void *context);
  void *context; /* of these functions */
} bareme_score_options;
#define BAREME_SCORE_OPTIONS_INIT \
  { sizeof(bareme_score_options), 0, 0, NULL, false, NULL, NULL, NULL, NULL }

/* Scores all the leads of a reader from which nothing was read yet.  Results,
 * rejects, the summary and the problems are the same for every number of
 * threads.  What was read before a failure is scored and written all the same.
 * *leads, if not NULL, is how many leads were scored.  The policy's allocator,
 * if it is not the C library's, must be one that several threads may use.
 * Threads that are made here block all signals; none is left at the end. */
BAREME_API bareme_status bareme_score_all(bareme_reader *reader,
                                          const bareme_score_options *options, uint64_t *leads,
                                          bareme_failure *failure);

#ifdef __cplusplus
}
#endif

#endif
