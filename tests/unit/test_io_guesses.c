/* test_io_guesses.c - a record is read alike, whatever was read before it.
 *
 * The reader guesses from the records before what comes next.  Here each record
 * of a list, good and bad ones, is read in two files: alone, so that nothing
 * can be guessed, and behind records that teach the guesses which fit it best.
 * Both must give the same lead, or the same problem.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "unit/io_support.h"

/* Behind this one, every guess is made and most are right. */
static const char teacher[] =
    "{\"email\":\"a@b.de\",\"company\":{\"size\":250,\"name\":\"A\"},\"consent\":true,"
    "\"note\":\"n\",\"count\":7,\"tier\":\"gold\",\"events\":[{\"type\":\"page_view\","
    "\"at\":\"2026-05-01T10:00:00Z\",\"url\":\"/a\",\"seconds\":12},{\"type\":\"email_open\","
    "\"at\":\"2026-05-02T10:00:00Z\",\"link\":\"x\"},{\"type\":\"call\","
    "\"at\":\"2026-05-03T10:00:00Z\",\"length\":3}]}\n";

#define EVENT(rest) "{\"email\":\"a@b.de\",\"events\":[" rest "]}"
#define VIEW        "{\"type\":\"page_view\",\"at\":\"2026-05-01T10:00:00Z\",\"url\":\"/a\""

#define LEAD(size, consent, note, events)                                                     \
  "{\"email\":\"a@b.de\",\"company\":{\"size\":" size ",\"name\":\"A\"},\"consent\":" consent \
  ",\"note\":\"" note "\",\"count\":7,\"tier\":\"gold\",\"events\":" events "}"

#define GOOD(literal) \
  { T(literal), false }
#define BAD(literal) \
  { T(literal), true }

