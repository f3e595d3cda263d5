/* sign.c - `bareme sign`: pairs of keys, and signatures of compiled policies.
 *
 * Secrets are held for as long as they are needed and wiped then; the file of a
 * secret key is for its owner alone from the moment it exists.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/output.h"
#include "cli/password.h"
#include "cli/tell.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_MOST = 4096, POLICY_MOST = 1 << 28, COMMENT_SIZE = 512 };

/* A small text in memory that is wiped. */
struct secret_text {
  char bytes[KEY_MOST];
  size_t length;
};

static void keep(void *context, const char *bytes, size_t length) {
  struct secret_text *text = context;
  if (length > sizeof text->bytes - text->length)
    length = sizeof text->bytes - text->length;
  memcpy(text->bytes + text->length, bytes, length);
  text->length += length;
}

static void forget(struct secret_text *text) {
  bareme_wipe(text, sizeof *text);
}

/* ---- files --------------------------------------------------------------------------------- */

static bool write_bytes(int file, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t count = write(file, bytes, length);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return false;
    bytes += count;
    length -= (size_t)count;
  }
  return true;
}

/* A key's file is new, or, with force, a new one in the place of the old. */
static int write_key(const char *path, const struct secret_text *text, mode_t mode, bool force) {
  if (force && unlink(path) != 0 && errno != ENOENT)
    return tell_outside("%s: %s", path, strerror(errno));
  int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (file < 0)
    return errno == EEXIST
               ? tell_no("%s is there already; --force replaces it, and it cannot come back", path)
               : tell_outside("%s: %s", path, strerror(errno));
  bool written = write_bytes(file, text->bytes, text->length) && fsync(file) == 0;
  int error = errno;
  if (close(file) == 0 && written)
    return EXIT_DONE;
  unlink(path);
  return tell_outside("%s: %s", path, strerror(error));
}

/* Reads a file, which should be `what` and have at most `most` bytes, into room
 * that the caller frees. */
static int read_whole(const char *path, const char *what, size_t most, char **bytes,
                      size_t *length) {
  struct stat about;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  *bytes = NULL;
  *length = 0;
  if (file < 0)
    return tell_outside("%s: %s", path, strerror(errno));
  bool regular = fstat(file, &about) == 0 && S_ISREG(about.st_mode);
  bool fits = regular && (uintmax_t)about.st_size <= most;
  *bytes = fits ? malloc((size_t)about.st_size + 1) : NULL;
  ssize_t count = 1;
  while (*bytes && *length < (size_t)about.st_size && count > 0) {
    count = read(file, *bytes + *length, (size_t)about.st_size - *length);
    count = count < 0 && errno == EINTR ? 1 : count;
    *length += count > 0 && *length + (size_t)count <= (size_t)about.st_size ? (size_t)count : 0;
  }
  int error = errno;
  close(file);
  if (!regular)
    return tell_outside("%s: it is no file", path);
  if (!fits)
    return tell_outside("%s: it is too large for %s", path, what);
  if (!*bytes)
    return tell_outside("out of memory");
  return count < 0 ? tell_outside("%s: %s", path, strerror(error)) : EXIT_DONE;
}

/* ---- making keys --------------------------------------------------------------------------- */

static char *join(const char *name, const char *end) {
  size_t length = strlen(name) + strlen(end) + 1;
  char *path = malloc(length);
  if (path)
    snprintf(path, length, "%s%s", name, end);
  return path;
}

static int write_pair(const struct arguments *arguments, const struct secret_text *secret,
                      const struct secret_text *public) {
  bool force = arguments->option[OPTION_FORCE].given;
  const char *name = arguments->option[OPTION_GENERATE].word;
  char *key = join(name, ".key"), *pub = join(name, ".pub");
  int status = key && pub ? EXIT_DONE : tell_outside("out of memory");
  if (status == EXIT_DONE && !force && access(pub, F_OK) == 0)
    status = tell_no("%s is there already; --force replaces it, and it cannot come back", pub);
  if (status == EXIT_DONE)
    status = write_key(key, secret, 0600, force);
  if (status == EXIT_DONE)
    status = write_key(pub, public, 0644, force);
  if (status == EXIT_DONE)
    printf("%s: keep it secret\n%s: hand it out\n", key, pub);
  free(key);
  free(pub);
  return status;
}

static int make_pair(const struct arguments *arguments, const struct password *password) {
  struct secret_text secret = {.length = 0}, public = {.length = 0};
  bareme_sink hidden = {keep, &secret}, shown = {keep, &public};
  bareme_failure failure = {""};
  int status =
      tell_status(bareme_key_generate(password ? password->bytes : NULL,
                                      password ? password->length : 0, &hidden, &shown, &failure),
                  &failure);
  if (status == EXIT_DONE)
    status = write_pair(arguments, &secret, &public);
  forget(&secret);
  return status;
}

