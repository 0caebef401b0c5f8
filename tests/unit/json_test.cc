#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headlens {
namespace {

using ::testing::HasSubstr;

JsonValue Parse(std::string_view text) {
  Result<JsonValue> json = ParseJson(text);
  EXPECT_TRUE(json.ok()) << text << ": " << (json.ok() ? "" : json.error().message);
  return json.ok() ? std::move(*json) : JsonValue();
}

std::string ErrorOf(std::string_view text) {
  const Result<JsonValue> json = ParseJson(text);
  return json.ok() ? "" : json.error().message;
}

TEST(Json, ReadsEveryKindOfValue) {
  const JsonValue json = Parse(R"( {"n":null, "t":true, "f":false, "s":"x", "a":[1,[]], "o":{}} )");
  ASSERT_NE(json.AsObject(), nullptr);
  EXPECT_EQ(json.AsObject()->size(), 6u);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(json.Find("n")->value));
  EXPECT_TRUE(*json.Find("t")->AsBool());
  EXPECT_FALSE(*json.Find("f")->AsBool());
  EXPECT_EQ(*json.Find("s")->AsString(), "x");
  ASSERT_EQ(json.Find("a")->AsArray()->size(), 2u);
  EXPECT_TRUE((*json.Find("a")->AsArray())[1].AsArray()->empty());
  EXPECT_TRUE(json.Find("o")->AsObject()->empty());
}

TEST(Json, KeepsMembersInTheirOrder) {
  const JsonValue json = Parse(R"({"b":1,"a":2})");
  EXPECT_EQ((*json.AsObject())[0].name, "b");
  EXPECT_EQ((*json.AsObject())[1].name, "a");
}

TEST(Json, GivesNullForWhatIsOfAnotherKindOrMissing) {
  const JsonValue json = Parse(R"({"a":1})");
  EXPECT_EQ(json.Find("b"), nullptr);
  EXPECT_EQ(json.Find("a")->Find("a"), nullptr);
  EXPECT_EQ(json.AsArray(), nullptr);
  EXPECT_EQ(json.AsBool(), nullptr);
  EXPECT_EQ(json.AsString(), nullptr);
  EXPECT_EQ(json.AsNumber(), std::nullopt);
}

TEST(Json, KeepsWholeNumbersExactUpTo64Bits) {
  for (const uint64_t size : {uint64_t{0}, (uint64_t{1} << 53) + 1, UINT64_MAX}) {
    const JsonValue json = Parse(std::to_string(size));
    ASSERT_NE(json.AsSize(), nullptr) << size;
    EXPECT_EQ(*json.AsSize(), size);
  }
}

TEST(Json, ReadsOtherNumbersAsDoubles) {
  const std::pair<const char*, double> cases[] = {
      {"-1", -1},      {"-0", 0},       {"0.25", 0.25},     {"1e3", 1000},
      {"1E+3", 1000},  {"25e-2", 0.25}, {"-1.5e-1", -0.15}, {"18446744073709551616", 0x1p64},
      {"1e-999", 0.0},
  };
  for (const auto& [text, number] : cases) {
    const JsonValue json = Parse(text);
    EXPECT_EQ(json.AsSize(), nullptr) << text;
    EXPECT_EQ(json.AsNumber(), number) << text;
  }
  EXPECT_EQ(Parse("7").AsNumber(), 7.0);
}

