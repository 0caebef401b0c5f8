#include "checkpoint/pickle.h"

#include <gmock/gmock.h>

#include <string>

#include "unit/checkpoint_files.h"
#include "unit/pth_files.h"

namespace headlens {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Kind = PickleValue::Kind;

std::string ErrorOf(const std::string& pickle) { return MessageOf(ReadPickle(ToBytes(pickle))); }

// Of a pickle whose bytes may go: its root.
PickleValue RootOf(const std::string& value) {
  const Bytes bytes = ToBytes(WholePickle(value));
  const Result<Pickle> pickle = ReadPickle(bytes);
  EXPECT_EQ(MessageOf(pickle), "");
  if (!pickle.ok()) return {};
  EXPECT_EQ(pickle->bytes, bytes.size());
  PickleValue root = pickle->values[pickle->root];
  root.text = {};
  return root;
}

int64_t IntOf(const std::string& value) {
  const PickleValue root = RootOf(value);
  EXPECT_EQ(root.kind, Kind::kInt);
  return root.integer;
}

TEST(Pickle, ReadsNumbersOfEveryLength) {
  EXPECT_EQ(IntOf("K\xFF"), 255);
  EXPECT_EQ(IntOf("M\x01\x02"), 0x0201);
  EXPECT_EQ(IntOf("J\xFE\xFF\xFF\xFF"), -2);
  EXPECT_EQ(IntOf("\x8a\x00"s), 0);
  EXPECT_EQ(IntOf("\x8a\x01\xFF"), -1);
  EXPECT_EQ(IntOf("\x8a\x05\0\0\0\0\x01"s), int64_t{1} << 32);
  EXPECT_EQ(IntOf(Int(INT64_MIN)), INT64_MIN);
  EXPECT_EQ(RootOf("\x8a\x0a" + Number(1, 10)).kind, Kind::kLongInt);
  EXPECT_EQ(RootOf("G" + Number(0, 8)).kind, Kind::kFloat);
  EXPECT_EQ(RootOf("\x88").integer, 1);
  EXPECT_EQ(RootOf("\x89").kind, Kind::kBool);
  EXPECT_EQ(RootOf("N").kind, Kind::kNone);
}

TEST(Pickle, ReadsTextsOfEveryLength) {
  for (const std::string& text :
       {Text("abc"), "\x8c\x03"s + "abc", "\x8d" + Number(3, 8) + "abc"}) {
    const Bytes bytes = ToBytes(WholePickle(text));
    const Result<Pickle> pickle = ReadPickle(bytes);
    ASSERT_TRUE(pickle.ok()) << pickle.error().message;
    EXPECT_EQ(pickle->values[0].kind, Kind::kText);
    EXPECT_EQ(pickle->values[0].text, "abc");
  }
  for (const std::string& text : {"B" + Number(1, 4) + "a", "C\x01"s + "a",
                                  "\x8e" + Number(1, 8) + "a", "\x96" + Number(1, 8) + "a"}) {
    EXPECT_EQ(RootOf(text).kind, Kind::kBytes);
  }
}

TEST(Pickle, ReadsContainers) {
  EXPECT_EQ(RootOf(")").kind, Kind::kTuple);
  EXPECT_EQ(RootOf("K\x01\x85").items.size(), 1u);
  EXPECT_EQ(RootOf("K\x01K\x02\x86").items.size(), 2u);
  EXPECT_EQ(RootOf("K\x01K\x02K\x03\x87").items.size(), 3u);
  EXPECT_EQ(RootOf("(K\x01K\x02K\x03K\x04t").items.size(), 4u);
  EXPECT_EQ(RootOf("]K\x01"
                   "a")
                .items.size(),
            1u);
  EXPECT_EQ(RootOf("](K\x01K\x02"
                   "e")
                .items.size(),
            2u);
  EXPECT_EQ(RootOf("}K\x01K\x02s").items.size(), 2u);
  EXPECT_EQ(RootOf(Dict({{"a", "N"}, {"b", "N"}})).items.size(), 4u);
  EXPECT_EQ(RootOf("\x8f(K\x01K\x02\x90").items.size(), 2u);
  EXPECT_EQ(RootOf("(K\x01\x91").kind, Kind::kList);
}

TEST(Pickle, SharesWhatItKept) {
  for (const std::string& keep : {"q\x05"s, "r\x05\0\0\0"s}) {
    EXPECT_EQ(RootOf("(K\x01" + keep + "h\x05j\x05\0\0\0t"s).items, (std::vector<int>{0, 0, 0}));
  }
  EXPECT_EQ(RootOf("(K\x01\x94K\x02\x94h\x01h\x00t"s).items, (std::vector<int>{0, 1, 1, 0}));
}

TEST(Pickle, NotesCallsWithoutMakingThem) {
  const std::string ordered = Name("collections", "OrderedDict");
  for (const std::string& call :
       {ordered + ")R", ordered + ")\x81", ordered + ")R}" + Text("a") + "Nsb",
        Text("collections") + Text("OrderedDict") + "\x93)R"}) {
    const PickleValue root = RootOf(call);
    EXPECT_EQ(root.kind, Kind::kCall);
    EXPECT_EQ(root.name->role, PickleRole::kOrderedDict);
    EXPECT_TRUE(root.items.empty());
  }
  EXPECT_EQ(RootOf(ordered + ")R(" + Text("a") + "Nu").items.size(), 2u);
}

TEST(Pickle, RefusesByNameWhatNoStateDictNeeds) {
  const std::pair<const char*, const char*> names[] = {{"os", "system"},
                                                       {"posix", "system"},
                                                       {"nt", "system"},
                                                       {"builtins", "eval"},
                                                       {"builtins", "exec"},
                                                       {"builtins", "getattr"},
                                                       {"__builtin__", "eval"},
                                                       {"subprocess", "Popen"},
                                                       {"torch", "load"},
                                                       {"operator", "attrgetter"},
                                                       {"collections", "Ordered"},
                                                       {"torch.nn.modules.linear", "Linear"},
                                                       {"torch.storage", "_load_from_bytes"}};
  for (const auto& [module, name] : names) {
    const std::string full = std::string(module) + "." + name;
    const std::string sentence = "This checkpoint wants to run " + full +
                                 ", which headlens never does: save the state dict alone with "
                                 "torch.save(model.state_dict(), \"weights.pth\").";
    const std::string arguments = Tuple({Text("echo")}) + "R";
    EXPECT_EQ(ErrorOf(WholePickle(Name(module, name) + arguments)), sentence);
    EXPECT_EQ(ErrorOf(WholePickle(Text(module) + Text(name) + "\x93" + arguments)), sentence);
  }
}

TEST(Pickle, RefusesNamesThatOnlyLookLikeThoseItKnows) {
  for (const char* name : {"OrderedDict.update", "OrderedDict ", "orderedDict", "", " ",
                           "Counter deque", "OrderedDict.__init__.__globals__"}) {
    EXPECT_NE(ErrorOf(WholePickle(Text("collections") + Text(name) + "\x93")), "") << name;
  }
  EXPECT_THAT(ErrorOf(WholePickle(Text("builtins") + Text("str.format") + "\x93")),
              HasSubstr("wants to run builtins.str.format"));
  EXPECT_THAT(ErrorOf(WholePickle(Text("a\nb") + Text("c") + "\x93")),
              HasSubstr("name that is none"));
  EXPECT_THAT(ErrorOf(WholePickle(Text("os") + Text(std::string(300, 'x')) + "\x93")),
              HasSubstr("name that is none"));
  EXPECT_THAT(ErrorOf(WholePickle("c" + std::string(300, 'x') + "\ny\n")),
              HasSubstr("without an end"));
  EXPECT_THAT(ErrorOf(WholePickle("K\x01" + Text("c") + "\x93")), HasSubstr("no text"));
}

TEST(Pickle, RefusesCallsOfWhatIsNoName) {
  const std::string ordered = Name("collections", "OrderedDict");
  EXPECT_THAT(ErrorOf(WholePickle(ordered + ")R)R")), HasSubstr("calls what is no function"));
  EXPECT_THAT(ErrorOf(WholePickle("K\x01)R")), HasSubstr("calls what is no function"));
  EXPECT_THAT(ErrorOf(WholePickle(ordered + "K\x01R")), HasSubstr("calls what is no function"));
  EXPECT_THAT(ErrorOf(WholePickle("}}b")), HasSubstr("gives attributes to no object"));
}

TEST(Pickle, RefusesEveryOpcodeThatNoStateDictNeeds) {
  // Of the older protocols, of subclasses, of buffers outside, and those that do not exist.
  for (const char opcode : "012FILPSTUVdgilop\x82\x83\x84\x8b\x92\x97\x98\x99\xFF"s) {
    EXPECT_THAT(ErrorOf("\x80\x02"s + opcode + "...."),
                HasSubstr("uses the opcode " + std::to_string(static_cast<uint8_t>(opcode))));
  }
}

TEST(Pickle, RefusesOtherProtocols) {
  EXPECT_EQ(ErrorOf("\x80\x05N."), "");
  EXPECT_THAT(ErrorOf("\x80\x01N."), HasSubstr("protocol 1"));
  EXPECT_THAT(ErrorOf("\x80\x06N."), HasSubstr("protocol 6"));
}

TEST(Pickle, RefusesEveryTruncation) {
  const std::string whole =
      WholePickle(Dict({{"a", TensorOf(Storage("0", 4), 0, {2, 2}, {2, 1})}}));
  for (size_t length = 0; length < whole.size(); ++length) {
    EXPECT_THAT(ErrorOf(whole.substr(0, length)),
                AllOf(HasSubstr("This PyTorch file is damaged: its pickle "),
                      ::testing::EndsWith("Download or copy it again.")))
        << length;
  }
}

TEST(Pickle, SurvivesEveryBitFlip) {
  const std::string whole =
      WholePickle(Dict({{"a", TensorOf(Storage("0", 4), 0, {2, 2}, {2, 1})}}));
  for (size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] ^= 1 << bit % 8;
    const std::string error = ErrorOf(flipped);
    EXPECT_TRUE(error.empty() || error.ends_with('.')) << error;
  }
}

