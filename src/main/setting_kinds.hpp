// The kinds of settings: how each is read, refused and shown. settings_table.cpp and settings_cluster.cpp declare
// settings with them.
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <type_traits>
#include <utility>
#include <vector>

#include "api/time_zone.hpp"
#include "main/settings_table.hpp"

namespace frontrow {

using Stored = std::expected<void, std::string>;

inline Stored refused(std::string reason) { return std::unexpected(std::move(reason)); }

struct Name {
  std::string_view group;
  std::string_view name;
};

// A plain number, or a duration counted in its own unit: the unit is in the setting's name.
template <class T>
std::int64_t count_of(T value) {
  if constexpr (std::integral<T>) {
    return static_cast<std::int64_t>(value);
  } else {
    return value.count();
  }
}

template <class T>
Setting number(Name name, T Settings::* member, std::int64_t least, std::int64_t most, std::string_view meaning) {
  const auto store = [=](Settings& settings, std::string_view text) -> Stored {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::invalid_argument || end != text.data() + text.size()) {
      return refused(fmt::format("\"{}\" is not a whole number", text));
    }
    if (error != std::errc{} || value < least || value > most) {
      return refused(fmt::format("{} is out of range, allowed is {} to {}", text, least, most));
    }
    if constexpr (std::integral<T>) {
      settings.*member = static_cast<T>(value);
    } else {
      settings.*member = T{value};
    }
    return {};
  };
  return {.group = name.group,
          .name = name.name,
          .kind = ConfigKind::number,
          .allowed = fmt::format("{} … {}", least, most),
          .meaning = meaning,
          .store = store,
          .show = [=](const Settings& settings) { return fmt::format("{}", count_of(settings.*member)); }};
}

template <class T>
using Choices = std::vector<std::pair<std::string_view, T>>;

template <class T>
Setting choice(Name name, T Settings::* member, const Choices<T>& choices, std::string_view meaning) {
  std::string allowed;
  for (const auto& [word, value] : choices) allowed += (allowed.empty() ? "" : ", ") + std::string{word};
  const auto store = [=](Settings& settings, std::string_view text) -> Stored {
    for (const auto& [word, value] : choices) {
      if (word != text) continue;
      settings.*member = value;
      return {};
    }
    return refused(fmt::format("\"{}\" is unknown, allowed is one of {}", text, allowed));
  };
  const auto show = [=](const Settings& settings) {
    const auto found = std::ranges::find(choices, settings.*member, &std::pair<std::string_view, T>::second);
    return std::string{found->first};
  };
  return {.group = name.group,
          .name = name.name,
          .kind = ConfigKind::text,
          .allowed = allowed,
          .meaning = meaning,
          .store = store,
          .show = show};
}

inline Setting path(Name name, std::filesystem::path Settings::* member, std::string allowed, std::string_view meaning) {
  const auto store = [=](Settings& settings, std::string_view text) -> Stored {
    if (text.empty() || text.find('\0') != std::string_view::npos) return refused("a path must not be empty");
    settings.*member = text;
    return {};
  };
  return {.group = name.group,
          .name = name.name,
          .kind = ConfigKind::text,
          .allowed = std::move(allowed),
          .meaning = meaning,
          .store = store,
          .show = [=](const Settings& settings) { return (settings.*member).string(); }};
}

inline Setting fact(Name name, bool Settings::* member, std::string_view meaning) {
  const auto store = [=](Settings& settings, std::string_view text) -> Stored {
    if (text != "true" && text != "false" && text != "1" && text != "0")
      return refused(fmt::format("\"{}\" is neither true nor false", text));
    settings.*member = text == "true" || text == "1";
    return {};
  };
  return {.group = name.group,
          .name = name.name,
          .kind = ConfigKind::fact,
          .allowed = "true, false",
          .meaning = meaning,
          .store = store,
          .show = [=](const Settings& settings) { return std::string{settings.*member ? "true" : "false"}; }};
}

// No names but localhost: looking a name up could wait for a network, and give another address tomorrow.
inline Setting address(Name name, std::string Settings::* member, std::string_view meaning) {
  const auto store = [=](Settings& settings, std::string_view text) -> Stored {
    const std::string address{text == "localhost" ? "127.0.0.1" : text};
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    if (inet_pton(AF_INET, address.c_str(), bytes.data()) != 1 && inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) {
      return refused(fmt::format("\"{}\" is no IPv4 or IPv6 address", text));
    }
    settings.*member = address;
    return {};
  };
  return {.group = name.group,
          .name = name.name,
          .kind = ConfigKind::text,
          .allowed = "an IPv4 or IPv6 address",
          .meaning = meaning,
          .store = store,
          .show = [=](const Settings& settings) { return settings.*member; }};
}

