/* signature.c - signatures in the files of minisign.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sign/minisign.h"
#include "sign/packed.h"

#include <sodium.h>
#include <string.h>

struct signature_layout {
  unsigned char algorithm[2];
  unsigned char id[KEY_ID_BYTES];
  unsigned char signature[SIGNATURE_BYTES];
};

_Static_assert(sizeof(struct signature_layout) == 74, "minisign's signature");
_Static_assert(SIGNATURE_BYTES == crypto_sign_BYTES, "libsodium's signature");

static const unsigned char hashed[2] = "ED", legacy[2] = "Ed";

#define UNTRUSTED TEXT("untrusted comment: ")
#define TRUSTED   TEXT("trusted comment: ")

/* What is signed of a file. */
static void digest(struct text bytes, unsigned char hash[64]) {
  crypto_generichash(hash, 64, (const unsigned char *)bytes.bytes, bytes.length, NULL, 0);
}

/* What the second signature is over: the first one, and the comment. */
struct seal {
  unsigned char bytes[SIGNATURE_BYTES + COMMENT_MOST];
  size_t length;
};

static struct seal seal_of(const unsigned char signature[SIGNATURE_BYTES], struct text comment) {
  struct seal seal = {.length = SIGNATURE_BYTES + comment.length};
  memcpy(seal.bytes, signature, SIGNATURE_BYTES);
  memcpy(seal.bytes + SIGNATURE_BYTES, comment.bytes, comment.length);
  return seal;
}

/* One line of what a terminal shows as it is. */
static bool is_comment(struct text comment) {
  if (comment.length > COMMENT_MOST)
    return false;
  for (size_t i = 0; i < comment.length; i++) {
    unsigned char byte = (unsigned char)comment.bytes[i];
    if ((byte < 0x20 && byte != '\t') || byte == 0x7F)
      return false;
  }
  return true;
}

/* ---- signing ------------------------------------------------------------------------- */

const char *signature_write(const struct secret_key *key, struct text bytes, struct text comment,
                            char out[SIGNATURE_FILE_SIZE], size_t *length) {
  struct signature_layout layout;
  unsigned char hash[64], global[SIGNATURE_BYTES];
  if (sodium_init() < 0)
    return "no source of random numbers";
  if (!is_comment(comment))
    return "the comment has more than one line, or is too long";
  memcpy(layout.algorithm, hashed, sizeof layout.algorithm);
  memcpy(layout.id, key->id, sizeof layout.id);
  digest(bytes, hash);
  crypto_sign_detached(layout.signature, NULL, hash, sizeof hash, key->key);
  struct seal seal = seal_of(layout.signature, comment);
  crypto_sign_detached(global, NULL, seal.bytes, seal.length, key->key);
  char *end = pack_text(out, UNTRUSTED);
  end = pack_text(end, TEXT("signature from bareme secret key\n"));
  end = pack_bytes(end, (const unsigned char *)&layout, sizeof layout);
  end = pack_text(end, TRUSTED);
  end = pack_text(end, comment);
  end = pack_text(end, TEXT("\n"));
  end = pack_bytes(end, global, sizeof global);
  *length = (size_t)(end - out);
  return NULL;
}

/* ---- checking --------------------------------------------------------------------------- */

struct parsed {
  struct signature_layout layout;
  struct text comment;
  unsigned char global[SIGNATURE_BYTES];
};

/* Four lines, and nothing behind them. */
static bool parse(struct text file, struct parsed *parsed) {
  struct text untrusted, signature, trusted, global, rest = file;
  if (!packed_line(&rest, &untrusted) || !packed_line(&rest, &signature) ||
      !packed_line(&rest, &trusted) || !packed_line(&rest, &global) || rest.length > 0)
    return false;
  if (!text_starts_with(untrusted, UNTRUSTED) || !text_starts_with(trusted, TRUSTED))
    return false;
  size_t word = TRUSTED.length;
  parsed->comment = (struct text){trusted.bytes + word, trusted.length - word};
  return is_comment(parsed->comment) &&
         packed_bytes(signature, (unsigned char *)&parsed->layout, sizeof parsed->layout) &&
         packed_bytes(global, parsed->global, sizeof parsed->global);
}

const char *signature_check(const struct public_key *key, struct text bytes, struct text file,
                            struct text *comment) {
  struct parsed parsed;
  unsigned char hash[64];
  if (sodium_init() < 0)
    return "no source of random numbers";
  if (!parse(file, &parsed))
    return "the signature is not a file of minisign's";
  if (memcmp(parsed.layout.algorithm, legacy, sizeof legacy) == 0)
    return "the signature is of the older kind, over the file itself; it must be over its hash";
  if (memcmp(parsed.layout.algorithm, hashed, sizeof hashed) != 0)
    return "the signature is of an unknown kind";
  if (memcmp(parsed.layout.id, key->id, sizeof key->id) != 0)
    return "it is signed with another key";
  digest(bytes, hash);
  if (crypto_sign_verify_detached(parsed.layout.signature, hash, sizeof hash, key->key) != 0)
    return "the signature does not fit: the file is not what was signed";
  struct seal seal = seal_of(parsed.layout.signature, parsed.comment);
  if (crypto_sign_verify_detached(parsed.global, seal.bytes, seal.length, key->key) != 0)
    return "the signature does not fit its comment, which was changed";
  *comment = parsed.comment;
  return NULL;
}
