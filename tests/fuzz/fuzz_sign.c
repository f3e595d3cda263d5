/* fuzz_sign.c - any bytes as a file of minisign's: `p` and a public key, `s` and
 * a secret key, or else a signature.
 *
 * What is taken for a key reads back as the same one, and what it signs is its
 * own.  Of signatures by the key below there is one in the corpus: no bytes may
 * pass for another.  Keys with a password are only told apart, for opening one
 * takes as long as the file wants.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sign/minisign.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#define KEY     TEXT("RWQI7mmWR4w8CMqs9ijZq0KRlqqpbd6XYVf5HbNbDKhulWGY550m03fM")
#define SIGNED  TEXT("made by minisign\n")
#define COMMENT TEXT("a comment")

static void require(bool condition) {
  if (!condition)
    abort();
}

static void take_public(struct text file) {
  struct public_key key, again;
  char written[KEY_FILE_SIZE];
  if (public_key_is(file))
    require(!public_key_read(file, &key));
  if (public_key_read(file, &key))
    return;
  struct text text = {written, public_key_write(&key, written)};
  require(text.length <= sizeof written);
  require(!public_key_read(text, &again) && memcmp(&key, &again, sizeof key) == 0);
}

static void sign_with(const struct secret_key *key, struct text comment) {
  char file[SIGNATURE_FILE_SIZE];
  size_t length;
  struct public_key public;
  struct text signed_comment;
  if (signature_write(key, SIGNED, comment, file, &length))
    return;
  require(length <= sizeof file);
  memcpy(public.id, key->id, sizeof public.id);
  memcpy(public.key, key->key + SECRET_BYTES - PUBLIC_BYTES, sizeof public.key);
  require(!signature_check(&public, SIGNED, (struct text){file, length}, &signed_comment));
  require(text_equal(signed_comment, comment));
}

static void take_secret(struct text file) {
  struct secret_key key, again;
  char written[KEY_FILE_SIZE];
  size_t length;
  if (secret_key_is_encrypted(file) || secret_key_read(file, TEXT(""), &key))
    return;
  require(!secret_key_write(&key, (struct text){NULL, 0}, written, &length));
  require(length <= sizeof written);
  require(!secret_key_read((struct text){written, length}, TEXT(""), &again));
  require(memcmp(&key, &again, sizeof key) == 0);
  sign_with(&key, file);
  sign_with(&key, COMMENT);
}

static void take_signature(struct text file) {
  struct public_key key;
  struct text comment;
  require(!public_key_read(KEY, &key));
  if (!signature_check(&key, SIGNED, file, &comment))
    require(text_equal(comment, COMMENT));
  require(signature_check(&key, TEXT("made by another"), file, &comment));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  struct text file = {(const char *)bytes, length};
  struct text rest = length > 0 ? (struct text){file.bytes + 1, length - 1} : file;
  switch (length > 0 ? bytes[0] : 0) {
  case 'p': take_public(rest); break;
  case 's': take_secret(rest); break;
  default: take_signature(file);
  }
  return 0;
}
