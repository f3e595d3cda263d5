/* crc32c.c - a table for half a byte: small enough to be read and checked, and
 * quick enough for files that are read once.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "code/crc32c.h"

/* Entry n is what four steps of the division by 0x82F63B78, the polynomial with
 * its lowest bit first, make of n. */
static const uint32_t of_half[16] = {
    0x00000000, 0x105EC76F, 0x20BD8EDE, 0x30E349B1, 0x417B1DBC, 0x5125DAD3, 0x61C69362, 0x7198540D,
    0x82F63B78, 0x92A8FC17, 0xA24BB5A6, 0xB21572C9, 0xC38D26C4, 0xD3D3E1AB, 0xE330A81A, 0xF36E6F75,
};

uint32_t crc32c(uint32_t before, struct text bytes) {
  uint32_t crc = ~before;
  for (size_t i = 0; i < bytes.length; i++) {
    crc ^= (unsigned char)bytes.bytes[i];
    crc = crc >> 4 ^ of_half[crc & 15];
    crc = crc >> 4 ^ of_half[crc & 15];
  }
  return ~crc;
}
