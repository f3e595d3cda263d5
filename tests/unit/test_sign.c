/* test_sign.c - signatures fit what was signed, and nothing else.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sign/minisign.h"

#include <string.h>

#define POLICY TEXT("BMC: any bytes\n\x00\xFF will do")

struct signing {
  struct public_key public;
  struct secret_key secret;
  char file[SIGNATURE_FILE_SIZE];
  size_t length;
};

static struct signing signing_of(struct text bytes, struct text comment) {
  struct signing signing;
  assert_null(keys_generate(&signing.public, &signing.secret));
  assert_null(signature_write(&signing.secret, bytes, comment, signing.file, &signing.length));
  return signing;
}

static const char *check(const struct signing *signing, struct text bytes) {
  struct text comment;
  return signature_check(&signing->public, bytes, (struct text){signing->file, signing->length},
                         &comment);
}

static void a_signature_fits_what_was_signed(void **state) {
  (void)state;
  struct text comment;
  struct signing signing = signing_of(POLICY, TEXT("by hand"));
  assert_null(signature_check(&signing.public, POLICY, (struct text){signing.file, signing.length},
                              &comment));
  assert_true(text_equal(comment, TEXT("by hand")));
  signing = signing_of(TEXT(""), TEXT(""));
  assert_null(check(&signing, TEXT("")));
}

/* Made by minisign 0.11. */
static void a_signature_of_minisign_fits(void **state) {
  (void)state;
  static const char key[] = "untrusted comment: minisign public key 83C8C479669EE08\n"
                            "RWQI7mmWR4w8CMqs9ijZq0KRlqqpbd6XYVf5HbNbDKhulWGY550m03fM\n";
  static const char file[] =
      "untrusted comment: signature from minisign secret key\n"
      "RUQI7mmWR4w8CNn6Oe2JuVW/"
      "PigL8Vrfl1owRrwXbWuGxXG3FWdOSZaYv3fQORMjvqmau9aBlHnKHKha1aRG1YLVThUlimbKHg4=\n"
      "trusted comment: a comment\n"
      "3btoTnQQ2HhHrEE9QbzGUGPsZucXreJkdCl2lvVO3ZTx5uoegjL726gWrf0zvzAWUPadNc1XYcyjiApWbuuoAA==\n";
  struct public_key public;
  struct text comment;
  assert_null(public_key_read(text_from(key), &public));
  assert_null(signature_check(&public, TEXT("made by minisign\n"), text_from(file), &comment));
  assert_true(text_equal(comment, TEXT("a comment")));
  assert_string_equal(signature_check(&public, TEXT("made by minisign"), text_from(file), &comment),
                      "the signature does not fit: the file is not what was signed");
}

static void another_file_another_key_and_another_comment_do_not_fit(void **state) {
  (void)state;
  struct signing signing = signing_of(POLICY, TEXT("v1")), other = signing_of(POLICY, TEXT("v1"));
  struct text bytes = POLICY;
  bytes.length--;
  assert_string_equal(check(&signing, bytes),
                      "the signature does not fit: the file is not what was signed");
  signing.public = other.public;
  assert_string_equal(check(&signing, POLICY), "it is signed with another key");
  memcpy(signing.public.id, signing.secret.id, KEY_ID_BYTES); /* the id alone proves nothing */
  assert_string_equal(check(&signing, POLICY),
                      "the signature does not fit: the file is not what was signed");
  char *comment = strstr(other.file, "\ntrusted comment: v1"); /* base64 may have a v1, too */
  assert_non_null(comment);
  comment[strlen("\ntrusted comment: v")] = '2';
  assert_string_equal(check(&other, POLICY),
                      "the signature does not fit its comment, which was changed");
}

/* But for the untrusted comment, which says so, and the ends of lines. */
static void no_byte_of_a_signature_can_be_changed(void **state) {
  (void)state;
  const struct signing signing = signing_of(POLICY, TEXT("v1"));
  const char *first = memchr(signing.file, '\n', signing.length);
  for (size_t i = (size_t)(first - signing.file) + 1; i < signing.length; i++)
    for (int bit = 0; bit < 8; bit++) {
      struct signing changed = signing;
      changed.file[i] = (char)(changed.file[i] ^ 1 << bit);
      if (!check(&changed, POLICY))
        fail_msg("bit %d of byte %zu makes no difference", bit, i);
    }
}

