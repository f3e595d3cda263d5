/* arrow_message.cpp - the metadata of Arrow's streams behind C functions.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/arrow_message.h"

#include <cstring>
#include <new>
#include <string>
#include <vector>

#include <flatbuffers/flatbuffers.h>

extern "C" {
#include "base/arena.h"
}

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using flatbuffers::String;
using flatbuffers::Table;
using flatbuffers::uoffset_t;
using flatbuffers::Vector;
using flatbuffers::Verifier;
using flatbuffers::voffset_t;

/* ---- numbers of fields --------------------------------------------------------- */

static constexpr voffset_t slot(int field) {
  return static_cast<voffset_t>(4 + 2 * field);
}

namespace message {
constexpr voffset_t version = slot(0), header_type = slot(1), header = slot(2),
                    body_length = slot(3);
enum { none, schema, dictionary_batch, record_batch };
} // namespace message

namespace batch {
constexpr voffset_t length = slot(0), nodes = slot(1), buffers = slot(2), compression = slot(3),
                    variadic = slot(4);
} // namespace batch

namespace compression {
constexpr voffset_t codec = slot(0), method = slot(1);
} // namespace compression

namespace dictionary_batch {
constexpr voffset_t id = slot(0), data = slot(1), is_delta = slot(2);
} // namespace dictionary_batch

namespace schema {
constexpr voffset_t endianness = slot(0), fields = slot(1);
} // namespace schema

namespace field {
constexpr voffset_t name = slot(0), nullable = slot(1), type_type = slot(2), type = slot(3),
                    dictionary = slot(4), children = slot(5);
} // namespace field

namespace encoding {
constexpr voffset_t id = slot(0), index = slot(1);
} // namespace encoding

/* The members of the union Type, in the order of Schema.fbs. */
enum type {
  type_none,
  type_null,
  type_int,
  type_float,
  type_binary,
  type_utf8,
  type_bool,
  type_decimal,
  type_date,
  type_time,
  type_timestamp,
  type_interval,
  type_list,
  type_struct,
  type_union,
  type_fixed_binary,
  type_fixed_list,
  type_map,
  type_duration,
  type_large_binary,
  type_large_utf8,
  type_large_list,
  type_run_end_encoded,
  type_binary_view,
  type_utf8_view,
  type_list_view,
  type_large_list_view
};

/* All that we read of a table of any type: up to two fields of its own. */
constexpr voffset_t first = slot(0), second = slot(1);
static const short version_5 = 4;

/* ---- verifying ---------------------------------------------------------------------- */

/* A table's fields, looked at before they are read. */
static const Table *table_at(Verifier &verifier, const Table *from, voffset_t at) {
  if (!from->VerifyOffset(verifier, at))
    return nullptr;
  auto *table = from->GetPointer<const Table *>(at);
  /* Nesting is limited where it is possible, in fields: tables end as they begin. */
  return table && table->VerifyTableStart(verifier) && verifier.EndTable() ? table : nullptr;
}

template <typename T> static bool has(Verifier &verifier, const Table *table, voffset_t at) {
  return table->VerifyField<T>(verifier, at, sizeof(T));
}

/* A vector of things without offsets.  *vector is null if there is none. */
template <typename T>
static bool vector_at(Verifier &verifier, const Table *table, voffset_t at,
                      const Vector<T> **vector) {
  if (!table->VerifyOffset(verifier, at))
    return false;
  *vector = table->GetPointer<const Vector<T> *>(at);
  return verifier.VerifyVector(*vector);
}

struct pair { /* FieldNode and Buffer: structs of two longs */
  int64_t first, second;
};

/* ---- messages -------------------------------------------------------------------------- */