static const struct {
  struct text text;
  bool is_bad; /* not JSON, or no object */
} records[] = {
    GOOD("{\"email\":\"c@d.de\",\"company\":{\"size\":9,\"name\":\"B\"},\"consent\":false}"),
    /* keys: other order, missing, twice, with escapes, prefixes of each other, blanks around */
    GOOD("{\"consent\":true,\"email\":\"x\",\"tier\":\"silver\",\"company\":{\"name\":\"B\"}}"),
    GOOD("{\"email\":\"x\",\"consent\":true}"),
    GOOD("{\"email\":\"first\",\"email\":\"second\"}"),
    GOOD("{\"company\":{\"size\":1,\"size\":2},\"company\":{\"size\":3}}"),
    GOOD("{\"\\u0065mail\":\"x\",\"consent\":true}"),
    GOOD("{\"email\\u0000\":\"x\",\"consent\":true}"),
    GOOD("{\"emai\":\"x\",\"email2\":\"y\",\"emaill\":\"z\"}"),
    GOOD("{\"a very long key that no probe can hold, whatever it tries\":1,\"email\":\"x\"}"),
    GOOD("{ \"email\" : \"x\" , \"company\" : { \"size\" : 12 } , \"consent\" : true }"),
    GOOD("{\t\"email\":\"x\"\t,\"consent\"\t:true,\"count\":7 ,\"note\":\"n\" }  "),
    GOOD("  {\"email\":\"x\"}"),
    GOOD("{}"),
    GOOD("{\"\":1,\"email\":\"x\"}"),
    GOOD("{\"company\":{}}"),
    GOOD("{\"email\":{\"size\":1},\"company\":\"x\"}"),
    GOOD("{\"email\":[\"x\"],\"company\":[{\"size\":1}]}"),
    /* strings */
    GOOD("{\"email\":\"a\\\"b\",\"consent\":true,\"note\":\"\\\\\",\"tier\":\"gold\"}"),
    GOOD("{\"email\":\"\\u00e9\",\"note\":\"\\ud83d\\ude00\",\"count\":7}"),
    BAD("{\"email\":\"\\ud83d\",\"count\":7}"),
    BAD("{\"email\":\"x\",\"note\":\"\\q\"}"),
    BAD("{\"email\":\"x\",\"note\":\"\\u12g4\",\"count\":7}"),
    GOOD("{\"email\":\"r\xc3\xa9union \xf0\x9f\x98\x80\",\"note\":\"\"}"),
    BAD("{\"email\":\"x\",\"note\":\"\xff\"}"),
    BAD("{\"email\":\"x\",\"note\":\"a\x01z\"}"),
    BAD("{\"email\":\"x\",\"note\":\"open}"),
    BAD("{\"email\":\"x\",\"note\":\"ends in a backslash\\"),
    BAD("{\"email\":\"x\"\"y\"}"),
    BAD("{\"email\":\"x\"y,\"consent\":true}"),
    GOOD("{\"tier\":\"GOLD\",\"email\":\"x\"}"),
    GOOD("{\"tier\":\"golden\",\"email\":\"x\"}"),
    GOOD("{\"tier\":\"gold \",\"email\":\"x\"}"),
    GOOD("{\"tier\":\"\\u0067old\"}"),
    GOOD("{\"tier\":\"a label of more than sixteen bytes\"}"),
    /* numbers and words */
    GOOD("{\"company\":{\"size\":0},\"count\":0}"),
    GOOD("{\"company\":{\"size\":12345678},\"count\":123456789}"),
    GOOD("{\"company\":{\"size\":-1},\"count\":-0}"),
    GOOD("{\"company\":{\"size\":1.5e3},\"count\":1E-2}"),
    GOOD("{\"company\":{\"size\":1e999}}"),
    GOOD("{\"company\":{\"size\":\"250\"}}"),
    GOOD("{\"company\":{\"size\":null},\"count\":null}"),
    GOOD("{\"company\":{\"size\":true},\"count\":false}"),
    BAD("{\"email\":\"x\",\"count\":01}"),
    BAD("{\"email\":\"x\",\"count\":00}"),
    BAD("{\"email\":\"x\",\"count\":1.}"),
    BAD("{\"email\":\"x\",\"count\":1a}"),
    BAD("{\"email\":\"x\",\"count\":1\"a\"}"),
    BAD("{\"email\":\"x\",\"count\":+1}"),
    BAD("{\"email\":\"x\",\"count\":1 2}"),
    BAD("{\"email\":\"x\",\"count\":/7}"),
    BAD("{\"email\":\"x\",\"count\":7:}"),
    BAD("{\"email\":\"x\",\"consent\":tru}"),
    BAD("{\"email\":\"x\",\"consent\":trues}"),
    BAD("{\"email\":\"x\",\"consent\":fals3}"),
    BAD("{\"email\":\"x\",\"consent\":nul}"),
    BAD("{\"email\":\"x\",\"consent\":}"),
    BAD("{\"email\":\"x\",\"consent\":\0}"),
    BAD("{\"email\":\"x\",\"co\0unt\":7}"),
    /* structure */
    BAD("{\"email\":\"x\",}"),
    BAD("{,\"email\":\"x\"}"),
    BAD("{\"email\":\"x\",,\"consent\":true}"),
    BAD("{\"email\":\"x\" \"consent\":true}"),
    BAD("{\"email\":\"x\"{\"consent\":true}"),
    BAD("{\"email\":\"x\"}{\"email\":\"y\"}"),
    BAD("{\"email\":\"x\"},"),
    BAD("{\"email\":\"x\"]"),
    BAD("{\"email\":\"x\",\"consent\":true"),
    BAD("{\"email\":\"x\",\"consent\""),
    BAD("{\"email\":\"x\",\"consent\":"),
    BAD("{\"email\"}"),
    BAD("{\"email\",\"x\"}"),
    BAD("{email:\"x\"}"),
    BAD("{"),
    BAD("[{\"email\":\"x\"}]"),
    BAD("\"email\""),
    GOOD("{\"email\":\"x\",\"other\":{\"a\":[1,{\"b\":[]},\"]\"],\"c\":{}},\"consent\":true}"),
    BAD("{\"email\":\"x\",\"other\":{\"a\":[1,{\"b\":]},\"consent\":true}"),
    GOOD("{\"email\":\"x\",\"note\":{\"email\":\"y\"},\"consent\":true}"),
    /* events */
    GOOD(EVENT(VIEW "},{\"type\":\"email_open\",\"at\":\"2026-05-02T10:00:00Z\"}")),
    GOOD(EVENT("{\"at\":\"2026-05-01T10:00:00Z\",\"url\":\"/a\",\"type\":\"page_view\"}")),
    GOOD(EVENT("{\"at\":\"2026-05-01T10:00:00Z\",\"type\":\"call\",\"url\":\"/a\"}")),
    GOOD(EVENT("{\"type\":\"call\",\"type\":\"page_view\",\"at\":\"2026-05-01T10:00:00Z\"}")),
    GOOD(EVENT("{\"type\":\"page_view\",\"type\":\"call\",\"at\":\"2026-05-01T10:00:00Z\"}")),
    GOOD(EVENT("{\"type\":\"\\u0070age_view\",\"at\":\"2026-05-01T10:00:00Z\",\"url\":\"/a\"}")),
    GOOD(EVENT("{\"type\":\"page_vie\",\"at\":\"2026-05-01T10:00:00Z\"}")),
    GOOD(EVENT("{\"type\":\"Page_view\",\"at\":\"2026-05-01T10:00:00Z\"}")),
    GOOD(EVENT("{\"type\":\"page_view\" ,\"at\" : \"2026-05-01T10:00:00Z\" }")),
    GOOD(EVENT("{\"type\":7,\"at\":\"2026-05-01T10:00:00Z\"}")),
    GOOD(EVENT("{\"type\":null,\"at\":\"2026-05-01T10:00:00Z\"}")),
    GOOD(EVENT("{\"at\":\"2026-05-01T10:00:00Z\"}")),
    GOOD(EVENT("{\"type\":\"page_view\"}")),
    GOOD(EVENT("{\"type\":\"page_view\",\"at\":null}")),
    GOOD(EVENT("{\"type\":\"page_view\",\"at\":\"2026-05-01\"}")),
    GOOD(EVENT("{\"type\":\"page_view\",\"at\":1777629600}")),
    GOOD(EVENT("{\"type\":\"page_view\",\"at\":\"2026-05-01T10:00:00.5+02:00\"}")),
    GOOD(EVENT("{\"type\":\"page_view\",\"at\":\"2026-05-32T10:00:00Z\"}")),
    GOOD(EVENT("{\"type\":\"page_view\",\"at\":\"2026-05-01T10:00:00X\"}")),
    GOOD(EVENT("{\"type\":\"page_view\",\"at\":\"2026-05-01t10:00:00z\"}")),
    GOOD(EVENT("{\"type\":\"page_view\",\"at\":\"2026-05-01T10:00:00Z\\u0020\"}")),
    GOOD(EVENT(VIEW ",\"seconds\":\"12\"}")),
    GOOD(EVENT(VIEW ",\"seconds\":1.25}")),
    /* leads that are like the teacher but for one thing */
    GOOD(LEAD("250", "true", "n", "[]")),
    GOOD(LEAD("-2.5e1", "false", "", "[" VIEW "}]")),
    GOOD(LEAD("null", "null", "x\\u00e9\\\"\\\\", "[" VIEW "}]")),
    GOOD(LEAD("\"250\"", "7", "n", "null")),
    GOOD(LEAD("250", "true", "n", "[" VIEW "}],\"more\":{\"events\":[7]}")),
    GOOD(LEAD("250", "true", "n", "[" VIEW "}],\"events\":[" VIEW "}]")),
    GOOD(LEAD("250", "true", "n", "[" VIEW "}],\"later\":\"x\",\"tier\":\"x\"")),
    GOOD(LEAD("{}", "true", "n", "[]")),
    BAD(LEAD("250", "true", "\\x", "[]")),
    BAD(LEAD("250", "true", "\\u12", "[]")),
    BAD(LEAD("250", "true", "\\ud83d", "[]")),
    BAD(LEAD("", "true", "n", "[]")),
    BAD(LEAD("250", "tru", "n", "[]")),
    BAD(LEAD("025", "true", "n", "[]")),
    BAD(LEAD("250", "true", "n\"\"", "[]")),
    BAD(LEAD("250", "true", "n", "[]]")),
    BAD(LEAD("250", "true", "n", "[],")),
    BAD(LEAD("250", "true", "n", "[")),
    BAD(LEAD("250", "true", "n", "[,]")),
    BAD(LEAD("250", "true", "n", "[" VIEW "},]")),
    BAD(LEAD("250", "true", "n", "[]\"x\"")),
    BAD(LEAD("250", "true", "n", "[]}{\"a\":1")),
    BAD(LEAD("250", "true", "n", "[]{\"a\":1")),
    BAD(LEAD("250", "true", "n", "[" VIEW "}]{\"email\":\"y\",\"events\":[]")),
    /* events that are like the teacher's but for one thing */
    GOOD(EVENT(VIEW ",\"seconds\":7}")),
    GOOD(EVENT(VIEW ",\"seconds\":123456789012}")),
    GOOD(EVENT(VIEW ",\"seconds\":-1}," VIEW ",\"seconds\":2.5e-3}")),
    GOOD(EVENT(VIEW ",\"seconds\":1e999}")),
    GOOD(EVENT(VIEW ",\"seconds\":null}," VIEW ",\"seconds\":true}")),
    GOOD(EVENT(VIEW ",\"seconds\": 12 }")),
    GOOD(EVENT(VIEW ",\"seconds\":{}}," VIEW ",\"seconds\":[]}")),
    GOOD(EVENT(VIEW ",\"seconds\":12,\"more\":1}," VIEW "}")),
    GOOD(EVENT(VIEW ",\"Seconds\":12}")),
    BAD(EVENT(VIEW ",\"seconds\":}")),
    BAD(EVENT(VIEW ",\"seconds\":01}")),
    BAD(EVENT(VIEW ",\"seconds\":1.}")),
    BAD(EVENT(VIEW ",\"seconds\":1 2}")),
    BAD(EVENT(VIEW ",\"seconds\":1\"a\"}")),
    BAD(EVENT(VIEW ",\"seconds\":tru}")),
    BAD(EVENT(VIEW ",\"seconds\":12]")),
    BAD(EVENT(VIEW ",\"seconds\":12")),
    BAD(EVENT(VIEW ",\"seconds\",12}")),
    BAD(EVENT(VIEW "{\"seconds\":12}")),
    BAD(EVENT(VIEW ",\"seconds\":12{\"more\":1}")),
    GOOD(EVENT("{\"type\":\"page_view\",\"at\":\"2026-05-01T10:00:00Z\",\"url\":\"\\u002fa\","
               "\"seconds\":12}")),
    BAD(EVENT("{\"type\":\"page_view\",\"at\":\"2026-05-01T10:00:00Z\",\"url\":\"\\x\","
              "\"seconds\":12}")),
    BAD(EVENT("{\"type\":\"page_view\",\"at\":\"2026-05-01T10:00:00Z\",\"url\":\"/a\"\"b\","
              "\"seconds\":12}")),
    GOOD(EVENT("{\"type\":\"page_view\",\"at\":\"2026-05-01T10:00:00Z\",\"url\":7,"
               "\"seconds\":12}")),
    GOOD(EVENT("{\"type\":\"page_view\",\"at\":\"\",\"url\":\"\",\"seconds\":0}")),
    GOOD(EVENT("{\"type\":\"page_view\",\"at\":\"2027-05-01T10:00:00Z\",\"url\":\"/a\","
               "\"seconds\":\"12\"}")),
    GOOD(EVENT("{\"type\":\"page_viev\",\"at\":\"2026-05-01T10:00:00Z\",\"url\":\"/a\","
               "\"seconds\":12}")),
    GOOD(EVENT("{\"type\":\"call\",\"at\":\"\",\"length\":3}")),
    BAD(EVENT("{\"type\":\"call\",\"at\":\"2026-05-03T10:00:00Z\",\"length\":3x}")),
    GOOD(EVENT(VIEW ",\"id\":\"e1\"}," VIEW ",\"id\":\"e1\"}," VIEW ",\"id\":7}")),
    BAD(EVENT("{\"type\":\"call\",\"at\":[{\"x\":{}}],\"b\":tru}")),
    BAD(EVENT("{\"type\":\"call\",\"at\" \"x\"}")),
    BAD(EVENT("{\"type\":\"call\",\"at\":1,}")),
    GOOD(EVENT("{\"type\":\"call\"},{}")),
    GOOD(EVENT("{\"type\":\"call\"},7,\"x\",null,[]")),
    BAD(EVENT("{\"type\":\"call\"},")),
    BAD(EVENT(VIEW "}]")),
    BAD(EVENT(VIEW "")),
    GOOD("{\"events\":{\"type\":\"page_view\"},\"email\":\"x\"}"),
    GOOD("{\"events\":null,\"email\":\"x\"}"),
    GOOD("{\"events\":[],\"events\":[" VIEW "}],\"email\":\"x\"}"),
    GOOD("{\"events\":7,\"events\":[" VIEW "}],\"email\":\"x\"}"),
    GOOD("{\"email\":[" VIEW "}],\"consent\":true}"),
    GOOD("{\"note\":[" VIEW "}],\"email\":\"x\"}"),
};
enum { RECORDS = sizeof records / sizeof *records };

