# flags.cmake - how every line of the project is compiled.
#
# SPDX-License-Identifier: Apache-2.0

set(CMAKE_C_STANDARD 17)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
# ISO C and C++; what else is needed of POSIX is asked for by _POSIX_C_SOURCE below.
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)

# A release is -O2: the parser and the checker gain nothing from more.  The kernels get -O3 of
# their own (bareme_kernels).  Symbols stay in, so that a profile or a core dump can be read.
set(CMAKE_C_FLAGS_RELEASE "-O2 -g -DNDEBUG")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g -DNDEBUG")

set(warnings -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla -Wwrite-strings -Wundef
             -Wcast-qual -Wformat=2 -Wimplicit-fallthrough)
set(warnings_c -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition)
if(BAREME_WERROR)
  list(APPEND warnings -Werror)
endif()

# The same bits everywhere: no fused multiply-add unless it is written, no extended precision.
# errno of sqrt() and its kind is never read, so that they can become one instruction.
add_compile_options(-ffp-contract=off -fno-math-errno)

# clang would make a bcmp of a memcmp whose sign nobody asks for: libbareme-vm imports the latter only.
add_compile_options(-fno-builtin-bcmp)

add_compile_definitions(_POSIX_C_SOURCE=200809L _FILE_OFFSET_BITS=64)

if(BAREME_SANITIZE)
  add_compile_options(-fsanitize=${BAREME_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${BAREME_SANITIZE})
endif()

# libFuzzer steers by the branches that an input takes: all code counts them, and each target in
# tests/fuzz links -fsanitize=fuzzer for the driver.
if(BAREME_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()

# Every constant whose value only trades memory for speed, as small as it goes.
if(BAREME_TINY)
  add_compile_definitions(LIMIT_CHUNK_LEADS=64 ARENA_FIRST_BYTES=32 ARENA_BLOCK_BYTES=32)
endif()

# What a target of the project's own sources is compiled with.  -iquote and not -I, so that
# "limits.h" is ours and <limits.h> is the C library's.
function(bareme_own target)
  target_compile_options(${target} PRIVATE
    ${warnings} $<$<COMPILE_LANGUAGE:C>:${warnings_c}>
    -iquote${PROJECT_SOURCE_DIR}/src -iquote${PROJECT_BINARY_DIR}/generated)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/include)
endfunction()
