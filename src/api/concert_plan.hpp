// How an administrator's request describes concerts and dates: its fields as the values that the commands take.
#pragma once

#include "api/request_reader.hpp"
#include "app/commands/concert.hpp"

namespace frontrow::http {

ConcertPlan read_concert_plan(RequestReader& in);
ConcertPatch read_concert_patch(RequestReader& in);
QueueSettings read_queue_settings(FieldReader& fields);  // without `wants_pass`
// Absent or null: nothing.
std::optional<bool> read_pass_required(const RequestReader& in, FieldReader& queue);
// The field `schedules`.
std::vector<SchedulePlan> read_schedules(RequestReader& in, FieldReader& fields);

// What a plan asks for, as text in one form: for the fingerprint of a request.
std::string canonical(const ConcertPlan& plan);
std::string canonical(const std::vector<SchedulePlan>& plans);

}  // namespace frontrow::http
