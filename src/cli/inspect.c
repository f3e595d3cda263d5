/* inspect.c - `bareme inspect`: what is in a compiled policy.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/escape.h"
#include "cli/page.h"
#include "cli/tell.h"

#include <string.h>
#include <unistd.h>

/* What is looked at, and where it is written. */
struct view {
  const bareme_image *image;
  const bareme_policy *policy;
  bareme_image_info info;
  struct page page;
};

static const char *const type_names[] = {
    [BAREME_NUMBER] = "number",     [BAREME_TIME] = "time", [BAREME_DURATION] = "duration",
    [BAREME_TEXT] = "text",         [BAREME_BOOL] = "bool", [BAREME_LABEL] = "one of",
    [BAREME_TEXTS] = "list of text"};

/* What a policy gives, in the order in which results have it. */
static const struct {
  bareme_kind kind;
  const char *what;
} outputs[] = {{BAREME_SCORES, "scores"},     {BAREME_BANDS, "bands"},
               {BAREME_GRIDS, "grids"},       {BAREME_CHOICES, "choices"},
               {BAREME_SEGMENTS, "segments"}, {BAREME_STAGES, "stages"},
               {BAREME_ACTIONS, "actions"},   {BAREME_EXCLUDES, "excludes"}};
enum { OUTPUT_KINDS = sizeof outputs / sizeof *outputs };

/* A name, or the label of what has none. */
static bareme_text called(const struct view *view, bareme_kind kind, uint32_t index) {
  bareme_text name = bareme_policy_name(view->policy, kind, index);
  return name.bytes ? name : bareme_policy_label(view->policy, kind, index);
}

/* ---- for people ----------------------------------------------------------------- */

static void put_heading(struct page *page, const char *heading) {
  page_line(page);
  page_style(page, STYLE_BOLD);
  page_word(page, heading);
  page_line(page);
}

static void put_about(struct view *view) {
  struct page *page = &view->page;
  page_style(page, STYLE_BOLD);
  page_text(page, bareme_policy_title(view->policy), PAGE_UNCUT);
  page_line(page);
  page_format(page, "  format %u.%u, made by Bareme %u.%u.%u, ", view->info.format_major,
              view->info.format_minor, view->info.made_major, view->info.made_minor,
              view->info.made_patch);
  page_count(page, view->info.length, 0);
  page_word(page, view->info.stripped ? " bytes, stripped" : " bytes");
  page_line(page);
  bareme_text key, value;
  for (size_t i = 0; bareme_policy_entry(view->policy, i, &key, &value); i++) {
    page_word(page, "  ");
    page_text(page, key, PAGE_UNCUT);
    page_word(page, " ");
    page_text(page, value, PAGE_UNCUT);
    page_line(page);
  }
}

static void put_sections(struct view *view) {
  struct page *page = &view->page;
  bareme_image_section section;
  put_heading(page, "Sections");
  for (uint32_t i = 0; bareme_image_section_at(view->image, i, &section); i++) {
    page_format(page, "  %-9s", section.name);
    page_count(page, section.length, 11);
    page_format(page, " bytes  crc-32c %08x", section.checksum);
    page_word(page, section.optional ? "  optional" : "");
    page_word(page, section.known ? "" : ", skipped");
    page_line(page);
  }
}

static bool is_same(bareme_text a, bareme_text b) {
  return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;
}

static void put_field(struct view *view, uint32_t event, uint32_t index,
                      const bareme_field *field) {
  struct page *page = &view->page;
  page_word(page, event == BAREME_LEAD ? "  " : "    ");
  page_text(page, field->name, PAGE_UNCUT);
  page_format(page, " %s", type_names[field->type]);
  for (uint32_t l = 0; field->type == BAREME_LABEL && l < field->label_count; l++) {
    page_word(page, l == 0 ? " (" : ", ");
    page_text(page, bareme_policy_field_label(view->policy, event, index, l), PAGE_UNCUT);
    page_word(page, l + 1 == field->label_count ? ")" : "");
  }
  page_word(page, field->required ? ", required" : "");
  page_word(page, field->has_default ? ", with a default" : "");
  if (!is_same(field->path, field->name)) {
    page_word(page, ", from ");
    page_text(page, field->path, PAGE_UNCUT);
  }
  page_line(page);
}

