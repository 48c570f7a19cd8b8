#include "infra/postgres/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

namespace zenzefi::infra {

std::optional<std::string> address_or_nothing(const std::string& text) {
  in6_addr parsed{};
  if (::inet_pton(AF_INET, text.c_str(), &parsed) == 1 ||
      ::inet_pton(AF_INET6, text.c_str(), &parsed) == 1) {
    return text;
  }
  return std::nullopt;
}

}  // namespace zenzefi::infra
