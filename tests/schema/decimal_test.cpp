#include "schema/decimal.hpp"

#include <catch2/catch.hpp>

using namespace stoa;

using price = decimal<10, 2>;

TEST_CASE("a decimal has its decimals, whatever was sent") {
  CHECK(price{}.text == "0.00");
  CHECK(price::parse("4.5")->text == "4.50");
  CHECK(price::parse("+0012.3000")->text == "12.30");
  CHECK(price::parse("-0.00")->text == "0.00");
  CHECK(price::parse("99999999.99")->text == "99999999.99");
  CHECK(decimal<3, 0>::parse("12.0")->text == "12");
  for (const auto* bad : {"", ".", "1.", ".5", "1e3", "12,5", "0x1", "1.234", "100000000", "--1"})
    CHECK_FALSE(price::parse(bad));
}

TEST_CASE("a binary number is rounded as it reads") {
  const auto round = [](double number) {
    std::string out;
    return normalise_decimal(number, 10, 2, out) == decimal_fault::none ? out : "refused";
  };
  CHECK(round(1.005) == "1.01");
  CHECK(round(0.1 + 0.2) == "0.30");
  CHECK(round(9.999) == "10.00");
  CHECK(round(-9.999) == "-10.00");
  CHECK(round(0.995) == "1.00");
  CHECK(round(1e-12) == "0.00");
  CHECK(round(-0.001) == "0.00");
  CHECK(round(99.9) == "99.90");
  CHECK(round(1e8) == "refused");
  CHECK(round(99'999'999.995) == "refused");
}

TEST_CASE("decimals compare by value") {
  CHECK(*price::parse("9.99") < *price::parse("10.00"));
  CHECK(*price::parse("-10") < *price::parse("-9.5"));
  CHECK(*price::parse("-1") < *price::parse("0"));
  CHECK(*price::parse("2.50") == *price::parse("2.5"));
}
