/* bareme.y - the syntax of Bareme.
 *
 * Every rule builds one node by one call of src/syntax/build.h and knows
 * nothing more: names are not looked up, constants are not folded.  The whole
 * syntax is LALR(1) without a conflict, for which three things matter:
 *
 *   - A `+` or `-` that begins a rule is a token of its own (RULE_PLUS,
 *     RULE_MINUS); the lexer knows it by its place on the line.
 *   - A score's settings come before its rules, so that `decay` behind a rule
 *     can only be the rule's modifier.
 *   - Where a constant is expected it is a `sum`, which stops before `in`,
 *     `is` and the comparison signs: `over 90 days in 3 steps` reads on.
 *
 * Hardly a word is reserved.  The lists of words at the end say which may be
 * names in which place, and bison proves that nothing is ambiguous.
 *
 * Lists are built as circles: the value is the last node, its `next` the
 * first, so that appending needs one pointer; `closed` opens the circle.
 *
 * After an error bison unwinds to the nearest list of items or declaration
 * with a place for `unreadable`, and src/syntax/tokens.c goes on at the next
 * thing that can begin an item.  The messages are made by src/syntax/slips.c;
 * rules whose action begins with `slip_` accept what people write by mistake.
 * SPDX-License-Identifier: Apache-2.0 */

%require "3.8"
%define api.pure full
%define api.prefix {bareme_}
%define api.token.prefix {TOKEN_}
%define api.location.type {struct place_range}
%define api.token.raw
%define parse.error custom
%define parse.lac full
%locations
%expect 0
%param {struct parser *parser}

%code requires {
#include "syntax/build.h"
}

%code {
#include "syntax/tokens.h"

/* The nesting limit is the parser's own and comes first: a level of brackets
 * holds at most this many states, from `or` down to the bracket. */
#define STATES_PER_LEVEL 32
#define YYMAXDEPTH (LIMIT_NESTING * STATES_PER_LEVEL + 400)

#define YYLLOC_DEFAULT(Current, Rhs, N)                                                            \
  ((Current).begin = (N) ? YYRHSLOC(Rhs, 1).begin : YYRHSLOC(Rhs, 0).end,                          \
   (Current).end = YYRHSLOC(Rhs, N).end)

static void bareme_error(const struct place_range *range, struct parser *parser,
                         const char *message);
}

%union {
  struct text text;
  enum compare compare;
  enum match match;
  enum reduce reduce;
  bool minus;
  struct chain chain;
  struct name *name;
  struct name_list *names;
  struct label *label;
  struct expr *expr;
  struct set *set;
  struct case_arm *arms;
  struct query *query;
  struct decay_syntax *decay;
  struct range_syntax *range;
  struct round_syntax *round;
  struct rule_block *block;
  struct modifier *modifiers;
  struct rule *rules;
  struct entry *entries;
  struct field_decl *fields;
  struct type_syntax *type;
  struct param_decl *params;
  struct band_row *band_rows;
  struct grid_row *grid_rows;
  struct choose_row *choose_rows;
  struct transition *transitions;
  struct assignment *assignments;
  struct test_event *test_event;
  struct expectation *expectation;
  struct decl *decls;
}

%token END 0 "the end of the file"
%token <expr> NUMBER "a number" DURATION "a duration" INSTANT "an instant"
%token <text> STRING "a text in quotes" NAME "a name" LABEL "a label"
%token RULE_PLUS "a rule's +" RULE_MINUS "a rule's -"
%token PLUS "+" MINUS "-" STAR "*" SLASH "/"
%token EQUAL "=" NOT_EQUAL "!=" LESS "<" LESS_EQUAL "<=" GREATER ">" GREATER_EQUAL ">="
%token LEFT_PAREN "(" RIGHT_PAREN ")" LEFT_BRACKET "[" RIGHT_BRACKET "]"
%token LEFT_BRACE "{" RIGHT_BRACE "}"
%token COMMA "," COLON ":" SEMICOLON ";" DOT "." DOTS ".."

/* The words, as in keywords.def. */
%token <text>
  ACTION "action" AFTER "after" AGO "ago" ALL "all" AND "and" ANY "any" AS "as" AT "at"
  BAND "band" BEST "best" BOOL "bool" CASE "case" CHOOSE "choose" COLUMNS "columns"
  CONTAINS "contains" COUNT "count" DECAY "decay" DEFINE "define" DISTINCT "distinct"
  DURATION_TYPE "duration" ENDS "ends" EVENT "event" EVENTS "events" EVERY "every"
  EXACTLY "exactly" EXCLUDE "exclude" EXCLUDED "excluded" EXPECT "expect" EXPIRE "expire"
  FALSE "false" FIRST "first" FOR "for" FROM "from" GRID "grid" GROUP "group" HAS "has" ID "id"
  IN "in" INCLUDE "include" IS "is" LARGEST "largest" LAST "last" LEAD "lead" LET "let"
  LIKE "like" LIST "list" MEAN "mean" MENTIONS "mentions" MISSING "missing" MODULE "module"
  MOST "most" NIL "null" NO "no" NONE "none" NOT "not" NUMBER_TYPE "number" OF "of" ON "on"
  ONCE "once" ONE "one" OR "or" OTHERWISE "otherwise" OVER "over" PARAM "param" PER "per"
  PICK "pick" POINTS "points" POLICY "policy" PRESENT "present" RANGE "range"
  REQUIRED "required" ROUND "round" RULES "rules" SCORE "score" SEGMENT "segment"
  SMALLEST "smallest" STAGE "stage" STARTS "starts" STEPS "steps" SUM "sum" TEST "test"
  TEXT_TYPE "text" THEN "then" TIME "time" TIMES "times" TO "to" TRUE "true" TYPE "type"
  USE "use" WHEN "when" WHERE "where" WITH "with" WITHIN "within" WITHOUT "without"
  ZERO "zero"