TEST(Pickle, RefusesToTakeWhatIsNotThere) {
  for (const char* pickle :
       {"a",     "s",    "b",  "R",   "\x81",  "\x85",   "\x86",    "\x87", "Q",  "\x93", "}N",
        "q\x01", "\x94", "]a", "}Ns", "N\x86", "N(\x85", "N(q\x01", "](a",  ")b", "N(NQ", "N(s"}) {
    EXPECT_NE(ErrorOf(WholePickle(pickle)), "") << pickle;
  }
  EXPECT_THAT(ErrorOf(WholePickle("t")), HasSubstr("closes what it did not open"));
  EXPECT_THAT(ErrorOf(WholePickle("]e")), HasSubstr("closes what it did not open"));
  EXPECT_THAT(ErrorOf(WholePickle("(Ne")), HasSubstr("fills something where there is nothing"));
  EXPECT_THAT(ErrorOf(WholePickle("}(Nu")), HasSubstr("a key without a value"));
  EXPECT_THAT(ErrorOf(WholePickle("](NNu")), HasSubstr("fills what is no container"));
  EXPECT_THAT(ErrorOf(WholePickle("NNa")), HasSubstr("fills what is no container"));
  EXPECT_THAT(ErrorOf(WholePickle("NN")), HasSubstr("leaves something over"));
  EXPECT_THAT(ErrorOf(WholePickle("N(")), HasSubstr("leaves something over"));
  EXPECT_THAT(ErrorOf("\x80\x02."), HasSubstr("leaves something over"));
}