/* ---- files ---------------------------------------------------------------------- */

static char bytes[1024 * 1024];
static size_t length;

static void begin(void) {
  length = 0;
}

static void add(struct text text) {
  assert_true(text.length <= sizeof bytes - length);
  memcpy(bytes + length, text.bytes, text.length);
  length += text.length;
}

static void add_times(struct text text, size_t times) {
  while (times-- > 0)
    add(text);
}

static struct reading alone, taught;

static void read_file_by(struct reading *reading, const struct program *program) {
  bareme_read_options options = BAREME_READ_OPTIONS_INIT;
  read_bytes(reading, program, "guesses.ndjson", bytes, length, options, 64);
}

static void read_file(struct reading *reading) {
  struct program program = support_program();
  read_file_by(reading, &program);
}

/* ---- tests ------------------------------------------------------------------------ */

/* Reads the record at `shift` bytes behind two lines: blank ones, or the teacher's. */
static void read_behind(struct reading *reading, struct text line, struct text record, size_t shift,
                        struct text ending) {
  begin();
  add_times(line, 2);
  add_times(TEXT(" "), shift);
  add(record);
  add(ending);
  add_times(ending, 64); /* blank lines: looks are not taken at the end of what may be read */
  read_file(reading);
}

static void compare(struct text record, size_t shift, struct text ending) {
  static struct reading lesson;
  const struct text teaches = {teacher, sizeof teacher - 1};
  read_behind(&lesson, teaches, TEXT(""), 0, TEXT(""));
  assert_int_equal(lesson.summary.accepted, 2);
  read_behind(&alone, TEXT("\n"), record, shift, ending);
  read_behind(&taught, teaches, record, shift, ending);
  if (strcmp(taught.leads.text + lesson.leads.length, alone.leads.text) != 0 ||
      strcmp(taught.problems.text, alone.problems.text) != 0 ||
      strcmp(taught.rejects.text, alone.rejects.text) != 0)
    fail_msg("read otherwise behind the teacher: %.*s\n%s%s\nnot\n%s%s", (int)record.length,
             record.bytes, taught.leads.text + lesson.leads.length, taught.problems.text,
             alone.leads.text, alone.problems.text);
  assert_int_equal(taught.summary.rejected, alone.summary.rejected);
  assert_int_equal(taught.summary.events - lesson.summary.events, alone.summary.events);
  assert_int_equal(taught.summary.ignored_events - lesson.summary.ignored_events,
                   alone.summary.ignored_events);
}

