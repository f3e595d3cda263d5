/* bareme_sign.c - keys, signatures, and policies that must be signed.
 *
 * Once a key is given there is no way around it: what is not a compiled policy,
 * what has no signature beside it, and what the signature does not fit is
 * refused, each in words of its own.  The bytes that were checked are the bytes
 * that are loaded: a file is read once.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bareme_private.h"

#include "bareme_load.h"
#include "code/image.h"
#include "sign/minisign.h"

#include <string.h>

/* ---- reading files ---------------------------------------------------------------------- */

static bareme_status read_file(struct arena *arena, const char *path, struct text *bytes,
                               bareme_failure *failure) {
  const char *reason = NULL;
  switch (load_file(arena, path, bytes, &reason)) {
  case LOAD_OK: return BAREME_OK;
  case LOAD_NO_MEMORY: failure_set(failure, SIGN_NO_MEMORY); return BAREME_NO_MEMORY;
  case LOAD_TOO_LARGE: reason = "it is too large for a key or a signature"; break;
  case LOAD_FAILED: break;
  }
  failure_set(failure, "%s: %s", path, reason);
  return BAREME_IO;
}

/* The key itself, or the name of a file with it. */
static bareme_status read_key(struct arena *arena, const char *word, struct public_key *key,
                              bareme_failure *failure) {
  struct text text = text_from(word);
  if (!public_key_is(text)) {
    bareme_status status = read_file(arena, word, &text, failure);
    if (status != BAREME_OK)
      return status;
  }
  const char *wrong = public_key_read(text, key);
  if (!wrong)
    return BAREME_OK;
  failure_set(failure, "%s: %s", word, wrong);
  return BAREME_INVALID_ARGUMENT;
}

/* ---- policies that must be signed ---------------------------------------------------------- */

static bareme_status distrust(bareme_failure *failure, struct text name, const char *why) {
  failure_set(failure, "%.*s is not trusted: %s", TEXT_ARGS(name), why);
  return BAREME_UNTRUSTED;
}

/* The file beside the policy.  That there is none is no failure of the disk. */
static bareme_status read_signature(struct arena *arena, const char *path, struct text name,
                                    struct text *signature, bareme_failure *failure) {
  const char *beside = arena_format(arena, "%s.minisig", path);
  if (!beside) {
    failure_set(failure, SIGN_NO_MEMORY);
    return BAREME_NO_MEMORY;
  }
  bareme_failure reason = {""};
  bareme_status status = read_file(arena, beside, signature, &reason);
  if (status != BAREME_IO)
    return status;
  const char *why = arena_format(arena, "it has no signature: %s", reason.text);
  return why ? distrust(failure, name, why) : BAREME_NO_MEMORY;
}

bareme_status policy_trust(const char *word, const char *path, struct text name, struct text bytes,
                           const struct memory *memory, bareme_failure *failure) {
  struct arena arena;
  struct public_key key;
  struct text signature, comment;
  if (!path || strcmp(path, "-") == 0)
    return distrust(failure, name, "only a file has a signature beside it");
  if (!image_begins(bytes))
    return distrust(failure, name,
                    "it is not a compiled policy, and only those are signed: `bareme build`");
  arena_init(&arena, memory);
  bareme_status status = read_key(&arena, word, &key, failure);
  if (status == BAREME_OK)
    status = read_signature(&arena, path, name, &signature, failure);
  const char *wrong =
      status == BAREME_OK ? signature_check(&key, bytes, signature, &comment) : NULL;
  if (wrong)
    status = distrust(failure, name, wrong);
  arena_clear(&arena);
  return status;
}

/* ---- signatures in memory ---------------------------------------------------------------------
 */

bareme_status bareme_signature_verify(const char *key, const void *bytes, size_t length,
                                      const char *signature, size_t signature_length,
                                      bareme_text *comment, bareme_failure *failure) {
  struct public_key public;
  struct text trusted;
  if (comment)
    *comment = (bareme_text){NULL, 0};
  if (!key || (!bytes && length > 0) || (!signature && signature_length > 0))
    return BAREME_INVALID_ARGUMENT;
  const char *wrong = public_key_read(text_from(key), &public);
  if (wrong) {
    failure_set(failure, "this %s", wrong);
    return BAREME_INVALID_ARGUMENT;
  }
  wrong = signature_check(&public, (struct text){bytes, length},
                          (struct text){signature, signature_length}, &trusted);
  if (wrong) {
    failure_set(failure, "%s", wrong);
    return BAREME_UNTRUSTED;
  }
  if (comment)
    *comment = public_text(trusted);
  return BAREME_OK;
}

/* ---- keys
 * ---------------------------------------------------------------------------------------- */

static bareme_status refuse_key(bareme_failure *failure, const char *wrong) {
  bool memory = strcmp(wrong, SIGN_NO_MEMORY) == 0;
  failure_set(failure, "%s", wrong);
  return memory ? BAREME_NO_MEMORY : BAREME_INVALID_ARGUMENT;
}

bareme_status bareme_key_generate(const char *password, size_t password_length,
                                  const bareme_sink *secret, const bareme_sink *public_key,
                                  bareme_failure *failure) {
  struct public_key shown;
  struct secret_key hidden;
  char file[KEY_FILE_SIZE];
  size_t length = 0;
  if (!secret || !public_key)
    return BAREME_INVALID_ARGUMENT;
  const char *wrong = keys_generate(&shown, &hidden);
  if (!wrong)
    wrong = secret_key_write(&hidden, (struct text){password, password_length}, file, &length);
  secret_key_wipe(&hidden);
  if (!wrong)
    secret->put(secret->context, file, length);
  wipe(file, sizeof file);
  if (wrong)
    return refuse_key(failure, wrong);
  public_key->put(public_key->context, file, public_key_write(&shown, file));
  return BAREME_OK;
}

bool bareme_key_is_encrypted(const char *secret, size_t length) {
  return secret_key_is_encrypted((struct text){secret, length});
}

bareme_status bareme_sign(const char *secret, size_t secret_length, const char *password,
                          size_t password_length, const void *bytes, size_t length,
                          const char *comment, const bareme_sink *signature,
                          bareme_failure *failure) {
  struct secret_key key;
  char file[SIGNATURE_FILE_SIZE];
  size_t size = 0;
  if (!secret || !comment || !signature || (!bytes && length > 0))
    return BAREME_INVALID_ARGUMENT;
  const char *wrong = secret_key_read((struct text){secret, secret_length},
                                      (struct text){password, password_length}, &key);
  if (!wrong)
    wrong = signature_write(&key, (struct text){bytes, length}, text_from(comment), file, &size);
  secret_key_wipe(&key);
  if (wrong)
    return refuse_key(failure, wrong);
  signature->put(signature->context, file, size);
  return BAREME_OK;
}

void bareme_wipe(void *bytes, size_t length) {
  wipe(bytes, length);
}