/* Behind `event NAME` and `stage NAME` a declaration may end, so an error there
 * could be its own or the next one's: it is its own, and its name stays known. */
%precedence EMPTY
%precedence error

%type <decls> decls decl test_items
%type <name> name qualified event_name operand_name label_name
%type <names> labels event_kinds
%type <label> label from path
%type <entries> entries entry entry_block
%type <expr> entry_value literal signed_number expr conjunct negation sum sums product products
%type <expr> factor items item arguments points assignment_value choose_value
%type <expr> where within
%type <chain> ors ands
%type <compare> relation
%type <match> match
%type <reduce> reduce_query reduce_value
%type <set> set in_set
%type <arms> arms arm
%type <query> query
%type <decay> decay
%type <range> range
%type <round> round
%type <block> rule_block settings
%type <modifiers> modifiers modifier
%type <rules> rules rule trigger
%type <minus> sign
%type <fields> fields field field_block
%type <type> type
%type <params> params param
%type <band_rows> band_rows band_row band_label
%type <grid_rows> grid_rows grid_row
%type <choose_rows> choose_rows choose_row
%type <transitions> transitions transition
%type <assignments> assignments assignment assignment_block
%type <test_event> test_event
%type <expr> event_times
%type <expectation> expectation
%type <decls> event_keys
%type <text> soft_word reduce_word item_word reserved_word word field_word any_name

%%

/* ---- declarations ------------------------------------------------------- */

file: decls { build_file(parser, $decls); };

decls:
  %empty { $$ = NULL; }
| decls[list] decl { $$ = APPENDED($list, $decl); }
| decls[list] ";" { $$ = $list; }
| decls[list] unreadable { $$ = $list; }
;

/* What could not be read.  The rest of it is skipped. */
unreadable:
  error {
    if (parser_stopped(parser))
      YYABORT;
    yyerrok;
    yyclearin;
  }
;

decl:
  POLICY STRING[title] {
    $$ = DECL(POLICY, @$, .label = *build_label(parser, $title, @title));
  }
| POLICY STRING[title] entry_block[entries] {
    $$ = DECL(POLICY, @$, .label = *build_label(parser, $title, @title), .entries = $entries);
  }
| POLICY unreadable { $$ = DECL(POLICY, @$, .broken = true); }

| MODULE qualified[name] { $$ = DECL(MODULE, @$, .name = *$name); }
| MODULE unreadable { $$ = DECL(MODULE, @$, .broken = true); }

| USE qualified[module] { $$ = DECL(USE, @$, .name = *$module); }
| USE qualified[module] AS name[alias] {
    $$ = DECL(USE, @$, .name = *$module, .alias = *$alias);
  }
| USE path { $$ = DECL(USE, @$, .path = *$path); }
| USE path AS name[alias] { $$ = DECL(USE, @$, .path = *$path, .alias = *$alias); }

| LEAD field_block[fields] { $$ = DECL(LEAD, @$, .fields = $fields); }
| LEAD unreadable { $$ = DECL(LEAD, @$, .broken = true); }

| EVENTS event_keys[events] { $$ = build_at(parser, $events, @$); }

| EVENT name label from field_block[fields] {
    $$ = DECL(EVENT, @$, .name = *$name, .label = *$label, .from = *$from, .fields = $fields);
  }
| EVENT name label from {
    $$ = DECL(EVENT, @$, .name = *$name, .label = *$label, .from = *$from);
  }
| EVENT name unreadable { $$ = DECL(EVENT, @$, .name = *$name, .broken = true); }

| LIST name "=" "[" items "]" { $$ = DECL(LIST, @$, .name = *$name, .items = $items); }
| LIST name FROM path { $$ = DECL(LIST, @$, .name = *$name, .path = *$path); }
| LIST name unreadable { $$ = DECL(LIST, @$, .name = *$name, .broken = true); }

| LET name label "=" expr[value] {
    $$ = DECL(LET, @$, .name = *$name, .label = *$label, .value = $value);
  }
| LET name unreadable[value] { $$ = BROKEN(LET, @$, *$name, @value); }

| DEFINE name "(" params ")" "=" expr[value] {
    $$ = DECL(DEFINE, @$, .name = *$name, .params = CLOSED($params), .value = $value);
  }
| DEFINE name "(" ")" "=" expr[value] { $$ = DECL(DEFINE, @$, .name = *$name, .value = $value); }
| DEFINE name unreadable[value] { $$ = BROKEN(DEFINE, @$, *$name, @value); }

| PARAM name label "=" expr[value] {
    $$ = DECL(PARAM, @$, .name = *$name, .label = *$label, .value = $value);
  }
| PARAM name unreadable[value] { $$ = BROKEN(PARAM, @$, *$name, @value); }

| SEGMENT name label WHEN expr[condition] {
    $$ = DECL(SEGMENT, @$, .name = *$name, .label = *$label, .value = $condition);
  }
| SEGMENT name unreadable[value] { $$ = BROKEN(SEGMENT, @$, *$name, @value); }

| EXCLUDE STRING[text] WHEN expr[condition] {
    $$ = DECL(EXCLUDE, @$, .label = *build_label(parser, $text, @text), .value = $condition);
  }

| SCORE name label rule_block[block] {
    $$ = DECL(SCORE, @$, .name = *$name, .label = *$label, .settings = $block->settings,
              .rules = $block->rules);
  }
| SCORE name label "=" expr[value] {
    $$ = DECL(COMPUTED, @$, .name = *$name, .label = *$label, .value = $value);
  }
| SCORE name label "=" expr[value] rule_block[block] {
    $$ = DECL(COMPUTED, @$, .name = *$name, .label = *$label, .value = $value,
              .settings = *block_of_computed(parser, $block));
  }
