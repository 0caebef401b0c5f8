#include "checkpoint/pickle.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "checkpoint/pickle_opcodes.h"
#include "checkpoint/quoted.h"

namespace headlens {
namespace {

using Kind = PickleValue::Kind;

constexpr size_t kMaxMarks = 1000;     // open at a time: Python's own limit of nesting
constexpr size_t kMaxNameBytes = 200;  // of a function with its module

// Steps return false when they fail, and leave the sentence in error_.
class Machine {
 public:
  explicit Machine(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  Result<Pickle> Run() {
    for (size_t steps = 0; steps < kMaxPickleSteps; ++steps) {
      std::string_view opcode;
      if (!Take(1, opcode)) return error_;
      if (static_cast<uint8_t>(opcode[0]) == kStop) return Finish();
      if (!Step(static_cast<uint8_t>(opcode[0]))) return error_;
    }
    Fail("is longer than that of any checkpoint");
    return error_;
  }

 private:
  Result<Pickle> Finish() {
    if (stack_.size() != 1 || !marks_.empty()) {
      Fail("leaves something over");
      return error_;
    }
    pickle_.root = stack_[0];
    pickle_.bytes = at_;
    return std::move(pickle_);
  }

  bool Step(uint8_t opcode) {
    switch (opcode) {
      case kProto:
        return TakeProtocol();
      case kFrame:
        return Skip(8);
      case kMark:
        marks_.push_back(stack_.size());
        return marks_.size() <= kMaxMarks || Fail("is nested too deep");
      case kBinGet:
        return Get(1);
      case kLongBinGet:
        return Get(4);
      case kBinPut:
        return Put(1);
      case kLongBinPut:
        return Put(4);
      case kMemoize:
        return PutAt(memo_.size());
      case kGlobal:
        return NameFromLines();
      case kStackGlobal:
        return NameFromStack();
      case kReduce:
      case kNewObj:
        return Call();
      case kBuild:
        return Build();
      case kBinPersId:
        return Persistent();
      default:
        return StepConstant(opcode) || (error_.message.empty() && StepContainer(opcode));
    }
  }

  // False without an error where the opcode is another.
  bool StepConstant(uint8_t opcode) {
    switch (opcode) {
      case kNone:
        return Push({.kind = Kind::kNone});
      case kNewTrue:
      case kNewFalse:
        return Push({.kind = Kind::kBool, .integer = opcode == kNewTrue});
      case kBinInt:
        return TakeInt<int32_t>();
      case kBinInt1:
        return TakeInt<uint8_t>();
      case kBinInt2:
        return TakeInt<uint16_t>();
      case kLong1:
        return TakeLong();
      case kBinFloat:
        return Skip(8) && Push({.kind = Kind::kFloat});
      case kShortBinUnicode:
        return TakeText(1, Kind::kText);
      case kBinUnicode:
        return TakeText(4, Kind::kText);
      case kBinUnicode8:
        return TakeText(8, Kind::kText);
      case kShortBinBytes:
        return TakeText(1, Kind::kBytes);
      case kBinBytes:
        return TakeText(4, Kind::kBytes);
      case kBinBytes8:
      case kByteArray8:
        return TakeText(8, Kind::kBytes);
      default:
        return false;
    }
  }

  bool StepContainer(uint8_t opcode) {
    switch (opcode) {
      case kEmptyTuple:
        return Push({.kind = Kind::kTuple});
      case kTuple1:
      case kTuple2:
      case kTuple3:
        return Gather(Kind::kTuple, opcode - kTuple1 + size_t{1});
      case kTuple:
        return GatherFromMark(Kind::kTuple);
      case kFrozenSet:
        return GatherFromMark(Kind::kList);
      case kEmptyList:
      case kEmptySet:
        return Push({.kind = Kind::kList});
      case kEmptyDict:
        return Push({.kind = Kind::kDict});
      case kAppend:
        return AddItems(Kind::kList, 1);
      case kAppends:
      case kAddItems:
        return AddItemsFromMark(Kind::kList);
      case kSetItem:
        return AddItems(Kind::kDict, 2);
      case kSetItems:
        return AddItemsFromMark(Kind::kDict);
      default:
        return Fail("uses the opcode " + std::to_string(opcode) + ", which no state dict needs");
    }
  }

  // The bytes.

  bool Take(size_t count, std::string_view& taken) {
    if (count > bytes_.size() - at_) return Fail("ends too early");
    taken = {reinterpret_cast<const char*>(bytes_.data()) + at_, count};
    at_ += count;
    return true;
  }

  bool Skip(size_t count) {
    std::string_view skipped;
    return Take(count, skipped);
  }

  template <typename T>
  bool TakeNumber(T& number) {
    std::string_view bytes;
    if (!Take(sizeof(T), bytes)) return false;
    std::memcpy(&number, bytes.data(), sizeof(T));
    return true;
  }

  // Of so many bytes, little-endian.
  bool TakeSize(size_t count, uint64_t& size) {
    std::string_view bytes;
    if (!Take(count, bytes)) return false;
    size = 0;
    std::memcpy(&size, bytes.data(), count);
    return true;
  }

  bool TakeProtocol() {
    uint8_t protocol = 0;
    if (!TakeNumber(protocol)) return false;
    if (protocol >= 2 && protocol <= 5) return true;
    return Fail("is of protocol " + std::to_string(protocol) + ", not 2 to 5");
  }

  template <typename T>
  bool TakeInt() {
    T number = 0;
    return TakeNumber(number) && Push({.kind = Kind::kInt, .integer = number});
  }

  // Two's complement, of as few bytes as do.
  bool TakeLong() {
    uint8_t length = 0;
    std::string_view bytes;
    if (!TakeNumber(length) || !Take(length, bytes)) return false;
    if (length > sizeof(int64_t)) return Push({.kind = Kind::kLongInt, .text = bytes});
    int64_t integer = length > 0 && (bytes.back() & 0x80) ? -1 : 0;
    std::memcpy(&integer, bytes.data(), length);
    return Push({.kind = Kind::kInt, .integer = integer});
  }

  bool TakeText(size_t length_bytes, Kind kind) {
    uint64_t length = 0;
    if (!TakeSize(length_bytes, length)) return false;
    if (length > bytes_.size() - at_) return Fail("ends in the middle of a text");
    std::string_view text;
    return Take(static_cast<size_t>(length), text) && Push({.kind = kind, .text = text});
  }

  bool TakeLine(std::string_view& line) {
    const std::string_view rest(reinterpret_cast<const char*>(bytes_.data()) + at_,
                                std::min(bytes_.size() - at_, kMaxNameBytes + 1));
    const size_t length = rest.find('\n');
    if (length == rest.npos) return Fail("has a name without an end");
    return Take(length, line) && Skip(1);
  }

  // The stack and the memo, both of indices of values.

  bool Push(PickleValue value) {
    if (pickle_.values.size() == kMaxPickleValues) return Fail("holds more than any checkpoint");
    stack_.push_back(static_cast<int>(pickle_.values.size()));
    pickle_.values.push_back(std::move(value));
    return true;
  }

  // What lies above the last mark may be used.
  size_t Usable() const { return stack_.size() - (marks_.empty() ? 0 : marks_.back()); }

  bool Pop(int& value) {
    if (Usable() == 0) return Fail("takes a value where there is none");
    value = stack_.back();
    stack_.pop_back();
    return true;
  }

  PickleValue& Top() { return pickle_.values[stack_.back()]; }

  bool PutAt(uint64_t slot) {
    if (Usable() == 0) return Fail("keeps a value where there is none");
    if (slot >= kMaxPickleValues) return Fail("keeps more values than any checkpoint");
    if (slot >= memo_.size()) memo_.resize(static_cast<size_t>(slot) + 1, -1);
    memo_[static_cast<size_t>(slot)] = stack_.back();
    return true;
  }

  bool Put(size_t slot_bytes) {
    uint64_t slot = 0;
    return TakeSize(slot_bytes, slot) && PutAt(slot);
  }

  bool Get(size_t slot_bytes) {
    uint64_t slot = 0;
    if (!TakeSize(slot_bytes, slot)) return false;
    if (slot >= memo_.size() || memo_[static_cast<size_t>(slot)] < 0) {
      return Fail("asks for a value that it did not keep");
    }
    stack_.push_back(memo_[static_cast<size_t>(slot)]);
    return true;
  }

  // Containers.

  bool PopMark(size_t& count) {
    if (marks_.empty()) return Fail("closes what it did not open");
    count = Usable();
    marks_.pop_back();
    return true;
  }

  bool Gather(Kind kind, size_t count) {
    if (count > Usable()) return Fail("takes values where there are none");
    PickleValue value{.kind = kind, .items = {stack_.end() - count, stack_.end()}};
    stack_.resize(stack_.size() - count);
    return Push(std::move(value));
  }

  bool GatherFromMark(Kind kind) {
    size_t count = 0;
    return PopMark(count) && Gather(kind, count);
  }

  // The last `count` values go into the one below them. What a call makes may be filled like a
  // dict; as a list it is of no interest.
  bool AddItems(Kind kind, size_t count) {
    if (count >= Usable()) return Fail("fills something where there is nothing");
    if (kind == Kind::kDict && count % 2 != 0) return Fail("has a key without a value");
    const std::vector<int> items(stack_.end() - count, stack_.end());
    stack_.resize(stack_.size() - count);
    if (Top().kind != kind && Top().kind != Kind::kCall) return Fail("fills what is no container");
    if (Top().kind == Kind::kCall && kind == Kind::kList) return true;
    Top().items.insert(Top().items.end(), items.begin(), items.end());
    return true;
  }

  bool AddItemsFromMark(Kind kind) {
    size_t count = 0;
    return PopMark(count) && AddItems(kind, count);
  }

  // Names and calls.

  bool PushName(std::string_view module, std::string_view name) {
    if (const PickleName* known = FindPickleName(module, name)) {
      return Push({.kind = Kind::kName, .name = known});
    }
    const std::string full = std::string(module) + "." + std::string(name);
    if (full.size() > kMaxNameBytes || !IsPlainText(full)) return Fail("has a name that is none");
    error_ = Invalid("This checkpoint wants to run " + full +
                     ", which headlens never does: save the state dict alone with "
                     "torch.save(model.state_dict(), \"weights.pth\").");
    return false;
  }

  bool NameFromLines() {
    std::string_view module, name;
    return TakeLine(module) && TakeLine(name) && PushName(module, name);
  }

  bool NameFromStack() {
    int name = 0, module = 0;
    if (!Pop(name) || !Pop(module)) return false;
    const PickleValue& name_text = pickle_.values[name];
    const PickleValue& module_text = pickle_.values[module];
    if (name_text.kind != Kind::kText || module_text.kind != Kind::kText) {
      return Fail("has a name that is no text");
    }
    return PushName(module_text.text, name_text.text);
  }

  bool Call() {
    int arguments = 0, callee = 0;
    if (!Pop(arguments) || !Pop(callee)) return false;
    if (pickle_.values[callee].kind != Kind::kName ||
        pickle_.values[arguments].kind != Kind::kTuple) {
      return Fail("calls what is no function");
    }
    return Push({.kind = Kind::kCall, .name = pickle_.values[callee].name, .arguments = arguments});
  }

  // Attributes of what a call made: of no interest.
  bool Build() {
    int state = 0;
    if (!Pop(state)) return false;
    if (Usable() == 0 || Top().kind != Kind::kCall) return Fail("gives attributes to no object");
    return true;
  }

  bool Persistent() {
    int id = 0;
    return Pop(id) && Push({.kind = Kind::kPersistent, .arguments = id});
  }

  bool Fail(const std::string& what) {
    error_ = Invalid("This PyTorch file is damaged: its pickle " + what + " (at byte " +
                     std::to_string(at_) + "). Download or copy it again.");
    return false;
  }

  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
  Pickle pickle_;
  std::vector<int> stack_;
  std::vector<size_t> marks_;  // sizes of the stack
  std::vector<int> memo_;      // -1 where nothing was kept
  Error error_;
};

}  // namespace

Result<Pickle> ReadPickle(std::span<const uint8_t> bytes) { return Machine(bytes).Run(); }

}  // namespace headlens
