/* vm.c - uses an installed libbareme-vm.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <bareme/vm.h>

#include <stdio.h>
#include <string.h>

int main(void) {
  char text[32];
  bareme_instant_format(0, text);
  printf("%s %s\n", text, bareme_version());
  return strcmp(bareme_version(), BAREME_VERSION) != 0;
}