| SCORE name unreadable[value] { $$ = BROKEN(COMPUTED, @$, *$name, @value); }

| RULES name rule_block[block] {
    $$ = DECL(RULES, @$, .name = *$name, .rules = block_of_rules(parser, $block, "rules"));
  }
| RULES name unreadable { $$ = DECL(RULES, @$, .name = *$name, .broken = true); }

| BAND name label OF expr[value] "{" band_rows[rows] "}" {
    $$ = DECL(BAND, @$, .name = *$name, .label = *$label, .value = $value,
              .band_rows = CLOSED($rows));
  }
| BAND name unreadable[value] { $$ = BROKEN(BAND, @$, *$name, @value); }

| GRID name label OF qualified[rows] "," qualified[columns] "{" COLUMNS labels grid_rows[cells] "}" {
    $$ = DECL(GRID, @$, .name = *$name, .label = *$label, .row_band = *$rows,
              .column_band = *$columns, .columns = CLOSED($labels), .grid_rows = CLOSED($cells));
  }
| GRID name unreadable { $$ = DECL(GRID, @$, .name = *$name, .broken = true); }

| CHOOSE name label "{" choose_rows[rows] "}" {
    $$ = DECL(CHOOSE, @$, .name = *$name, .label = *$label, .choose_rows = CLOSED($rows));
  }
| CHOOSE name unreadable { $$ = DECL(CHOOSE, @$, .name = *$name, .broken = true); }

| STAGE name label { $$ = DECL(STAGE, @$, .name = *$name, .label = *$label); }
| STAGE name label "{" transitions "}" {
    $$ = DECL(STAGE, @$, .name = *$name, .label = *$label, .transitions = CLOSED($transitions));
  }
| STAGE name unreadable { $$ = DECL(STAGE, @$, .name = *$name, .broken = true); }

| ACTION name label WHEN expr[condition] {
    $$ = DECL(ACTION, @$, .name = *$name, .label = *$label, .value = $condition);
  }
| ACTION name label WHEN expr[condition] entry_block[entries] {
    $$ = DECL(ACTION, @$, .name = *$name, .label = *$label, .value = $condition,
              .entries = $entries);
  }
| ACTION name unreadable[value] { $$ = BROKEN(ACTION, @$, *$name, @value); }

| TEST STRING[title] "{" test_items "}" {
    $$ = build_test(parser, $test_items, build_label(parser, $title, @title), @$);
  }
;

/* `key value` of policies and actions: free, handed on as they are. */
entry_block: "{" entries "}" { $$ = CLOSED($entries); };

entries:
  %empty { $$ = NULL; }
| entries[list] entry { $$ = APPENDED($list, $entry); }
| entries[list] ";" { $$ = $list; }
| entries[list] "," { $$ = $list; slip_comma(parser, @2); }
| entries[list] unreadable { $$ = $list; }
;

entry:
  word[key] entry_value[value] {
    $$ = NODE(entry, .key = *build_name(parser, $key, @key), .value = $value);
  }
| word[key] ":" entry_value[value] {
    $$ = NODE(entry, .key = *build_name(parser, $key, @key), .value = $value);
    slip_colon(parser, @2);
  }
| word[key] "=" entry_value[value] {
    $$ = NODE(entry, .key = *build_name(parser, $key, @key), .value = $value);
    slip_colon(parser, @2);
  }
;

entry_value:
  literal
| signed_number
| word { $$ = expr_name(parser, build_name(parser, $word, @word)); }
| LABEL { $$ = expr_name(parser, build_name(parser, $LABEL, @LABEL)); }
;

/* Fields of the lead and of events. */
field_block: "{" fields "}" { $$ = CLOSED($fields); };

fields:
  %empty { $$ = NULL; }
| fields[list] field { $$ = APPENDED($list, $field); }
| fields[list] ";" { $$ = $list; }
| fields[list] "," { $$ = $list; slip_comma(parser, @2); }
| fields[list] unreadable { $$ = $list; }
;

field:
  field_word[name] type { $$ = build_field(parser, @$, $name, @name, $type); }
| field_word[name] ":" type {
    $$ = build_field(parser, @$, $name, @name, $type);
    slip_colon(parser, @2);
  }
| field_word[name] unreadable { $$ = build_field(parser, @$, $name, @name, NULL); }
| field[f] REQUIRED { $$ = field_required(parser, $f, @REQUIRED); }
| field[f] "=" sum { $$ = field_default(parser, $f, @2, $sum); }
| field[f] FROM STRING { $$ = field_from(parser, $f, @$, build_label(parser, $STRING, @STRING)); }
;

type:
  TEXT_TYPE { $$ = build_type(parser, TYPE_TEXT, @$, NULL); }
| NUMBER_TYPE { $$ = build_type(parser, TYPE_NUMBER, @$, NULL); }
| BOOL { $$ = build_type(parser, TYPE_BOOL, @$, NULL); }
| TIME { $$ = build_type(parser, TYPE_TIME, @$, NULL); }
| DURATION_TYPE { $$ = build_type(parser, TYPE_DURATION, @$, NULL); }
| LIST OF TEXT_TYPE { $$ = build_type(parser, TYPE_TEXTS, @$, NULL); }
| ONE OF "(" labels ")" { $$ = build_type(parser, TYPE_LABEL, @$, CLOSED($labels)); }
;

event_keys:
  FROM STRING {
    $$ = DECL(EVENTS, @$, .from = *build_label(parser, $STRING, @STRING));
  }
| event_keys[e] TYPE STRING { $$ = events_key(parser, $e, $TYPE, @TYPE, $STRING, @STRING); }
| event_keys[e] AT STRING { $$ = events_key(parser, $e, $AT, @AT, $STRING, @STRING); }
| event_keys[e] ID STRING { $$ = events_key(parser, $e, $ID, @ID, $STRING, @STRING); }
;

