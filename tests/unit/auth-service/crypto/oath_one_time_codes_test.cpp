#include <gtest/gtest.h>

#include <set>

#include "infra/crypto/oath_one_time_codes.hpp"
#include "infra/crypto/openssl_entropy.hpp"

namespace zenzefi::infra {
namespace {

constexpr std::string_view kKey = "12345678901234567890";
constexpr std::string_view kSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";  // the same in Base32

Timestamp at(std::int64_t time) {
  return Timestamp{std::chrono::seconds{time}};
}

// RFC 6238, appendix B, the rows of SHA-1.
TEST(OathOneTimeCodes, MakesTheCodesOfTheStandard) {
  const std::pair<std::int64_t, std::string_view> vectors[] = {
      {59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
      {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (const auto& [time, code] : vectors) {
    EXPECT_EQ(one_time_code(kKey, time / 30, 8), code) << time;
  }
}

TEST(OathOneTimeCodes, FindsTheStepOfACode) {
  const OathOneTimeCodes codes;
  EXPECT_EQ(codes.step_of("287082", kSecret, at(59)), 1);
  EXPECT_EQ(codes.step_of("081804", kSecret, at(1111111109)), 37037036);
}

TEST(OathOneTimeCodes, ANeighboursCodeIsGoodAndNoOther) {
  const OathOneTimeCodes codes;
  const std::int64_t step = 1234567890 / 30;
  for (const auto& [late, good] :
       {std::pair{-60, false}, {-30, true}, {0, true}, {30, true}, {60, false}}) {
    EXPECT_EQ(codes.step_of("005924", kSecret, at(1234567890 + late)),
              good ? std::optional{step} : std::nullopt)
        << late;
  }
}

TEST(OathOneTimeCodes, WhatIsNoCodeIsTheCodeOfNothing) {
  const OathOneTimeCodes codes;
  using namespace std::literals;
  for (const std::string_view code : {""sv, "28708"sv, "2870820"sv, "94287082"sv, "28708\0"sv,
                                      "\0\0\0\0\0\0"sv, "28708x"sv, " 287082"sv, "-87082"sv}) {
    EXPECT_EQ(codes.step_of(code, kSecret, at(59)), std::nullopt) << code;
  }
}

TEST(OathOneTimeCodes, ReadsTheSecretsThatAreMade) {
  const OathOneTimeCodes codes;
  OpensslEntropy entropy;
  EXPECT_EQ(codes.step_of("000000", entropy.otp_secret(), at(0)).value_or(0) / 2, 0);
  EXPECT_THROW(static_cast<void>(codes.step_of("000000", "no base32!", at(0))), std::runtime_error);
}

}  // namespace
}  // namespace zenzefi::infra
