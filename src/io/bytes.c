/* bytes.c - the bytes of a file, decompressed if its first bytes say so.
 *
 * gzip begins with 1f 8b, zstd with 28 b5 2f fd; both allow several members
 * or frames one after the other, which are one text.  zlib and libzstd take
 * their state from the C library's heap; our own buffers come from `memory`.
 *
 * A compressed file that ends in the middle is a failure and not an end:
 * otherwise half a download would look like a small file.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

/* Raw bytes are read in pieces of this size when they are compressed. */
enum { RAW_BUFFER = 256 * 1024 };

/* Longest mark of a format. */
enum { MAGIC_BYTES = 4 };

enum packing { PLAIN, GZIP, ZSTD };

struct bytes {
  struct memory memory;
  const char *name;
  int file;
  enum packing packing;
  bool ended; /* the file has no more */
  char *raw;  /* read but not handed out: raw[begin .. end] */
  size_t begin, end;
  bool inside; /* in the middle of a member or frame */
  bool zlib_ready;
  z_stream zlib;
  ZSTD_DCtx *zstd;
};

static bareme_status read_file(struct bytes *bytes, char *out, size_t capacity, size_t *length,
                               bareme_failure *failure) {
  ssize_t got;
  do
    got = read(bytes->file, out, capacity);
  while (got < 0 && errno == EINTR);
  *length = got > 0 ? (size_t)got : 0;
  bytes->ended = got == 0;
  return got < 0 ? failure_errno(failure, bytes->name) : BAREME_OK;
}

/* Reads more raw bytes behind those that are there. */
static bareme_status fill(struct bytes *bytes, bareme_failure *failure) {
  if (bytes->begin == bytes->end)
    bytes->begin = bytes->end = 0;
  size_t length;
  bareme_status status =
      read_file(bytes, bytes->raw + bytes->end, RAW_BUFFER - bytes->end, &length, failure);
  bytes->end += length;
  return status;
}

static bool begins_with(const struct bytes *bytes, const char *magic, size_t length) {
  return bytes->end - bytes->begin >= length &&
         memcmp(bytes->raw + bytes->begin, magic, length) == 0;
}

static bareme_status recognise(struct bytes *bytes, bareme_failure *failure) {
  while (!bytes->ended && bytes->end < MAGIC_BYTES) {
    bareme_status status = fill(bytes, failure);
    if (status != BAREME_OK)
      return status;
  }
  if (begins_with(bytes, "\x1f\x8b", 2)) {
    bytes->packing = GZIP;
    bytes->zlib_ready = inflateInit2(&bytes->zlib, 16 + MAX_WBITS) == Z_OK;
    return bytes->zlib_ready ? BAREME_OK : failure_memory(failure);
  }
  if (begins_with(bytes, "\x28\xb5\x2f\xfd", 4)) {
    bytes->packing = ZSTD;
    bytes->zstd = ZSTD_createDCtx();
    return bytes->zstd ? BAREME_OK : failure_memory(failure);
  }
  return BAREME_OK;
}

bareme_status bytes_open(const struct memory *memory, const char *path, bareme_failure *failure,
                         struct bytes **bytes) {
  *bytes = NULL;
  struct bytes *made = memory_zeroed(memory, 1, sizeof *made);
  if (!made)
    return failure_memory(failure);
  made->memory = *memory;
  bool standard = strcmp(path, "-") == 0;
  made->name = standard ? "standard input" : path;
  made->file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  bareme_status status = BAREME_OK;
  if (made->file < 0)
    status = failure_errno(failure, path);
  else if (!(made->raw = memory_alloc(memory, RAW_BUFFER, 1)))
    status = failure_memory(failure);
  else
    status = recognise(made, failure);
  if (status == BAREME_OK)
    *bytes = made;
  else
    bytes_close(made);
  return status;
}

void bytes_close(struct bytes *bytes) {
  if (!bytes)
    return;
  if (bytes->zlib_ready)
    inflateEnd(&bytes->zlib);
  ZSTD_freeDCtx(bytes->zstd);
  if (bytes->file > STDIN_FILENO)
    close(bytes->file);
  memory_free(&bytes->memory, bytes->raw, RAW_BUFFER, 1);
  struct memory memory = bytes->memory;
  memory_free(&memory, bytes, 1, sizeof *bytes);
}

