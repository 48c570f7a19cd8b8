// Definitions of slot_table.hpp; included by it alone.
#pragma once

namespace zenzefi::gateway {

template <std::size_t kValueWords, std::size_t kSetAlignment>
auto SlotTable<kValueWords, kSetAlignment>::find(const HashWords& key, std::uint32_t use) noexcept
    -> std::optional<Value> {
  Set& set = set_of(key);
  prefetch_first_payload(set, key);
  // The moment of this load is the one the answer is true for: an entry of this generation was not
  // dropped before it. How the load of the control word is ordered to it does not matter.
  const Generation generation = set.generation.load(std::memory_order_acquire);
  const ControlWord wanted = ControlWord::entry(key.tag_bits(), 0, generation);
  for (std::size_t i = 0; i < kWays; ++i) {
    const std::size_t way = (first_way(key) + i) % kWays;
    // acquire: sees the payload that was published with it; a payload that does not fit is a miss
    const ControlWord held{set.controls[way].load(std::memory_order_acquire)};
    if (!held.same_tag_and_generation(wanted)) {
      continue;
    }
    if (const auto value = read(set.payloads[way], key, held.stamp())) {
      if (set.last_used[way].load(std::memory_order_relaxed) != use) {
        set.last_used[way].store(use, std::memory_order_relaxed);
      }
      return value;
    }
  }
  return std::nullopt;
}

template <std::size_t kValueWords, std::size_t kSetAlignment>
bool SlotTable<kValueWords, kSetAlignment>::put(const HashWords& key, const Value& value,
                                                Generation generation, Now now) noexcept {
  Set& set = set_of(key);
  const std::uint64_t stamp = stamps_->fetch_add(1, std::memory_order_relaxed);
  const ControlWord busy = ControlWord::busy(stamp);
  const ControlWord wanted = ControlWord::entry(key.tag_bits(), stamp, generation);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    // Only saves the work, here and below: readers judge by the generation themselves.
    if (set.generation.load(std::memory_order_relaxed) != generation) {
      return false;
    }
    auto choice = choose_own_or_free(set, key, wanted);
    if (!choice) {
      choice = choose_victim(set, now.life);
    }
    if (!choice) {
      return false;
    }
    if (!take(set, *choice, busy)) {
      continue;
    }
    write(set.payloads[choice->way], key, value, stamp);
    set.last_used[choice->way].store(now.use, std::memory_order_relaxed);
    Word& control = set.controls[choice->way];
    if (set.generation.load(std::memory_order_relaxed) != generation) {
      clear(control, busy);
      return false;
    }
    // Fails if this writer was so slow that it counted as dead. Release publishes the payload;
    // seq_cst so that of two writers who publish here and then erase() in another table at least
    // one sees the other.
    std::uint64_t expected = busy.bits();
    if (!control.compare_exchange_strong(expected, wanted.bits(), std::memory_order_seq_cst)) {
      return false;
    }
    erase_except(choice->way, set, key);
    return true;
  }
  return false;
}

template <std::size_t kValueWords, std::size_t kSetAlignment>
auto SlotTable<kValueWords, kSetAlignment>::drop(const HashWords& key) noexcept -> Generation {
  Set& set = set_of(key);
  // From here on everything in the set is dead, what late writers will publish included. That the
  // loop below finds all of its own is therefore not needed; what it misses of its neighbours is
  // lost, nothing else.
  const Generation before = set.generation.fetch_add(1, std::memory_order_seq_cst);
  const Generation after = before + 1;
  const ControlWord dropped = ControlWord::entry(key.tag_bits(), 0, 0);
  for (Word& control : set.controls) {
    const ControlWord held{control.load(std::memory_order_acquire)};
    if (!held.is_entry()) {
      continue;
    }
    // The tag decides, without a look at the payload: a neighbour with the same tag, one of
    // thousands, is lost rather than anything kept in doubt. Clearing what died earlier keeps it
    // from coming to life again when generations wrap around.
    const bool dead = held.is_older_than(before);
    if (dead || held.same_tag(dropped)) {
      clear(control, held);
    } else if (held.has_generation(before)) {
      std::uint64_t expected = held.bits();
      control.compare_exchange_strong(expected, held.with_generation(after).bits(),
                                      std::memory_order_acq_rel, std::memory_order_relaxed);
    }
  }
  return before;
}

template <std::size_t kValueWords, std::size_t kSetAlignment>
void SlotTable<kValueWords, kSetAlignment>::erase(const HashWords& key) noexcept {
  erase_except(kWays, set_of(key), key);
}

