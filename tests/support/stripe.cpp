#include "tests/support/stripe.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "shared/hex.hpp"

namespace zenzefi::test {

std::string stripe_event(const StripeSession& session, const std::string& type) {
  return R"({"id":"evt_1","object":"event","type":")" + type +
         R"(","data":{"object":{"object":"checkout.session","id":")" + session.id +
         R"(","client_reference_id":")" + session.client_reference_id + R"(","amount_total":)" +
         std::to_string(session.amount_total) + R"(,"currency":")" + session.currency +
         R"(","payment_status":")" + session.payment_status + R"("}}})";
}

std::string stripe_v1(const std::string& secret, const std::string& body, std::int64_t time) {
  const std::string message = std::to_string(time) + "." + body;
  std::array<std::uint8_t, 32> digest{};
  unsigned int length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest.data(),
       &length);
  std::string hex(2 * digest.size(), '0');
  hex_encode(digest, hex.data());
  return hex;
}

std::string stripe_signature(const std::string& secret, const std::string& body,
                             std::int64_t time) {
  return "t=" + std::to_string(time) + ",v1=" + stripe_v1(secret, body, time) + ",v0=00";
}

}  // namespace zenzefi::test
