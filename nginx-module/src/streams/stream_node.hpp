// A request's place among the open requests of its token.
#pragma once

#include <cstdint>

#include "decision.hpp"

namespace zenzefi::gateway {

struct Context;
struct LocationConf;

// Part of the request's context. Costs a plain request two writes, and allocates nothing.
struct StreamNode {
  Context* next = nullptr;
  Context** place = nullptr;  // what points to this context; null while it is in no registry
  const LocationConf* conf = nullptr;  // of the location that let it in
  std::uint32_t checked_in = 0;        // the round in which its token was last looked up again
  Verdict cut = Verdict::kGranted;     // why it was ended early; kGranted while it was not
  bool is_refused = false;  // and is being told so: as with any other 401, nobody learns its user

  [[nodiscard]] bool is_cut() const noexcept { return cut != Verdict::kGranted; }
};

}  // namespace zenzefi::gateway
