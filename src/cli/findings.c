/* findings.c - what is wrong with policies, told to programs.
 *
 *   json    one document, its members named as those of bareme_finding
 *   sarif   SARIF 2.1.0, for code scanning and editors
 *   github  workflow commands, which mark the lines in a pull request
 *
 * A fingerprint must outlive edits elsewhere in the file.  So it is made of the
 * code, the file's name and the text of the line without its indentation, and
 * not of the line's number; of findings that have all of these in common, each
 * counts those before it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/findings.h"

#include "cli/command.h"
#include "cli/escape.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bareme_text words(const char *terminated) {
  return text_of(terminated, strlen(terminated));
}

static char *working_directory(void) {
  char path[4096];
  if (!getcwd(path, sizeof path - 1))
    return NULL;
  size_t length = strlen(path);
  char *directory = malloc(length + 2);
  if (!directory)
    return NULL;
  memcpy(directory, path, length);
  if (length == 0 || path[length - 1] != '/')
    directory[length++] = '/';
  directory[length] = '\0';
  return directory;
}

void findings_begin(struct findings *findings, unsigned format) {
  unsigned never = 2;
  *findings = (struct findings){.format = (enum findings_format)format};
  page_init(&findings->body, -1, never);
  page_init(&findings->codes, -1, never);
  if (format != FINDINGS_TEXT)
    findings->directory = working_directory();
}

void findings_clear(struct findings *findings) {
  page_clear(&findings->body);
  page_clear(&findings->codes);
  free(findings->directory);
}

/* The file as seen from the current directory, where it lies below. */
static bareme_text relative(const struct findings *findings, bareme_text file) {
  size_t length = findings->directory ? strlen(findings->directory) : 0;
  if (length > 0 && file.length > length && memcmp(file.bytes, findings->directory, length) == 0)
    file = text_of(file.bytes + length, file.length - length);
  while (file.length > 2 && memcmp(file.bytes, "./", 2) == 0)
    file = text_of(file.bytes + 2, file.length - 2);
  return file;
}

/* ---- fingerprints ------------------------------------------------------------------- */

/* FNV-1a, whose numbers are the same on every machine. */
static uint64_t hash_bytes(uint64_t hash, bareme_text text) {
  for (size_t i = 0; i < text.length; i++)
    hash = (hash ^ (unsigned char)text.bytes[i]) * UINT64_C(0x100000001B3);
  return (hash ^ 0xFF) * UINT64_C(0x100000001B3); /* a byte that UTF-8 does not have */
}

static bareme_text without_indentation(bareme_text line) {
  while (line.length > 0 && (*line.bytes == ' ' || *line.bytes == '\t'))
    line = text_of(line.bytes + 1, line.length - 1);
  while (line.length > 0 && strchr(" \t", line.bytes[line.length - 1]))
    line.length--;
  return line;
}

static uint64_t hash_finding(const struct findings *findings, const bareme_finding *finding) {
  uint64_t hash = hash_bytes(UINT64_C(0xCBF29CE484222325), words(finding->code));
  hash = hash_bytes(hash, relative(findings, finding->file));
  return hash_bytes(hash, without_indentation(finding->source_line));
}

static uint64_t fingerprint(const struct findings *findings, const bareme_report *report,
                            size_t index, const bareme_finding *finding) {
  uint64_t hash = hash_finding(findings, finding);
  bareme_finding other;
  char twins = '0'; /* a report keeps a hundred findings: the alphabet is large enough */
  for (size_t i = 0; i < index && bareme_report_finding(report, i, &other); i++)
    twins = (char)(twins + (hash_finding(findings, &other) == hash));
  return hash_bytes(hash, text_of(&twins, 1));
}

/* ---- json --------------------------------------------------------------------------- */

static void put_member(struct page *page, const char *name, bareme_text text) {
  page_format(page, ",\"%s\":", name);
  escape_json(page, text);
}

static void put_extent(struct page *page, uint32_t line, uint32_t column, uint32_t end_line,
                       uint32_t end_column) {
  page_format(page, "\"line\":%u,\"column\":%u,\"endLine\":%u,\"endColumn\":%u", line, column,
              end_line, end_column);
}

static void put_json_notes(const struct findings *findings, struct page *page,
                           const bareme_report *report, size_t index) {
  bareme_note note;
  page_word(page, ",\"notes\":[");
  for (size_t i = 0; bareme_report_note(report, index, i, &note); i++) {
    page_word(page, i > 0 ? ",{" : "{");
    put_extent(page, note.line, note.column, note.end_line, note.end_column);
    put_member(page, "file", relative(findings, note.file));
    put_member(page, "message", words(note.message));
    page_word(page, "}");
  }
  page_word(page, "]");
}

