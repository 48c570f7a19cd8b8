#include "infra/crypto/aes_gcm_token_sealer.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "infra/crypto/openssl_entropy.hpp"

namespace zenzefi::infra {
namespace {

constexpr char kVersion = 0x01;
constexpr std::size_t kKeyIdLength = 4;
constexpr std::size_t kHeaderLength = 1 + kKeyIdLength;
constexpr std::size_t kNonceLength = 12;
constexpr std::size_t kTagLength = 16;
constexpr std::size_t kOverhead = kHeaderLength + kNonceLength + kTagLength;
constexpr std::size_t kMaxTokenToSeal = 4096;

struct ContextDeleter {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, ContextDeleter>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string associated_data(std::string_view header, const Uuid& token_id) {
  std::string data{header};
  data.append(token_id.bytes.begin(), token_id.bytes.end());
  return data;
}

tl::unexpected<domain::Error> failed(const char* what) {
  return domain::fail(domain::ErrorCode::kInternal, what);
}

// False when OpenSSL fails. `out` takes the ciphertext, and the tag behind it.
bool encrypt(const SealingKey& key, std::string_view nonce, std::string_view aad,
             std::string_view plain, std::string& out) {
  const Context context{EVP_CIPHER_CTX_new()};
  const std::size_t at = out.size();
  out.resize(at + plain.size() + kTagLength);
  auto* cipher = reinterpret_cast<unsigned char*>(out.data() + at);
  int length = 0;
  return context &&
         EVP_EncryptInit_ex2(context.get(), EVP_aes_256_gcm(), key.bytes.data(), bytes_of(nonce),
                             nullptr) == 1 &&
         EVP_EncryptUpdate(context.get(), nullptr, &length, bytes_of(aad),
                           static_cast<int>(aad.size())) == 1 &&
         EVP_EncryptUpdate(context.get(), cipher, &length, bytes_of(plain),
                           static_cast<int>(plain.size())) == 1 &&
         EVP_EncryptFinal_ex(context.get(), cipher + plain.size(), &length) == 1 &&
         EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagLength,
                             cipher + plain.size()) == 1;
}

// False when the tag does not fit; `plain` then holds nothing of worth.
bool decrypt(const SealingKey& key, std::string_view nonce, std::string_view aad,
             std::string_view cipher, std::string tag, std::string& plain) {
  const Context context{EVP_CIPHER_CTX_new()};
  plain.resize(cipher.size());
  auto* out = reinterpret_cast<unsigned char*>(plain.data());
  int length = 0;
  return context &&
         EVP_DecryptInit_ex2(context.get(), EVP_aes_256_gcm(), key.bytes.data(), bytes_of(nonce),
                             nullptr) == 1 &&
         EVP_DecryptUpdate(context.get(), nullptr, &length, bytes_of(aad),
                           static_cast<int>(aad.size())) == 1 &&
         EVP_DecryptUpdate(context.get(), out, &length, bytes_of(cipher),
                           static_cast<int>(cipher.size())) == 1 &&
         EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagLength, tag.data()) == 1 &&
         EVP_DecryptFinal_ex(context.get(), out + cipher.size(), &length) == 1;
}

}  // namespace

AesGcmTokenSealer::AesGcmTokenSealer(const SealingKey& key,
                                     const std::vector<SealingKey>& previous) {
  keys_.push_back(identify(key));
  for (const SealingKey& old : previous) {
    keys_.push_back(identify(old));
  }
}

AesGcmTokenSealer::IdentifiedKey AesGcmTokenSealer::identify(const SealingKey& key) {
  // Not the plain hash, so that the id cannot coincide with a hash of the key made elsewhere.
  std::string labelled = "zenzefi sealing key id:";
  labelled.append(key.bytes.begin(), key.bytes.end());
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(labelled.data(), labelled.size(), digest.data(), &length, EVP_sha256(), nullptr) !=
      1) {
    throw std::runtime_error("OpenSSL cannot compute SHA-256");
  }
  OPENSSL_cleanse(labelled.data(), labelled.size());
  IdentifiedKey identified{.id = {}, .key = key};
  std::copy_n(digest.begin(), identified.id.size(), identified.id.begin());
  return identified;
}

domain::Result<std::string> AesGcmTokenSealer::seal(std::string_view token, const Uuid& token_id) {
  if (token.size() > kMaxTokenToSeal) {
    return failed("a token too long to be sealed");
  }
  const IdentifiedKey& sealing = keys_.front();
  std::string sealed{kVersion};
  sealed.append(sealing.id.begin(), sealing.id.end());
  const std::string aad = associated_data(sealed, token_id);

  std::array<std::uint8_t, kNonceLength> random{};
  fill_random(random);
  const std::string nonce{random.begin(), random.end()};
  sealed += nonce;
  if (!encrypt(sealing.key, nonce, aad, token, sealed)) {
    return failed("a token cannot be sealed");
  }
  return sealed;
}

domain::Result<std::string> AesGcmTokenSealer::open(std::string_view sealed, const Uuid& token_id) {
  if (sealed.size() < kOverhead || sealed.size() > kOverhead + kMaxTokenToSeal ||
      sealed.front() != kVersion) {
    return failed("a sealed token is malformed");
  }
  const std::string_view header = sealed.substr(0, kHeaderLength);
  const std::string_view nonce = sealed.substr(kHeaderLength, kNonceLength);
  const std::string_view cipher =
      sealed.substr(kHeaderLength + kNonceLength, sealed.size() - kOverhead);
  const std::string_view tag = sealed.substr(sealed.size() - kTagLength);
  const std::string aad = associated_data(header, token_id);

  // More than one key may have this id: it is short.
  for (const IdentifiedKey& candidate : keys_) {
    std::string plain;
    if (std::equal(candidate.id.begin(), candidate.id.end(), bytes_of(header) + 1) &&
        decrypt(candidate.key, nonce, aad, cipher, std::string{tag}, plain)) {
      return plain;
    }
  }
  return failed("a sealed token does not open with the keys at hand");
}

}  // namespace zenzefi::infra
