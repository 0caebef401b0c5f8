// Errors as values: every fallible function returns Result<T>; nothing throws across modules.
#ifndef HEADLENS_BASE_RESULT_H_
#define HEADLENS_BASE_RESULT_H_

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace headlens {

enum class ErrorCode {
  kInvalid,    // the input is wrong; the message says what and what to do
  kNotFound,   // a file or tensor that should be there is not
  kNoMemory,   // the work does not fit into the memory that can be had
  kCancelled,  // the caller asked to stop
  kInternal,   // a library refused something that should have worked
};

// What went wrong, in one sentence for the person who sees it.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::string wanted = {};                // what the caller has to give, if that is all,
  std::vector<std::string> choices = {};  // and what it can be
};

inline Error Invalid(std::string message) { return {ErrorCode::kInvalid, std::move(message)}; }
inline Error NotFound(std::string message) { return {ErrorCode::kNotFound, std::move(message)}; }
inline Error NoMemory(std::string message) { return {ErrorCode::kNoMemory, std::move(message)}; }
inline Error Internal(std::string message) { return {ErrorCode::kInternal, std::move(message)}; }

// Either a value or an Error. Ask ok() first: value() of a failure is a programming error.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(std::move(error)) {}

  bool ok() const { return std::holds_alternative<T>(state_); }
  T& value() & { return std::get<T>(state_); }
  const T& value() const& { return std::get<T>(state_); }
  T&& value() && { return std::get<T>(std::move(state_)); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const { return std::get<Error>(state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : failed_(true), error_(std::move(error)) {}

  bool ok() const { return !failed_; }
  const Error& error() const { return error_; }

 private:
  bool failed_ = false;
  Error error_;
};

using Status = Result<void>;

}  // namespace headlens

#endif  // HEADLENS_BASE_RESULT_H_
