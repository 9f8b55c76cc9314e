#include "adapters/mysql/catalog_reader.hpp"

#include "adapters/mysql/live_rows.hpp"
#include "adapters/mysql/rows.hpp"

namespace frontrow::mysql {

namespace {

class MysqlCatalogReader final : public CatalogReader {
 public:
  MysqlCatalogReader(std::shared_ptr<Pool> primary, Replicas& replicas) : primary_(std::move(primary)), replicas_(replicas) {}
  StoredCatalog catalog() override;
  std::map<ScheduleId, std::int64_t> seat_map_versions() override;
  std::optional<std::int64_t> seat_map_version(ScheduleId schedule) override;
  std::optional<StoredSeatMap> seat_map(ScheduleId schedule, std::int64_t at_least) override;

 private:
  // Reads on a replica, if one is fit and `accept`s the result; else on the primary.
  template <class Read, class Accept>
  auto read(Read read, Accept accept);

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

StoredCatalog MysqlCatalogReader::catalog() {
  Sql sql;
  sql << "SELECT " << kConcertColumns << " FROM concerts ORDER BY id";
  sql.end();
  sql << "SELECT " << kScheduleColumns << " FROM schedules ORDER BY id";
  sql.end();
  return read(
      [&](Connection& connection) {
        const ReadTransaction snapshot{connection};
        std::vector<Rows> results = connection.run(sql, "read the catalog");
        StoredCatalog catalog;
        while (results[0].next()) catalog.concerts.push_back(read_concert(results[0]));
        while (results[1].next()) catalog.schedules.push_back(read_schedule(results[1]));
        return catalog;
      },
      [](const StoredCatalog&) { return true; });
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

std::optional<StoredSeatMap> MysqlCatalogReader::seat_map(ScheduleId schedule, std::int64_t at_least) {
  Sql sql;
  sql << "SELECT version FROM schedules WHERE id = " << schedule;
  sql.end();
  sql << "SELECT " << kSectionColumns << " FROM sections WHERE schedule_id = " << schedule << " ORDER BY id";
  sql.end();
  sql << "SELECT " << kSeatColumns << " FROM seats WHERE schedule_id = " << schedule << " ORDER BY id";
  sql.end();
  return read(
      [&](Connection& connection) -> std::optional<StoredSeatMap> {
        const ReadTransaction snapshot{connection};
        std::vector<Rows> results = connection.run(sql, "read a seat map");
        if (!results[0].next()) return {};
        StoredSeatMap map{.version = results[0].integer(0), .sections = {}, .seats = {}};
        while (results[1].next()) map.sections.push_back(read_section(results[1]));
        while (results[2].next()) map.seats.push_back(read_seat(results[2]));
        return map;
      },
      [&](const std::optional<StoredSeatMap>& map) { return map && map->version >= at_least; });
}

}  // namespace

std::unique_ptr<CatalogReader> open_catalog_reader(std::shared_ptr<Pool> primary, Replicas& replicas) {
  return std::make_unique<MysqlCatalogReader>(std::move(primary), replicas);
}

}  // namespace frontrow::mysql