static bool read_compression(Verifier &verifier, const Table *table, arrow_message *out) {
  out->codec = ARROW_CODEC_NONE;
  if (!table->CheckField(batch::compression))
    return true;
  const Table *of = table_at(verifier, table, batch::compression);
  if (!of || !has<int8_t>(verifier, of, compression::codec) ||
      !has<int8_t>(verifier, of, compression::method))
    return false;
  int8_t codec = of->GetField<int8_t>(compression::codec, 0);
  bool buffers = of->GetField<int8_t>(compression::method, 0) == 0;
  out->codec = !buffers     ? ARROW_CODEC_OTHER
               : codec == 0 ? ARROW_CODEC_LZ4
               : codec == 1 ? ARROW_CODEC_ZSTD
                            : ARROW_CODEC_OTHER;
  return true;
}

static bool read_batch(Verifier &verifier, const Table *table, arrow_message *out) {
  const Vector<pair> *nodes, *buffers;
  const Vector<int64_t> *variadic;
  static_assert(sizeof(arrow_node) == sizeof(pair) && sizeof(arrow_extent) == sizeof(pair), "");
  if (!has<int64_t>(verifier, table, batch::length) ||
      !vector_at(verifier, table, batch::nodes, &nodes) ||
      !vector_at(verifier, table, batch::buffers, &buffers) ||
      !vector_at(verifier, table, batch::variadic, &variadic) ||
      !read_compression(verifier, table, out))
    return false;
  out->length = table->GetField<int64_t>(batch::length, 0);
  out->node_count = nodes ? nodes->size() : 0;
  out->nodes = nodes ? reinterpret_cast<const arrow_node *>(nodes->Data()) : nullptr;
  out->buffer_count = buffers ? buffers->size() : 0;
  out->buffers = buffers ? reinterpret_cast<const arrow_extent *>(buffers->Data()) : nullptr;
  out->variadic_count = variadic ? variadic->size() : 0;
  out->variadic = variadic ? reinterpret_cast<const int64_t *>(variadic->Data()) : nullptr;
  return true;
}

static bool read_dictionary(Verifier &verifier, const Table *table, arrow_message *out) {
  if (!has<int64_t>(verifier, table, dictionary_batch::id) ||
      !has<uint8_t>(verifier, table, dictionary_batch::is_delta))
    return false;
  out->dictionary = table->GetField<int64_t>(dictionary_batch::id, 0);
  out->is_delta = table->GetField<uint8_t>(dictionary_batch::is_delta, 0) != 0;
  const Table *data = table_at(verifier, table, dictionary_batch::data);
  return data && read_batch(verifier, data, out);
}

/* Offsets of vectors are aligned to 4 by the format; what they hold must be to 8.  A vector that
 * holds nothing may lie anywhere. */
static bool aligned(const void *bytes, size_t count) {
  return count == 0 || reinterpret_cast<uintptr_t>(bytes) % 8 == 0;
}

/* The table of the message, and in it that of what it brings. */
static bool find_header(Verifier &verifier, const uint8_t *bytes, const Table **root,
                        const Table **header) {
  if (!verifier.VerifyOffset(0))
    return false;
  *root = flatbuffers::GetRoot<Table>(bytes);
  if (!(*root)->VerifyTableStart(verifier) || !verifier.EndTable())
    return false;
  *header = table_at(verifier, *root, message::header);
  return *header != nullptr;
}

static bool read_message(const uint8_t *bytes, size_t length, arrow_message *out) {
  const Table *root, *header;
  if (length < 8 || length > FLATBUFFERS_MAX_BUFFER_SIZE / 2)
    return false;
  Verifier verifier(bytes, length);
  if (!find_header(verifier, bytes, &root, &header) ||
      !has<int16_t>(verifier, root, message::version) ||
      !has<uint8_t>(verifier, root, message::header_type) ||
      !has<int64_t>(verifier, root, message::body_length))
    return false;
  *out = arrow_message{};
  out->bytes = bytes;
  out->size = length;
  out->version = root->GetField<int16_t>(message::version, 0);
  out->body_length = root->GetField<int64_t>(message::body_length, 0);
  out->dictionary = -1;
  bool read = true;
  switch (root->GetField<uint8_t>(message::header_type, 0)) {
  case message::schema: out->kind = ARROW_MESSAGE_SCHEMA; break;
  case message::dictionary_batch:
    out->kind = ARROW_MESSAGE_DICTIONARY;
    read = read_dictionary(verifier, header, out);
    break;
  case message::record_batch:
    out->kind = ARROW_MESSAGE_BATCH;
    read = read_batch(verifier, header, out);
    break;
  default: out->kind = ARROW_MESSAGE_OTHER;
  }
  return read && aligned(out->nodes, out->node_count) && aligned(out->buffers, out->buffer_count) &&
         aligned(out->variadic, out->variadic_count);
}

