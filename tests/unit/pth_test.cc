#include "checkpoint/pth.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

#include "unit/checkpoint_files.h"
#include "unit/pth_files.h"

namespace headlens {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;

// Written by the real torch.save: tests/fixtures/pth/make.py says what is in them.
Bytes ReadTorchFile(const std::string& name) {
  return ReadFixture("fixtures/pth/" + name + ".pth");
}

std::string ErrorOf(const Bytes& file) { return MessageOf(ReadPth(file)); }

std::vector<std::string> NamesOf(const Checkpoint& checkpoint) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : checkpoint.tensors) names.push_back(name);
  return names;
}

std::vector<float> Floats(const Checkpoint& checkpoint, const std::string& name) {
  const Tensor* tensor = checkpoint.Find(name);
  if (!tensor) return {};
  const Result<std::vector<float>> values = ReadFloats(checkpoint, name, tensor->shape);
  EXPECT_EQ(MessageOf(values), "") << name;
  return values.ok() ? *values : std::vector<float>();
}

// As an integer of the size of an element.
int64_t IntAt(const Tensor& tensor, size_t index) {
  const size_t size = DTypeSize(tensor.dtype);
  int64_t value = 0;
  std::memcpy(&value, tensor.bytes.data() + index * size, size);
  return value;
}

TEST(Pth, ReadsEveryTypeOfEveryProtocol) {
  for (const char* name :
       {"types-2", "types-3", "types-4", "types-5", "types-legacy-2", "types-legacy-4"}) {
    const Bytes file = ReadTorchFile(name);
    const Result<Checkpoint> read = ReadPth(file);
    ASSERT_TRUE(read.ok()) << name << ": " << read.error().message;
    EXPECT_EQ(read->tensors.size(), 12u) << name;
    EXPECT_TRUE(read->storage.empty()) << "nothing needs a copy";
    const std::vector<float> counted = {0, 1, 2, 3, 4, 5};
    for (const char* type : {"F64", "F32", "F16", "BF16"}) {
      EXPECT_EQ(DTypeName(read->Find(type)->dtype), type);
      EXPECT_EQ(Floats(*read, type), counted) << name << " " << type;
    }
    for (const char* type : {"I64", "I32", "I16", "I8", "U8", "BOOL"}) {
      const Tensor& tensor = *read->Find(type);
      EXPECT_EQ(DTypeName(tensor.dtype), type);
      EXPECT_THAT(tensor.shape, ElementsAre(2, 3));
      EXPECT_EQ(tensor.bytes.size(), TensorBytes(tensor));
      for (size_t i = 0; i < 6; ++i) {
        EXPECT_EQ(IntAt(tensor, i), std::string(type) == "BOOL" ? i > 0 : i) << name << type;
      }
    }
    EXPECT_THAT(Floats(*read, "scalar"), ElementsAre(7));
    EXPECT_TRUE(read->Find("scalar")->shape.empty());
    EXPECT_THAT(read->Find("empty")->shape, ElementsAre(0, 4));
  }
}

TEST(Pth, PutsEveryViewOfAStorageInOrder) {
  for (const char* name : {"views", "views-legacy"}) {
    const Bytes file = ReadTorchFile(name);
    const Result<Checkpoint> read = ReadPth(file);
    ASSERT_TRUE(read.ok()) << name << ": " << read.error().message;
    // Value i of a tensor is the element that `at` gives.
    const auto expect = [&](const char* view, const std::vector<uint64_t>& shape,
                            const std::vector<float>& values) {
      ASSERT_NE(read->Find(view), nullptr) << view;
      EXPECT_EQ(read->Find(view)->shape, shape) << view;
      EXPECT_EQ(Floats(*read, view), values) << view;
    };
    std::vector<float> all(24), transposed, permuted;
    for (int i = 0; i < 24; ++i) all[i] = static_cast<float>(i);
    for (int col = 0; col < 6; ++col) {
      for (int row = 0; row < 4; ++row) transposed.push_back(all[6 * row + col]);
    }
    for (int c = 0; c < 4; ++c) {
      for (int a = 0; a < 2; ++a) {
        for (int b = 0; b < 3; ++b) permuted.push_back(all[12 * a + 4 * b + c]);
      }
    }
    expect("whole", {24}, all);
    expect("tied", {24}, all);
    expect("matrix", {4, 6}, all);
    expect("transposed", {6, 4}, transposed);
    expect("rows", {2, 6}, {6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17});
    expect("columns", {4, 2}, {2, 3, 8, 9, 14, 15, 20, 21});
    expect("every_other", {12}, {1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23});
    expect("expanded", {2, 3}, {3, 4, 5, 3, 4, 5});
    expect("permuted", {4, 2, 3}, permuted);
    expect("one_step", {1, 3}, {2, 3, 4});
    expect("parameter", {4, 1}, {0, 6, 12, 18});
    EXPECT_EQ(read->tensors.size(), 11u);
    EXPECT_EQ(read->storage.size(), 6u) << "only what is out of order is copied";
    EXPECT_EQ(read->Find("whole")->bytes.data(), read->Find("tied")->bytes.data());
  }
}