static int generate(const struct arguments *arguments) {
  const struct option_value *given = arguments->option;
  struct password password;
  if (arguments->word_count > 0 || given[OPTION_SECRET].given)
    return tell_usage("--generate makes keys and signs nothing");
  if (given[OPTION_UNENCRYPTED].given)
    return make_pair(arguments, NULL);
  int status = password_get(&password, given[OPTION_PASSWORD_FILE].word, 1);
  if (status == EXIT_DONE)
    status = make_pair(arguments, &password);
  password_clear(&password);
  return status;
}

/* ---- signing --------------------------------------------------------------------------------- */

static const char *file_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* What minisign says by itself. */
static void default_comment(const char *path, char comment[COMMENT_SIZE]) {
  snprintf(comment, COMMENT_SIZE, "timestamp:%lld\tfile:%.400s\thashed",
           (long long)(bareme_now() / 1000000), file_name(path));
}

/* Whoever signs something should know that it is a policy. */
static int check_policy(const char *path, const char *bytes, size_t length) {
  bareme_policy *policy;
  bareme_failure failure = {""};
  bareme_status status = bareme_policy_load(bytes, length, NULL, &failure, &policy);
  bareme_policy_free(policy);
  if (status != BAREME_INVALID_POLICY)
    return tell_status(status, &failure);
  tell_outside("%s is not a compiled policy: %s", path, failure.text);
  return EXIT_POLICY;
}

static int write_signature(const char *path, const struct secret_text *signature) {
  struct output output;
  char *beside = join(path, ".minisig");
  int status = beside ? output_open(&output, beside) : tell_outside("out of memory");
  if (status == EXIT_DONE) {
    output_put(&output, signature->bytes, signature->length);
    status = output_close(&output);
  }
  free(beside);
  return status;
}

struct signer {
  const struct arguments *arguments;
  char *key; /* content of its file */
  size_t key_length;
  bool has_password;
  struct password password;
};

static int sign_file(struct signer *signer, const char *path) {
  char *bytes, made[COMMENT_SIZE];
  size_t length;
  struct secret_text signature = {.length = 0};
  bareme_sink sink = {keep, &signature};
  bareme_failure failure = {""};
  const struct option_value *comment = &signer->arguments->option[OPTION_COMMENT];
  int status = read_whole(path, "a compiled policy", POLICY_MOST, &bytes, &length);
  if (status == EXIT_DONE)
    status = check_policy(path, bytes, length);
  default_comment(path, made);
  if (status == EXIT_DONE)
    status =
        tell_status(bareme_sign(signer->key, signer->key_length,
                                signer->has_password ? signer->password.bytes : NULL,
                                signer->has_password ? signer->password.length : 0, bytes, length,
                                comment->given ? comment->word : made, &sink, &failure),
                    &failure);
  free(bytes);
  return status == EXIT_DONE ? write_signature(path, &signature) : status;
}

static int open_signer(struct signer *signer) {
  const struct option_value *given = signer->arguments->option;
  const char *path = given[OPTION_SECRET].word;
  int status = read_whole(path, "a secret key", KEY_MOST, &signer->key, &signer->key_length);
  if (status != EXIT_DONE || !bareme_key_is_encrypted(signer->key, signer->key_length))
    return status;
  signer->has_password = true;
  return password_get(&signer->password, given[OPTION_PASSWORD_FILE].word, 0);
}

static int sign(const struct arguments *arguments) {
  struct signer signer = {.arguments = arguments};
  if (!arguments->option[OPTION_SECRET].given)
    return tell_usage("-s FILE names the secret key; --generate NAME makes one");
  if (arguments->word_count == 0)
    return tell_usage("something is missing: the compiled policies to sign");
  int status = open_signer(&signer);
  for (size_t i = 0; i < arguments->word_count && status == EXIT_DONE; i++)
    status = sign_file(&signer, arguments->words[i]);
  if (signer.key) {
    bareme_wipe(signer.key, signer.key_length);
    free(signer.key);
  }
  password_clear(&signer.password);
  return status;
}

static int run(const struct arguments *arguments) {
  return arguments->option[OPTION_GENERATE].given ? generate(arguments) : sign(arguments);
}

const struct command command_sign = {
    .name = "sign",
    .summary = "sign compiled policies, and make the keys for it",
    .usage = "-s FILE FILE.bmc... | --generate NAME",
    .prose =
        "Signs compiled policies with Ed25519: the signature of FILE.bmc is FILE.bmc.minisig. Keys "
        "and signatures are files of minisign's, so that minisign can check and make them as well. "
        "`--verify KEY`, of every command that takes a policy, then takes only what is signed.\n\n"
        "  bareme sign --generate revops\n"
        "  bareme sign -s revops.key inbound.bmc\n"
        "  bareme score inbound.bmc leads.ndjson --verify revops.pub",
    .options = (const enum option_id[]){OPTION_GENERATE, OPTION_SECRET, OPTION_COMMENT,
                                        OPTION_PASSWORD_FILE, OPTION_UNENCRYPTED, OPTION_FORCE,
                                        OPTION_HELP, OPTION_COUNT},
    .least_words = 0,
    .most_words = SIZE_MAX,
    .run = run,
};
