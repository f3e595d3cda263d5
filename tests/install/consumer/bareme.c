/* bareme.c - compiles a policy with an installed libbareme.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <bareme/bareme.h>

#include <stdio.h>
#include <string.h>

int main(void) {
  static const char source[] = "policy \"Consumer\" {}\nscore fit { +1 }\n";
  bareme_policy *policy;
  bareme_failure failure = {""};
  if (bareme_policy_compile("here", source, strlen(source), NULL, NULL, &failure, &policy) !=
      BAREME_OK)
    return 1;
  bareme_text title = bareme_policy_title(policy);
  printf("%.*s %s\n", (int)title.length, title.bytes, bareme_version());
  bareme_policy_free(policy);
  return strcmp(bareme_version(), BAREME_VERSION) != 0;
}