static void put_fields(struct view *view, uint32_t event) {
  bareme_field field;
  for (uint32_t i = 0; bareme_policy_field(view->policy, event, i, &field); i++)
    put_field(view, event, i, &field);
}

static void put_path(struct view *view, const char *words, bareme_path path) {
  page_word(&view->page, words);
  page_text(&view->page, bareme_policy_path(view->policy, path), PAGE_UNCUT);
}

/* What every policy reads. */
static void put_paths(struct view *view) {
  struct page *page = &view->page;
  bool required = bareme_policy_requires_id(view->policy);
  put_path(view, required ? "  id, required, from " : "  id from ", BAREME_PATH_ID);
  page_line(page);
  if (!bareme_policy_path(view->policy, BAREME_PATH_STAGE).bytes)
    return;
  put_path(view, "  stage from ", BAREME_PATH_STAGE);
  page_line(page);
}

static void put_events(struct view *view) {
  struct page *page = &view->page;
  put_path(view, "  events from ", BAREME_PATH_EVENTS);
  put_path(view, ": type from ", BAREME_PATH_EVENT_TYPE);
  put_path(view, ", at from ", BAREME_PATH_EVENT_AT);
  put_path(view, ", id from ", BAREME_PATH_EVENT_ID);
  page_line(page);
}

static void put_record(struct view *view) {
  struct page *page = &view->page;
  uint32_t events = bareme_policy_count(view->policy, BAREME_EVENTS);
  put_heading(page, "Record");
  put_paths(view);
  put_fields(view, BAREME_LEAD);
  if (events > 0)
    put_events(view);
  for (uint32_t e = 0; e < events; e++) {
    bareme_text name = bareme_policy_name(view->policy, BAREME_EVENTS, e);
    bareme_text type = bareme_policy_event_type(view->policy, e);
    page_word(page, "  event ");
    page_text(page, name, PAGE_UNCUT);
    if (!is_same(name, type)) {
      page_word(page, ", of type ");
      page_text(page, type, PAGE_UNCUT);
    }
    page_line(page);
    put_fields(view, e);
  }
}

static void put_output(struct view *view, bareme_kind kind, uint32_t index) {
  struct page *page = &view->page;
  page_text(page, called(view, kind, index), PAGE_UNCUT);
  bareme_text label;
  for (uint32_t l = 0; (label = bareme_policy_outcome(view->policy, kind, index, l)).bytes; l++) {
    page_word(page, l == 0 ? " (" : ", ");
    page_text(page, label, PAGE_UNCUT);
  }
  page_word(page, bareme_policy_outcome(view->policy, kind, index, 0).bytes ? ")" : "");
}

static void put_outputs(struct view *view) {
  struct page *page = &view->page;
  put_heading(page, "Results");
  for (int k = 0; k < OUTPUT_KINDS; k++) {
    uint32_t count = bareme_policy_count(view->policy, outputs[k].kind);
    if (count == 0)
      continue;
    page_format(page, "  %-9s ", outputs[k].what);
    for (uint32_t i = 0; i < count; i++) {
      page_word(page, i > 0 ? ", " : "");
      put_output(view, outputs[k].kind, i);
    }
    page_line(page);
  }
}

static void put_counts(struct view *view) {
  struct page *page = &view->page;
  bareme_image_count count;
  const char *of = "";
  put_heading(page, "Code");
  for (uint32_t i = 0; bareme_image_count_at(view->image, i, &count); i++) {
    bool same = strcmp(of, count.of) == 0;
    if (count.count == 0)
      continue;
    if (!same && *of)
      page_line(page);
    if (same)
      page_word(page, ", ");
    else
      page_format(page, "  %-9s ", count.of);
    page_format(page, "%s ", count.what);
    page_count(page, count.count, 0);
    of = count.of;
  }
  page_line(page);
}

static void put_text(struct view *view) {
  put_about(view);
  put_sections(view);
  put_record(view);
  put_outputs(view);
  put_counts(view);
}

