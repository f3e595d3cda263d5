/* test_image.c - compiled policies as bytes: written, read, damaged, of other versions.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compiling.h"

#include "code/crc32c.h"
#include "code/image.h"
#include "code/image_format.h"

/* RFC 3720, appendix B.4. */
static void checksums_are_those_of_the_standard(void **state) {
  (void)state;
  char zeros[32] = {0}, ones[32], up[32], down[32];
  for (int i = 0; i < 32; i++) {
    ones[i] = (char)-1;
    up[i] = (char)i;
    down[i] = (char)(31 - i);
  }
  assert_int_equal(crc32c(0, (struct text){zeros, 32}), 0x8A9136AA);
  assert_int_equal(crc32c(0, (struct text){ones, 32}), 0x62A8AB43);
  assert_int_equal(crc32c(0, (struct text){up, 32}), 0x46DD794E);
  assert_int_equal(crc32c(0, (struct text){down, 32}), 0x113FDB5C);
  assert_int_equal(crc32c(0, TEXT("123456789")), 0xE3069283);
  assert_int_equal(crc32c(crc32c(0, TEXT("1234")), TEXT("56789")), 0xE3069283);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(checksums_are_those_of_the_standard),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
