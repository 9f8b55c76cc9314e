// Ids of all things in the sale. Each has a tag of its own, so that a seat is never passed for a user.
#pragma once

#include "base/strong_id.hpp"

namespace frontrow {

using UserId = StrongId<struct UserTag>;
using ConcertId = StrongId<struct ConcertTag>;  // at most 2^32−1: a ticket carries it in four bytes
using ScheduleId = StrongId<struct ScheduleTag>;
using SectionId = StrongId<struct SectionTag>;
using SeatId = StrongId<struct SeatTag>;
using ReservationId = StrongId<struct ReservationTag>;
using PaymentId = StrongId<struct PaymentTag>;
using LedgerEntryId = StrongId<struct LedgerEntryTag>;
using OperatorId = StrongId<struct OperatorTag>;        // an account of the people who run the sale
using SubjectId = StrongId<struct SubjectTag>;          // of a deed: the account, reservation or user that it is about
using DeedId = StrongId<struct DeedTag>;                // place in the chain of deeds, without gaps
using EventId = StrongId<struct EventTag>;              // place in the event log, in commit order
using TicketNumber = StrongId<struct TicketNumberTag>;  // place in one concert's queue, at most 2^48−1

}  // namespace frontrow
