/* bare.c - a program of nothing but libbareme-vm: no C library, no start-up code.
 *
 * What the library imports, memcpy and its kind, is written out below; memory
 * is one array; the policy is part of the program.  It is linked with -nostdlib,
 * and ends with status 0 if a lead gets the points that it should.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <bareme/vm.h>

/* ---- what the library imports -------------------------------------------------------------- */

void *memcpy(void *restrict to, const void *restrict from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *to, int byte, size_t length);
int memcmp(const void *a, const void *b, size_t length);

void *memcpy(void *restrict to, const void *restrict from, size_t length) {
  return memmove(to, from, length);
}

void *memmove(void *to, const void *from, size_t length) {
  volatile char *out = to; /* volatile, or it would become a call to itself */
  const char *in = from;
  if (out < in)
    for (size_t i = 0; i < length; i++)
      out[i] = in[i];
  else
    for (size_t i = length; i-- > 0;)
      out[i] = in[i];
  return to;
}

void *memset(void *to, int byte, size_t length) {
  volatile char *out = to;
  for (size_t i = 0; i < length; i++)
    out[i] = (char)byte;
  return to;
}

int memcmp(const void *a, const void *b, size_t length) {
  const unsigned char *x = a, *y = b;
  for (size_t i = 0; i < length; i++)
    if (x[i] != y[i])
      return x[i] < y[i] ? -1 : 1;
  return 0;
}

/* ---- what a program needs to run at all -------------------------------------------------------
 */

__attribute__((noreturn)) static void leave(long status) {
#if defined(__x86_64__)
  __asm__ volatile("syscall" : : "a"(60L), "D"(status) : "rcx", "r11", "memory");
#elif defined(__aarch64__)
  register long number __asm__("x8") = 93;
  register long argument __asm__("x0") = status;
  __asm__ volatile("svc 0" : : "r"(number), "r"(argument) : "memory");
#endif
  __builtin_unreachable();
}

/* Called by assertions, in builds that have them. */
void __assert_fail(const char *assertion, const char *file, unsigned line, const char *function);
__attribute__((noreturn)) void __assert_fail(const char *assertion, const char *file, unsigned line,
                                             const char *function) {
  (void)assertion, (void)file, (void)line, (void)function;
  leave(99);
}

__asm__(".globl _start\n"
        "_start:\n"
#if defined(__x86_64__)
        "  and $-16, %rsp\n"
        "  call run\n"
#else
        "  bl run\n"
#endif
);

/* ---- the policy --------------------------------------------------------------------------------
 */

extern const char policy_begin[], policy_end[];
__asm__(".pushsection .rodata\n"
        ".globl policy_begin, policy_end\n"
        "policy_begin: .incbin \"" POLICY "\"\n"
        "policy_end:\n"
        ".popsection\n");

/* ---- memory: blocks are taken from an array, and never come back
 * ---------------------------------- */

static char heap[4 << 20] __attribute__((aligned(16)));

static void *resize(void *context, void *block, size_t old_size, size_t new_size) {
  size_t *used = context;
  if (new_size == 0 || new_size > sizeof heap - *used)
    return NULL;
  char *made = heap + *used;
  *used += (new_size + 15) & ~(size_t)15;
  if (block)
    memcpy(made, block, old_size < new_size ? old_size : new_size);
  return made;
}

/* ---- the lead of examples/embed
 * ------------------------------------------------------------------- */

static bareme_status add(const bareme_policy *policy, bareme_batch *batch, int64_t today) {
  const bareme_text country = {"CH", 2}, page = {"/pricing/eu", 11}, no_id = {NULL, 0};
  uint32_t visit = bareme_policy_find(policy, BAREME_EVENTS, "visit");
  bareme_batch_begin(batch);
  bareme_batch_set_text(batch, bareme_policy_find_field(policy, BAREME_LEAD, "country"), country);
  bareme_batch_set_number(batch, bareme_policy_find_field(policy, BAREME_LEAD, "size"), 250);
  bareme_batch_begin_event(batch, visit);
  bareme_batch_set_text(batch, bareme_policy_find_field(policy, visit, "page"), page);
  bareme_batch_add_event(batch, today - 30 * INT64_C(86400000000), no_id, NULL);
  bareme_batch_begin_event(batch, bareme_policy_find(policy, BAREME_EVENTS, "demo"));
  bareme_batch_add_event(batch, today, no_id, NULL);
  return bareme_batch_end(batch, NULL);
}

static bool explains(const bareme_runner *runner, uint32_t score, double wanted) {
  bareme_contribution line;
  double sum = 0;
  for (uint32_t i = 0; bareme_result_explain(runner, score, 0, i, &line); i++)
    sum += line.points;
  return sum == wanted;
}

/* Which step failed, or 0. */
static long score_one(void) {
  size_t used = 0;
  bareme_allocator allocator = {resize, &used};
  bareme_load_options loading = BAREME_LOAD_OPTIONS_INIT;
  bareme_batch_options filling = BAREME_BATCH_OPTIONS_INIT;
  bareme_policy *policy;
  bareme_batch *batch;
  bareme_runner *runner;
  size_t length = (size_t)(policy_end - policy_begin);
  double fit = 0, interest = 0;
  filling.capacity = 1;
  if (!bareme_instant_parse("2026-06-01", 10, &filling.as_of))
    return 1;
  if (bareme_policy_load(policy_begin, length, NULL, NULL, &policy) != BAREME_INVALID_ARGUMENT)
    return 2; /* this library has no heap */
  loading.allocator = &allocator;
  if (bareme_policy_load(policy_begin, length, &loading, NULL, &policy) != BAREME_OK)
    return 3;
  if (bareme_batch_new(policy, &filling, &batch) != BAREME_OK)
    return 4;
  if (bareme_runner_new(policy, true, &runner) != BAREME_OK)
    return 5;
  if (add(policy, batch, filling.as_of) != BAREME_OK)
    return 6;
  if (bareme_runner_run(runner, batch) != BAREME_OK)
    return 7;
  if (!bareme_result_score(runner, 0, 0, &fit) || fit != 50)
    return 8;
  if (!bareme_result_score(runner, 1, 0, &interest) || interest != 44)
    return 9;
  if (!explains(runner, 0, 50) || !explains(runner, 1, 44))
    return 10;
  return 0;
}

__attribute__((noreturn, used)) void run(void);
void run(void) {
  leave(score_one());
}
