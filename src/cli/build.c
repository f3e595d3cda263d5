/* build.c - `bareme build`: a policy as one compiled file.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/job.h"
#include "cli/output.h"
#include "cli/tell.h"

#include <string.h>
#include <unistd.h>

/* The bytes go to the output only when all of them are there. */
static int write_policy(const struct arguments *arguments, const bareme_policy *policy) {
  struct output output;
  bareme_failure failure = {""};
  bareme_image_options options = BAREME_IMAGE_OPTIONS_INIT;
  bareme_sink sink = {output_put, &output};
  options.strip = arguments->option[OPTION_STRIP].given;
  int status = output_open(&output, arguments->option[OPTION_OUTPUT].word);
  if (status == EXIT_DONE)
    status = tell_status(bareme_policy_write(policy, &options, &sink, &failure), &failure);
  if (status == EXIT_DONE)
    return output_close(&output);
  output_discard(&output);
  return status;
}

static int run(const struct arguments *arguments) {
  const struct option_value *output = &arguments->option[OPTION_OUTPUT];
  if (!output->given)
    return tell_usage("-o FILE says where the compiled policy goes; `-` is standard output");
  if (strcmp(output->word, "-") == 0 && isatty(STDOUT_FILENO))
    return tell_usage("a compiled policy is not for a terminal: -o FILE");
  bareme_policy *policy = NULL;
  int status = job_open_policy(arguments, arguments->words[0], &policy);
  if (status == EXIT_DONE)
    status = write_policy(arguments, policy);
  bareme_policy_free(policy);
  return status;
}

const struct command command_build = {
    .name = "build",
    .summary = "compile a policy into one file that any command takes in its place",
    .usage = "POLICY -o FILE.bmc",
    .prose =
        "Compiles a policy with all the modules and lists it uses into one file, which every "
        "command, and every program that embeds Bareme, takes in place of the policy. The bytes "
        "are the same wherever the same sources are built by the same version. A file is known "
        "by its first bytes, not by its name; it is checked completely when it is read, and runs "
        "only if it can do no harm.\n\n"
        "Params have the values that --set gives them here. Tests stay with the source. With "
        "--strip, the labels and texts of rules do, too: explanations still add up, but do not "
        "tell what for.\n\n"
        "  bareme build inbound.bareme -o inbound.bmc\n"
        "  bareme score inbound.bmc leads.ndjson",
    .options = (const enum option_id[]){OPTION_OUTPUT, OPTION_STRIP, OPTION_SET, OPTION_INCLUDE,
                                        OPTION_COLOR, OPTION_HELP, OPTION_COUNT},
    .least_words = 1,
    .most_words = 1,
    .run = run,
};