static void every_record_is_read_alike(void **state) {
  (void)state;
  for (size_t r = 0; r < RECORDS; r++) {
    compare(records[r].text, 0, TEXT("\n"));
    if (alone.summary.rejected != records[r].is_bad)
      fail_msg("%s: %s", records[r].is_bad ? "accepted" : "set aside", records[r].text.bytes);
    compare(records[r].text, 0, TEXT("\r\n"));
    compare(records[r].text, 0, TEXT("")); /* the end of the file, and of what may be read */
  }
}

/* simdjson looks at 64 bytes at a time. */
static void at_every_offset(void **state) {
  (void)state;
  static const size_t chosen[] = {0, 17, 34, 78};
  for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++)
    for (size_t shift = 0; shift <= 64; shift++)
      compare(records[chosen[i]].text, shift, TEXT("\n"));
}

/* A number below `limit`; the same ones in each run. */
static uint32_t random_below(uint64_t *seed, uint32_t limit) {
  *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)((*seed >> 32) * limit >> 32);
}

/* The teacher's own record with one to three bytes changed, taken out, put in
 * or put twice: most are no longer JSON, and some are other leads. */
static void damaged_records_are_read_alike(void **state) {
  (void)state;
  static const char odd[] = "{}[]:,\"\\ \t\r0129-.eutrfn/x\x01\xc3\xa9";
  static char record[2 * sizeof teacher];
  uint64_t seed = 7;
  for (int round = 0; round < 1000; round++) {
    size_t size = sizeof teacher - 2; /* without the end of the line */
    memcpy(record, teacher, size);
    for (uint32_t changes = 1 + random_below(&seed, 3); changes > 0; changes--) {
      size_t at = random_below(&seed, (uint32_t)size);
      char byte = odd[random_below(&seed, sizeof odd - 1)];
      switch (random_below(&seed, 4)) {
      case 0: record[at] = byte; break;
      case 1: memmove(record + at, record + at + 1, --size - at); break;
      case 2:
        memmove(record + at + 1, record + at, size++ - at);
        record[at] = byte;
        break;
      default: {
        size_t twice = 1 + random_below(&seed, 30), rest = size - at;
        twice = twice < rest ? twice : rest;
        memmove(record + at + twice, record + at, rest);
        size += twice;
      }
      }
    }
    compare((struct text){record, size}, 0, TEXT("\n"));
  }
}