static void a_signature_that_was_cut_does_not_fit(void **state) {
  (void)state;
  struct signing signing = signing_of(POLICY, TEXT("v1"));
  size_t whole = signing.length;
  for (signing.length = 0; signing.length + 1 < whole; signing.length++)
    assert_non_null(check(&signing, POLICY));
  signing.length = whole - 1; /* the end of the last line may be missing */
  assert_null(check(&signing, POLICY));
  memcpy(signing.file + whole, "more\n", 5);
  signing.length = whole + 5;
  assert_string_equal(check(&signing, POLICY), "the signature is not a file of minisign's");
}

static void a_comment_is_one_line_of_bounded_length(void **state) {
  (void)state;
  char bytes[COMMENT_MOST + 1];
  struct signing signing;
  memset(bytes, 'c', sizeof bytes);
  for (size_t length = COMMENT_MOST - 1; length <= COMMENT_MOST; length++) {
    signing = signing_of(POLICY, (struct text){bytes, length});
    assert_null(check(&signing, POLICY));
  }
  static const char *const wrong[] = {"a\nb", "a\rb", "a\x1B[2J", "\x7F"};
  size_t length;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_non_null(
        signature_write(&signing.secret, POLICY, text_from(wrong[i]), signing.file, &length));
  assert_non_null(signature_write(&signing.secret, POLICY, (struct text){bytes, sizeof bytes},
                                  signing.file, &length));
  assert_null(signature_write(&signing.secret, POLICY, TEXT("a\tb"), signing.file, &length));
}

/* ---- keys ----------------------------------------------------------------------------- */

static void a_public_key_reads_back(void **state) {
  (void)state;
  struct signing signing = signing_of(POLICY, TEXT(""));
  struct public_key key;
  char file[KEY_FILE_SIZE];
  struct text text = {file, public_key_write(&signing.public, file)};
  assert_null(public_key_read(text, &key));
  assert_memory_equal(&key, &signing.public, sizeof key);
  const char *line = strchr(file, '\n') + 1;
  struct text alone = {line, 56};
  assert_true(public_key_is(alone));
  assert_null(public_key_read(alone, &key));
  assert_memory_equal(&key, &signing.public, sizeof key);
  alone.length--;
  assert_false(public_key_is(alone));
  assert_false(public_key_is(TEXT("revops.pub")));
  assert_false(public_key_is(TEXT("")));
  assert_non_null(public_key_read(TEXT(""), &key));
  assert_non_null(public_key_read(TEXT("untrusted comment: x\n"), &key));
}

static void a_secret_key_in_the_clear_reads_back(void **state) {
  (void)state;
  struct signing signing = signing_of(POLICY, TEXT(""));
  struct secret_key key;
  char file[KEY_FILE_SIZE];
  size_t length;
  assert_null(secret_key_write(&signing.secret, (struct text){NULL, 0}, file, &length));
  struct text text = {file, length};
  assert_false(secret_key_is_encrypted(text));
  assert_null(secret_key_read(text, (struct text){NULL, 0}, &key));
  assert_memory_equal(&key, &signing.secret, sizeof key);
  char *line = strchr(file, '\n') + 1;
  line[120] = line[120] == 'A' ? 'B' : 'A';
  assert_string_equal(secret_key_read(text, (struct text){NULL, 0}, &key),
                      "the secret key is damaged");
  text.length -= 8;
  assert_string_equal(secret_key_read(text, (struct text){NULL, 0}, &key),
                      "this is not a secret key of minisign");
}

static void a_wiped_key_is_gone(void **state) {
  (void)state;
  struct signing signing = signing_of(POLICY, TEXT(""));
  const struct secret_key nothing = {{0}, {0}};
  secret_key_wipe(&signing.secret);
  assert_memory_equal(&signing.secret, &nothing, sizeof nothing);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_signature_fits_what_was_signed),
      cmocka_unit_test(a_signature_of_minisign_fits),
      cmocka_unit_test(another_file_another_key_and_another_comment_do_not_fit),
      cmocka_unit_test(no_byte_of_a_signature_can_be_changed),
      cmocka_unit_test(a_signature_that_was_cut_does_not_fit),
      cmocka_unit_test(a_comment_is_one_line_of_bounded_length),
      cmocka_unit_test(a_public_key_reads_back),
      cmocka_unit_test(a_secret_key_in_the_clear_reads_back),
      cmocka_unit_test(a_wiped_key_is_gone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