static bareme_status broken(const struct bytes *bytes, const char *what, bareme_failure *failure) {
  failure_set(failure, "%s: the %s data %s", bytes->name, bytes->packing == GZIP ? "gzip" : "zstd",
              what);
  return BAREME_IO;
}

static bareme_status unpack_gzip(struct bytes *bytes, char *out, size_t capacity, size_t *length,
                                 bareme_failure *failure) {
  z_stream *zlib = &bytes->zlib;
  if (!bytes->inside && inflateReset(zlib) != Z_OK)
    return broken(bytes, "is damaged", failure);
  zlib->next_in = (Bytef *)bytes->raw + bytes->begin;
  zlib->avail_in = (uInt)(bytes->end - bytes->begin);
  zlib->next_out = (Bytef *)out;
  zlib->avail_out = (uInt)capacity;
  int result = inflate(zlib, Z_NO_FLUSH);
  bytes->begin = bytes->end - zlib->avail_in;
  *length = capacity - zlib->avail_out;
  bytes->inside = result != Z_STREAM_END;
  if (result == Z_MEM_ERROR)
    return failure_memory(failure);
  if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
    return broken(bytes, "is damaged", failure);
  return BAREME_OK;
}

static bareme_status unpack_zstd(struct bytes *bytes, char *out, size_t capacity, size_t *length,
                                 bareme_failure *failure) {
  ZSTD_inBuffer in = {bytes->raw + bytes->begin, bytes->end - bytes->begin, 0};
  ZSTD_outBuffer to = {out, capacity, 0};
  size_t result = ZSTD_decompressStream(bytes->zstd, &to, &in);
  bytes->begin += in.pos;
  *length = to.pos;
  bytes->inside = result != 0;
  return ZSTD_isError(result) ? broken(bytes, "is damaged", failure) : BAREME_OK;
}

/* gzip files may be filled up with zeros, as tapes were. */
static bool only_padding(struct bytes *bytes) {
  while (bytes->begin < bytes->end && bytes->raw[bytes->begin] == 0)
    bytes->begin++;
  return bytes->begin == bytes->end;
}

static bareme_status read_packed(struct bytes *bytes, char *out, size_t capacity, size_t *length,
                                 bareme_failure *failure) {
  while (*length == 0) {
    bareme_status status = BAREME_OK;
    if (bytes->begin == bytes->end && !bytes->ended)
      status = fill(bytes, failure);
    if (status != BAREME_OK)
      return status;
    if (!bytes->inside &&
        (bytes->packing == GZIP ? only_padding(bytes) : bytes->begin == bytes->end)) {
      if (bytes->ended)
        return BAREME_OK;
      continue;
    }
    /* Without more to read, what is still inside the decoder can come out. */
    bool starved = bytes->begin == bytes->end;
    status =
        (bytes->packing == GZIP ? unpack_gzip : unpack_zstd)(bytes, out, capacity, length, failure);
    if (status != BAREME_OK)
      return status;
    if (starved && *length == 0 && bytes->inside)
      return broken(bytes, "ends too early", failure);
  }
  return BAREME_OK;
}

bareme_status bytes_read(struct bytes *bytes, char *out, size_t capacity, size_t *length,
                         bareme_failure *failure) {
  *length = 0;
  if (capacity > 1u << 30)
    capacity = 1u << 30; /* zlib counts in 32 bits */
  if (bytes->packing != PLAIN)
    return read_packed(bytes, out, capacity, length, failure);
  size_t ready = bytes->end - bytes->begin;
  if (ready == 0)
    return bytes->ended ? BAREME_OK : read_file(bytes, out, capacity, length, failure);
  *length = ready < capacity ? ready : capacity;
  memcpy(out, bytes->raw + bytes->begin, *length);
  bytes->begin += *length;
  return BAREME_OK;
}

int bytes_plain_file(const struct bytes *bytes, uint64_t *size) {
  struct stat status;
  *size = 0;
  if (bytes->packing != PLAIN || bytes->file <= STDIN_FILENO || fstat(bytes->file, &status) != 0 ||
      !S_ISREG(status.st_mode) || status.st_size < 0)
    return -1;
  *size = (uint64_t)status.st_size;
  return bytes->file;
}
