#include "adapters/mysql/catalog_reader.hpp"

#include "adapters/mysql/rows.hpp"

namespace frontrow::mysql {

namespace {

class MysqlCatalogReader final : public CatalogReader {
 public:
  MysqlCatalogReader(std::shared_ptr<Pool> primary, Replicas& replicas) : primary_(std::move(primary)), replicas_(replicas) {}
  std::vector<Concert> concerts() override;
  std::optional<Concert> concert(ConcertId concert) override;
  std::vector<Schedule> schedules(ConcertId concert) override;
  std::vector<Section> sections(ScheduleId schedule) override;
  std::map<ScheduleId, std::int64_t> seat_map_versions() override;
  std::optional<std::int64_t> seat_map_version(ScheduleId schedule) override;
  std::optional<StoredSeatMap> seat_map(ScheduleId schedule, std::int64_t at_least) override;

 private:
  // On a replica, if one is fit and `accept`s what it read; else on the primary.
  template <class Read, class Accept>
  auto read(Read read, Accept accept);
  template <class Value, class ReadRow>
  std::vector<Value> all(const Sql& sql, ReadRow read_row);

  const std::shared_ptr<Pool> primary_;
  Replicas& replicas_;
};

template <class Read, class Accept>
auto MysqlCatalogReader::read(Read read, Accept accept) {
  if (const std::shared_ptr<Pool> replica = replicas_.next()) {
    try {
      auto found = read_from(*replica, read);
      if (accept(found)) return found;
    } catch (const Unavailable&) {
      replicas_.leave_out(*replica);
    }
  }
  return read_from(*primary_, read);
}

template <class Value, class ReadRow>
std::vector<Value> MysqlCatalogReader::all(const Sql& sql, ReadRow read_row) {
  return read(
      [&](Connection& connection) {
        std::vector<Value> found;
        for (Rows rows = connection.ask(sql, "read the catalog"); rows.next();) found.push_back(read_row(rows));
        return found;
      },
      [](const auto&) { return true; });
}

std::vector<Concert> MysqlCatalogReader::concerts() {
  Sql sql;
  sql << "SELECT " << kConcertColumns << " FROM concerts ORDER BY id";
  sql.end();
  return all<Concert>(sql, [](const Rows& rows) { return read_concert(rows); });
}

std::optional<Concert> MysqlCatalogReader::concert(ConcertId concert) {
  Sql sql;
  sql << "SELECT " << kConcertColumns << " FROM concerts WHERE id = " << concert;
  sql.end();
  return read_from(*primary_, [&](Connection& connection) {
    Rows rows = connection.ask(sql, "read a concert");
    return rows.next() ? std::optional{read_concert(rows)} : std::nullopt;
  });
}

std::vector<Schedule> MysqlCatalogReader::schedules(ConcertId concert) {
  Sql sql;
  sql << "SELECT " << kScheduleColumns << " FROM schedules WHERE concert_id = " << concert << " ORDER BY id";
  sql.end();
  return all<Schedule>(sql, read_schedule);
}

std::vector<Section> MysqlCatalogReader::sections(ScheduleId schedule) {
  Sql sql;
  sql << "SELECT id, name FROM sections WHERE schedule_id = " << schedule << " ORDER BY id";
  sql.end();
  return all<Section>(sql, [&](const Rows& rows) {
    return Section{.id = rows.id<SectionId>(0), .schedule = schedule, .name = std::string{rows.text(1)}};
  });
}

std::map<ScheduleId, std::int64_t> MysqlCatalogReader::seat_map_versions() {
  Sql sql;
  sql << "SELECT id, version FROM schedules";
  sql.end();
  return read_from(*primary_, [&](Connection& connection) {
    std::map<ScheduleId, std::int64_t> versions;
    for (Rows rows = connection.ask(sql, "read the versions"); rows.next();) versions[rows.id<ScheduleId>(0)] = rows.integer(1);
    return versions;
  });
}

std::optional<std::int64_t> MysqlCatalogReader::seat_map_version(ScheduleId schedule) {
  Sql sql;
  sql << "SELECT version FROM schedules WHERE id = " << schedule;
  sql.end();
  return read_from(*primary_, [&](Connection& connection) {
    Rows rows = connection.ask(sql, "read a version");
    return rows.next() ? std::optional{rows.integer(0)} : std::nullopt;
  });
}

// The version before the seats, each a statement of its own: the seats may be newer than it says, never older.
std::optional<StoredSeatMap> MysqlCatalogReader::seat_map(ScheduleId schedule, std::int64_t at_least) {
  Sql sql;
  sql << "SELECT version FROM schedules WHERE id = " << schedule;
  sql.end();
  sql << "SELECT " << kSeatColumns << " FROM seats WHERE schedule_id = " << schedule << " ORDER BY id";
  sql.end();
  return read(
      [&](Connection& connection) -> std::optional<StoredSeatMap> {
        std::vector<Rows> results = connection.run(sql, "read a seat map");
        if (!results[0].next()) return {};
        StoredSeatMap map{.version = results[0].integer(0), .seats = {}};
        while (results[1].next()) map.seats.push_back(read_seat(results[1]));
        return map;
      },
      [&](const std::optional<StoredSeatMap>& map) { return map && map->version >= at_least; });
}

}  // namespace

std::unique_ptr<CatalogReader> open_catalog_reader(std::shared_ptr<Pool> primary, Replicas& replicas) {
  return std::make_unique<MysqlCatalogReader>(std::move(primary), replicas);
}

}  // namespace frontrow::mysql
