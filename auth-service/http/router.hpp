// Which handler answers a method on a path, and where it runs.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/message.hpp"

namespace zenzefi::http {

// The pools are apart so that one kind of work cannot hold up another.
enum class Pool {
  kGeneral,   // the account API
  kPassword,  // whatever hashes a password: slow by intention
  kCheck,     // whether a token lets a request pass: nginx waits for it, and clients never ask
  kInline,    // none: on the IO thread itself, so only what never blocks
};

// Thread-safe. May throw: the answer is 500 then, and nothing of the exception reaches the client.
using Handler = std::function<Response(const Request&)>;

// Answers the request at that place of those a BatchHandler was called with.
using Answer = std::function<void(std::size_t place, Response response)>;

// The same for requests that are cheaper to answer together: gets those that wait at once, of all
// routes that share it, and answers each as soon as it can. What it leaves unanswered of several,
// because it throws or because that takes long, it gets again alone.
using BatchHandler =
    std::function<void(std::span<const Request* const> requests, const Answer& answer)>;

using AnyHandler = std::variant<Handler, std::shared_ptr<const BatchHandler>>;

struct Route {
  Method method = Method::kGet;
  // "/api/v1/tokens/{token_id}": a name in braces matches one segment, which is not empty;
  // "{path...}" at the end matches all that is left, also nothing.
  std::string pattern;
  Pool pool = Pool::kGeneral;
  AnyHandler handler;
};

// Filled at start, then only read: thread-safe from then on.
class Router {
 public:
  struct Match {
    const Route* route;
    std::map<std::string, std::string, std::less<>> parameters;  // as sent, not decoded
  };
  struct NotFound {};
  struct MethodNotAllowed {
    std::string allow;  // "GET, HEAD, POST"
  };
  using Result = std::variant<Match, NotFound, MethodNotAllowed>;

  void add(Method method, std::string pattern, Pool pool, AnyHandler handler);

  // HEAD finds the handler of GET.
  [[nodiscard]] Result find(Method method, std::string_view path) const;

 private:
  struct Entry {
    Route route;
    std::vector<std::string> segments;
  };
  std::vector<Entry> entries_;
};

}  // namespace zenzefi::http