params:
  param { $$ = ALONE($param); }
| params[list] "," param { $$ = APPENDED($list, $param); }
;

param: any_name[name] type {
    $$ = NODE(param_decl, .name = *build_name(parser, $name, @name), .type = *$type);
  };

band_rows:
  %empty { $$ = NULL; }
| band_rows[list] band_row { $$ = APPENDED($list, $band_row); }
| band_rows[list] ";" { $$ = $list; }
| band_rows[list] unreadable { $$ = $list; }
;

band_row:
  band_label[row] label[text] FROM sum[bound] { $$ = band_from(parser, $row, @$, $text, $bound); }
| band_label[row] label[text] OTHERWISE { $$ = band_from(parser, $row, @$, $text, NULL); }
;

band_label:
  label_name[name] { $$ = NODE(band_row, .label = *$name); }
| STRING[text] {
    $$ = NODE(band_row, .label = *build_name(parser, $text, @text), .quoted = true);
  }
;

grid_rows:
  %empty { $$ = NULL; }
| grid_rows[list] grid_row { $$ = APPENDED($list, $grid_row); }
| grid_rows[list] ";" { $$ = $list; }
| grid_rows[list] unreadable { $$ = $list; }
;

grid_row:
  label_name[name] ":" labels {
    $$ = NODE(grid_row, .span = SPAN(@$), .label = *$name, .cells = CLOSED($labels));
  }
| STRING[text] ":" labels {
    $$ = NODE(grid_row, .span = SPAN(@$), .label = *build_name(parser, $text, @text),
              .cells = CLOSED($labels));
  }
;

labels:
  label_name[name] { $$ = build_names(parser, NULL, $name); }
| STRING[text] { $$ = build_names(parser, NULL, build_name(parser, $text, @text)); }
| labels[list] "," label_name[name] { $$ = build_names(parser, $list, $name); }
| labels[list] "," STRING[text] {
    $$ = build_names(parser, $list, build_name(parser, $text, @text));
  }
;

choose_rows:
  %empty { $$ = NULL; }
| choose_rows[list] choose_row { $$ = APPENDED($list, $choose_row); }
| choose_rows[list] ";" { $$ = $list; }
| choose_rows[list] unreadable { $$ = $list; }
;

choose_row:
  choose_value[value] WHEN expr[condition] {
    $$ = NODE(choose_row, .span = SPAN(@$), .value = $value, .condition = $condition);
  }
| choose_value[value] OTHERWISE { $$ = NODE(choose_row, .span = SPAN(@$), .value = $value); }
;

choose_value:
  STRING { $$ = expr_text(parser, $STRING, @STRING); }
| NUMBER
| RULE_MINUS NUMBER { $$ = expr_negative(parser, $NUMBER, @$); }
| any_name[name] { $$ = expr_name(parser, build_name(parser, $name, @name)); }
| LABEL { $$ = expr_name(parser, build_name(parser, $LABEL, @LABEL)); }
;

transitions:
  %empty { $$ = NULL; }
| transitions[list] transition { $$ = APPENDED($list, $transition); }
| transitions[list] ";" { $$ = $list; }
| transitions[list] unreadable { $$ = $list; }
;

transition: TO name WHEN expr[condition] {
    $$ = NODE(transition, .span = SPAN(@$), .target = *$name, .condition = $condition);
  };

/* ---- tests -------------------------------------------------------------- */

test_items:
  %empty { $$ = DECL(TEST, @$, .as_of = NULL); }
| test_items[test] AS OF INSTANT { $$ = test_as_of(parser, $test, @AS, $INSTANT); }
| test_items[test] LEAD assignment_block[fields] { $$ = test_lead(parser, $test, @LEAD, $fields); }
| test_items[test] test_event { $$ = $test; $$->test_events = APPENDED($$->test_events, $test_event); }
| test_items[test] expectation {
    $$ = $test;
    $$->expectations = APPENDED($$->expectations, $expectation);
  }
| test_items[test] ";" { $$ = $test; }
| test_items[test] unreadable { $$ = $test; }
;

test_event:
  event_name[name] INSTANT event_times[times] {
    $$ = NODE(test_event, .span = SPAN(@$), .kind = *$name, .when = $INSTANT, .times = $times);
  }
| event_name[name] INSTANT event_times[times] assignment_block[fields] {
    $$ = NODE(test_event, .span = SPAN(@$), .kind = *$name, .when = $INSTANT, .times = $times,
              .fields = $fields);
  }
| event_name[name] DURATION AGO event_times[times] {
    $$ = NODE(test_event, .span = SPAN(@$), .kind = *$name, .ago = true, .when = $DURATION,
              .times = $times);
  }
| event_name[name] DURATION AGO event_times[times] assignment_block[fields] {
    $$ = NODE(test_event, .span = SPAN(@$), .kind = *$name, .ago = true, .when = $DURATION,
              .times = $times, .fields = $fields);
  }
;

event_name:
  NAME { $$ = build_name(parser, $NAME, @NAME); }
| soft_word { $$ = build_name(parser, $soft_word, @soft_word); }
| reduce_word { $$ = build_name(parser, $reduce_word, @reduce_word); }
;

event_times:
  %empty { $$ = NULL; }
| NUMBER times { $$ = $NUMBER; }
;

assignment_block: "{" assignments "}" { $$ = CLOSED($assignments); };

assignments:
  %empty { $$ = NULL; }
| assignments[list] assignment { $$ = APPENDED($list, $assignment); }
| assignments[list] ";" { $$ = $list; }
| assignments[list] "," { $$ = $list; slip_comma(parser, @2); }
| assignments[list] unreadable { $$ = $list; }
;

