/* kernel_table.c - the kernels of one instruction set, by opcode.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/machine.h"

const struct kernels KERNEL_JOIN(kernels, KERNEL_SET) = {{
#define OP(name, shape, synopsis, prose) KERNEL_NAME(name),
#include "code/opcodes.def"
#undef OP
}};