template <std::size_t kValueWords, std::size_t kSetAlignment>
void SlotTable<kValueWords, kSetAlignment>::erase_except(std::size_t except, Set& set,
                                                         const HashWords& key) noexcept {
  const ControlWord like = ControlWord::entry(key.tag_bits(), 0, 0);
  for (std::size_t way = 0; way < kWays; ++way) {
    for (int attempt = 0; way != except && attempt < kAttempts; ++attempt) {
      // The whole hash decides: guessing tokens must not remove those that only look alike.
      const ControlWord held{set.controls[way].load(std::memory_order_seq_cst)};
      if (!held.same_tag(like) || !holds(set.payloads[way], key) ||
          clear(set.controls[way], held)) {
        break;
      }
    }
  }
}

template <std::size_t kValueWords, std::size_t kSetAlignment>
auto SlotTable<kValueWords, kSetAlignment>::read(const Payload& payload, const HashWords& key,
                                                 std::uint64_t stamp) noexcept
    -> std::optional<Value> {
  if (!holds(payload, key)) {
    return std::nullopt;
  }
  const Value value = load(payload.value);
  const std::uint64_t check = payload.check.load(std::memory_order_relaxed);
  if (check != Checksum{stamp}.add(key.words()).add(value).value()) {
    return std::nullopt;
  }
  return value;
}

template <std::size_t kValueWords, std::size_t kSetAlignment>
void SlotTable<kValueWords, kSetAlignment>::write(Payload& payload, const HashWords& key,
                                                  const Value& value,
                                                  std::uint64_t stamp) noexcept {
  for (std::size_t i = 0; i < key.words().size(); ++i) {
    payload.hash[i].store(key.words()[i], std::memory_order_relaxed);
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    payload.value[i].store(value[i], std::memory_order_relaxed);
  }
  // The reader knows no more of the stamp than what the control word has room for.
  payload.check.store(Checksum{stamp & ControlWord::kStampMask}.add(key.words()).add(value).value(),
                      std::memory_order_relaxed);
}

template <std::size_t kValueWords, std::size_t kSetAlignment>
bool SlotTable<kValueWords, kSetAlignment>::holds(const Payload& payload,
                                                  const HashWords& key) noexcept {
  return load(payload.hash) == key.words();
}

template <std::size_t kValueWords, std::size_t kSetAlignment>
auto SlotTable<kValueWords, kSetAlignment>::choose_own_or_free(const Set& set, const HashWords& key,
                                                               ControlWord wanted) noexcept
    -> std::optional<Choice> {
  std::optional<Choice> free;
  for (std::size_t i = 0; i < kWays; ++i) {
    const std::size_t way = (first_way(key) + i) % kWays;
    const ControlWord held{set.controls[way].load(std::memory_order_acquire)};
    if (held.same_tag(wanted) && holds(set.payloads[way], key)) {
      return Choice{way, held};
    }
    const bool abandoned = held.is_busy() && held.distance(wanted.stamp()) > kAbandonedAfter;
    const bool dead = held.is_entry() && held.is_older_than(wanted.generation());
    if (!free && (held.is_empty() || abandoned || dead)) {
      free = Choice{way, held};
    }
  }
  return free;
}

template <std::size_t kValueWords, std::size_t kSetAlignment>
auto SlotTable<kValueWords, kSetAlignment>::choose_victim(const Set& set,
                                                          std::uint64_t life) noexcept
    -> std::optional<Choice> {
  std::optional<Choice> oldest;
  std::uint32_t oldest_use = 0;
  for (std::size_t way = 0; way < kWays; ++way) {
    const ControlWord held{set.controls[way].load(std::memory_order_acquire)};
    if (!held.is_entry()) {
      continue;
    }
    if (set.payloads[way].value[0].load(std::memory_order_relaxed) <= life) {
      return Choice{way, held};
    }
    const std::uint32_t use = set.last_used[way].load(std::memory_order_relaxed);
    if (!oldest || use < oldest_use) {
      oldest = Choice{way, held, true};
      oldest_use = use;
    }
  }
  return oldest;
}

template <std::size_t kValueWords, std::size_t kSetAlignment>
bool SlotTable<kValueWords, kSetAlignment>::take(Set& set, const Choice& choice,
                                                 ControlWord busy) noexcept {
  std::uint64_t expected = choice.held.bits();
  if (!set.controls[choice.way].compare_exchange_strong(
          expected, busy.bits(), std::memory_order_acq_rel, std::memory_order_relaxed)) {
    return false;
  }
  if (choice.held.is_empty()) {
    counters_->used.fetch_add(1, std::memory_order_relaxed);
  }
  if (choice.evicts) {
    counters_->evicted.fetch_add(1, std::memory_order_relaxed);
  }
  return true;
}

template <std::size_t kValueWords, std::size_t kSetAlignment>
bool SlotTable<kValueWords, kSetAlignment>::clear(Word& control, ControlWord held) noexcept {
  std::uint64_t expected = held.bits();
  if (!control.compare_exchange_strong(expected, 0, std::memory_order_seq_cst)) {
    return false;
  }
  counters_->used.fetch_sub(1, std::memory_order_relaxed);
  return true;
}

}  // namespace zenzefi::gateway
