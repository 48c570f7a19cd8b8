// A figure that something outside of http knows, as /metrics shows it.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace zenzefi::http {

struct Sample {
  enum class Type { kCounter, kGauge };

  Type type = Type::kGauge;
  std::string name;
  std::string help;
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;
};

// All of one name next to one another. Called on an IO thread: it must not block. Thread-safe.
using SampleSource = std::function<std::vector<Sample>()>;

}  // namespace zenzefi::http