/* Behind each other record, too: what one teaches may be nearly right for the next. */
static void behind_every_other_record(void **state) {
  (void)state;
  for (size_t first = 0; first < RECORDS; first++) {
    begin();
    for (size_t r = 0; r < RECORDS; r++) {
      add(records[first].text);
      add(TEXT("\n"));
      add(records[r].text);
      add(TEXT("\n"));
    }
    read_file(&taught);
    uint64_t accepted = 0, events = 0;
    for (size_t r = 0; r <= RECORDS; r++) {
      read_behind(&alone, TEXT("\n"), records[r < RECORDS ? r : first].text, 0, TEXT("\n"));
      uint64_t times = r < RECORDS ? 1 : RECORDS;
      accepted += times * alone.summary.accepted;
      events += times * alone.summary.events;
    }
    assert_int_equal(taught.summary.records, 2 * RECORDS);
    assert_int_equal(taught.summary.accepted, accepted);
    assert_int_equal(taught.summary.events, events);
  }
}

/* Records of some kilobytes, so that the ends of windows, of what is read at
 * once, and of blocks fall into all parts of them. */
static void across_windows_and_blocks(void **state) {
  (void)state;
  static char note[4096];
  memset(note, 'x', sizeof note);
  uint64_t accepted = 0;
  begin();
  for (size_t i = 0; i < 400; i++) {
    size_t r = i * 7 % RECORDS, size = 1000 + i * 131 % 1500;
    bool is_good = i % 3 != 0;
    add(is_good ? TEXT("{\"consent\":true,\"note\":\"") : records[r].text);
    if (is_good) {
      add((struct text){note, size});
      add(i % 5 ? TEXT("\",\"email\":\"a@b.de\",\"company\":{\"size\":250}}")
                : TEXT("\\u00e9\",\"email\":\"a@b.de\",\"company\":{\"size\":250}}"));
    }
    add(i % 4 ? TEXT("\n") : TEXT("\r\n\n"));
    accepted += is_good;
  }
  read_file(&taught);
  assert_int_equal(taught.summary.records, 400);
  const char *lead = "?/0 email='a@b.de' size=250 consent=true\n";
  uint64_t found = 0;
  for (const char *at = taught.leads.text; (at = strstr(at, lead)); at += strlen(lead))
    found++;
  assert_int_equal(found, accepted);
}

