/* limits.h - every limit of Bareme, each with its reason.
 *
 * A limit is a promise: below it everything works, above it there is a clear
 * error and nothing else.  The values can be overridden on the compiler's
 * command line so that a build with tiny limits gives bugs a chance.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_LIMITS_H
#define BAREME_LIMITS_H

/* Leads in one chunk: a column of doubles of this many lanes is 8 KiB, so a
 * rule's few live columns stay in the first-level cache.  Multiple of 64, the
 * width of a word of lane bits. */
#ifndef LIMIT_CHUNK_LEADS
#define LIMIT_CHUNK_LEADS 1024
#endif

/* Source bytes of one file: spans are 32-bit offsets, and a policy is written
 * by people.  50 MB and more is refused before it is read. */
#ifndef LIMIT_SOURCE_BYTES
#define LIMIT_SOURCE_BYTES (16u * 1024u * 1024u)
#endif

/* Nesting of parentheses, groups and blocks: every tree walk may recurse this
 * deep, so it bounds the stack of all of them. */
#ifndef LIMIT_NESTING
#define LIMIT_NESTING 200
#endif

/* Nodes of one expression chain written without parentheses, such as
 * `a or b or c`: the parser builds such chains as flat lists or left-deep
 * trees that walkers follow by loops, so this is large. */
#ifndef LIMIT_CHAIN
#define LIMIT_CHAIN 100000
#endif

/* Expansion of `define` and `include`: total nodes copied, so that a chain of
 * doubling definitions ends with a message and not with the memory. */
#ifndef LIMIT_EXPANSION
#define LIMIT_EXPANSION 1000000
#endif

/* Diagnostics kept of one run; the rest is counted. */
#ifndef LIMIT_DIAGNOSTICS
#define LIMIT_DIAGNOSTICS 100
#endif

/* Bytes of a name, a label, and of a text literal. */
#ifndef LIMIT_NAME_BYTES
#define LIMIT_NAME_BYTES 255
#endif
#ifndef LIMIT_TEXT_BYTES
#define LIMIT_TEXT_BYTES 65535
#endif

/* Stages: a lead's walk keeps the stages it entered, and the last of them, in
 * one 64-bit word: 56 bits and 8. */
#ifndef LIMIT_STAGES
#define LIMIT_STAGES 56
#endif

/* One record of input, in bytes: simdjson's own limit is 4 GiB; this bounds
 * what one broken file can make the reader buffer. */
#ifndef LIMIT_RECORD_BYTES
#define LIMIT_RECORD_BYTES (256u * 1024u * 1024u)
#endif

/* Objects and arrays inside each other in a record: more than any real lead
 * has, and simdjson's own default. */
#ifndef LIMIT_JSON_NESTING
#define LIMIT_JSON_NESTING 1024
#endif

/* Bytes of a message of an Arrow stream, and of a batch of it when it is
 * decompressed: all of it has to be in memory at once. */
#ifndef LIMIT_ARROW_BYTES
#define LIMIT_ARROW_BYTES (2u * 1024u * 1024u * 1024u - 1u)
#endif

/* Rows of a batch of Arrow of which no buffer knows anything: they cost no
 * bytes, so that nothing else would end them. */
#ifndef LIMIT_ARROW_EMPTY_ROWS
#define LIMIT_ARROW_EMPTY_ROWS (1024 * 1024)
#endif

/* Columns of a CSV file: a row's cells are listed before they are read. */
#ifndef LIMIT_CSV_COLUMNS
#define LIMIT_CSV_COLUMNS 65536
#endif

/* Bytes of a compiled policy: offsets in it have 32 bits, and reading one takes
 * up to twenty times as much memory.  A policy of 100,000 criteria has about 20 MB. */
#ifndef LIMIT_IMAGE_BYTES
#define LIMIT_IMAGE_BYTES (256u * 1024u * 1024u)
#endif

/* Bytes of input that one batch may point into: leads with megabytes of events
 * make small batches, so that memory stays flat. */
#ifndef LIMIT_BATCH_BYTES
#define LIMIT_BATCH_BYTES (16u * 1024u * 1024u)
#endif

#endif
