# embed.cmake - the modules of stdlib/ as one C file of bytes.
#
#   cmake -D OUT=stdlib.c -D MODULES="a.bareme;b.bareme" -P embed.cmake
#
# A script and not a program of ours: nothing has to be compiled for the machine that builds, so
# that cross-compiling stays simple.  Modules are small texts; the time does not show.
#
# SPDX-License-Identifier: Apache-2.0

set(code "/* Made from stdlib/ by cmake/embed.cmake. */\n#include \"check/stdlib.h\"\n")
set(table "")
list(SORT MODULES)
foreach(module IN LISTS MODULES)
  get_filename_component(name ${module} NAME_WE)
  file(READ ${module} bytes HEX)
  string(LENGTH "${bytes}" digits)
  math(EXPR length "${digits} / 2")
  string(REGEX REPLACE "(................................)" "\\1\n  " bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(APPEND code "\nstatic const unsigned char bytes_of_${name}[] = {\n  ${bytes}\n};\n")
  string(APPEND table
    "  {{\"${name}\", sizeof(\"${name}\") - 1}, {(const char *)bytes_of_${name}, ${length}}},\n")
endforeach()
list(LENGTH MODULES count)
string(APPEND code "\nconst struct stdlib_module stdlib_modules[] = {\n${table}};\n"
                   "const size_t stdlib_module_count = ${count};\n")
file(WRITE ${OUT} "${code}")