/* Types, keys and labels that are many more than can be remembered. */
static void more_than_can_be_remembered(void **state) {
  (void)state;
  char line[512];
  begin();
  for (int i = 0; i < 400; i++) {
    snprintf(line, sizeof line,
             "{\"k%d\":%d,\"email\":\"x\",\"m%d\":\"v\",\"events\":[{\"type\":\"t%d\",\"at\":1},"
             "{\"type\":\"page_view\",\"at\":1777629600,\"x%d\":1,\"seconds\":%d}]}\n",
             i, i, i, i, i, i);
    add(text_from(line));
  }
  read_file(&taught);
  assert_int_equal(taught.summary.accepted, 400);
  assert_int_equal(taught.summary.events, 400);
  assert_int_equal(taught.summary.ignored_events, 400);
  assert_non_null(strstr(taught.leads.text, "(?,399)"));
  assert_string_equal(taught.problems.text, "");
}

/* ---- records that vary ---- */

__attribute__((format(printf, 1, 2))) static void add_format(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int size = vsnprintf(bytes + length, sizeof bytes - length, format, arguments);
  va_end(arguments);
  assert_true(size > 0 && (size_t)size < sizeof bytes - length);
  length += (size_t)size;
}

/* Members in front of `seconds` and behind it, some of which come and go. */
static void add_varied_view(uint64_t *seed) {
  static const char *const members[] = {"\"ip\":\"10.0.0.1\"", "\"a key of more than 16 bytes\":1",
                                        "\"url\":\"/a\"", "\"a\":{\"seconds\":[1,2]}",
                                        "\"b\":-2.5"};
  uint32_t chosen = random_below(seed, 32), seconds = random_below(seed, 10);
  add_format("{\"type\":\"page_view\",\"at\":\"2026-05-01T10:00:00Z\"");
  for (uint32_t i = 0; i < 3; i++)
    if (chosen >> i & 1)
      add_format(",%s", members[i]);
  add_format(",\"seconds\":%u", seconds);
  for (uint32_t i = 3; i < 5; i++)
    if (chosen >> i & 1)
      add_format(",%s", members[i]);
  add_format("}");
}

