// Accounts and deeds as rows, and the chain of deeds.
#pragma once

#include <algorithm>

#include "adapters/sql/codes.hpp"
#include "adapters/sql/literal.hpp"
#include "ports/working_set.hpp"

namespace frontrow::sql {

// Gives the set's new deeds their numbers and hashes, after `head`. Returns the new head.
DeedHead chain_deeds(WorkingSet& set, const DeedHead& head);

template <class Rows>
Sha256 read_digest(const Rows& row, int column) {
  Sha256 digest{};
  const auto bytes = row.bytes(column);
  if (bytes.size() != digest.size()) refuse_code("digest");
  std::ranges::copy(bytes, digest.begin());
  return digest;
}

Role role(std::string_view code);
DeedKind deed_kind(std::string_view code);

inline constexpr Literal kOperatorColumns = "id, name, role, token_hash, made_at, expires_at, revoked_at";
template <class Rows>
Operator read_operator(const Rows& row) {
  return {.id = row.id(0),
          .name = std::string{row.text(1)},
          .role = role(row.text(2)),
          .token = read_digest(row, 3),
          .made_at = row.time(4),
          .expires_at = row.maybe_time(5),
          .revoked_at = row.maybe_time(6)};
}

inline constexpr Literal kDeedColumns =
    "id, at, operator_id, operator_name, address, what, concert_id, concert_version, schedule_id, subject_id, changes,"
    " previous_hash, hash";
template <class Rows>
Deed read_deed(const Rows& row) {
  return {.id = row.id(0),
          .at = row.time(1),
          .actor = {.account = row.id(2), .name = std::string{row.text(3)}, .address = std::string{row.text(4)}},
          .kind = deed_kind(row.text(5)),
          .concert = row.id(6),
          .concert_version = row.integer(7),
          .schedule = row.id(8),
          .subject = row.id(9),
          .changes = std::string{row.text(10)},
          .previous = read_digest(row, 11),
          .hash = read_digest(row, 12)};
}

inline constexpr Literal kDeedHead = "SELECT last_id, hash FROM deed_head WHERE id = 1";
template <class Rows>
DeedHead read_deed_head(Rows& rows) {
  if (!rows.next()) refuse_code("end of the deeds");
  return {.last = rows.id(0), .hash = read_digest(rows, 1)};
}

}  // namespace frontrow::sql
