// Bad requests for each operation of the table: values, bodies, credentials, targets, headers.
#pragma once

#include <string>
#include <vector>

#include "support/clients/http_client.hpp"

namespace frontrow::test {

// One operation, with a good request that has no effect (its ids do not exist, or the points are missing).
struct Operation {
  std::string method, path;                                 // ids in the path as {id}
  std::vector<std::pair<std::string, std::string>> fields;  // of the body: name and a good value as JSON
  std::vector<std::string> parameters;                      // of the query
  bool needs_ticket = false, needs_admin = false;
};

std::vector<Operation> all_operations();

struct Credentials {
  std::string ticket, admin;
  std::vector<std::string> bad_tickets;
};

// Every variation, each a whole request as bytes or structured. None may change anything.
std::vector<HttpRequest> bad_requests(const Operation& operation, const Credentials& credentials);

}  // namespace frontrow::test