/* One of so many types that no table holds all. */
static void add_strange_event(uint64_t *seed) {
  add_format("{\"type\":\"t%u\",\"n\":1}", random_below(seed, 2000));
}

/* A lead with an event of the one sort and the rest of the other. */
static void add_varied_lead(uint64_t *seed, bool strange) {
  add_format("{\"events\":[");
  add_varied_view(seed);
  for (int i = 0; i < 59; i++) {
    add_format(",");
    if (strange)
      add_strange_event(seed);
    else
      add_varied_view(seed);
  }
  add_format("]}\n");
}

/* So many events that tables fill up, give up, and begin again, all in one
 * file; the leads must be those of files of one lead each. */
static void members_may_come_and_go(void **state) {
  (void)state;
  for (int strange = 0; strange < 2; strange++) {
    int leads = strange ? 100 : 40;
    static struct paper apart;
    uint64_t seed = 3;
    apart.length = 0;
    for (int i = 0; i < leads; i++) {
      begin();
      add_varied_lead(&seed, strange);
      read_file(&alone);
      assert_int_equal(alone.summary.accepted, 1);
      put(&apart, "%s", alone.leads.text);
    }
    seed = 3;
    begin();
    for (int i = 0; i < leads; i++)
      add_varied_lead(&seed, strange);
    read_file(&taught);
    assert_int_equal(taught.summary.accepted, leads);
    assert_int_equal(taught.summary.events + taught.summary.ignored_events, leads * 60);
    assert_string_equal(taught.leads.text, apart.text);
    assert_string_equal(taught.problems.text, "");
  }
}

/* Events of one shape, of which the first teaches it; an identity that comes
 * again leaves nothing behind in the lane that is filled next. */