assignment:
  word[field] ":" assignment_value[value] {
    $$ = NODE(assignment, .span = SPAN(@$), .field = *build_name(parser, $field, @field),
              .value = $value);
  }
| word[field] ":" "[" items "]" {
    $$ = NODE(assignment, .span = SPAN(@$), .field = *build_name(parser, $field, @field),
              .is_list = true, .items = $items);
  }
;

assignment_value:
  literal
| signed_number
| any_name[name] { $$ = expr_name(parser, build_name(parser, $name, @name)); }
| LABEL { $$ = expr_name(parser, build_name(parser, $LABEL, @LABEL)); }
;

expectation:
  EXPECT expr[condition] {
    $$ = NODE(expectation, .span = SPAN(@$), .kind = EXPECT_CONDITION, .condition = $condition);
  }
| EXPECT EXCLUDED label {
    $$ = NODE(expectation, .span = SPAN(@$), .kind = EXPECT_EXCLUDED, .label = *$label);
  }
| EXPECT NOT EXCLUDED label {
    $$ = NODE(expectation, .span = SPAN(@$), .kind = EXPECT_EXCLUDED, .negated = true,
              .label = *$label);
  }
| EXPECT ACTION name {
    $$ = NODE(expectation, .span = SPAN(@$), .kind = EXPECT_ACTION, .action = *$name);
  }
| EXPECT NOT ACTION name {
    $$ = NODE(expectation, .span = SPAN(@$), .kind = EXPECT_ACTION, .negated = true,
              .action = *$name);
  }
;

/* ---- rules -------------------------------------------------------------- */

/* The same body for scores, groups, `for` and `rules`; which settings each may
 * have is said where the block is used. */
rule_block:
  "{" settings[block] "}" { $$ = $block; }
| "{" settings[block] rules "}" { $$ = $block; $$->rules = CLOSED($rules); }
;

settings:
  %empty { $$ = NODE(rule_block, .rules = NULL); }
| settings[block] decay { $$ = block_decay(parser, $block, $decay); }
| settings[block] range { $$ = block_range(parser, $block, $range); }
| settings[block] round { $$ = block_round(parser, $block, $round); }
| settings[block] ";" { $$ = $block; }
| settings[block] unreadable { $$ = $block; }
;

decay:
  DECAY sum[rate] EVERY sum[duration] {
    $$ = NODE(decay_syntax, .present = true, .span = SPAN(@$), .kind = DECAY_RATE, .rate = $rate,
              .duration = $duration);
  }
| DECAY sum[rate] EVERY sum[duration] IN STEPS {
    $$ = NODE(decay_syntax, .present = true, .span = SPAN(@$), .kind = DECAY_RATE_STEPS,
              .rate = $rate, .duration = $duration);
  }
| DECAY TO ZERO OVER sum[duration] {
    $$ = NODE(decay_syntax, .present = true, .span = SPAN(@$), .kind = DECAY_LINEAR,
              .duration = $duration);
  }
| DECAY TO ZERO OVER sum[duration] IN sum[steps] STEPS {
    $$ = NODE(decay_syntax, .present = true, .span = SPAN(@$), .kind = DECAY_LINEAR_STEPS,
              .duration = $duration, .steps = $steps);
  }
| EXPIRE AFTER sum[duration] {
    $$ = NODE(decay_syntax, .present = true, .span = SPAN(@$), .kind = DECAY_EXPIRE,
              .duration = $duration);
  }
| NO DECAY {
    $$ = NODE(decay_syntax, .present = true, .span = SPAN(@$), .kind = DECAY_NONE);
  }
;

range:
  RANGE sum[low] TO sum[high] { $$ = build_range(parser, @$, $low, $high); }
| RANGE FROM sum[low] { $$ = build_range(parser, @$, $low, NULL); }
| RANGE TO sum[high] { $$ = build_range(parser, @$, NULL, $high); }
| RANGE FROM sum[low] TO sum[high] {
    $$ = build_range(parser, @$, $low, $high);
    slip_range_from(parser, @FROM);
  }
;

round:
  ROUND TO sum[unit] {
    $$ = NODE(round_syntax, .present = true, .span = SPAN(@$), .unit = $unit);
  }
| ROUND NONE { $$ = NODE(round_syntax, .present = true, .span = SPAN(@$), .none = true); }
;

rules:
  rule { $$ = ALONE($rule); }
| rules[list] rule { $$ = APPENDED($list, $rule); }
| rules[list] ";" { $$ = $list; }
| rules[list] range { $$ = $list; slip_late_setting(parser, $range->span); }
| rules[list] round { $$ = $list; slip_late_setting(parser, $round->span); }
| rules[list] unreadable { $$ = $list; }
;

rule:
  sign points label trigger modifiers {
    $$ = rule_points(parser, $trigger, @$, $sign, $points, $label, CLOSED($modifiers));
  }
| GROUP label rule_block[block] { $$ = rule_group(parser, RULE_GROUP, @$, $label, $block); }
| PICK FIRST label rule_block[block] { $$ = rule_group(parser, RULE_FIRST, @$, $label, $block); }
| PICK BEST label rule_block[block] { $$ = rule_group(parser, RULE_BEST, @$, $label, $block); }
| FOR expr[condition] rule_block[block] {
    $$ = NODE(rule, .kind = RULE_FOR, .span = SPAN(@$), .condition = $condition,
              .rules = block_of_rules(parser, $block, "for"));
  }
| INCLUDE qualified[name] {
    $$ = NODE(rule, .kind = RULE_INCLUDE, .span = SPAN(@$), .name = $name);
  }
;

sign:
  RULE_PLUS { $$ = false; }
| RULE_MINUS { $$ = true; }
;

points:
  NUMBER
| "(" expr ")" { $$ = expr_parenthesised(parser, $expr, @$); }
;

trigger:
  %empty { $$ = NODE(rule, .trigger = TRIGGER_ALWAYS); }