TEST(Json, ReadsEscapes) {
  EXPECT_EQ(*Parse(R"("\"\\\/\b\f\n\r\t")").AsString(), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(*Parse(R"("\u0041\u00e9\u20AC\ud83d\ude00")").AsString(), "A\u00e9\u20ac\U0001F600");
  EXPECT_EQ(*Parse(R"("\u0000")").AsString(), std::string(1, '\0'));
}

TEST(Json, ReadsUtf8) {
  const std::string text = "\u00e9\u20ac\U0001F600\U0010FFFF";
  EXPECT_EQ(*Parse("\"" + text + "\"").AsString(), text);
}

TEST(Json, RefusesWhatIsNotStrictJson) {
  const std::string_view wrong[] = {
      "",       " ",       "{",          "[",         "}",           "nul",
      "True",   "[1,]",    "[,1]",       "[1 2]",     "{\"a\"}",     "{\"a\":}",
      "{a:1}",  "{'a':1}", "{\"a\":1,}", "{\"a\" 1}", "{,}",         "01",
      "+1",     ".5",      "1.",         "1e",        "1e+",         "-",
      "--1",    "0x10",    "NaN",        "Infinity",  "1e999",       "-1e999",
      "\"a",    "\"\\",    "\"\\x\"",    "\"\\u12\"", "\"\\u12g4\"", "\"\\u+123\"",
      "\"\t\"", "\"\n\"",  "1 2",        "{} {}",     "[]]",         "// x\n1",
  };
  for (const std::string_view text : wrong) EXPECT_NE(ErrorOf(text), "") << text;
  EXPECT_NE(ErrorOf(std::string_view("1\0", 2)), "");
  EXPECT_NE(ErrorOf(std::string_view("\"\0\"", 3)), "");
}

TEST(Json, RefusesHalfSurrogatePairs) {
  for (const char* text : {R"("\ud83d")", R"("\ude00")", R"("\ud83dx")", R"("\ud83d\u0041")",
                           R"("\ud83d\n")", R"("\ud83d\ud83d")"}) {
    EXPECT_THAT(ErrorOf(text), HasSubstr("surrogate")) << text;
  }
}

TEST(Json, RefusesMalformedUtf8) {
  const std::string_view wrong[] = {
      "\x80", "\xC3", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
      "\xF8", "\xFF", "\xE2\x82", "\xC3x",
  };
  for (const std::string_view bytes : wrong) {
    EXPECT_THAT(ErrorOf("\"" + std::string(bytes) + "\""), HasSubstr("UTF-8"));
  }
}

TEST(Json, RefusesANameThatAppearsTwice) {
  EXPECT_EQ(ErrorOf(R"({"a":1,"b":2,"a":3})"),
            R"(the name "a" appears twice in the object that ends at byte 19)");
  EXPECT_NE(ErrorOf(R"({"a":1,"\u0061":2})"), "");
  EXPECT_EQ(ErrorOf(R"([{"a":1},{"a":1}])"), "");
}

TEST(Json, ShortensALongNameInTheMessage) {
  std::string name = "x";  // so that the cut falls into the middle of a character
  for (int i = 0; i < 1000; ++i) name += "\u00e9";
  const std::string error = ErrorOf("{\"" + name + "\":1,\"" + name + "\":2}");
  EXPECT_LT(error.size(), 150u);
  EXPECT_TRUE(ParseJson(JsonQuote(error)).ok()) << "cut inside a character: " << error;
}

TEST(Json, SaysWhereTheErrorIs) {
  EXPECT_EQ(ErrorOf(R"({"a" 1})"), "expected ':' at byte 5");
  EXPECT_EQ(ErrorOf("[1,2"), "expected ',' or ']' at byte 4");
}

TEST(Json, LimitsNesting) {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(ErrorOf(nested(kMaxJsonDepth)), "");
  EXPECT_THAT(ErrorOf(nested(1'000'000)), HasSubstr("nesting"));
}

TEST(Json, LimitsTheNumberOfValues) {
  std::string text = "[";
  for (int i = 0; i < kMaxJsonValues; ++i) text += "0,";
  EXPECT_THAT(ErrorOf(text + "0]"), HasSubstr("too many values"));
}

TEST(Json, QuotesWhatReadsBack) {
  std::string every_byte_below_128;
  for (char c = 0; c < 127; ++c) every_byte_below_128 += c;
  for (const std::string& text :
       {std::string(), every_byte_below_128, std::string("\u20ac \"x\"")}) {
    EXPECT_EQ(*Parse(JsonQuote(text)).AsString(), text);
  }
  EXPECT_EQ(JsonQuote("a\"\\\n"), R"("a\"\\\u000a")");
}

}  // namespace
}  // namespace headlens
