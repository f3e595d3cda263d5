# install.cmake - what is installed, how other builds find it, and the Debian packages.
#
#   component   package         has
#   program     bareme          the command line, its manual page
#   library     libbareme0.1    the shared libraries
#   develop     libbareme-dev   headers, static libraries, pkg-config and CMake files
#
# The two libraries are found by `pkg-config bareme`, `pkg-config bareme-vm`, and in CMake by
# find_package(bareme), which gives bareme::bareme, bareme::vm, and with COMPONENTS static also
# bareme::bareme_static and bareme::vm_static.
#
# SPDX-License-Identifier: Apache-2.0

include(CMakePackageConfigHelpers)

# What a program must link beside libbareme.a: modules of pkg-config, and libraries without one.
set(BAREME_STATIC_MODULES simdjson zlib libzstd liblz4 libsodium)
set(BAREME_STATIC_LIBRARIES -lcsv -lstdc++ -lm -pthread)

install(TARGETS bareme_cli RUNTIME COMPONENT program)
install(FILES docs/bareme.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
install(TARGETS bareme_shared bareme_vm_shared
        LIBRARY COMPONENT library NAMELINK_COMPONENT develop)
install(TARGETS bareme bareme_vm ARCHIVE COMPONENT develop)
install(DIRECTORY include/bareme TYPE INCLUDE COMPONENT develop)

# --- for those who build against it -------------------------------------------------------------

# pkg_config_file(NAME DESCRIPTION): from cmake/NAME.pc.in.  Paths are relative to the file, so that
# an installed tree can be moved.
function(pkg_config_file name)
  set(directory ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  file(RELATIVE_PATH up /prefix/${directory} /prefix)
  string(REGEX REPLACE "/$" "" PREFIX_FROM_FILE "${up}")
  list(JOIN BAREME_STATIC_MODULES " " MODULES)
  list(JOIN BAREME_STATIC_LIBRARIES " " LIBRARIES)
  configure_file(cmake/${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${directory} COMPONENT develop)
endfunction()
pkg_config_file(bareme)
pkg_config_file(bareme-vm)

list(JOIN BAREME_STATIC_MODULES " " BAREME_STATIC_MODULES_WORDS)
list(JOIN BAREME_STATIC_LIBRARIES " " BAREME_STATIC_LIBRARIES_WORDS)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/bareme)
configure_package_config_file(cmake/baremeConfig.cmake.in ${PROJECT_BINARY_DIR}/baremeConfig.cmake
  INSTALL_DESTINATION ${package}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(compatibility SameMinorVersion)
else()
  set(compatibility SameMajorVersion)
endif()
write_basic_package_version_file(${PROJECT_BINARY_DIR}/baremeConfigVersion.cmake
  COMPATIBILITY ${compatibility})
install(FILES ${PROJECT_BINARY_DIR}/baremeConfig.cmake
              ${PROJECT_BINARY_DIR}/baremeConfigVersion.cmake
        DESTINATION ${package} COMPONENT develop)

# --- packages ------------------------------------------------------------------------------------

set(library_package libbareme${BAREME_SOVERSION})
file(WRITE ${PROJECT_BINARY_DIR}/debian/triggers "activate-noawait ldconfig\n")

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME bareme)
set(CPACK_PACKAGE_VENDOR "The Bareme authors")
set(CPACK_PACKAGE_CONTACT "The Bareme authors <bareme@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL program library develop)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${CPACK_PACKAGE_CONTACT})
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME bareme)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION "${PROJECT_DESCRIPTION}
The command line: compiles policies, scores leads from NDJSON, JSON and CSV, and
explains every point.")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME ${library_package})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/debian/triggers)
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "Lead-scoring policies - shared libraries
libbareme compiles and runs policies; libbareme-vm runs compiled ones, and needs
nothing but memory.")

set(CPACK_DEBIAN_DEVELOP_PACKAGE_NAME libbareme-dev)
set(CPACK_DEBIAN_DEVELOP_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOP_PACKAGE_DEPENDS "${library_package} (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_DEVELOP_PACKAGE_SUGGESTS
    "libsimdjson-dev, libcsv-dev, zlib1g-dev, libzstd-dev, liblz4-dev, libsodium-dev, pkgconf")
set(CPACK_DEBIAN_DEVELOP_DESCRIPTION "Lead-scoring policies - headers and static libraries
For programs that embed libbareme or libbareme-vm: headers, static libraries,
and the files by which pkg-config and CMake find them.")
include(CPack)