static void an_identity_counts_once(void **state) {
  (void)state;
  static const char *const ids[] = {"\"e1\"", "\"e2\"", "\"e1\"", "\"e3\"", "\"e2\"", "\"\\u0065\"",
                                    "7",      "\"7\"",  "\"e\"",  "\"e4\"", "null",   "null"};
  enum { IDS = sizeof ids / sizeof *ids };
  begin();
  add_format("{\"events\":[");
  for (size_t i = 0; i < IDS; i++)
    add_format(
        "%s{\"type\":\"page_view\",\"at\":\"2026-05-01T10:00:00Z\",\"url\":\"/%zu\",\"id\":%s}",
        i ? "," : "", i, ids[i]);
  add_format("]}\n{\"events\":[" VIEW ",\"id\":\"e1\"}]}\n"); /* another lead's */
  read_file(&taught);
  assert_int_equal(taught.summary.duplicate_events, 4); /* e1, e2, 7, e */
  assert_int_equal(taught.summary.events, IDS - 4 + 1);
  assert_non_null(strstr(taught.leads.text, "'/1'"));
  assert_null(strstr(taught.leads.text, "'/2'"));
  assert_non_null(strstr(taught.leads.text, "'/3'"));
  assert_null(strstr(taught.leads.text, "'/4'"));
  assert_non_null(strstr(taught.leads.text, "'/9'"));
  assert_non_null(strstr(taught.leads.text, "'/11'"));
}

/* The second event of a list begins as the first, but goes on otherwise.  Both
 * are read as if each were alone. */
static void what_begins_alike_may_go_on_otherwise(void **state) {
  (void)state;
  static const char *const opens[] = {
      "{\"type\":\"other\",\"p\":{\"a\":\"x\"", /* within an object, */
      "{\"type\":\"other\",\"p\":[\"x\"",       /* and a list */
      "{\"type\":\"other\",\"p\":\"x\"",
      "{\"type\":\"page_view\",\"id\":[],\"at\":\"2026-05-01T10:00:00Z\"",
      "{\"type\":\"page_view\",\"url\":{},\"at\":\"2026-05-01T10:00:00Z\"",
      "{\"type\":\"page_view\",\"at\":\"2026-05-01T10:00:00Z\""};
  static const char *const closes[] = {"},\"c\":1}", "],\"c\":1}", "}", "}", "}", "}"};
  static const char *const others[] = {"},\"c\":1,\"d\":2}", "],\"c\":1,\"d\":2}", ",\"d\":2}",
                                       ",\"d\":2}",          ",\"d\":2}",          ",\"d\":2}"};
  for (size_t i = 0; i < sizeof opens / sizeof *opens; i++) {
    begin();
    add_format("{\"events\":[%s%s]}\n", opens[i], others[i]);
    read_file(&alone);
    begin();
    add_format("{\"events\":[%s%s,%s%s]}\n", opens[i], closes[i], opens[i], others[i]);
    add_times(TEXT("\n"), 64);
    read_file(&taught);
    assert_int_equal(taught.summary.accepted, 1);
    assert_int_equal(taught.summary.events, 2 * alone.summary.events);
    assert_int_equal(taught.summary.ignored_events, 2 * alone.summary.ignored_events);
    assert_int_equal(strstr(taught.problems.text, " x2 ") != NULL,
                     strstr(alone.problems.text, " x1 ") != NULL);
  }
}

/* The path to the list leads through an object, which goes on behind it. */
static void a_list_may_lie_within_an_object(void **state) {
  (void)state;
  static const char line[] =
      "{\"email\":\"x\",\"data\":{\"events\":[" VIEW "}],\"more\":1},\"consent\":true}\n";
  struct program program = support_program();
  program.events_path = TEXT("data.events");
  begin();
  add_times((struct text){line, sizeof line - 1}, 3);
  add_times(TEXT("\n"), 64);
  read_file_by(&taught, &program);
  assert_int_equal(taught.summary.accepted, 3);
  assert_int_equal(taught.summary.events, 3);
  assert_string_equal(taught.problems.text, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_record_is_read_alike),
      cmocka_unit_test(at_every_offset),
      cmocka_unit_test(damaged_records_are_read_alike),
      cmocka_unit_test(behind_every_other_record),
      cmocka_unit_test(across_windows_and_blocks),
      cmocka_unit_test(more_than_can_be_remembered),
      cmocka_unit_test(members_may_come_and_go),
      cmocka_unit_test(an_identity_counts_once),
      cmocka_unit_test(what_begins_alike_may_go_on_otherwise),
      cmocka_unit_test(a_list_may_lie_within_an_object),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