/* ---- for programs ------------------------------------------------------------------- */

static void json_key(struct page *page, const char *key, bool first) {
  page_format(page, "%s\"%s\":", first ? "" : ",", key);
}

static void json_text(struct page *page, const char *key, bareme_text text, bool first) {
  json_key(page, key, first);
  escape_json(page, text);
}

static void json_about(struct view *view) {
  struct page *page = &view->page;
  bareme_text key, value;
  json_text(page, "title", bareme_policy_title(view->policy), true);
  page_format(page,
              ",\"format\":{\"major\":%u,\"minor\":%u},\"madeBy\":\"%u.%u.%u\",\"length\":%zu,"
              "\"stripped\":%s",
              view->info.format_major, view->info.format_minor, view->info.made_major,
              view->info.made_minor, view->info.made_patch, view->info.length,
              view->info.stripped ? "true" : "false");
  page_word(page, ",\n \"metadata\":{");
  for (size_t i = 0; bareme_policy_entry(view->policy, i, &key, &value); i++) {
    page_word(page, i > 0 ? "," : "");
    escape_json(page, key);
    page_word(page, ":");
    escape_json(page, value);
  }
  page_word(page, "}");
}

static void json_sections(struct view *view) {
  struct page *page = &view->page;
  bareme_image_section section;
  page_word(page, ",\n \"sections\":[");
  for (uint32_t i = 0; bareme_image_section_at(view->image, i, &section); i++)
    page_format(page,
                "%s{\"name\":\"%s\",\"offset\":%u,\"length\":%u,\"crc32c\":\"%08x\","
                "\"optional\":%s,\"known\":%s}",
                i > 0 ? ",\n  " : "\n  ", section.name, section.offset, section.length,
                section.checksum, section.optional ? "true" : "false",
                section.known ? "true" : "false");
  page_word(page, "]");
}

static void json_field(struct view *view, uint32_t event, uint32_t index,
                       const bareme_field *field) {
  struct page *page = &view->page;
  page_word(page, index > 0 ? ",{" : "{");
  json_text(page, "name", field->name, true);
  json_text(page, "path", field->path, false);
  page_format(page, ",\"type\":\"%s\",\"required\":%s,\"default\":%s", type_names[field->type],
              field->required ? "true" : "false", field->has_default ? "true" : "false");
  for (uint32_t l = 0; field->type == BAREME_LABEL && l < field->label_count; l++) {
    page_word(page, l == 0 ? ",\"labels\":[" : ",");
    escape_json(page, bareme_policy_field_label(view->policy, event, index, l));
    page_word(page, l + 1 == field->label_count ? "]" : "");
  }
  page_word(page, "}");
}

static void json_fields(struct view *view, uint32_t event) {
  bareme_field field;
  page_word(&view->page, "[");
  for (uint32_t i = 0; bareme_policy_field(view->policy, event, i, &field); i++)
    json_field(view, event, i, &field);
  page_word(&view->page, "]");
}

static void json_paths(struct view *view) {
  static const char *const keys[] = {"id", "stage", "events", "eventType", "eventAt", "eventId"};
  struct page *page = &view->page;
  page_format(page, ",\n \"idRequired\":%s,\"paths\":{",
              bareme_policy_requires_id(view->policy) ? "true" : "false");
  for (int i = BAREME_PATH_ID; i <= BAREME_PATH_EVENT_ID; i++) {
    bareme_text path = bareme_policy_path(view->policy, (bareme_path)i);
    if (path.bytes)
      json_text(page, keys[i], path, i == BAREME_PATH_ID);
  }
  page_word(page, "}");
}

static void json_record(struct view *view) {
  struct page *page = &view->page;
  json_paths(view);
  page_word(page, ",\n \"lead\":");
  json_fields(view, BAREME_LEAD);
  page_word(page, ",\n \"events\":[");
  for (uint32_t e = 0; e < bareme_policy_count(view->policy, BAREME_EVENTS); e++) {
    page_word(page, e > 0 ? ",\n  {" : "\n  {");
    json_text(page, "name", bareme_policy_name(view->policy, BAREME_EVENTS, e), true);
    json_text(page, "type", bareme_policy_event_type(view->policy, e), false);
    json_key(page, "fields", false);
    json_fields(view, e);
    page_word(page, "}");
  }
  page_word(page, "]");
}