bool arrow_message_read(const uint8_t *bytes, size_t length, struct arrow_message *message) {
  return read_message(bytes, length, message);
}

/* ---- schemas ------------------------------------------------------------------------------ */

/* Fields in fields: far more than any table has, and little stack. */
static const int most_nesting = 64;

struct schema_reader {
  Verifier &verifier;
  struct arena *arena;
  arrow_schema_result result; /* what went wrong */

  bool broken() {
    result = ARROW_SCHEMA_BROKEN;
    return false;
  }
  bool no_memory() {
    result = ARROW_SCHEMA_NO_MEMORY;
    return false;
  }
  bool give(const char **format, const char *text) {
    *format = text;
    return text ? true : no_memory();
  }
  bool string_at(const Table *table, voffset_t at, const String **string);
  bool integer_format(const Table *type, const char **format);
  bool unit_format(const Table *type, short otherwise, const char *const formats[4],
                   const char **format);
  bool timestamp_format(const Table *type, const char **format);
  bool format_of(const Table *type, uint8_t kind, const char **format);
  bool read_dictionary(const Table *table, arrow_field *out);
  bool read_children(const Table *table, voffset_t at, ArrowSchema *out, int depth);
  bool read_field(const Table *table, arrow_field *out, int depth);
};

/* Never null: no string is an empty one. */
bool schema_reader::string_at(const Table *table, voffset_t at, const String **string) {
  if (!table->VerifyOffset(verifier, at))
    return broken();
  *string = table->GetPointer<const String *>(at);
  return verifier.VerifyString(*string) ? true : broken();
}

bool schema_reader::integer_format(const Table *type, const char **format) {
  static const char *const formats[2][4] = {{"C", "S", "I", "L"}, {"c", "s", "i", "l"}};
  if (!has<int32_t>(verifier, type, first) || !has<uint8_t>(verifier, type, second))
    return broken();
  bool is_signed = type->GetField<uint8_t>(second, 0) != 0;
  switch (type->GetField<int32_t>(first, 0)) {
  case 8: *format = formats[is_signed][0]; return true;
  case 16: *format = formats[is_signed][1]; return true;
  case 32: *format = formats[is_signed][2]; return true;
  case 64: *format = formats[is_signed][3]; return true;
  default: return broken();
  }
}

/* A type of which there is one for each of up to four units. */
bool schema_reader::unit_format(const Table *type, short otherwise, const char *const formats[4],
                                const char **format) {
  if (!has<int16_t>(verifier, type, first))
    return broken();
  int16_t unit = type->GetField<int16_t>(first, otherwise);
  if (unit < 0 || unit > 3 || !formats[unit])
    return broken();
  *format = formats[unit];
  return true;
}

/* The time zone does not matter: values are counted in UTC. */
bool schema_reader::timestamp_format(const Table *type, const char **format) {
  static const char *const formats[] = {"tss:", "tsm:", "tsu:", "tsn:"};
  return unit_format(type, 0, formats, format);
}