TEST(Pickle, RefusesValuesThatItDidNotKeep) {
  EXPECT_THAT(ErrorOf(WholePickle("h\x00"s)), HasSubstr("did not keep"));
  EXPECT_THAT(ErrorOf(WholePickle("Nq\x02h\x01")), HasSubstr("did not keep"));
  EXPECT_THAT(ErrorOf(WholePickle("j\xFF\xFF\xFF\xFF")), HasSubstr("did not keep"));
}

TEST(Pickle, TakesNoMemoryForWhatIsOnlyClaimed) {
  EXPECT_THAT(ErrorOf(WholePickle("Nr\xFF\xFF\xFF\xFF")), HasSubstr("keeps more values"));
  for (const std::string& text :
       {"X\xFF\xFF\xFF\xFF"s, "\x8d" + Number(UINT64_MAX, 8), "B\xFF\xFF\xFF\xFF"s,
        "\x8e" + Number(uint64_t{1} << 32, 8), "\x96" + Number(INT64_MAX, 8)}) {
    EXPECT_THAT(ErrorOf(WholePickle(text + "abc")), HasSubstr("in the middle of a text"));
  }
}

std::string Repeated(const std::string& text, size_t times) {
  std::string repeated;
  for (size_t i = 0; i < times; ++i) repeated += text;
  return repeated;
}

TEST(Pickle, BoundsWhatItHolds) {
  EXPECT_THAT(ErrorOf(WholePickle(Repeated("(", 2000))), HasSubstr("nested too deep"));
  EXPECT_THAT(ErrorOf(WholePickle(Repeated("N", kMaxPickleValues + 1))),
              HasSubstr("holds more than any checkpoint"));
  EXPECT_THAT(ErrorOf(WholePickle("Nq\0"s + Repeated("h\0"s, kMaxPickleSteps))),
              HasSubstr("longer than that of any checkpoint"));
  // Lists in lists take no stack here.
  EXPECT_EQ(ErrorOf(WholePickle(Repeated("]", 100'000) + Repeated("a", 99'999))), "");
}

}  // namespace
}  // namespace headlens
