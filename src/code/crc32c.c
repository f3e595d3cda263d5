/* crc32c.c - a table for half a byte: small enough to be read and checked.
 *
 * That is quick enough for a policy of some pages.  For long files, tables for
 * eight whole bytes are made of it, one for each place in a word: what a byte
 * does to the remainder when so many others follow it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "code/crc32c.h"

#include "base/words.h"

/* Entry n is what four steps of the division by 0x82F63B78, the polynomial with
 * its lowest bit first, make of n. */
static const uint32_t of_half[16] = {
    0x00000000, 0x105EC76F, 0x20BD8EDE, 0x30E349B1, 0x417B1DBC, 0x5125DAD3, 0x61C69362, 0x7198540D,
    0x82F63B78, 0x92A8FC17, 0xA24BB5A6, 0xB21572C9, 0xC38D26C4, 0xD3D3E1AB, 0xE330A81A, 0xF36E6F75,
};

/* From here on the larger tables, 8 KiB on the stack, are worth the making. */
enum { LONG_BYTES = 16 * 1024 };

struct places {
  uint32_t of[8][256]; /* by how many bytes follow */
};

static uint32_t divide_byte(uint32_t crc) {
  crc = crc >> 4 ^ of_half[crc & 15];
  return crc >> 4 ^ of_half[crc & 15];
}

static void fill_places(struct places *places) {
  for (uint32_t n = 0; n < 256; n++)
    places->of[0][n] = divide_byte(n);
  for (unsigned follow = 1; follow < 8; follow++)
    for (uint32_t n = 0; n < 256; n++) {
      uint32_t before = places->of[follow - 1][n];
      places->of[follow][n] = before >> 8 ^ places->of[0][before & 255];
    }
}

static uint32_t divide_words(uint32_t crc, const char *bytes, size_t count) {
  struct places places;
  fill_places(&places);
  for (size_t i = 0; i < count; i++) {
    uint64_t word = word_load(bytes + 8 * i) ^ crc;
    crc = places.of[7][word & 255] ^ places.of[6][word >> 8 & 255] ^
          places.of[5][word >> 16 & 255] ^ places.of[4][word >> 24 & 255] ^
          places.of[3][word >> 32 & 255] ^ places.of[2][word >> 40 & 255] ^
          places.of[1][word >> 48 & 255] ^ places.of[0][word >> 56];
  }
  return crc;
}

uint32_t crc32c(uint32_t before, struct text bytes) {
  uint32_t crc = ~before;
  size_t words = bytes.length >= LONG_BYTES ? bytes.length / 8 : 0;
  if (words)
    crc = divide_words(crc, bytes.bytes, words);
  for (size_t i = 8 * words; i < bytes.length; i++)
    crc = divide_byte(crc ^ (unsigned char)bytes.bytes[i]);
  return ~crc;
}
