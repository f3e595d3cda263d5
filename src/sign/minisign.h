/* minisign.h - Ed25519 keys and signatures in the files of minisign.
 *
 * The formats are those of https://jedisct1.github.io/minisign/, "Key formats"
 * and "Signature format", so that either program reads what the other wrote:
 *
 *   public key   untrusted comment: …
 *                base64( "Ed" key_id[8] public_key[32] )
 *   secret key   untrusted comment: …
 *                base64( "Ed" kdf[2] "B2" salt[32] opslimit[8] memlimit[8]
 *                        key_id[8] secret_key[64] checksum[32] )
 *                kdf "Sc": the last three are XORed with scrypt( password, salt );
 *                kdf 0 0: they are not; checksum = BLAKE2b-256( "Ed" key_id secret_key )
 *   signature    untrusted comment: …
 *                base64( "ED" key_id[8] sign( BLAKE2b-512( file ) )[64] )
 *                trusted comment: …
 *                base64( sign( signature[64] trusted comment ) )
 *
 * Numbers are little-endian.  Of signatures only this one kind is taken: the
 * older "Ed", over the file itself, is refused.  Nothing but the algorithms
 * above is known, so that there is nothing to negotiate.
 *
 * Functions that can fail return NULL when all is well, else in a few words what
 * is wrong.  Secrets are wiped before memory is left.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_SIGN_MINISIGN_H
#define BAREME_SIGN_MINISIGN_H

#include "base/text.h"

enum {
  KEY_ID_BYTES = 8,
  PUBLIC_BYTES = 32,
  SECRET_BYTES = 64,
  SIGNATURE_BYTES = 64,
  COMMENT_MOST = 1024, /* bytes of a trusted comment; minisign reads 8,192 */
  KEY_FILE_SIZE = 512, /* room for a key file */
  SIGNATURE_FILE_SIZE = COMMENT_MOST + 512
};

struct public_key {
  unsigned char id[KEY_ID_BYTES];
  unsigned char key[PUBLIC_BYTES];
};

struct secret_key {
  unsigned char id[KEY_ID_BYTES];
  unsigned char key[SECRET_BYTES]; /* the seed, and the public key behind it */
};

#define SIGN_NO_MEMORY "out of memory"

/* The key itself, base64, or the content of a file with it. */
const char *public_key_read(struct text text, struct public_key *key);
/* True if the text is a key itself and no file name could be meant. */
bool public_key_is(struct text text);
size_t public_key_write(const struct public_key *key, char out[KEY_FILE_SIZE]);

bool secret_key_is_encrypted(struct text file);
/* The password is looked at only if the key is encrypted. */
const char *secret_key_read(struct text file, struct text password, struct secret_key *key);
/* password: bytes NULL leaves the key in the clear. */
const char *secret_key_write(const struct secret_key *key, struct text password,
                             char out[KEY_FILE_SIZE], size_t *length);
void secret_key_wipe(struct secret_key *key);

/* A new pair. */
const char *keys_generate(struct public_key *public, struct secret_key *secret);

/* comment: one line without control characters but tabs. */
const char *signature_write(const struct secret_key *key, struct text bytes, struct text comment,
                            char out[SIGNATURE_FILE_SIZE], size_t *length);

/* NULL if the file is a signature by the key over just these bytes and over its
 * trusted comment, which then is *comment. */
const char *signature_check(const struct public_key *key, struct text bytes, struct text file,
                            struct text *comment);

void wipe(void *bytes, size_t length);

#endif
