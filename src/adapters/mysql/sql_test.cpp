// Values become literals that mean themselves, whatever is in them.
#include "adapters/mysql/sql.hpp"

#include <gtest/gtest.h>

#include "domain/ids.hpp"

namespace frontrow::mysql {
namespace {

TEST(Sql, RendersValues) {
  Sql sql;
  sql.row(SeatId{7}, Points{-5}, TimePoint{Duration{1'234}}, std::optional<UserId>{}, INT64_MIN, true);
  EXPECT_EQ(sql.text(), "(7,-5,1234,NULL,-9223372036854775808,1)");
}

TEST(Sql, LetsNoTextOutOfItsQuotes) {
  Sql sql;
  sql << Text{"a'b\\\0"} << " " << Text{"밤"} << " " << Text{""};
  EXPECT_EQ(sql.text(), "_utf8mb4 x'6127625c' _utf8mb4 x'ebb0a4' _utf8mb4 x''");
  constexpr std::array kBytes{std::byte{0}, std::byte{0xff}};
  Sql bytes;
  bytes << Bytes{kBytes} << Code{"TEMPORARY"};
  EXPECT_EQ(bytes.text(), "x'00ff''TEMPORARY'");
  EXPECT_DEATH(bytes << Code{"A' OR 'B"}, "CHECK");
}

TEST(Sql, KeepsStatementsApartAndListsInStretches) {
  std::vector<SeatId> seats;
  for (std::int64_t i = 1; i <= 1'001; ++i) seats.push_back({i});
  Sql sql;
  in_stretches(seats, [&](auto stretch) {
    sql << "SELECT " << List{stretch};
    sql.end();
  });
  ASSERT_EQ(sql.ends().size(), 3u);
  EXPECT_EQ(sql.text().substr(sql.ends()[1]), "SELECT (1001);");
  Sql rows;
  insert_rows(rows, "INSERT INTO t VALUES ", std::vector{1, 2}, [](Sql& out, int value) { out.row(value, value); }, " tail");
  rows.append(sql);
  EXPECT_EQ(rows.text().substr(0, rows.ends()[0]), "INSERT INTO t VALUES (1,1),(2,2) tail;");
  EXPECT_EQ(rows.ends().size(), 4u);
  EXPECT_EQ(rows.ends().back(), rows.text().size());
  insert_rows(rows, "INSERT INTO t VALUES ", std::vector<int>{}, [](Sql& out, int value) { out.row(value); });
  EXPECT_EQ(rows.ends().size(), 4u) << "nothing to insert, nothing to say";
}

}  // namespace
}  // namespace frontrow::mysql
