/* bareme_score.c - all the leads of a reader, by several threads.
 *
 * The crew (io/crew.h) decodes and keeps the order; here is what is done with
 * a batch: it is scored, and either the writer's results are rendered or the
 * caller's function looks at them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bareme_private.h"

#include "io/crew.h"

/* What the threads share: nothing of it changes, but for what `take` and the
 * writer's file do, in turn. */
struct scoring {
  const bareme_policy *policy;
  bareme_score_options options;
  bool explain;
};

/* What each has of its own. */
struct scorer {
  bareme_runner *runner;
  struct rendering rendering;
};

static void leave(void *context, void *own) {
  const struct scoring *scoring = context;
  struct scorer *scorer = own;
  bareme_runner_free(scorer->runner);
  rendering_clear(&scorer->rendering);
  memory_free(&scoring->policy->memory, scorer, 1, sizeof *scorer);
}

static void *join(void *context) {
  const struct scoring *scoring = context;
  const bareme_writer *writer = scoring->options.writer;
  struct scorer *scorer = memory_zeroed(&scoring->policy->memory, 1, sizeof *scorer);
  if (!scorer)
    return NULL;
  if (bareme_runner_new(scoring->policy, scoring->explain, &scorer->runner) == BAREME_OK &&
      (!writer || rendering_init(&scorer->rendering, writer->writer)))
    return scorer;
  leave(context, scorer);
  return NULL;
}

static bool run(void *context, void *own, const struct batch *batch) {
  (void)context;
  struct scorer *scorer = own;
  return runner_score(scorer->runner, batch);
}

static bool render_results(const struct scoring *scoring, struct scorer *scorer, uint32_t first,
                           uint32_t count, struct buffer *results) {
  struct rendering *rendering = &scorer->rendering;
  struct buffer own = rendering->text;
  rendering->text = *results;
  bool done = writer_render(scoring->options.writer->writer, &scorer->runner->runner, first, count,
                            rendering);
  *results = rendering->text;
  rendering->text = own;
  return done;
}

static void put_bytes(void *context, const char *bytes, size_t length) {
  buffer_put(context, bytes, length);
}

static bool render(void *context, void *own, uint32_t first, uint32_t count,
                   struct buffer *results) {
  const struct scoring *scoring = context;
  struct scorer *scorer = own;
  const bareme_sink sink = {put_bytes, results};
  if (scoring->options.writer)
    return render_results(scoring, scorer, first, count, results);
  scoring->options.visit(scoring->options.context, scorer->runner, first, count, &sink);
  return !results->failed;
}

static bareme_status put(void *context, const char *bytes, size_t length, bareme_failure *failure) {
  const struct scoring *scoring = context;
  if (scoring->options.writer)
    return writer_put(scoring->options.writer->writer, bytes, length, failure);
  scoring->options.take(scoring->options.context, bytes, length);
  return BAREME_OK;
}

static bool goes_on(void *context) {
  const struct scoring *scoring = context;
  return !scoring->options.goes_on || scoring->options.goes_on(scoring->options.context);
}

bareme_status bareme_score_all(bareme_reader *reader, const bareme_score_options *options,
                               uint64_t *leads, bareme_failure *failure) {
  struct scoring scoring = {.options = BAREME_SCORE_OPTIONS_INIT};
  bareme_score_options *own = &scoring.options;
  uint64_t count;
  if (!reader || !options || !options_take(own, sizeof *own, options) ||
      (!own->writer && (!own->visit || !own->take)))
    return BAREME_INVALID_ARGUMENT;
  scoring.policy = reader->policy;
  scoring.explain = own->writer ? writer_explains(own->writer->writer) : own->explain;
  bool alone = own->writer && writer_renders_in_order(own->writer->writer);
  const struct crew_options crew = {
      .threads = alone          ? 1
                 : own->threads ? own->threads
                                : crew_processors(),
      .chunk = reader->batch.batch.capacity,
      .as_of = reader->batch.batch.as_of,
      .stretch = own->stretch,
  };
  const struct crew_work work = {&scoring, join, leave, run, render, put, goes_on};
  bareme_status status = crew_run(reader->reader, &crew, &work, &count, failure);
  if (leads)
    *leads = count;
  return status == BAREME_END ? BAREME_OK : status;
}