TEST(Pth, PointsIntoTheFile) {
  const Bytes file = ReadTorchFile("views");
  const Result<Checkpoint> read = ReadPth(file);
  ASSERT_TRUE(read.ok());
  for (const char* name : {"whole", "rows", "one_step"}) {
    const Tensor& tensor = *read->Find(name);
    EXPECT_EQ(tensor.bytes.data(), file.data() + tensor.begin) << name;
  }
}

TEST(Pth, FindsTheModelInATrainingCheckpoint) {
  for (const char* name : {"training-2", "training-4", "training-legacy"}) {
    const Bytes file = ReadTorchFile(name);
    const Result<Checkpoint> read = ReadPth(file);
    ASSERT_TRUE(read.ok()) << name << ": " << read.error().message;
    EXPECT_THAT(
        NamesOf(*read),
        UnorderedElementsAreArray(
            {"7", "model.first.bias", "model.first.weight", "optimizer.state.0.exp_avg",
             "optimizer.state.0.exp_avg_sq", "optimizer.state.0.step", "optimizer.state.1.exp_avg",
             "optimizer.state.1.exp_avg_sq", "optimizer.state.1.step", "steps.0", "steps.1"}));
    EXPECT_THAT(Floats(*read, "model.first.weight"), ElementsAre(0, 1, 2, 3, 4, 5));
    EXPECT_THAT(Floats(*read, "model.first.bias"), ElementsAre(10, 11));
    EXPECT_THAT(Floats(*read, "steps.1"), ElementsAre(2));
    EXPECT_THAT(Floats(*read, "7"), ElementsAre(3));
  }
}

TEST(Pth, RefusesByNameWhatIsNoStateDict) {
  const std::pair<const char*, const char*> files[] = {
      {"module", "wants to run torch.nn.modules.linear.Linear"},
      {"float8", "wants to run torch._utils._rebuild_tensor_v3"},
      {"complex", "wants to run torch.ComplexFloatStorage"},
      {"sparse", "wants to run torch._utils._rebuild_sparse_tensor"},
      {"script", "a TorchScript program"},
      {"compressed", "compressed or encrypted"},
      {"big-endian", "another order of bytes"},
      {"recursive", "nested too deep"}};
  for (const auto& [name, sentence] : files) {
    const std::string error = ErrorOf(ReadTorchFile(name));
    EXPECT_THAT(error, HasSubstr(sentence)) << name;
    EXPECT_TRUE(error.ends_with('.')) << error;
  }
  EXPECT_EQ(ErrorOf(ReadTorchFile("rewritten")), "");
}

TEST(Pth, RefusesArchivesOfOtherKinds) {
  EXPECT_THAT(ErrorOf(MakeZip({{"word/document.xml", "<xml>"}})),
              HasSubstr("none that torch.save"));
  EXPECT_THAT(ErrorOf(MakeZip({{"data.pkl", WholePickle("}")}})),
              HasSubstr("none that torch.save"));
  EXPECT_THAT(ErrorOf(MakeZip({{"a/b/data.pkl", WholePickle("}")}})),
              HasSubstr("none that torch.save"));
  EXPECT_THAT(
      ErrorOf(MakeZip({{"a/data.pkl", WholePickle("}")}, {"b/data.pkl", WholePickle("}")}})),
      HasSubstr("several PyTorch files"));
}