| WHEN expr[condition] { $$ = NODE(rule, .trigger = TRIGGER_WHEN, .condition = $condition); }
| ON query { $$ = NODE(rule, .trigger = TRIGGER_ON, .query = $query); }
| EVERY sum[period] WITHOUT query {
    $$ = NODE(rule, .trigger = TRIGGER_EVERY, .period = $period, .query = $query);
  }
;

query:
  event_kinds[kinds] where within {
    $$ = NODE(query, .span = SPAN(@$), .kinds = CLOSED($kinds), .where = $where,
              .within = $within);
  }
| ANY EVENT where within {
    $$ = NODE(query, .span = SPAN(@$), .any_event = true, .where = $where, .within = $within);
  }
;

event_kinds:
  qualified[name] { $$ = build_names(parser, NULL, $name); }
| event_kinds[list] OR qualified[name] { $$ = build_names(parser, $list, $name); }
;

where:
  %empty { $$ = NULL; }
| WHERE expr { $$ = $expr; }
;

within:
  %empty { $$ = NULL; }
| WITHIN sum { $$ = $sum; }
;

modifiers:
  %empty { $$ = NULL; }
| modifiers[list] modifier { $$ = APPENDED($list, $modifier); }
;

modifier:
  AT MOST sum[count] times {
    $$ = NODE(modifier, .span = SPAN(@$), .kind = MODIFIER_AT_MOST, .count = $count);
  }
| AT MOST sum[count] times PER sum[duration] {
    $$ = NODE(modifier, .span = SPAN(@$), .kind = MODIFIER_ROLLING, .count = $count,
              .duration = $duration);
  }
| AT MOST sum[count] POINTS {
    $$ = NODE(modifier, .span = SPAN(@$), .kind = MODIFIER_POINTS, .count = $count);
  }
| ONCE {
    $$ = NODE(modifier, .span = SPAN(@$), .kind = MODIFIER_AT_MOST, .word = true,
              .count = expr_one(parser, @ONCE));
  }
| ONCE PER any_name[field] {
    $$ = NODE(modifier, .span = SPAN(@$), .kind = MODIFIER_ONCE_PER,
              .field = *build_name(parser, $field, @field));
  }
| ONCE PER DURATION {
    $$ = NODE(modifier, .span = SPAN(@$), .kind = MODIFIER_ROLLING,
              .count = expr_one(parser, @ONCE), .duration = $DURATION);
    slip_once_per_duration(parser, @$, @DURATION);
  }
| FIRST sum[count] times {
    $$ = NODE(modifier, .span = SPAN(@$), .kind = MODIFIER_FIRST, .count = $count);
  }
| FIRST TIME {
    $$ = NODE(modifier, .span = SPAN(@$), .kind = MODIFIER_FIRST, .word = true,
              .count = expr_one(parser, @TIME));
  }
| decay {
    $$ = NODE(modifier, .span = SPAN(@$), .kind = MODIFIER_DECAY, .decay = *$decay);
  }
;

times: TIMES | TIME;

/* ---- expressions, loosest first ----------------------------------------- */

expr:
  conjunct
| ors { $$ = chain_close(parser, $ors, @$); }
;

ors:
  conjunct[left] OR conjunct[right] { $$ = chain_logic(parser, EXPR_OR, $left, $right); }
| ors[chain] OR conjunct[right] { $$ = chain_append(parser, $chain, $right); }
;

conjunct:
  negation
| ands { $$ = chain_close(parser, $ands, @$); }
;

ands:
  negation[left] AND negation[right] { $$ = chain_logic(parser, EXPR_AND, $left, $right); }
| ands[chain] AND negation[right] { $$ = chain_append(parser, $chain, $right); }
;

negation:
  sum
| NOT[op] negation[operand] { $$ = expr_unary(parser, EXPR_NOT, @$, @op, $operand); }
| sum[left] relation[op] sum[right] {
    $$ = expr_compare(parser, $op, @op, $left, $right);
  }
| sum[left] IS sum[right] {
    $$ = expr_is(parser, COMPARE_EQUAL, false, @IS, $left, $right);
  }
| sum[left] IS NOT sum[right] {
    $$ = expr_is(parser, COMPARE_NOT_EQUAL, false, JOIN(@IS, @NOT), $left, $right);
  }
| sum[left] IS EXACTLY sum[right] {
    $$ = expr_is(parser, COMPARE_EQUAL, true, JOIN(@IS, @EXACTLY), $left, $right);
  }
| sum[left] IS NOT EXACTLY sum[right] {
    $$ = expr_is(parser, COMPARE_NOT_EQUAL, true, JOIN(@IS, @EXACTLY), $left, $right);
  }
| sum[left] IS PRESENT { $$ = expr_present(parser, $left, false, JOIN(@IS, @PRESENT)); }
| sum[left] IS MISSING { $$ = expr_present(parser, $left, true, JOIN(@IS, @MISSING)); }
| sum[left] IS NOT PRESENT[word] {
    $$ = expr_present(parser, $left, true, JOIN(@IS, @word));
    slip_present(parser, JOIN(@IS, @word), "missing");
  }
| sum[left] IS NOT MISSING[word] {
    $$ = expr_present(parser, $left, false, JOIN(@IS, @word));
    slip_present(parser, JOIN(@IS, @word), "present");
  }
| sum[left] IS NIL[word] {
    $$ = expr_present(parser, $left, true, JOIN(@IS, @word));
    slip_present(parser, JOIN(@IS, @word), "missing");
  }
| sum[left] IS NOT NIL[word] {
    $$ = expr_present(parser, $left, false, JOIN(@IS, @word));
    slip_present(parser, JOIN(@IS, @word), "present");
  }