bool schema_reader::format_of(const Table *type, uint8_t kind, const char **format) {
  static const char *const floats[] = {"e", "f", "g", nullptr};
  static const char *const dates[] = {"tdD", "tdm", nullptr, nullptr};
  static const char *const times[] = {"tts", "ttm", "ttu", "ttn"};
  static const char *const durations[] = {"tDs", "tDm", "tDu", "tDn"};
  static const char *const intervals[] = {"tiM", "tiD", "tin", nullptr};
  static const char *const unions[] = {"+us:", "+ud:", nullptr, nullptr};
  switch (kind) {
  case type_null: return give(format, "n");
  case type_int: return integer_format(type, format);
  case type_float: return unit_format(type, 0, floats, format);
  case type_binary: return give(format, "z");
  case type_utf8: return give(format, "u");
  case type_bool: return give(format, "b");
  case type_decimal: return give(format, "d:");
  case type_date: return unit_format(type, 1, dates, format);
  case type_time: return unit_format(type, 1, times, format);
  case type_timestamp: return timestamp_format(type, format);
  case type_interval: return unit_format(type, 0, intervals, format);
  case type_list: return give(format, "+l");
  case type_struct: return give(format, "+s");
  case type_union: return unit_format(type, 0, unions, format);
  case type_fixed_binary: return give(format, "w:");
  case type_fixed_list:
    if (!has<int32_t>(verifier, type, first))
      return broken();
    return give(format, arena_format(arena, "+w:%d", type->GetField<int32_t>(first, 0)));
  case type_map: return give(format, "+m");
  case type_duration: return unit_format(type, 1, durations, format);
  case type_large_binary: return give(format, "Z");
  case type_large_utf8: return give(format, "U");
  case type_large_list: return give(format, "+L");
  case type_run_end_encoded: return give(format, "+r");
  case type_binary_view: return give(format, "vz");
  case type_utf8_view: return give(format, "vu");
  case type_list_view: return give(format, "+vl");
  case type_large_list_view: return give(format, "+vL");
  default: return broken();
  }
}

/* Moves the field's type to the values, and makes it one of indices. */
bool schema_reader::read_dictionary(const Table *table, arrow_field *out) {
  if (!table->CheckField(field::dictionary))
    return true;
  const Table *of = table_at(verifier, table, field::dictionary);
  if (!of || !has<int64_t>(verifier, of, encoding::id))
    return broken();
  auto *values = static_cast<arrow_field *>(arena_alloc(arena, sizeof(arrow_field)));
  if (!values)
    return no_memory();
  *values = *out;
  values->schema.name = "";
  out->dictionary = of->GetField<int64_t>(encoding::id, 0);
  out->schema.dictionary = &values->schema;
  out->schema.n_children = 0;
  out->schema.children = nullptr;
  out->schema.format = "i"; /* unless it says otherwise */
  if (!of->CheckField(encoding::index))
    return true;
  const Table *index = table_at(verifier, of, encoding::index);
  return index ? integer_format(index, &out->schema.format) : broken();
}

bool schema_reader::read_children(const Table *table, voffset_t at, ArrowSchema *out, int depth) {
  const Vector<Offset<Table>> *children;
  if (depth > most_nesting || !vector_at(verifier, table, at, &children))
    return broken();
  uoffset_t count = children ? children->size() : 0;
  auto *fields = static_cast<arrow_field *>(arena_array(arena, count, sizeof(arrow_field)));
  out->children = static_cast<ArrowSchema **>(arena_array(arena, count, sizeof(ArrowSchema *)));
  if (!fields || !out->children)
    return no_memory();
  for (uoffset_t i = 0; i < count; i++) {
    auto *child = children->GetAs<Table>(i);
    if (!child->VerifyTableStart(verifier) || !verifier.EndTable())
      return broken();
    if (!read_field(child, &fields[i], depth + 1))
      return false;
    out->children[i] = &fields[i].schema;
  }
  out->n_children = count;
  return true;
}