const std::string kGood = Dict({{"a", TensorOf(Storage("0", 4), 0, {2, 2}, {2, 1})}});

std::string ErrorOfTensor(int64_t offset, const std::vector<int64_t>& shape,
                          const std::vector<int64_t>& stride) {
  return ErrorOf(MakePth(Dict({{"a", TensorOf(Storage("0", 4), offset, shape, stride)}})));
}

TEST(Pth, ChecksEveryTensorAgainstItsStorage) {
  EXPECT_EQ(ErrorOfTensor(0, {2, 2}, {2, 1}), "");
  EXPECT_EQ(ErrorOfTensor(3, {1}, {1}), "");
  EXPECT_EQ(ErrorOfTensor(4, {0}, {1}), "");
  EXPECT_EQ(ErrorOfTensor(0, {4, 0}, {int64_t{1} << 40, 1}), "");
  for (const auto& [offset, shape, stride] :
       std::vector<std::tuple<int64_t, std::vector<int64_t>, std::vector<int64_t>>>{
           {1, {2, 2}, {2, 1}},
           {4, {1}, {1}},
           {5, {0}, {1}},
           {0, {5}, {1}},
           {0, {2, 2}, {3, 1}},
           {0, {2}, {int64_t{1} << 48}},
           {0, {INT32_MAX, INT32_MAX}, {INT32_MAX, 1}},
           {0, {INT32_MAX, INT32_MAX, 2}, {int64_t{1} << 48, int64_t{1} << 48, 1}},
           {int64_t{1} << 48, {1}, {1}}}) {
    EXPECT_THAT(ErrorOfTensor(offset, shape, stride),
                HasSubstr("runs over the end of its storage of 4 elements"));
  }
}

TEST(Pth, RefusesSizesThatAreNone) {
  const int64_t huge = (int64_t{1} << 48) + 1;
  for (const auto& [offset, shape, stride] :
       std::vector<std::tuple<int64_t, std::vector<int64_t>, std::vector<int64_t>>>{
           {-1, {1}, {1}},
           {0, {-1}, {1}},
           {0, {2}, {-1}},
           {0, {int64_t{1} << 31}, {1}},
           {huge, {1}, {1}},
           {0, {1}, {huge}},
           {0, {2, 2}, {1}},
           {0, {2}, {1, 1}},
           {INT64_MIN, {1}, {1}},
           {0, std::vector<int64_t>(9, 1), std::vector<int64_t>(9, 1)}}) {
    EXPECT_THAT(ErrorOfTensor(offset, shape, stride),
                HasSubstr("the tensor \"a\" is described in no way that torch.save does"));
  }
}

TEST(Pth, WritesNoTensorOutThatRepeatsItsElementsWithoutEnd) {
  for (const std::vector<int64_t>& shape :
       {std::vector<int64_t>{INT32_MAX}, {INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX}}) {
    EXPECT_THAT(ErrorOfTensor(0, shape, std::vector<int64_t>(shape.size(), 0)),
                HasSubstr("repeats its elements too often"));
  }
  // Nor many that each would do.
  std::vector<std::pair<std::string, std::string>> many;
  for (int i = 0; i < 100; ++i) {
    many.push_back({std::to_string(i), TensorOf(Storage("0", 4), 0, {1 << 20}, {0})});
  }
  EXPECT_THAT(ErrorOf(MakePth(Dict(many))), HasSubstr("repeats its elements too often"));
}