| sum[left] relation[op] NIL[word] {
    $$ = expr_present(parser, $left, $op == COMPARE_EQUAL, JOIN(@op, @word));
    slip_present(parser, JOIN(@op, @word), $op == COMPARE_EQUAL ? "missing" : "present");
  }
| sum[left] IN in_set[set] { $$ = expr_in(parser, $left, false, @IN, $set); }
| sum[left] NOT IN in_set[set] { $$ = expr_in(parser, $left, true, JOIN(@NOT, @IN), $set); }
| sum[left] match[op] sum[right] { $$ = expr_match(parser, $left, false, $op, @op, $right); }
| sum[left] NOT match[op] sum[right] {
    $$ = expr_match(parser, $left, true, $op, JOIN(@NOT, @op), $right);
  }
| sum[left] match[op] ANY OF set {
    $$ = expr_match_set(parser, $left, false, $op, @op, QUANTIFIER_ANY, $set);
  }
| sum[left] NOT match[op] ANY OF set {
    $$ = expr_match_set(parser, $left, true, $op, JOIN(@NOT, @op), QUANTIFIER_ANY, $set);
  }
| sum[left] match[op] ALL OF set {
    $$ = expr_match_set(parser, $left, false, $op, @op, QUANTIFIER_ALL, $set);
  }
| sum[left] NOT match[op] ALL OF set {
    $$ = expr_match_set(parser, $left, true, $op, JOIN(@NOT, @op), QUANTIFIER_ALL, $set);
  }
;

relation:
  "=" { $$ = COMPARE_EQUAL; }
| "!=" { $$ = COMPARE_NOT_EQUAL; }
| "<" { $$ = COMPARE_LESS; }
| "<=" { $$ = COMPARE_LESS_EQUAL; }
| ">" { $$ = COMPARE_GREATER; }
| ">=" { $$ = COMPARE_GREATER_EQUAL; }
;

match:
  CONTAINS { $$ = MATCH_CONTAINS; }
| STARTS WITH { $$ = MATCH_STARTS; }
| ENDS WITH { $$ = MATCH_ENDS; }
| LIKE { $$ = MATCH_LIKE; }
| MENTIONS { $$ = MATCH_MENTIONS; }
;

set:
  "[" items "]" { $$ = NODE(set, .kind = SET_ITEMS, .span = SPAN(@$), .items = $items); }
| qualified[name] { $$ = NODE(set, .kind = SET_NAME, .span = SPAN(@$), .name = *$name); }
;

in_set:
  "[" items "]" { $$ = NODE(set, .kind = SET_ITEMS, .span = SPAN(@$), .items = $items); }
| sum[low] DOTS sum[high] {
    $$ = NODE(set, .kind = SET_RANGE, .span = SPAN(@$), .low = $low, .high = $high);
  }
| sum[list] { $$ = set_named(parser, $list); }
| "(" expr[first] "," arguments[rest] ")" {
    $$ = slip_parenthesised_set(parser, @$, $first, $rest);
  }
;

items:
  %empty { $$ = NULL; }
| arguments[list] { $$ = CLOSED($list); }
| arguments[list] "," { $$ = CLOSED($list); }
;

/* A circle still. */
arguments:
  item { $$ = ALONE($item); }
| arguments[list] "," item { $$ = APPENDED($list, $item); }
;

item: expr;

/* A factor alone is a sum by one step, and a product only before `+` or `-`: most
 * operands are nothing more. */
sum: factor | products | sums;

sums:
  product[left] PLUS[op] product[right] {
    $$ = chain_begin(parser, ARITH_ADD, $left, @op, $right);
  }
| product[left] MINUS[op] product[right] {
    $$ = chain_begin(parser, ARITH_SUBTRACT, $left, @op, $right);
  }
| sums[left] PLUS[op] product[right] {
    $$ = chain_continue(parser, ARITH_ADD, $left, @op, $right);
  }
| sums[left] MINUS[op] product[right] {
    $$ = chain_continue(parser, ARITH_SUBTRACT, $left, @op, $right);
  }
;

product: factor | products;

products:
  factor[left] STAR[op] factor[right] {
    $$ = chain_begin(parser, ARITH_MULTIPLY, $left, @op, $right);
  }
| factor[left] SLASH[op] factor[right] {
    $$ = chain_begin(parser, ARITH_DIVIDE, $left, @op, $right);
  }
| products[left] STAR[op] factor[right] {
    $$ = chain_continue(parser, ARITH_MULTIPLY, $left, @op, $right);
  }
| products[left] SLASH[op] factor[right] {
    $$ = chain_continue(parser, ARITH_DIVIDE, $left, @op, $right);
  }
;

/* Literals and bare names are listed here and again elsewhere: what operands mostly
 * are is one step, not two. */
factor:
  NUMBER
| DURATION
| INSTANT
| STRING { $$ = expr_text(parser, $STRING, @STRING); }
| TRUE { $$ = expr_bool(parser, true, @TRUE); }
| FALSE { $$ = expr_bool(parser, false, @FALSE); }
| NAME { $$ = expr_name(parser, build_name(parser, $NAME, @NAME)); }
| MINUS[op] factor[operand] { $$ = expr_unary(parser, EXPR_NEGATE, @$, @op, $operand); }
| operand_name[name] { $$ = expr_name(parser, $name); }
| LABEL { $$ = expr_name(parser, build_name(parser, $LABEL, @LABEL)); }
| reduce_word[name] { $$ = expr_name(parser, build_name(parser, $name, @name)); }
| operand_name[name] "(" items ")" { $$ = expr_call(parser, @$, $name, $items); }
| NAME "(" items ")" { $$ = expr_call(parser, @$, build_name(parser, $NAME, @NAME), $items); }
| reduce_query[op] "(" query ")" { $$ = expr_events(parser, @$, $op, @op, NULL, $query); }
| reduce_value[op] "(" expr[value] OF query ")" {
    $$ = expr_events(parser, @$, $op, @op, $value, $query);
  }
