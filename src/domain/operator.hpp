// The people who run the sale. Each has an account with a role and a token. A role may do all that the roles before it may.
// The token itself is shown once and never stored: an account has its hash. The token is random and 256 bits long, so that
// nobody can guess it, and a plain SHA-256 without salt is enough.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/sha256.hpp"
#include "domain/ids.hpp"

namespace frontrow {

enum class Role : std::uint8_t {
  viewer,      // sees concerts, sales and events
  door,        // stands at the door
  box_office,  // sees buyers' reservations
  manager,     // changes concerts, dates, prices and queues; sees deeds, runs the audit
  owner,       // makes and revokes accounts
};
inline constexpr std::array kRoles{Role::viewer, Role::door, Role::box_office, Role::manager, Role::owner};

constexpr std::string_view name_of(Role role) {
  switch (role) {
    case Role::viewer: return "VIEWER";
    case Role::door: return "DOOR";
    case Role::box_office: return "BOX_OFFICE";
    case Role::manager: return "MANAGER";
    case Role::owner: return "OWNER";
  }
  return "";
}

constexpr std::optional<Role> role_named(std::string_view name) {
  for (const Role role : kRoles)
    if (name_of(role) == name) return role;
  return {};
}

struct Operator {
  OperatorId id;
  std::string name;
  Role role = Role::viewer;
  Sha256 token{};  // its hash
  TimePoint made_at;
  std::optional<TimePoint> expires_at = {};
  std::optional<TimePoint> revoked_at = {};

  bool is_revoked() const { return revoked_at.has_value(); }
  bool has_expired(TimePoint now) const { return expires_at && *expires_at <= now; }
  friend bool operator==(const Operator&, const Operator&) = default;
};

inline constexpr std::size_t kMaxOperatorName = 50;  // code points
inline constexpr std::size_t kMaxOperators = 500;    // that are not revoked

}  // namespace frontrow
