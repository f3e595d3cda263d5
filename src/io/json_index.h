/* json_index.h - where the pieces of JSON text are: the door to simdjson.
 *
 * simdjson reads JSON in two stages.  The first one, by vector instructions
 * chosen for the machine it runs on, checks UTF-8, finds what lies inside of
 * strings, and lists the offsets of all brackets, braces, colons and commas
 * outside of them and of the first byte of each string, number and word.  We
 * use that stage and walk the list ourselves (json.h).  simdjson's own ways to
 * walk it do not fit: the DOM builds what nobody reads, and On-Demand does not
 * look at what is skipped, where we promise to notice any line that is not JSON.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_JSON_INDEX_H
#define BAREME_IO_JSON_INDEX_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct json_index;

enum json_index_result {
  JSON_INDEX_OK,
  JSON_INDEX_UTF8,   /* not well-formed UTF-8 */
  JSON_INDEX_BROKEN, /* a string without an end, or with a control character */
  JSON_INDEX_NO_MEMORY
};

/* NULL if out of memory. */
struct json_index *json_index_new(void);
void json_index_free(struct json_index *index);

/* So many UINT32_MAX stand behind the last offset: one may look ahead. */
#define JSON_INDEX_SENTINELS 128

/* Lists the offsets of the text's pieces, ascending.  They live until the next call. */
enum json_index_result json_index_make(struct json_index *index, const char *bytes, uint32_t length,
                                       const uint32_t **offsets);

#ifdef __cplusplus
}
#endif

#endif
