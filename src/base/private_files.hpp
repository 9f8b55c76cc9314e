// Checks of owner and mode for the files that a sale depends on, and the reading and making of secrets.
//
// "Others" are the users of this machine besides root, the user of this process and the group of the file: a group is named on
// purpose, by a package or by Kubernetes (fsGroup). A file that others can change is refused. A file that others can read is
// reported, because a key that is public helps nobody. Refusals are sentences for the operator; none has a secret in it.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>

namespace frontrow {

// The folder of a sale: of this process's user, or root's and open to this process by its group. A link to a folder is followed.
// Returns the reason of a refusal, or an empty text.
std::string refuse_folder(const std::filesystem::path& folder);

// A file that this program has made in such a folder: no link, nothing but a file, of this process's user or root's, not for
// others to change. A missing file is fine.
std::string refuse_own_file(const std::filesystem::path& file);

// Takes what others may do with an own file. True if they could read it, and the folders above let them in.
bool close_to_others(const std::filesystem::path& file);

// True if others can read the file by its mode and those of the folders above. On a read-only mount (the secrets of Docker and
// Kubernetes) the mode is not the operator's choice, so the answer is false.
bool is_readable_by_others(const std::filesystem::path& file);

enum class Links : bool { refused, followed };
// The bytes of a file that others cannot change; or the reason why not.
std::expected<std::string, std::string> read_private_file(const std::filesystem::path& file, std::size_t most_bytes, Links links);

// Makes the file with this text, mode 0600, flushed before it has its name. It writes through no link. Throws std::runtime_error.
void create_private_file(const std::filesystem::path& file, const std::string& text);

}  // namespace frontrow
