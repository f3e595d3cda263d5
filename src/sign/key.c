/* key.c - keys in the files of minisign.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sign/minisign.h"
#include "sign/packed.h"

#include <sodium.h>
#include <string.h>

/* ---- layouts: bytes only, so there is no padding ------------------------------------ */

struct public_layout {
  unsigned char algorithm[2];
  unsigned char id[KEY_ID_BYTES];
  unsigned char key[PUBLIC_BYTES];
};

struct secret_payload {
  unsigned char id[KEY_ID_BYTES];
  unsigned char key[SECRET_BYTES];
  unsigned char checksum[32];
};

struct secret_layout {
  unsigned char algorithm[2], kdf[2], hash[2];
  unsigned char salt[32];
  unsigned char opslimit[8], memlimit[8];
  struct secret_payload payload;
};

static const unsigned char ed25519[2] = "Ed", blake2b[2] = "B2", scrypt[2] = "Sc", none[2] = {0, 0};

_Static_assert(sizeof(struct public_layout) == 42, "minisign's public key");
_Static_assert(sizeof(struct secret_layout) == 158, "minisign's secret key");
_Static_assert(SECRET_BYTES == crypto_sign_SECRETKEYBYTES, "libsodium's secret key");
_Static_assert(PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES, "libsodium's public key");
_Static_assert(sizeof((struct secret_layout *)0)->salt ==
                   crypto_pwhash_scryptsalsa208sha256_SALTBYTES,
               "libsodium's salt");

void wipe(void *bytes, size_t length) {
  sodium_memzero(bytes, length);
}

void secret_key_wipe(struct secret_key *key) {
  sodium_memzero(key, sizeof *key);
}

/* ---- public keys ----------------------------------------------------------------------- */

static bool same(const unsigned char a[2], const unsigned char b[2]) {
  return memcmp(a, b, 2) == 0;
}

static bool read_public_line(struct text line, struct public_layout *layout) {
  return packed_bytes(line, (unsigned char *)layout, sizeof *layout) &&
         same(layout->algorithm, ed25519);
}

bool public_key_is(struct text text) {
  struct public_layout layout;
  return read_public_line(text, &layout);
}

const char *public_key_read(struct text text, struct public_key *key) {
  struct public_layout layout;
  struct text line, rest = text;
  if (sodium_init() < 0)
    return "no source of random numbers";
  bool known =
      packed_line(&rest, &line) && (read_public_line(line, &layout) ||
                                    (packed_line(&rest, &line) && read_public_line(line, &layout)));
  if (!known)
    return "is not a public key of minisign";
  memcpy(key->id, layout.id, sizeof key->id);
  memcpy(key->key, layout.key, sizeof key->key);
  return NULL;
}

/* "untrusted comment: minisign public key 0123456789ABCDEF": the number of the id */
static char *pack_id(char *out, const unsigned char id[KEY_ID_BYTES]) {
  static const char digits[] = "0123456789ABCDEF";
  for (size_t i = KEY_ID_BYTES; i-- > 0;) {
    *out++ = digits[id[i] >> 4];
    *out++ = digits[id[i] & 15];
  }
  return out;
}

size_t public_key_write(const struct public_key *key, char out[KEY_FILE_SIZE]) {
  struct public_layout layout;
  memcpy(layout.algorithm, ed25519, sizeof layout.algorithm);
  memcpy(layout.id, key->id, sizeof layout.id);
  memcpy(layout.key, key->key, sizeof layout.key);
  char *end = pack_text(out, TEXT("untrusted comment: minisign public key "));
  end = pack_id(end, key->id);
  end = pack_text(end, TEXT("\n"));
  end = pack_bytes(end, (const unsigned char *)&layout, sizeof layout);
  return (size_t)(end - out);
}

/* ---- secret keys -------------------------------------------------------------------------- */

static uint64_t load_number(const unsigned char bytes[8]) {
  uint64_t number = 0;
  for (int i = 8; i-- > 0;)
    number = number << 8 | bytes[i];
  return number;
}

static void store_number(unsigned char bytes[8], uint64_t number) {
  for (int i = 0; i < 8; i++, number >>= 8)
    bytes[i] = (unsigned char)number;
}

static bool read_secret_layout(struct text file, struct secret_layout *layout) {
  struct text comment, line, rest = file;
  return packed_line(&rest, &comment) && packed_line(&rest, &line) &&
         packed_bytes(line, (unsigned char *)layout, sizeof *layout) &&
         same(layout->algorithm, ed25519) && same(layout->hash, blake2b) &&
         (same(layout->kdf, scrypt) || same(layout->kdf, none));
}

bool secret_key_is_encrypted(struct text file) {
  struct secret_layout layout;
  bool encrypted = read_secret_layout(file, &layout) && same(layout.kdf, scrypt);
  sodium_memzero(&layout, sizeof layout);
  return encrypted;
}