TEST(Pth, RefusesStoragesThatAreMissingOrOfAnotherLength) {
  const auto error_of = [](const std::string& storage) {
    return ErrorOf(MakePth(Dict({{"a", TensorOf(storage, 0, {1}, {1})}})));
  };
  EXPECT_EQ(error_of(Storage("0", 4)), "");
  EXPECT_EQ(error_of(Storage("0", 16, "CharStorage")), "");
  EXPECT_THAT(error_of(Storage("1", 4)), HasSubstr("the storage \"1\" is missing"));
  EXPECT_THAT(error_of(Storage("../data/0", 4)), HasSubstr("is missing"));
  EXPECT_THAT(error_of(Storage("", 4)), HasSubstr("is missing"));
  EXPECT_THAT(error_of(Storage("0", 3)), HasSubstr("16 bytes where 12 were announced"));
  EXPECT_THAT(error_of(Storage("0", int64_t{1} << 32)), HasSubstr("17179869184 were announced"));
  EXPECT_THAT(error_of(Storage("0", 4, "DoubleStorage")), HasSubstr("32 were announced"));
  EXPECT_THAT(error_of(Storage("0", -1)), HasSubstr("mentions a storage in no way"));
  EXPECT_THAT(error_of(Storage("0", INT64_MAX)), HasSubstr("mentions a storage in no way"));
  EXPECT_THAT(error_of(Text("0") + "Q"), HasSubstr("mentions a storage in no way"));
  EXPECT_THAT(error_of("K\x01Q"), HasSubstr("mentions a storage in no way"));
  EXPECT_THAT(error_of("N"), HasSubstr("described in no way"));
}

TEST(Pth, RefusesTensorsThatAreMadeInOtherWays) {
  const std::string rebuild = Name("torch._utils", "_rebuild_tensor_v2");
  const std::string parameter = Name("torch._utils", "_rebuild_parameter");
  for (const std::string& value : {rebuild + ")R", rebuild + Ints({1, 2, 3, 4}) + "R",
                                   rebuild + Tuple({Storage("0", 4)}) + "R", parameter + ")R"}) {
    EXPECT_THAT(ErrorOf(MakePth(Dict({{"a", value}}))), HasSubstr("\"a\" is described in no way"));
  }
  const std::string filled =
      Name("collections", "OrderedDict") + Tuple({"]" + Ints({1, 2}) + "a"}) + "R";
  EXPECT_THAT(ErrorOf(MakePth(filled)), HasSubstr("makes an OrderedDict in a way"));
}

TEST(Pth, RefusesTwoTensorsOfOneName) {
  const std::string tensor = TensorOf(Storage("0", 4), 0, {1}, {1});
  EXPECT_THAT(ErrorOf(MakePth(Dict({{"a", tensor}, {"a", tensor}}))),
              HasSubstr("two tensors of the name \"a\""));
  EXPECT_THAT(ErrorOf(MakePth(Dict({{"a.b", tensor}, {"a", Dict({{"b", tensor}})}}))),
              HasSubstr("two tensors of the name \"a.b\""));
}

TEST(Pth, BoundsTheNamesOfTensors) {
  const std::string tensor = TensorOf(Storage("0", 4), 0, {1}, {1});
  const std::string half(200, 'x');
  EXPECT_EQ(ErrorOf(MakePth(Dict({{std::string(256, 'x'), tensor}}))), "");
  EXPECT_THAT(ErrorOf(MakePth(Dict({{half, Dict({{half, tensor}})}}))),
              HasSubstr("over 256 bytes"));
  // No network has such names.
  for (const std::string& name :
       {std::string(257, 'x'), std::string("\xFF"), std::string("a\nb")}) {
    const Bytes file = MakePth(Dict({{name, tensor}, {"a", tensor}}));
    const Result<Checkpoint> read = ReadPth(file);
    ASSERT_TRUE(read.ok());
    EXPECT_THAT(NamesOf(*read), ElementsAre("a"));
  }
}

// What a memo makes of a few bytes: a list of the one before twice, and so on.
std::string Doubled(const std::string& value, char times) {
  std::string lists = value + "q\1"s;
  for (char slot = 1; slot <= times; ++slot) {
    const std::string last = "h"s + slot;
    lists += "](" + last + last + "eq" + static_cast<char>(slot + 1);
  }
  return "(" + lists + "t";  // they are all still on the stack
}

