#include "adapters/mysql/catalog_reader.hpp"

#include <algorithm>

#include "adapters/mysql/live_rows.hpp"
#include "adapters/mysql/rows.hpp"

namespace frontrow::mysql {

namespace {

constexpr Literal kCatalogVersion = "SELECT version FROM catalog_version WHERE id = 1";

void read_concerts(Rows& rows, StoredCatalog& catalog) {
  while (rows.next()) catalog.concerts.push_back(read_concert(rows));
}
void read_schedules(Rows& rows, StoredCatalog& catalog) {
  while (rows.next()) catalog.schedules.push_back(read_schedule(rows));
}

// The dates of the concerts that were read, within the same snapshot.
void read_dates(Connection& connection, StoredCatalog& catalog) {
  std::vector<ConcertId> concerts;
  for (const Concert& concert : catalog.concerts) concerts.push_back(concert.id);
  if (concerts.empty()) return;
  Sql sql;
  in_stretches(concerts, [&](auto stretch) {
    sql << "SELECT " << kScheduleColumns << " FROM schedules FORCE INDEX (idx_schedule_concert) WHERE concert_id IN "
        << List{stretch};
    sql.end();
  });
  for (Rows& rows : connection.run(sql, "read the dates of concerts")) read_schedules(rows, catalog);
  std::ranges::sort(catalog.schedules, {}, &Schedule::id);
}

class MysqlCatalogReader final : public CatalogReader {
 public:
  MysqlCatalogReader(std::shared_ptr<Pool> primary, Replicas& replicas) : primary_(std::move(primary)), replicas_(replicas) {}
  StoredCatalog catalog() override;
  StoredCatalog catalog_since(std::int64_t version) override;
  StoredCatalog catalog_after(ConcertId after, int most) override;
  std::map<ScheduleId, std::int64_t> seat_map_versions(std::span<const ScheduleId> schedules) override;
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

// The snapshot's version and its rows belong together, and versions are in the order of commits: nothing up to it is missing.
StoredCatalog MysqlCatalogReader::catalog() {
  Sql sql;
  sql << kCatalogVersion;
  sql.end();
  sql << "SELECT " << kConcertColumns << " FROM concerts ORDER BY id";
  sql.end();
  sql << "SELECT " << kScheduleColumns << " FROM schedules ORDER BY id";
  sql.end();
  return read(
      [&](Connection& connection) {
        const ReadTransaction snapshot{connection};
        std::vector<Rows> results = connection.run(sql, "read the catalog");
        StoredCatalog catalog;
        if (results[0].next()) catalog.version = results[0].integer(0);
        read_concerts(results[1], catalog);
        read_schedules(results[2], catalog);
        return catalog;
      },
      [](const StoredCatalog&) { return true; });
}

// One statement by itself when there is no news, since this is asked by every pod once a second.
StoredCatalog MysqlCatalogReader::catalog_since(std::int64_t version) {
  Sql look, changed;
  look << kCatalogVersion;
  look.end();
  changed << kCatalogVersion;
  changed.end();
  changed << "SELECT " << kConcertColumns << " FROM concerts FORCE INDEX (idx_concert_catalog) WHERE catalog_version > " << version
          << " ORDER BY id";
  changed.end();
  return read_from(*primary_, [&](Connection& connection) {
    StoredCatalog catalog;
    Rows row = connection.ask(look, "look at the catalog's version");
    if (row.next()) catalog.version = row.integer(0);
    if (catalog.version <= version) return catalog;
    const ReadTransaction snapshot{connection};
    std::vector<Rows> results = connection.run(changed, "read the catalog's changes");
    if (results[0].next()) catalog.version = results[0].integer(0);
    read_concerts(results[1], catalog);
    read_dates(connection, catalog);
    return catalog;
  });
}

StoredCatalog MysqlCatalogReader::catalog_after(ConcertId after, int most) {
  Sql sql;
  sql << "SELECT " << kConcertColumns << " FROM concerts FORCE INDEX (PRIMARY) WHERE id > " << after << " ORDER BY id LIMIT "
      << most;
  sql.end();
  return read_from(*primary_, [&](Connection& connection) {
    StoredCatalog catalog;
    Rows concerts = connection.ask(sql, "read some of the catalog");
    read_concerts(concerts, catalog);
    read_dates(connection, catalog);
    return catalog;
  });
}

std::map<ScheduleId, std::int64_t> MysqlCatalogReader::seat_map_versions(std::span<const ScheduleId> schedules) {
  Sql sql;
  in_stretches(std::vector(schedules.begin(), schedules.end()), [&](auto stretch) {
    sql << "SELECT id, version FROM schedules FORCE INDEX (PRIMARY) WHERE id IN " << List{stretch};
    sql.end();
  });
  if (sql.is_empty()) return {};
  return read_from(*primary_, [&](Connection& connection) {
    std::map<ScheduleId, std::int64_t> versions;
    for (Rows& rows : connection.run(sql, "read the versions"))
      while (rows.next()) versions[rows.id<ScheduleId>(0)] = rows.integer(1);
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
