/* reasons.c - why a lead has its scores, in a few words.
 *
 * Terms of computed scores are left out: they repeat what other scores gave.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/reasons.h"

#include <string.h>

/* The rule behind its points: `+25 when x` -> `when x`, `+(a b) on e` -> `on e`. */
static bareme_text behind_points(bareme_text source) {
  size_t at = 0, depth = 0;
  for (; at < source.length && (depth > 0 || source.bytes[at] != ' '); at++) {
    depth += source.bytes[at] == '(';
    depth -= source.bytes[at] == ')' && depth > 0;
  }
  if (at == source.length)
    return source;
  return text_of(source.bytes + at + 1, source.length - at - 1);
}

bareme_text reason_name(const bareme_contribution *contribution) {
  if (contribution->label.bytes)
    return contribution->label;
  if (!contribution->source.bytes) /* a stripped policy has no words for it */
    return text_of(contribution->kind, strlen(contribution->kind));
  bool has_points = strcmp(contribution->kind, "rule") == 0;
  return has_points ? behind_points(contribution->source) : contribution->source;
}

/* Here a group says enough for the rules in it that have no label. */
static bareme_text short_name(const bareme_contribution *contribution) {
  if (!contribution->label.bytes && contribution->group.bytes)
    return contribution->group;
  return reason_name(contribution);
}

struct reason {
  double points;
  bareme_text name;
};

/* Keeps the most points first; of equal ones, what stands first in the policy. */
static void consider(struct reason *best, struct reason reason) {
  for (size_t i = 0; i < REASONS_MOST; i++)
    if (reason.points > best[i].points) {
      struct reason pushed = best[i];
      best[i] = reason;
      reason = pushed;
    }
}

/* A rule's points are what its cap, the line behind it, leaves of them. */
static void consider_score(struct reason *best, const bareme_runner *runner, uint32_t lane,
                           uint32_t score) {
  struct reason rule = {0};
  bareme_contribution line;
  for (uint32_t i = 0; bareme_result_explain(runner, score, lane, i, &line); i++) {
    if (strcmp(line.kind, "cap") == 0)
      rule.points += line.points;
    consider(best, rule);
    bool is_rule = strcmp(line.kind, "rule") == 0 && !line.why;
    rule = is_rule ? (struct reason){line.points, short_name(&line)} : (struct reason){0};
  }
  consider(best, rule);
}

void reasons_put(struct page *page, const bareme_policy *policy, const bareme_runner *runner,
                 uint32_t lane) {
  struct reason best[REASONS_MOST] = {{0}};
  for (uint32_t score = 0; score < bareme_policy_count(policy, BAREME_SCORES); score++)
    consider_score(best, runner, lane, score);
  for (size_t i = 0; i < REASONS_MOST && best[i].points > 0; i++) {
    if (i > 0)
      page_word(page, page->unicode ? " · " : " | ");
    page_text(page, best[i].name, PAGE_UNCUT);
    page_word(page, " ");
    page_points(page, best[i].points, true, 0);
  }
}
