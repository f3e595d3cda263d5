/* crc32c.h - the checksum of a section: finds what goes wrong by accident.
 *
 * CRC-32C, the polynomial of Castagnoli, Braeuer and Herrmann ("Optimization of
 * Cyclic Redundancy-Check Codes", 1993) as iSCSI uses it (RFC 3720, appendix
 * B.4, from which a test takes its vectors).  It finds every change of up to 32
 * bits in a row, and any other with a chance of one in four milliards of not
 * being seen.  It is no protection against intent: that is what signatures and
 * the verifier are for.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_CODE_CRC32C_H
#define BAREME_CODE_CRC32C_H

#include "base/text.h"

/* The checksum of what was added before (0: nothing) and of these bytes. */
uint32_t crc32c(uint32_t before, struct text bytes);

#endif
