// A small sale in which each rule of the audit has something to look at, and the faults that are planted in it.
#pragma once

#include <gtest/gtest.h>

#include <span>

#include "adapters/sql/audit_rules.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/store_moves.hpp"

namespace frontrow {

// Two concerts; in the first reservation 1 is expired (seat 5), 2 sold (seats 1, 2), 3 held (seat 3), 4 cancelled (seat 6); two
// tickets.
void sell_a_little(Store& store, ManualClock& clock);

struct PlantedFault {
  const char* rule;
  const char* what;  // the start of the rule's sentence
  const char* sql;
};
// Those in SQL that both databases understand, and the store's own. CHECKs and foreign keys must be off.
std::vector<PlantedFault> with_faults_of_every_store(std::initializer_list<std::span<const PlantedFault>> own);

// Those about events that are left when the oldest are deleted.
std::vector<PlantedFault> faults_within_the_horizon();

void expect_found(const PlantedFault& fault, const std::vector<AuditLine>& lines);
// Nothing is broken, and each rule had something to look at.
void expect_sound(const std::vector<AuditLine>& lines);
void expect_a_fault_for_each(const std::vector<sql::AuditRule>& rules, std::span<const PlantedFault> faults);

}  // namespace frontrow