static void make_checksum(const struct secret_payload *payload, unsigned char checksum[32]) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, NULL, 0, 32);
  crypto_generichash_update(&state, ed25519, sizeof ed25519);
  crypto_generichash_update(&state, payload->id, sizeof payload->id);
  crypto_generichash_update(&state, payload->key, sizeof payload->key);
  crypto_generichash_final(&state, checksum, 32);
  sodium_memzero(&state, sizeof state);
}

/* The same twice is as if nothing had been done. */
static bool cover(struct secret_layout *layout, struct text password) {
  unsigned char stream[sizeof layout->payload];
  unsigned char *payload = (unsigned char *)&layout->payload;
  uint64_t memlimit = load_number(layout->memlimit);
  if (memlimit > SIZE_MAX ||
      crypto_pwhash_scryptsalsa208sha256(stream, sizeof stream, password.bytes, password.length,
                                         layout->salt, load_number(layout->opslimit),
                                         (size_t)memlimit) != 0)
    return false;
  for (size_t i = 0; i < sizeof stream; i++)
    payload[i] ^= stream[i];
  sodium_memzero(stream, sizeof stream);
  return true;
}

/* minisign leaves the checksum of a key in the clear at zero; that the public key
 * is the seed's own shows as well that nothing was damaged. */
static bool is_whole(const struct secret_payload *payload) {
  unsigned char public[PUBLIC_BYTES], secret[SECRET_BYTES];
  crypto_sign_seed_keypair(public, secret, payload->key);
  bool whole = sodium_memcmp(secret, payload->key, sizeof secret) == 0;
  sodium_memzero(secret, sizeof secret);
  return whole;
}

static const char *open_layout(struct secret_layout *layout, struct text password,
                               struct secret_key *key) {
  unsigned char checksum[32];
  bool encrypted = same(layout->kdf, scrypt);
  if (encrypted && !cover(layout, password))
    return SIGN_NO_MEMORY;
  make_checksum(&layout->payload, checksum);
  bool fits = sodium_memcmp(checksum, layout->payload.checksum, sizeof checksum) == 0 ||
              (!encrypted && sodium_is_zero(layout->payload.checksum, sizeof checksum));
  if (!fits || !is_whole(&layout->payload))
    return encrypted ? "the password is wrong" : "the secret key is damaged";
  memcpy(key->id, layout->payload.id, sizeof key->id);
  memcpy(key->key, layout->payload.key, sizeof key->key);
  return NULL;
}

const char *secret_key_read(struct text file, struct text password, struct secret_key *key) {
  struct secret_layout layout;
  const char *wrong = "this is not a secret key of minisign";
  if (sodium_init() < 0)
    return "no source of random numbers";
  if (read_secret_layout(file, &layout))
    wrong = open_layout(&layout, password, key);
  sodium_memzero(&layout, sizeof layout);
  return wrong;
}

/* As much work as minisign itself asks of whoever guesses: seconds, and a gigabyte. */
static bool close_layout(struct secret_layout *layout, struct text password) {
  memcpy(layout->kdf, scrypt, sizeof layout->kdf);
  randombytes_buf(layout->salt, sizeof layout->salt);
  store_number(layout->opslimit, crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_SENSITIVE);
  store_number(layout->memlimit, crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_SENSITIVE);
  return cover(layout, password);
}

const char *secret_key_write(const struct secret_key *key, struct text password,
                             char out[KEY_FILE_SIZE], size_t *length) {
  struct secret_layout layout = {0};
  memcpy(layout.algorithm, ed25519, sizeof layout.algorithm);
  memcpy(layout.hash, blake2b, sizeof layout.hash);
  memcpy(layout.payload.id, key->id, sizeof layout.payload.id);
  memcpy(layout.payload.key, key->key, sizeof layout.payload.key);
  make_checksum(&layout.payload, layout.payload.checksum);
  bool closed = !password.bytes || close_layout(&layout, password);
  char *end =
      pack_text(out, password.bytes ? TEXT("untrusted comment: minisign encrypted secret key\n")
                                    : TEXT("untrusted comment: minisign unencrypted secret key\n"));
  end = closed ? pack_bytes(end, (const unsigned char *)&layout, sizeof layout) : out;
  *length = (size_t)(end - out);
  sodium_memzero(&layout, sizeof layout);
  return closed ? NULL : SIGN_NO_MEMORY;
}

const char *keys_generate(struct public_key *public, struct secret_key *secret) {
  if (sodium_init() < 0)
    return "no source of random numbers";
  randombytes_buf(public->id, sizeof public->id);
  memcpy(secret->id, public->id, sizeof secret->id);
  crypto_sign_keypair(public->key, secret->key);
  return NULL;
}