TEST(Pth, BoundsWhatRepeatsItself) {
  const std::string tensor = TensorOf(Storage("0", 4), 0, {1}, {1});
  EXPECT_EQ(ErrorOf(MakePth(Doubled(tensor, 5))), "");
  EXPECT_THAT(ErrorOf(MakePth(Doubled(tensor, 24))), HasSubstr("more than 100000 tensors"));
  EXPECT_THAT(ErrorOf(MakePth(Doubled("]", 24))), HasSubstr("repeats itself without end"));
}

TEST(Pth, RefusesWhatHoldsItself) {
  EXPECT_THAT(ErrorOf(MakePth("]q\1h\1a")), HasSubstr("nested too deep"));
  EXPECT_THAT(ErrorOf(MakePth("}q\1" + Text("a") + "h\1s")), HasSubstr("nested too deep"));
}

TEST(Pth, TellsBytesThatAreNotThoseThatWereWritten) {
  const Bytes good = MakePth(kGood);
  const auto error_with_other = [&](const std::string& bytes) {
    Bytes file = good;
    const auto found = std::search(file.begin(), file.end(), bytes.begin(), bytes.end());
    EXPECT_NE(found, file.end());
    *found ^= 0x20;
    return ErrorOf(file);
  };
  EXPECT_THAT(error_with_other("_rebuild_tensor_v2"), HasSubstr("\"data.pkl\" are not those"));
  EXPECT_THAT(error_with_other("little"), HasSubstr("\"byteorder\" are not those"));
  EXPECT_THAT(error_with_other(std::string(16, '\0') + "PK\7\b"),
              HasSubstr("\"data/0\" are not those that were written"));
}

TEST(Pth, RefusesEveryTruncation) {
  for (const Bytes& whole : {MakePth(kGood), ReadTorchFile("views"), ReadTorchFile("views-legacy"),
                             ReadTorchFile("training-legacy")}) {
    for (size_t length = 2; length < whole.size(); ++length) {
      const std::string error = ErrorOf(Bytes(whole.begin(), whole.begin() + length));
      EXPECT_TRUE(error.ends_with('.')) << length << error;
    }
  }
}

TEST(Pth, SurvivesEveryBitFlip) {
  for (const Bytes& whole : {MakePth(kGood), ReadTorchFile("views-legacy")}) {
    for (size_t bit = 0; bit < 8 * whole.size(); ++bit) {
      Bytes flipped = whole;
      flipped[bit / 8] ^= 1 << bit % 8;
      const std::string error = ErrorOf(flipped);
      EXPECT_TRUE(error.empty() || error.ends_with('.')) << bit << error;
    }
  }
}

TEST(LegacyPth, SaysWhatIsWrong) {
  const Bytes good = ReadTorchFile("views-legacy");
  const auto text = std::string(good.begin(), good.end());
  const auto with = [&](const std::string& old_part, const std::string& new_part) {
    std::string changed = text;
    const size_t at = changed.find(old_part);
    EXPECT_NE(at, changed.npos) << old_part;
    if (at != changed.npos) changed.replace(at, old_part.size(), new_part);
    return ErrorOf(ToBytes(changed));
  };
  EXPECT_THAT(ErrorOf(ToBytes(WholePickle("}"))), HasSubstr("none that torch.save wrote"));
  EXPECT_THAT(ErrorOf(ToBytes(WholePickle(Int(1)))), HasSubstr("none that torch.save wrote"));
  EXPECT_THAT(with("M\xE9\x03", "M\xEA\x03"), HasSubstr("of a version"));
  EXPECT_THAT(with("little_endianq\x02\x88", "little_endianq\x02\x89"),
              HasSubstr("order of bytes"));
  EXPECT_THAT(with("little_endian", "little_indian"), HasSubstr("order of bytes"));
  EXPECT_THAT(ErrorOf(ToBytes(text + "x")), HasSubstr("1 bytes more"));
  EXPECT_THAT(ErrorOf(ToBytes(text.substr(0, text.size() - 1))), HasSubstr("cut off"));
  EXPECT_THAT(with(Number(24, 8), Number(UINT64_MAX, 8)), HasSubstr("cut off"));
  EXPECT_THAT(with(Number(24, 8), Number(UINT64_MAX / 4 + 2, 8)), HasSubstr("cut off"));
  EXPECT_THAT(with(Number(24, 8), Number(23, 8)), HasSubstr("4 bytes more"));
}