| CASE "{" arms OTHERWISE expr[otherwise] separators "}" {
    $$ = expr_case(parser, @$, CLOSED($arms), $otherwise);
  }
| CASE "{" arms "}" { $$ = slip_case(parser, @$, CLOSED($arms)); }
| "(" expr[inner] ")" { $$ = expr_parenthesised(parser, $inner, @$); }
;

arms:
  arm { $$ = ALONE($arm); }
| arms[list] arm { $$ = APPENDED($list, $arm); }
| arms[list] ";" { $$ = $list; }
;

arm: WHEN expr[condition] THEN expr[value] {
    $$ = NODE(case_arm, .condition = $condition, .value = $value);
  };

separators: %empty | separators ";";

reduce_query:
  COUNT { $$ = REDUCE_COUNT; }
| HAS { $$ = REDUCE_HAS; }
| FIRST { $$ = REDUCE_FIRST; }
| LAST { $$ = REDUCE_LAST; }
;

reduce_value:
  SUM { $$ = REDUCE_SUM; }
| MEAN { $$ = REDUCE_MEAN; }
| LARGEST { $$ = REDUCE_LARGEST; }
| SMALLEST { $$ = REDUCE_SMALLEST; }
| DISTINCT { $$ = REDUCE_DISTINCT; }
;

literal:
  NUMBER
| DURATION
| INSTANT
| STRING { $$ = expr_text(parser, $STRING, @STRING); }
| TRUE { $$ = expr_bool(parser, true, @TRUE); }
| FALSE { $$ = expr_bool(parser, false, @FALSE); }
;

signed_number:
  MINUS NUMBER { $$ = expr_negative(parser, $NUMBER, @$); }
| MINUS DURATION { $$ = expr_negative(parser, $DURATION, @$); }
;

/* ---- labels and names --------------------------------------------------- */

label:
  %empty %prec EMPTY { $$ = &parser->no_label; }
| STRING { $$ = build_label(parser, $STRING, @STRING); }
;

from:
  %empty { $$ = &parser->no_label; }
| FROM STRING { $$ = build_label(parser, $STRING, @STRING); }
;

path: STRING { $$ = build_label(parser, $STRING, @STRING); };

/* What a declaration is called, and a plain reference to it. */
name:
  any_name[text] { $$ = build_name(parser, $text, @text); }
| LABEL { $$ = slip_capital(parser, $LABEL, @LABEL); }
;

qualified:
  any_name[text] { $$ = build_name(parser, $text, @text); }
| any_name[module] "." word[text] { $$ = build_qualified(parser, @$, $module, $text); }
;

/* Any but a single NAME. */
operand_name:
  soft_word[text] { $$ = build_name(parser, $text, @text); }
| NAME "." word[text] { $$ = build_qualified(parser, @$, $NAME, $text); }
| soft_word[module] "." word[text] { $$ = build_qualified(parser, @$, $module, $text); }
;

label_name:
  any_name[text] { $$ = build_name(parser, $text, @text); }
| LABEL { $$ = build_name(parser, $LABEL, @LABEL); }
| NUMBER { $$ = build_name(parser, $NUMBER->written, @NUMBER); }
;

any_name: NAME | soft_word | reduce_word | item_word | REQUIRED;

word: any_name | reserved_word | FROM;

field_word: NAME | soft_word | reduce_word | item_word | reserved_word;

soft_word:
  AFTER | AGO | AS | AT | BAND | BEST | BOOL | CHOOSE | COLUMNS | DEFINE | DURATION_TYPE | EVENT
| EVENTS | EXCLUDE | GRID | ID | LEAD | LET | LIST | MODULE | MOST | NONE | NUMBER_TYPE | ONE
| OVER | PARAM | PER | POINTS | POLICY | RANGE | ROUND | RULES | SCORE | SEGMENT
| STAGE | STEPS | TEST | TEXT_TYPE | TIME | TIMES | TYPE | USE | WITH | ZERO
;

reduce_word:
  COUNT | DISTINCT | FIRST | HAS | LARGEST | LAST | MEAN | SMALLEST | SUM
;

item_word:
  ACTION | DECAY | EXCLUDED | EXPECT | EXPIRE | FOR | GROUP | INCLUDE | NO | ONCE | PICK
;

reserved_word:
  ALL | AND | ANY | CASE | CONTAINS | ENDS | EVERY | EXACTLY | IN | IS | LIKE | MENTIONS
| MISSING | NIL | NOT | OF | ON | OR | OTHERWISE | PRESENT | STARTS | THEN | TO | WHEN
| WHERE | WITHIN | WITHOUT
;

%%

/* Hands the tokens that could stand here to src/syntax/slips.c, by way of
 * tokens.c.  Tokens are numbered in the order of their declaration, as bison's
 * symbols are. */
static int yyreport_syntax_error(const yypcontext_t *context, struct parser *parser) {
  yysymbol_kind_t symbols[YYNTOKENS];
  int tokens[YYNTOKENS];
  int count = yypcontext_expected_tokens(context, symbols, YYNTOKENS);
  if (count == YYENOMEM) {
    parser->out_of_memory = true;
    return YYENOMEM;
  }
  for (int i = 0; i < count; i++)
    tokens[i] = symbols[i] == YYSYMBOL_YYEOF
                    ? TOKEN_END
                    : (int)symbols[i] + TOKEN_BAREME_error - YYSYMBOL_YYerror;
  tokens_error(parser, tokens, (size_t)count);
  return 0;
}

/* Called only when bison's stack cannot grow. */
static void bareme_error(const struct place_range *range, struct parser *parser,
                         const char *message) {
  (void)range;
  (void)message;
  parser->out_of_memory = true;
}