// Any text up to a length.
inline Setting text(Name name, std::string Settings::* member, std::string allowed, std::string_view meaning) {
  const auto store = [=](Settings& settings, std::string_view value) -> Stored {
    if (value.size() > 1'000 || value.find('\0') != std::string_view::npos) return refused("at most 1000 characters");
    settings.*member = value;
    return {};
  };
  return {.group = name.group,
          .name = name.name,
          .kind = ConfigKind::text,
          .allowed = std::move(allowed),
          .meaning = meaning,
          .store = store,
          .show = [=](const Settings& settings) { return settings.*member; }};
}

// An address that a page may link to.
inline Setting url(Name name, std::string Settings::* member, std::string_view meaning) {
  Setting setting = text(name, member, "https://…", meaning);
  setting.store = [store = std::move(setting.store)](Settings& settings, std::string_view value) -> Stored {
    const auto is_plain = [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '<' && c != '>'; };
    const bool is_web = value.starts_with("https://") || value.starts_with("http://");
    if (!value.empty() && (!is_web || !std::ranges::all_of(value, is_plain)))
      return refused(fmt::format("\"{}\" is no address of the web: https://…", value));
    return store(settings, value);
  };
  return setting;
}

// "one[,another …]"; `is_one` checks each.
inline Setting list(Name name, std::vector<std::string> Settings::* member, std::size_t most, bool (*is_one)(std::string_view),
                    std::string allowed, std::string_view meaning) {
  const auto store = [=](Settings& settings, std::string_view value) -> Stored {
    std::vector<std::string> all;
    while (!value.empty()) {
      const std::size_t comma = std::min(value.find(','), value.size());
      std::string_view one = value.substr(0, comma);
      value.remove_prefix(std::min(comma + 1, value.size()));
      while (one.starts_with(' ')) one.remove_prefix(1);
      while (one.ends_with(' ')) one.remove_suffix(1);
      if (!is_one(one)) return refused(fmt::format("\"{}\" is not allowed, wanted is {}", one, allowed));
      if (std::ranges::find(all, one) == all.end()) all.emplace_back(one);
    }
    if (all.size() > most) return refused(fmt::format("at most {} of them", most));
    settings.*member = std::move(all);
    return {};
  };
  const auto show = [=](const Settings& settings) {
    std::string text;
    for (const std::string& one : settings.*member) text += (text.empty() ? "" : ", ") + one;
    return text;
  };
  return {.group = name.group,
          .name = name.name,
          .kind = ConfigKind::text,
          .allowed = allowed,
          .meaning = meaning,
          .store = store,
          .show = show};
}

inline Setting time_zone(Name name, std::string Settings::* member, std::string_view meaning) {
  const auto store = [=](Settings& settings, std::string_view value) -> Stored {
    if (!http::is_time_zone(value)) return refused(fmt::format("\"{}\" is no time zone that this system knows (tzdata)", value));
    settings.*member = value;
    return {};
  };
  return {.group = name.group,
          .name = name.name,
          .kind = ConfigKind::text,
          .allowed = "a name like Asia/Seoul",
          .meaning = meaning,
          .store = store,
          .show = [=](const Settings& settings) { return settings.*member; }};
}

std::vector<HostPort> parse_host_ports(std::string_view value, std::string& reason);
std::string show_host_ports(const std::vector<HostPort>& all);

// "host:port[,host:port …]"
inline Setting host_ports(Name name, std::vector<HostPort> Settings::* member, std::size_t most, std::string_view meaning) {
  const auto store = [=](Settings& settings, std::string_view value) -> Stored {
    std::string reason;
    auto parsed = parse_host_ports(value, reason);
    if (!reason.empty()) return refused(std::move(reason));
    if (parsed.size() > most) return refused(fmt::format("at most {} of them", most));
    settings.*member = std::move(parsed);
    return {};
  };
  return {.group = name.group,
          .name = name.name,
          .kind = ConfigKind::text,
          .allowed = most == 1 ? "host:port" : "host:port, …",
          .meaning = meaning,
          .store = store,
          .show = [=](const Settings& settings) { return show_host_ports(settings.*member); }};
}

}  // namespace frontrow