static void json_output(struct view *view, bareme_kind kind, uint32_t index) {
  struct page *page = &view->page;
  bareme_text name = bareme_policy_name(view->policy, kind, index);
  bareme_text label = bareme_policy_label(view->policy, kind, index);
  page_word(page, index > 0 ? ",{" : "{");
  if (name.bytes)
    json_text(page, "name", name, true);
  if (label.bytes)
    json_text(page, "label", label, !name.bytes);
  bareme_text outcome;
  for (uint32_t l = 0; (outcome = bareme_policy_outcome(view->policy, kind, index, l)).bytes; l++) {
    page_word(page, l == 0 ? ",\"labels\":[" : ",");
    escape_json(page, outcome);
  }
  page_word(page, bareme_policy_outcome(view->policy, kind, index, 0).bytes ? "]}" : "}");
}

static void json_outputs(struct view *view) {
  struct page *page = &view->page;
  for (int k = 0; k < OUTPUT_KINDS; k++) {
    page_format(page, ",\n \"%s\":[", outputs[k].what);
    for (uint32_t i = 0; i < bareme_policy_count(view->policy, outputs[k].kind); i++)
      json_output(view, outputs[k].kind, i);
    page_word(page, "]");
  }
}

static void json_counts(struct view *view) {
  struct page *page = &view->page;
  bareme_image_count count;
  const char *of = NULL;
  for (uint32_t i = 0; bareme_image_count_at(view->image, i, &count); i++) {
    bool same = of && strcmp(of, count.of) == 0;
    if (!same)
      page_format(page, "%s,\n \"%s\":{", of ? "}" : "", count.of);
    page_format(page, "%s\"%s\":%u", same ? "," : "", count.what, count.count);
    of = count.of;
  }
  page_word(page, of ? "}" : "");
}

static void put_json(struct view *view) {
  page_word(&view->page, "{");
  json_about(view);
  json_sections(view);
  json_record(view);
  json_outputs(view);
  json_counts(view);
  page_word(&view->page, "}");
  page_line(&view->page);
}

/* ---- the command ------------------------------------------------------------------------ */

static int open_image(const struct arguments *arguments, bareme_image **image) {
  bareme_failure failure = {""};
  bareme_status status = bareme_image_open(arguments->words[0],
                                           arguments->option[OPTION_VERIFY].word, &failure, image);
  if (status != BAREME_INVALID_POLICY)
    return tell_status(status, &failure);
  tell_outside("%s", failure.text);
  return EXIT_POLICY;
}

static int run(const struct arguments *arguments) {
  enum { TEXT, JSON };
  bareme_image *image;
  int status = open_image(arguments, &image);
  if (status != EXIT_DONE)
    return status;
  struct view view = {.image = image, .policy = bareme_image_policy(image)};
  bareme_image_about(image, &view.info);
  page_init(&view.page, STDOUT_FILENO, arguments->option[OPTION_COLOR].choice);
  if (arguments->option[OPTION_DIS_FORMAT].choice == JSON)
    put_json(&view);
  else
    put_text(&view);
  status = page_print(&view.page, NULL);
  page_clear(&view.page);
  bareme_image_free(image);
  return status;
}

const struct command command_inspect = {
    .name = "inspect",
    .summary = "tell what is in a compiled policy",
    .usage = "FILE.bmc",
    .prose = "Reads a compiled policy as every command does, checksums and all, and shows its "
             "version, its sections, the record that it needs, the results that it gives, and how "
             "much code it has.\n\n"
             "Exit status: 0 it can be run, 3 it cannot, 5 the file cannot be read.\n\n"
             "  bareme inspect inbound.bmc",
    .options = (const enum option_id[]){OPTION_DIS_FORMAT, OPTION_VERIFY, OPTION_COLOR, OPTION_HELP,
                                        OPTION_COUNT},
    .least_words = 1,
    .most_words = 1,
    .run = run,
};
