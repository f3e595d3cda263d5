/* order.c - puts every declaration behind those it uses.
 *
 * A depth-first walk with a stack of its own: a chain of a hundred thousand
 * values is no deeper for the machine than one of three.  An edge back to a
 * declaration that is still open closes a cycle, which lies on the stack and
 * is shown as it is written: a -> b -> a.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "check/checker.h"

/* Longer cycles are shown with their middle left out. */
enum { CYCLE_SHOWN = 8 };

static struct node *node_at(const struct checker *c, uint32_t position) {
  return GROWING_AT(c->nodes, struct node *, position);
}

static const char *cycle_path(struct checker *c, struct node *const *path, uint32_t count) {
  const char *words = "";
  for (uint32_t i = 0; i < count && words; i++) {
    if (count > CYCLE_SHOWN && i == CYCLE_SHOWN - 1) {
      words = arena_format(c->arena, "%s… -> ", words);
      i = count - 1;
    }
    if (words)
      words = arena_format(c->arena, "%s%.*s -> ", words, TEXT_ARGS(path[i]->decl->name.text));
  }
  if (words)
    words = arena_format(c->arena, "%s%.*s", words, TEXT_ARGS(path[0]->decl->name.text));
  if (!words)
    c->out_of_memory = true;
  return words ? words : "";
}

static void report_cycle(struct checker *c, struct node *const *path, uint32_t count) {
  const struct decl *first = path[0]->decl;
  struct diag *diag =
      count == 1
          ? diag_error(c->diags, E0207, first->name.span, "`%.*s` is defined by itself",
                       TEXT_ARGS(first->name.text))
          : diag_error(c->diags, E0207, first->name.span,
                       "these depend on each other in a circle: %s", cycle_path(c, path, count));
  for (uint32_t i = 0; i < count && i < CYCLE_SHOWN; i++) {
    const struct node *next = path[(i + 1) % count];
    diag_note(c->diags, diag, path[i]->visit->span, "`%.*s` uses `%.*s` here",
              TEXT_ARGS(path[i]->decl->name.text), TEXT_ARGS(next->decl->name.text));
  }
  if (count > 1)
    diag_help(c->diags, diag, "one of them must be computed without the others");
}

/* The cycle is the end of the stack from `to` on.  Cycles that share a
 * declaration with one that was reported are left for the next run. */
static void close_cycle(struct checker *c, struct node *const *stack, uint32_t depth,
                        const struct node *to) {
  uint32_t start = depth - 1;
  while (stack[start] != to)
    start--;
  bool reported = false;
  for (uint32_t i = start; i < depth; i++) {
    reported |= stack[i]->reported;
    stack[i]->cyclic = true;
  }
  if (reported)
    return;
  for (uint32_t i = start; i < depth; i++)
    stack[i]->reported = true;
  report_cycle(c, stack + start, depth - start);
}

/* Visits everything that the node uses and is not ordered yet. */
static void visit(struct checker *c, struct node **stack, struct node *root, uint32_t *ordered) {
  uint32_t depth = 0;
  stack[depth++] = root;
  root->state = NODE_OPEN;
  root->visit = root->first;
  while (depth > 0) {
    struct node *top = stack[depth - 1];
    if (!top->visit) {
      top->state = NODE_DONE;
      c->order[(*ordered)++] = top;
      if (--depth > 0)
        stack[depth - 1]->visit = stack[depth - 1]->visit->next;
      continue;
    }
    struct node *to = top->visit->to;
    if (to->state == NODE_NEW) {
      to->state = NODE_OPEN;
      to->visit = to->first;
      stack[depth++] = to;
      continue;
    }
    if (to->state == NODE_OPEN)
      close_cycle(c, stack, depth, to);
    top->visit = top->visit->next;
  }
}

void order_nodes(struct checker *c) {
  struct node **stack = check_array(c, c->nodes.count, sizeof *stack);
  c->order = check_array(c, c->nodes.count, sizeof *c->order);
  if (!stack || !c->order)
    return;
  uint32_t ordered = 0;
  for (uint32_t i = 0; i < c->nodes.count; i++)
    if (node_at(c, i)->state == NODE_NEW)
      visit(c, stack, node_at(c, i), &ordered);
}

/* From the end of the order to its beginning, users come before what they use:
 * one pass tells what is evaluated, and so which fields are read. */
void order_live(struct checker *c) {
  for (uint32_t i = c->nodes.count; i-- > 0;) {
    struct node *node = c->order[i];
    node->live |= node->value && node->value->public_output;
    if (!node->live)
      continue;
    for (const struct edge *edge = node->first; edge; edge = edge->next)
      edge->to->live = true;
    for (const struct field_use *use = node->fields; use; use = use->next)
      use->field->used = true;
  }
}