bool schema_reader::read_field(const Table *table, arrow_field *out, int depth) {
  const String *name;
  bool copied = true;
  if (!string_at(table, field::name, &name) || !has<uint8_t>(verifier, table, field::type_type))
    return broken();
  const Table *type = table_at(verifier, table, field::type);
  if (!type)
    return broken();
  struct text text = {name ? name->c_str() : "", name ? name->size() : 0};
  out->schema.name = arena_text(arena, text, &copied).bytes;
  if (!copied)
    return no_memory();
  out->schema.flags = ARROW_FLAG_NULLABLE;
  return format_of(type, table->GetField<uint8_t>(field::type_type, 0), &out->schema.format) &&
         read_children(table, field::children, &out->schema, depth) && read_dictionary(table, out);
}

enum arrow_schema_result arrow_message_schema(const struct arrow_message *message,
                                              struct arena *arena, struct arrow_field *root) {
  const Table *table, *header;
  Verifier verifier(message->bytes, message->size);
  *root = arrow_field{};
  root->schema.format = "+s";
  root->schema.name = "";
  if (!find_header(verifier, message->bytes, &table, &header) ||
      !has<int16_t>(verifier, header, schema::endianness))
    return ARROW_SCHEMA_BROKEN;
  if (header->GetField<int16_t>(schema::endianness, 0) != 0)
    return ARROW_SCHEMA_BIG_ENDIAN;
  schema_reader reader = {verifier, arena, ARROW_SCHEMA_READ};
  return reader.read_children(header, schema::fields, &root->schema, 0) ? ARROW_SCHEMA_READ
                                                                        : reader.result;
}

/* ---- writing -------------------------------------------------------------------------------- */

namespace {

struct schema_writer {
  FlatBufferBuilder &builder;
  int64_t dictionaries;

