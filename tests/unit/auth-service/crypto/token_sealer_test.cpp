#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>

#include "infra/crypto/aes_gcm_token_sealer.hpp"
#include "shared/hex.hpp"

namespace zenzefi::infra {
namespace {

SealingKey key_of(std::uint8_t byte) {
  SealingKey key;
  key.bytes.fill(byte);
  return key;
}

Uuid id_of(std::uint8_t byte) {
  Uuid id;
  id.bytes.fill(byte);
  return id;
}

constexpr std::string_view kToken =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";

TEST(AesGcmTokenSealer, OpensWhatItSealed) {
  AesGcmTokenSealer sealer{key_of(1)};
  for (const std::string_view token : {kToken, std::string_view{}, std::string_view{"x"}}) {
    const auto sealed = sealer.seal(token, id_of(7));
    ASSERT_TRUE(sealed.has_value());
    EXPECT_EQ(sealed->size(), token.size() + 33);
    EXPECT_EQ(sealer.open(*sealed, id_of(7)).value(), token);
  }
}

TEST(AesGcmTokenSealer, NeverSealsTheSameWayTwiceAndShowsNothing) {
  AesGcmTokenSealer sealer{key_of(1)};
  const std::string one = sealer.seal(kToken, id_of(7)).value();
  const std::string two = sealer.seal(kToken, id_of(7)).value();
  EXPECT_NE(one.substr(5, 12), two.substr(5, 12));
  EXPECT_NE(one.substr(17), two.substr(17));
  EXPECT_EQ(one.find(kToken.substr(0, 4)), std::string::npos);
}

TEST(AesGcmTokenSealer, EveryChangedBitIsNoticed) {
  AesGcmTokenSealer sealer{key_of(1)};
  const std::string sealed = sealer.seal(kToken, id_of(7)).value();
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string tampered = sealed;
      tampered[i] = static_cast<char>(tampered[i] ^ (1 << bit));
      const auto opened = sealer.open(tampered, id_of(7));
      ASSERT_FALSE(opened.has_value()) << "byte " << i << ", bit " << bit;
      EXPECT_EQ(opened.error().code, domain::ErrorCode::kInternal);
    }
  }
}

TEST(AesGcmTokenSealer, EveryCutAndEveryAdditionIsNoticed) {
  AesGcmTokenSealer sealer{key_of(1)};
  const std::string sealed = sealer.seal(kToken, id_of(7)).value();
  for (std::size_t length = 0; length < sealed.size(); ++length) {
    EXPECT_FALSE(sealer.open(sealed.substr(0, length), id_of(7)).has_value()) << length;
  }
  EXPECT_FALSE(sealer.open(sealed + "x", id_of(7)).has_value());
  EXPECT_FALSE(sealer.open(std::string(1 << 20, '\1'), id_of(7)).has_value());
  EXPECT_FALSE(sealer.seal(std::string(1 << 20, 'x'), id_of(7)).has_value());
}

TEST(AesGcmTokenSealer, DoesNotOpenInAnotherRow) {
  AesGcmTokenSealer sealer{key_of(1)};
  const std::string sealed = sealer.seal(kToken, id_of(7)).value();
  EXPECT_FALSE(sealer.open(sealed, id_of(8)).has_value());
}

TEST(AesGcmTokenSealer, KeysRotate) {
  AesGcmTokenSealer before{key_of(1)};
  const std::string old = before.seal(kToken, id_of(7)).value();

  AesGcmTokenSealer during{key_of(2), {key_of(3), key_of(1)}};
  EXPECT_EQ(during.open(old, id_of(7)).value(), kToken);
  const std::string fresh = during.seal(kToken, id_of(7)).value();
  EXPECT_FALSE(before.open(fresh, id_of(7)).has_value());

  AesGcmTokenSealer after{key_of(2)};
  EXPECT_EQ(after.open(fresh, id_of(7)).value(), kToken);
  EXPECT_FALSE(after.open(old, id_of(7)).has_value());
}

std::string from_hex(std::string_view hex) {
  std::string bytes(hex.size() / 2, '\0');
  EXPECT_TRUE(hex_decode(hex, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()}));
  return bytes;
}

// An opener of the documented format made of OpenSSL alone.
std::string open_by_hand(const SealingKey& key, std::string_view nonce, std::string_view aad,
                         std::string_view cipher, std::string tag) {
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  std::string plain(cipher.size(), '\0');
  auto* out = reinterpret_cast<unsigned char*>(plain.data());
  int length = 0;
  EVP_DecryptInit_ex2(context, EVP_aes_256_gcm(), key.bytes.data(), bytes(nonce), nullptr);
  if (!aad.empty()) {
    EVP_DecryptUpdate(context, nullptr, &length, bytes(aad), static_cast<int>(aad.size()));
  }
  EVP_DecryptUpdate(context, out, &length, bytes(cipher), static_cast<int>(cipher.size()));
  EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, 16, tag.data());
  const int fits = EVP_DecryptFinal_ex(context, out + plain.size(), &length);
  EVP_CIPHER_CTX_free(context);
  return fits == 1 ? plain : "the tag does not fit";
}

// McGrew and Viega, "The Galois/Counter Mode of Operation", test case 14: what open_by_hand() does
// is AES-256-GCM, and so is what the sealer does, since it opens that.
TEST(AesGcmTokenSealer, IsAes256GcmInTheDocumentedFormat) {
  ASSERT_EQ(open_by_hand(key_of(0), std::string(12, '\0'), "",
                         from_hex("cea7403d4d606b6e074ec5d3baf39d18"),
                         from_hex("d0d1c8a799996bf0265b98b5d48ab919")),
            std::string(16, '\0'));

  AesGcmTokenSealer sealer{key_of(9)};
  const std::string sealed = sealer.seal(kToken, id_of(7)).value();
  EXPECT_EQ(sealed[0], 1);
  const std::string aad = sealed.substr(0, 5) + std::string(16, '\7');
  EXPECT_EQ(open_by_hand(key_of(9), sealed.substr(5, 12), aad,
                         sealed.substr(17, sealed.size() - 33), sealed.substr(sealed.size() - 16)),
            kToken);
}

TEST(SealingKey, IsBase64OfExactly32Bytes) {
  const auto key = SealingKey::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
  ASSERT_TRUE(key.has_value());
  for (std::size_t i = 0; i < key->bytes.size(); ++i) {
    EXPECT_EQ(key->bytes[i], i);
  }
  for (const char* text : {"", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
                           "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g",
                           "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==",
                           " AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
                           "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd_h8=",
                           "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"}) {
    EXPECT_FALSE(SealingKey::from_base64(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace zenzefi::infra