static void put_json(struct findings *findings, const bareme_report *report, size_t index,
                     const bareme_finding *finding) {
  struct page *page = &findings->body;
  page_word(page, findings->count > 0 ? ",\n  {" : "\n  {");
  page_format(page, "\"code\":\"%s\",\"severity\":\"%s\"", finding->code,
              finding->is_error ? "error" : "warning");
  put_member(page, "message", words(finding->message));
  if (finding->help)
    put_member(page, "help", words(finding->help));
  put_member(page, "file", relative(findings, finding->file));
  page_word(page, ",");
  put_extent(page, finding->line, finding->column, finding->end_line, finding->end_column);
  page_format(page, ",\"fingerprint\":\"%016llx\"",
              (unsigned long long)fingerprint(findings, report, index, finding));
  put_json_notes(findings, page, report, index);
  if (finding->has_fix) {
    page_word(page, ",\"fix\":{");
    put_extent(page, finding->fix_line, finding->fix_column, finding->fix_end_line,
               finding->fix_end_column);
    put_member(page, "text", words(finding->fix));
    page_word(page, "}");
  }
  page_word(page, "}");
}

/* ---- sarif -------------------------------------------------------------------------- */

/* A relative reference of RFC 3986; the file's name may hold any byte. */
static void put_uri(struct page *page, bareme_text file) {
  page_word(page, "\"");
  for (size_t i = 0; i < file.length; i++) {
    unsigned char c = (unsigned char)file.bytes[i];
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 (c != '\0' && strchr("/._-~", c));
    if (plain)
      page_raw(page, file.bytes + i, 1);
    else
      page_format(page, "%%%02X", c);
  }
  page_word(page, "\"");
}

static void put_artifact(const struct findings *findings, struct page *page, bareme_text file) {
  page_word(page, "\"artifactLocation\":{\"uri\":");
  put_uri(page, relative(findings, file));
  page_word(page, "}");
}

static void put_region(struct page *page, const char *name, uint32_t line, uint32_t column,
                       uint32_t end_line, uint32_t end_column) {
  page_format(page, "\"%s\":{\"startLine\":%u,\"startColumn\":%u,\"endLine\":%u,\"endColumn\":%u}",
              name, line, column, end_line, end_column);
}

static void put_message(struct page *page, const char *name, const char *first,
                        const char *second) {
  struct page text;
  page_init(&text, -1, 2);
  page_word(&text, first);
  if (second) {
    page_word(&text, "\n");
    page_word(&text, second);
  }
  page_format(page, "\"%s\":{\"text\":", name);
  escape_json(page, text_of_page(&text));
  page_word(page, "}");
  page->out_of_memory |= text.out_of_memory;
  page_clear(&text);
}

static void put_sarif_notes(const struct findings *findings, struct page *page,
                            const bareme_report *report, size_t index) {
  bareme_note note;
  page_word(page, ",\"relatedLocations\":[");
  for (size_t i = 0; bareme_report_note(report, index, i, &note); i++) {
    page_format(page, "%s{\"id\":%zu,\"physicalLocation\":{", i > 0 ? "," : "", i + 1);
    put_artifact(findings, page, note.file);
    page_word(page, ",");
    put_region(page, "region", note.line, note.column, note.end_line, note.end_column);
    page_word(page, "},");
    put_message(page, "message", note.message, NULL);
    page_word(page, "}");
  }
  page_word(page, "]");
}

static void put_sarif_fix(const struct findings *findings, struct page *page,
                          const bareme_finding *finding) {
  page_word(page, ",\"fixes\":[{");
  put_message(page, "description", finding->help ? finding->help : finding->message, NULL);
  page_word(page, ",\"artifactChanges\":[{");
  put_artifact(findings, page, finding->file);
  page_word(page, ",\"replacements\":[{");
  put_region(page, "deletedRegion", finding->fix_line, finding->fix_column, finding->fix_end_line,
             finding->fix_end_column);
  page_word(page, ",");
  put_message(page, "insertedContent", finding->fix, NULL);
  page_word(page, "}]}]}]");
}

