/* text_parts.c - parts of a text, without a copy: its ends trimmed, the two
 * sides of an e-mail address, host and path of a URL.
 *
 * The data is what people and browsers leave in forms and logs, so a URL comes
 * with or without its scheme.  What is taken for a host without one must look
 * like it: it has a dot, a port or brackets, or is `localhost`.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/unicode.h"
#include "base/words.h"

static struct text slice(struct text text, size_t begin, size_t end) {
  return (struct text){text.length ? text.bytes + begin : text.bytes, end - begin};
}

struct text text_trim(struct text text) {
  size_t begin = 0, end = text.length;
  for (size_t next = 0; begin < end && unicode_is_space(utf8_next(text, &next));)
    begin = next;
  for (size_t previous = end; end > begin && unicode_is_space(utf8_previous(text, &previous));)
    end = previous;
  return slice(text, begin, end);
}

/* A part that is empty is not there. */
static struct text part(struct text text, size_t begin, size_t end, bool *found) {
  *found = begin < end;
  return *found ? slice(text, begin, end) : (struct text){NULL, 0};
}

static struct text nothing(bool *found) {
  *found = false;
  return (struct text){NULL, 0};
}

/* Offset behind the last `byte` of the text, or 0. */
static size_t behind_last(struct text text, char byte) {
  size_t at = text.length;
  while (at > 0 && text.bytes[at - 1] != byte)
    at--;
  return at;
}

struct text text_domain(struct text email, bool *found) {
  size_t begin = behind_last(email, '@');
  return begin ? part(email, begin, email.length, found) : nothing(found);
}

struct text text_local_part(struct text email, bool *found) {
  size_t begin = behind_last(email, '@');
  return begin ? part(email, 0, begin - 1, found) : nothing(found);
}

static bool is_letter(char byte) {
  return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}
static bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

static bool ends_path(char byte) {
  return byte == '?' || byte == '#';
}
static bool ends_authority(char byte) {
  return byte == '/' || ends_path(byte);
}

static size_t skip_to(struct text url, size_t at, bool (*ends)(char byte)) {
  while (at < url.length && !ends(url.bytes[at]))
    at++;
  return at;
}

/* Offset behind `scheme:`, or 0 if the URL begins with none. */
static size_t scheme_end(struct text url) {
  if (url.length == 0 || !is_letter(url.bytes[0]))
    return 0;
  for (size_t at = 1; at < url.length; at++) {
    char byte = url.bytes[at];
    if (byte == ':')
      return at + 1;
    if (!is_letter(byte) && !is_digit(byte) && byte != '+' && byte != '-' && byte != '.')
      return 0;
  }
  return 0;
}

/* `:8080` at the end of an authority: what follows the colon is digits only. */
static bool is_port(struct text url, size_t at) {
  size_t end = at;
  while (end < url.length && is_digit(url.bytes[end]))
    end++;
  return end > at && (end == url.length || ends_authority(url.bytes[end]));
}

static bool looks_like_host(struct text url, size_t begin, size_t end) {
  struct text authority = slice(url, begin, end);
  if (text_equal_folded(authority, TEXT("localhost")))
    return true;
  for (size_t at = 0; at < authority.length; at++) {
    char byte = authority.bytes[at];
    bool inner = at > 0 && at + 1 < authority.length;
    if ((inner && (byte == '.' || byte == ':')) || (byte == '[' && at == 0))
      return true;
  }
  return false;
}

/* Where the parts of a URL stand. */
struct url {
  bool authority; /* there is one, from authority_begin to path_begin */
  bool readable;  /* it is a URL at all */
  size_t authority_begin, path_begin, path_end;
};

static struct url dissect(struct text text) {
  struct url url = {.readable = true};
  size_t at = scheme_end(text);
  if (at > 0 && is_port(text, at))
    at = 0; /* `localhost:8080/path`: a host and its port */
  bool scheme = at > 0;
  if (text.length - at >= 2 && text.bytes[at] == '/' && text.bytes[at + 1] == '/') {
    url.authority = true;
    at += 2;
  } else if (!scheme && at < text.length && text.bytes[at] != '/') {
    url.authority = url.readable = looks_like_host(text, at, skip_to(text, at, ends_authority));
  } else {
    url.readable = at < text.length && text.bytes[at] == '/'; /* not `mailto:…` */
  }
  url.authority_begin = at;
  url.path_begin = url.authority ? skip_to(text, at, ends_authority) : at;
  url.path_end = skip_to(text, url.path_begin, ends_path);
  return url;
}

/* An authority is [user[:password]@]host[:port]. */
struct text text_host(struct text url, bool *found) {
  struct url parts = dissect(url);
  if (!parts.authority)
    return nothing(found);
  struct text host = slice(url, parts.authority_begin, parts.path_begin);
  host = slice(host, behind_last(host, '@'), host.length);
  size_t end = 0;
  if (host.length > 0 && host.bytes[0] == '[')
    while (end < host.length && host.bytes[end] != ']')
      end++;
  while (end < host.length && host.bytes[end] != ':')
    end++;
  return part(host, 0, end, found);
}

struct text text_path(struct text url, bool *found) {
  struct url parts = dissect(url);
  if (!parts.readable)
    return nothing(found);
  *found = true;
  if (parts.path_begin == parts.path_end)
    return TEXT("/");
  return slice(url, parts.path_begin, parts.path_end);
}
