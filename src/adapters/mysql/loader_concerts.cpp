// Reads and locks the catalogue's rows of a batch.
#include "adapters/mysql/loader.hpp"

namespace frontrow::mysql {

namespace {

void lock_rows_of_concerts(Sql& sql, std::span<const ConcertId> concerts) {
  sql << "SELECT id FROM concerts FORCE INDEX (PRIMARY) WHERE id IN " << List{concerts} << " ORDER BY id FOR UPDATE NOWAIT";
}

void lock_dates_of_concerts(Sql& sql, std::span<const ConcertId> concerts) {
  sql << "SELECT id FROM schedules FORCE INDEX (idx_schedule_concert) WHERE concert_id IN " << List{concerts}
      << " ORDER BY id FOR UPDATE NOWAIT";
}

}  // namespace

// All changes of a concert and of its dates take this lock, so its rows and those of its dates, read after it, stand still. Dates
// are not locked by themselves: their rows carry the versions, which are a batch's last locks.
void Loader::lock_concerts() {
  const std::vector<ConcertId>& concerts = keys_.changed_concerts;
  if (concerts.empty()) return;
  Sql sql;
  in_stretches(concerts, [&](auto stretch) {
    lock_rows_of_concerts(sql, stretch);
    sql.end();
  });
  const std::size_t locks = sql.ends().size();
  in_stretches(concerts, [&](auto stretch) {
    sql << "SELECT " << kScheduleColumns << " FROM schedules FORCE INDEX (idx_schedule_concert) WHERE concert_id IN "
        << List{stretch};
    sql.end();
  });
  const std::size_t dates = sql.ends().size();
  in_stretches(keys_.sections_of, [&](auto stretch) {
    sql << "SELECT " << kSectionColumns << " FROM sections FORCE INDEX (idx_section_schedule) WHERE schedule_id IN "
        << List{stretch} << " ORDER BY id";
    sql.end();
  });
  const std::size_t sections = sql.ends().size();
  in_stretches(keys_.drafts, [&](auto stretch) {
    sql << "SELECT concert_id, begun_at, going FROM drafts FORCE INDEX (PRIMARY) WHERE concert_id IN " << List{stretch};
    sql.end();
  });
  for (const ScheduleId id : keys_.sections_of) set_.sections.try_emplace(id);
  std::vector<Rows> results = locks_.run(sql, "lock the concerts of a batch", [&] {
    const std::vector<ConcertId> busy = locks_.busy_among(concerts, lock_rows_of_concerts);
    return Blocked{.concerts = {busy.begin(), busy.end()}};
  });
  for (std::size_t i = locks; i < results.size(); ++i)
    for (Rows& rows = results[i]; rows.next();) {
      if (i < dates)
        set_.schedules.emplace(rows.id<ScheduleId>(0), read_schedule(rows));
      else if (i < sections)
        set_.sections[rows.id<ScheduleId>(1)].push_back(read_section(rows));
      else
        set_.drafts.emplace(rows.id<ConcertId>(0), read_draft(rows));
    }
}

// A hold that is under way keeps the row of its date until it is committed, and one that comes later finds the date deleted.
void Loader::look_for_sales() {
  const std::vector<ConcertId>& concerts = keys_.sales_of;
  if (concerts.empty()) return;
  Sql sql;
  in_stretches(concerts, [&](auto stretch) {
    lock_dates_of_concerts(sql, stretch);
    sql.end();
  });
  const std::size_t locks = sql.ends().size();
  for (const ConcertId concert : concerts) {
    sql << "SELECT " << concert
        << " FROM schedules d FORCE INDEX (idx_schedule_concert) STRAIGHT_JOIN seats s FORCE INDEX (idx_seat_covering)"
           " ON s.schedule_id = d.id AND s.status IN ('TEMPORARILY_RESERVED', 'RESERVED') WHERE d.concert_id = "
        << concert << " LIMIT 1";
    sql.end();
  }
  std::vector<Rows> results = locks_.run(sql, "look for sales", [&] {
    const std::vector<ConcertId> busy = locks_.busy_among(concerts, lock_dates_of_concerts);
    return Blocked{.concerts = {busy.begin(), busy.end()}};
  });
  for (std::size_t i = locks; i < results.size(); ++i)
    if (results[i].next()) set_.concerts_with_sales.insert(results[i].id<ConcertId>(0));
}

// One statement for both tables, because both are small.
void Loader::ask_for_catalog(Sql& sql) {
  if (keys_.concerts.empty() && keys_.schedules.empty()) return;
  if (!keys_.concerts.empty()) sql << "SELECT 0, " << kConcertColumns << " FROM concerts WHERE id IN " << List{keys_.concerts};
  if (!keys_.concerts.empty() && !keys_.schedules.empty()) sql << " UNION ALL ";
  if (!keys_.schedules.empty())
    sql << "SELECT 1, id, '', '', '', concert_id, starts_at, version, sections_version, 0, 0, '', 0, 0, 0 FROM schedules WHERE id "
           "IN "
        << List{keys_.schedules};
  sql.end();
}

void Loader::read_catalog(Rows& rows) {
  while (rows.next()) {
    if (rows.integer(0) == 0) {
      const Concert concert = read_concert(rows, 1);
      set_.concerts.emplace(concert.id, concert);
    } else {
      const ScheduleId id = rows.id<ScheduleId>(1);
      set_.schedules.emplace(id,
                             Schedule{.id = id,
                                      .concert = rows.id<ConcertId>(5),
                                      .starts_at = rows.time(6),
                                      .version = rows.integer(7),
                                      .sections_version = rows.integer(8)});
    }
  }
}

}  // namespace frontrow::mysql