static void put_sarif(struct findings *findings, const bareme_report *report, size_t index,
                      const bareme_finding *finding) {
  struct page *page = &findings->body;
  page_word(page, findings->count > 0 ? ",\n   {" : "\n   {");
  page_format(page, "\"ruleId\":\"%s\",\"level\":\"%s\",", finding->code,
              finding->is_error ? "error" : "warning");
  put_message(page, "message", finding->message, finding->help);
  page_word(page, ",\"locations\":[{\"physicalLocation\":{");
  put_artifact(findings, page, finding->file);
  page_word(page, ",");
  put_region(page, "region", finding->line, finding->column, finding->end_line,
             finding->end_column);
  page_word(page, "}}]");
  if (finding->note_count > 0)
    put_sarif_notes(findings, page, report, index);
  page_format(page, ",\"partialFingerprints\":{\"codeFileLine/v1\":\"%016llx\"}",
              (unsigned long long)fingerprint(findings, report, index, finding));
  if (finding->has_fix)
    put_sarif_fix(findings, page, finding);
  page_word(page, "}");
  page_format(&findings->codes, "%s ", finding->code);
}

/* Every code that was found, once, in the order of all. */
static void put_rules(struct findings *findings, struct page *page) {
  bool first = true;
  page_raw(&findings->codes, "", 1); /* terminated */
  for (size_t i = 0; bareme_code_at(i); i++) {
    const char *code = bareme_code_at(i);
    if (findings->codes.out_of_memory || !strstr(findings->codes.bytes, code))
      continue;
    page_format(page, "%s\n    {\"id\":\"%s\",", first ? "" : ",", code);
    put_message(page, "shortDescription", bareme_code_title(code), NULL);
    page_word(page, ",");
    put_message(page, "help", bareme_code_explanation(code), NULL);
    page_format(page, ",\"defaultConfiguration\":{\"level\":\"%s\"}}",
                code[0] == 'W' ? "warning" : "error");
    first = false;
  }
}

static void put_sarif_document(struct findings *findings, struct page *page) {
  page_word(page, "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\n"
                  " \"version\":\"2.1.0\",\n"
                  " \"runs\":[{\n"
                  "  \"tool\":{\"driver\":{\"name\":\"bareme\",\"version\":");
  escape_json(page, words(bareme_version()));
  page_word(page, ",\"rules\":[");
  put_rules(findings, page);
  page_word(page, "]}},\n  \"columnKind\":\"unicodeCodePoints\",\n  \"results\":[");
  page_raw(page, findings->body.bytes, findings->body.length);
  page_word(page, "]\n }]}\n");
}

/* ---- github ------------------------------------------------------------------------- */

static void put_github(struct findings *findings, const bareme_finding *finding) {
  struct page *page = &findings->body;
  page_word(page, finding->is_error ? "::error file=" : "::warning file=");
  escape_github(page, relative(findings, finding->file), true);
  page_format(page, ",line=%u,endLine=%u,", finding->line, finding->end_line);
  if (finding->line == finding->end_line) /* columns are only allowed within one line */
    page_format(page, "col=%u,endColumn=%u,", finding->column, finding->end_column);
  page_format(page, "title=%s::", finding->code);
  escape_github(page, words(finding->message), false);
  if (finding->help) {
    page_word(page, "%0A");
    escape_github(page, words(finding->help), false);
  }
  page_line(page);
}

/* ---- all of them -------------------------------------------------------------------- */

void findings_add(struct findings *findings, const bareme_report *report) {
  bareme_finding finding;
  for (size_t i = 0; bareme_report_finding(report, i, &finding); i++) {
    switch (findings->format) {
    case FINDINGS_JSON: put_json(findings, report, i, &finding); break;
    case FINDINGS_SARIF: put_sarif(findings, report, i, &finding); break;
    case FINDINGS_GITHUB: put_github(findings, &finding); break;
    case FINDINGS_TEXT: break;
    }
    findings->count++;
  }
  findings->errors += bareme_report_errors(report);
  findings->warnings += bareme_report_warnings(report);
}

int findings_print(struct findings *findings) {
  struct page page;
  page_init(&page, STDOUT_FILENO, 2);
  if (findings->format == FINDINGS_JSON) {
    page_word(&page, "{\"findings\":[");
    page_raw(&page, findings->body.bytes, findings->body.length);
    page_format(&page, "],\n \"errors\":%zu,\"warnings\":%zu}\n", findings->errors,
                findings->warnings);
  } else if (findings->format == FINDINGS_SARIF) {
    put_sarif_document(findings, &page);
  } else {
    page_raw(&page, findings->body.bytes, findings->body.length);
  }
  page.out_of_memory |= findings->body.out_of_memory || findings->codes.out_of_memory;
  int status = page_print(&page, NULL);
  page_clear(&page);
  return status;
}