// What the older format puts before and behind what was saved.
Bytes MakeLegacy(const std::string& value, const std::string& keys, const std::string& storages) {
  return ToBytes(WholePickle("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19") +
                 WholePickle("M\xE9\x03") + WholePickle(Dict({{"little_endian", "\x88"}})) +
                 WholePickle(value) + WholePickle(keys) + storages);
}

std::string LegacyStorage(const std::string& key, int64_t elements, const std::string& view) {
  return Tuple({Text("storage"), Name("torch", "FloatStorage"), Text(key), Text("cpu"),
                Int(elements), view}) +
         "Q";
}

TEST(LegacyPth, ChecksTheListOfStorages) {
  const std::string value = Dict({{"a", TensorOf(LegacyStorage("k", 1, "N"), 0, {1}, {1})}});
  const std::string one = Number(1, 8) + Number(0, 4), key = Text("k");
  EXPECT_EQ(ErrorOf(MakeLegacy(value, "](" + key + "e", one)), "");
  EXPECT_THAT(ErrorOf(MakeLegacy(value, "]", "")), HasSubstr("\"k\" is missing"));
  EXPECT_THAT(ErrorOf(MakeLegacy(value, "](" + key + key + "e", one + one)),
              HasSubstr("nothing needs its storage \"k\""));
  EXPECT_THAT(ErrorOf(MakeLegacy(value, "](" + key + Text("l") + "e", one + one)),
              HasSubstr("nothing needs its storage \"l\""));
  EXPECT_THAT(ErrorOf(MakeLegacy(value, "](K\1e", one)), HasSubstr("has no key"));
  const std::string two = Number(2, 8) + Number(0, 8);
  EXPECT_THAT(ErrorOf(MakeLegacy(value, "](" + key + "e", two)), HasSubstr("8 bytes where 4"));
  EXPECT_THAT(ErrorOf(MakeLegacy(Dict({{"a", TensorOf(LegacyStorage("k", 1, ")"), 0, {1}, {1})}}),
                                 "](" + key + "e", one)),
              HasSubstr("mentions a storage in no way"));
  EXPECT_THAT(ErrorOf(MakeLegacy(Name("os", "system") + Tuple({Text("ls")}) + "R", "]", "")),
              HasSubstr("wants to run os.system"));
}

TEST(Pth, ReadsTheSameTensorsFromBothFormsOfOneNetwork) {
  const Result<Checkpoint> pth = ReadCheckpoint(ReadFixture("fixtures/dino-micro.pth"));
  const Result<Checkpoint> expected =
      ReadCheckpoint(ReadFixture("fixtures/dino-micro.safetensors"));
  ASSERT_TRUE(pth.ok()) << pth.error().message;
  ASSERT_TRUE(expected.ok());
  EXPECT_EQ(NamesOf(*pth), NamesOf(*expected));
  for (const auto& [name, tensor] : expected->tensors) {
    EXPECT_EQ(pth->Find(name)->dtype, tensor.dtype) << name;
    EXPECT_EQ(pth->Find(name)->shape, tensor.shape) << name;
    EXPECT_TRUE(std::ranges::equal(pth->Find(name)->bytes, tensor.bytes)) << name;
  }
}

TEST(Pth, TakesTheTeacherOfATrainingCheckpoint) {
  const Result<Checkpoint> pth =
      ReadCheckpoint(ReadFixture("fixtures/dino-micro-training-checkpoint.pth"));
  const Result<Checkpoint> expected =
      ReadCheckpoint(ReadFixture("fixtures/dino-micro.safetensors"));
  ASSERT_TRUE(pth.ok()) << pth.error().message;
  ASSERT_TRUE(expected.ok());
  EXPECT_EQ(NamesOf(*pth), NamesOf(*expected));
  for (const auto& [name, tensor] : expected->tensors) {
    EXPECT_TRUE(std::ranges::equal(pth->Find(name)->bytes, tensor.bytes)) << name;
  }
}

}  // namespace
}  // namespace headlens
