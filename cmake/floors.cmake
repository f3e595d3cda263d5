# floors.cmake - from directories to libraries.
#
# SPDX-License-Identifier: Apache-2.0

# bareme_floor(NAME [SOURCES file...] [LIBRARIES library...])
# The object library floor_NAME of all sources in src/NAME, or of the SOURCES given.
function(bareme_floor name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  if(NOT arg_SOURCES)
    set(arg_SOURCES src/${name}/*.c src/${name}/*.cpp)
  endif()
  file(GLOB sources CONFIGURE_DEPENDS LIST_DIRECTORIES false ${arg_SOURCES})
  add_library(floor_${name} OBJECT ${sources})
  bareme_own(floor_${name})
  target_link_libraries(floor_${name} PUBLIC ${arg_LIBRARIES})
endfunction()

# bareme_grammar(NAME)
# Adds the lexer and the parser that flex and bison make of grammar/ to floor_NAME, which finds
# their headers as "bareme_lexer.h" and "bareme_parser.h".  The same grammar is made into a second
# parser, bareme_parse_quickly: without look-ahead correction, which only messages need
# (src/syntax/parse.c).
function(bareme_grammar name)
  set(lexer ${PROJECT_SOURCE_DIR}/grammar/bareme.l)
  set(parser ${PROJECT_SOURCE_DIR}/grammar/bareme.y)
  find_package(FLEX 2.6 REQUIRED)
  find_package(BISON 3.8 REQUIRED)
  file(GLOB tables CONFIGURE_DEPENDS grammar/*.def src/syntax/*.def)
  set(out ${PROJECT_BINARY_DIR}/generated/syntax)
  file(MAKE_DIRECTORY ${out})
  # Run from the source tree, so that the generated #line directives and the messages of the
  # tools name grammar/bareme.y and no path of the machine that built it.
  add_custom_command(
    OUTPUT ${out}/bareme_parser.c ${out}/bareme_parser.h
    COMMAND ${BISON_EXECUTABLE} -Werror -Wcounterexamples --header=${out}/bareme_parser.h
            --output=${out}/bareme_parser.c grammar/bareme.y
    DEPENDS ${parser} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM
    COMMENT "bison grammar/bareme.y")
  add_custom_command(
    OUTPUT ${out}/bareme_quick_parser.c
    COMMAND ${BISON_EXECUTABLE} -Werror --force-define=parse.lac=none
            --define=api.header.include={"bareme_parser.h"} --header=${out}/bareme_quick_parser.h
            --output=${out}/bareme_quick_parser.c grammar/bareme.y
    DEPENDS ${parser} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM
    COMMENT "bison grammar/bareme.y, quick")
  add_custom_command(
    OUTPUT ${out}/bareme_lexer.c ${out}/bareme_lexer.h
    COMMAND ${FLEX_EXECUTABLE} --header-file=${out}/bareme_lexer.h
            --outfile=${out}/bareme_lexer.c grammar/bareme.l
    DEPENDS ${lexer} ${tables} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM
    COMMENT "flex grammar/bareme.l")
  target_sources(floor_${name} PRIVATE
    ${out}/bareme_parser.c ${out}/bareme_parser.h ${out}/bareme_quick_parser.c
    ${out}/bareme_lexer.c ${out}/bareme_lexer.h)
  target_compile_options(floor_${name} PRIVATE
    -iquote${out} -iquote${PROJECT_SOURCE_DIR}/grammar)
  # The tools' own skeletons are not held to our warnings; and only an optimising gcc leaves out
  # flex's function that prints and exits, which nothing calls.
  set_source_files_properties(
    ${out}/bareme_parser.c ${out}/bareme_quick_parser.c ${out}/bareme_lexer.c PROPERTIES
    COMPILE_OPTIONS "-w;$<$<CONFIG:Debug>:-O1>;-iquote${PROJECT_SOURCE_DIR}/src/syntax")
  set_source_files_properties(${out}/bareme_quick_parser.c PROPERTIES
    COMPILE_DEFINITIONS bareme_parse=bareme_parse_quickly)
endfunction()

# bareme_stdlib(NAME)
# Adds to floor_NAME a table of the modules of stdlib/, made by cmake/embed.cmake.
function(bareme_stdlib name)
  file(GLOB modules CONFIGURE_DEPENDS stdlib/*.bareme)
  set(out ${PROJECT_BINARY_DIR}/generated/stdlib.c)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -D OUT=${out} -D "MODULES=${modules}"
            -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${modules} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake VERBATIM
    COMMENT "embedding stdlib/")
  target_sources(floor_${name} PRIVATE ${out})
endfunction()

# bareme_kernels(GLOB...)
# -O3 for these files, when optimising at all.  -fno-trapping-math changes no value: it says that
# nobody reads the floating-point exception flags, which lets a comparison become a mask.
function(bareme_kernels)
  file(GLOB sources CONFIGURE_DEPENDS ${ARGN})
  foreach(source IN LISTS sources)
    set_property(SOURCE ${source} APPEND PROPERTY COMPILE_OPTIONS
      $<$<CONFIG:Release>:-O3> -fno-trapping-math)
  endforeach()
endfunction()

# bareme_kernel_set(FLOOR SET GLOB OPTION...)
# Compiles the kernels once more, for the instruction set that the options name; the names of what
# they define end in SET (src/vm/machine.h).  What is compiled are files of one line, which include
# the source, because a target has each file once.
function(bareme_kernel_set floor set glob)
  file(GLOB sources CONFIGURE_DEPENDS ${glob})
  foreach(source IN LISTS sources)
    file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR}/src ${source})
    get_filename_component(name ${source} NAME)
    set(copy ${PROJECT_BINARY_DIR}/generated/${floor}/${set}/${name})
    file(CONFIGURE OUTPUT ${copy} CONTENT "#include \"${path}\"\n" @ONLY)
    target_sources(floor_${floor} PRIVATE ${copy})
    set_property(SOURCE ${copy} PROPERTY COMPILE_DEFINITIONS KERNEL_SET=${set})
    set_property(SOURCE ${copy} PROPERTY COMPILE_OPTIONS ${ARGN})
    bareme_kernels(${copy})
  endforeach()
endfunction()

# bareme_archive(NAME FLOORS floor... [LANGUAGE language])
# The static library of those floors, with the libraries they want.  It is linked as C++ unless
# that says otherwise.
function(bareme_archive name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LANGUAGE" "FLOORS")
  if(NOT arg_LANGUAGE)
    set(arg_LANGUAGE CXX)
  endif()
  set(objects "")
  set(libraries "")
  foreach(floor IN LISTS arg_FLOORS)
    list(APPEND objects $<TARGET_OBJECTS:floor_${floor}>)
    get_target_property(wanted floor_${floor} INTERFACE_LINK_LIBRARIES)
    if(wanted)
      list(APPEND libraries ${wanted})
    endif()
  endforeach()
  add_library(${name} STATIC ${objects})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE ${arg_LANGUAGE})
  target_link_libraries(${name} PUBLIC ${libraries})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/include)
endfunction()

# bareme_seal(NAME FROM archive EXPORTS file... [ONLY_THOSE] [OUTPUT filename])
# The libraries NAME, static, and NAME_shared of what the archive has, linked to one object in which
# the names with hidden visibility are local.  The files list the names that are left, one a line;
# the shared library exports no others, and tests/lint/exports.sh holds both to them.  With
# ONLY_THOSE the object has nothing but those functions and what they call.  Groups are dissolved,
# because what our C++ shares with a host's would else be taken from the host, and ours is local.
function(bareme_seal name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "ONLY_THOSE" "FROM;OUTPUT" "EXPORTS")
  set(exports "")
  foreach(file IN LISTS arg_EXPORTS)
    file(STRINGS ${file} names REGEX "^[a-z]")
    list(APPEND exports ${names})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  if(arg_ONLY_THOSE)
    list(TRANSFORM exports PREPEND --undefined= OUTPUT_VARIABLE wanted)
  else()
    set(wanted --whole-archive)
  endif()
  set(object ${PROJECT_BINARY_DIR}/${name}.o)
  add_custom_command(
    OUTPUT ${object}
    COMMAND ${CMAKE_LINKER} -r --force-group-allocation -o ${object} ${wanted} $<TARGET_FILE:${arg_FROM}>
    COMMAND ${CMAKE_OBJCOPY} --localize-hidden ${object}
    DEPENDS ${arg_FROM} VERBATIM
    COMMENT "sealing ${name}")
  set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  set(script ${PROJECT_BINARY_DIR}/${name}.map)
  list(JOIN exports ";\n    " names)
  file(GENERATE OUTPUT ${script}
       CONTENT "BAREME_${BAREME_SOVERSION} {\n  global:\n    ${names};\n  local:\n    *;\n};\n")

  add_library(${name} STATIC ${object})
  target_link_libraries(${name} INTERFACE
    $<TARGET_PROPERTY:${arg_FROM},INTERFACE_LINK_LIBRARIES>)
  add_library(${name}_shared SHARED ${object})
  target_link_libraries(${name}_shared PRIVATE
    $<TARGET_PROPERTY:${arg_FROM},INTERFACE_LINK_LIBRARIES>)
  target_link_options(${name}_shared PRIVATE LINKER:--version-script=${script})
  set_target_properties(${name}_shared PROPERTIES
    VERSION ${PROJECT_VERSION} SOVERSION ${BAREME_SOVERSION} LINK_DEPENDS ${script})
  if(NOT arg_OUTPUT)
    set(arg_OUTPUT ${name})
  endif()
  get_target_property(language ${arg_FROM} LINKER_LANGUAGE)
  set_target_properties(${name} ${name}_shared PROPERTIES
    LINKER_LANGUAGE ${language} OUTPUT_NAME ${arg_OUTPUT})
  foreach(target ${name} ${name}_shared)
    target_include_directories(${target} INTERFACE
      $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
      $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  endforeach()
endfunction()

# bareme_program(NAME)
# The command line of src/cli on top of the library: only the public header is in its reach.
function(bareme_program name)
  file(GLOB sources CONFIGURE_DEPENDS src/cli/*.c)
  add_executable(${name}_cli ${sources})
  bareme_own(${name}_cli)
  set_target_properties(${name}_cli PROPERTIES OUTPUT_NAME ${name} LINKER_LANGUAGE CXX)
  target_link_libraries(${name}_cli PRIVATE bareme)
endfunction()