  uoffset_t integer();
  uoffset_t number(int16_t value, int16_t otherwise);
  uoffset_t instant();
  uoffset_t empty();
  uoffset_t type_of(const char *format, uint8_t *kind);
  Offset<Table> field_of(const ArrowSchema *schema);
};

uoffset_t schema_writer::integer() {
  auto start = builder.StartTable();
  builder.AddElement<int32_t>(first, 32, 0);
  builder.AddElement<uint8_t>(second, 1, 0);
  return builder.EndTable(start);
}

uoffset_t schema_writer::number(int16_t value, int16_t otherwise) {
  auto start = builder.StartTable();
  builder.AddElement<int16_t>(first, value, otherwise);
  return builder.EndTable(start);
}

uoffset_t schema_writer::instant() {
  auto zone = builder.CreateString("UTC");
  auto start = builder.StartTable();
  builder.AddElement<int16_t>(first, 2, 0); /* microseconds */
  builder.AddOffset(second, zone);
  return builder.EndTable(start);
}

uoffset_t schema_writer::empty() {
  auto start = builder.StartTable();
  return builder.EndTable(start);
}

/* Of the types that results have. */
uoffset_t schema_writer::type_of(const char *format, uint8_t *kind) {
  switch (format[0]) {
  case 'i': *kind = type_int; return integer();
  case 'g': *kind = type_float; return number(2, 0);
  case 'b': *kind = type_bool; return empty();
  case 't': *kind = type_timestamp; return instant();
  case '+': *kind = format[1] == 's' ? type_struct : type_list; return empty();
  default: *kind = type_utf8; return empty();
  }
}

Offset<Table> schema_writer::field_of(const ArrowSchema *schema) {
  /* Numbers of dictionaries go by the order of the fields, parents first. */
  int64_t number = schema->dictionary ? dictionaries++ : -1;
  std::vector<Offset<Table>> children;
  for (int64_t i = 0; i < schema->n_children; i++)
    children.push_back(field_of(schema->children[i]));
  uint8_t kind;
  auto name = builder.CreateString(schema->name);
  auto list = builder.CreateVector(children);
  uoffset_t type = type_of((schema->dictionary ? schema->dictionary : schema)->format, &kind);
  uoffset_t encoded = 0;
  if (schema->dictionary) {
    uoffset_t index = integer();
    auto start = builder.StartTable();
    builder.AddElement<int64_t>(encoding::id, number, -1);
    builder.AddOffset(encoding::index, Offset<Table>(index));
    encoded = builder.EndTable(start);
  }
  auto start = builder.StartTable();
  builder.AddOffset(field::name, name);
  builder.AddElement<uint8_t>(field::nullable, 1, 0);
  builder.AddElement<uint8_t>(field::type_type, kind, 0);
  builder.AddOffset(field::type, Offset<Table>(type));
  if (encoded)
    builder.AddOffset(field::dictionary, Offset<Table>(encoded));
  builder.AddOffset(field::children, list);
  return Offset<Table>(builder.EndTable(start));
}

/* The message around what it brings, filled up to a multiple of 8 bytes. */
void finish(FlatBufferBuilder &builder, uint8_t kind, uoffset_t header, int64_t body_length,
            const arrow_sink *sink) {
  auto start = builder.StartTable();
  builder.AddElement<int64_t>(message::body_length, body_length, 0);
  builder.AddOffset(message::header, Offset<Table>(header));
  builder.AddElement<int16_t>(message::version, version_5, 0);
  builder.AddElement<uint8_t>(message::header_type, kind, 0);
  builder.Finish(Offset<Table>(builder.EndTable(start)));
  static const uint8_t padding[8] = {};
  size_t size = builder.GetSize();
  sink->put(sink->context, builder.GetBufferPointer(), size);
  sink->put(sink->context, padding, (8 - size % 8) % 8);
}

void write_schema(const ArrowSchema *from, const arrow_sink *sink) {
  FlatBufferBuilder builder;
  schema_writer writer = {builder, 0};
  std::vector<Offset<Table>> fields;
  for (int64_t i = 0; i < from->n_children; i++)
    fields.push_back(writer.field_of(from->children[i]));
  auto list = builder.CreateVector(fields);
  auto start = builder.StartTable();
  builder.AddOffset(schema::fields, list);
  finish(builder, message::schema, builder.EndTable(start), 0, sink);
}

uoffset_t pairs(FlatBufferBuilder &builder, const void *items, size_t count) {
  builder.StartVector(count * 2, sizeof(int64_t));
  for (size_t i = count * 2; i > 0; i--)
    builder.PushElement(static_cast<const int64_t *>(items)[i - 1]);
  return builder.EndVector(count);
}

void write_batch(const arrow_message *from, const arrow_sink *sink) {
  FlatBufferBuilder builder;
  uoffset_t nodes = pairs(builder, from->nodes, from->node_count);
  uoffset_t buffers = pairs(builder, from->buffers, from->buffer_count);
  auto start = builder.StartTable();
  builder.AddElement<int64_t>(batch::length, from->length, 0);
  builder.AddOffset(batch::nodes, Offset<Vector<int64_t>>(nodes));
  builder.AddOffset(batch::buffers, Offset<Vector<int64_t>>(buffers));
  uoffset_t made = builder.EndTable(start);
  uint8_t kind = message::record_batch;
  if (from->dictionary >= 0) {
    start = builder.StartTable();
    builder.AddElement<int64_t>(dictionary_batch::id, from->dictionary, -1);
    builder.AddOffset(dictionary_batch::data, Offset<Table>(made));
    made = builder.EndTable(start);
    kind = message::dictionary_batch;
  }
  finish(builder, kind, made, from->body_length, sink);
}

} // namespace

bool arrow_message_write_schema(const struct ArrowSchema *schema, const struct arrow_sink *sink) {
  try {
    write_schema(schema, sink);
  } catch (const std::bad_alloc &) {
    return false;
  }
  return true;
}

bool arrow_message_write_batch(const struct arrow_message *message, const struct arrow_sink *sink) {
  try {
    write_batch(message, sink);
  } catch (const std::bad_alloc &) {
    return false;
  }
  return true;
}
