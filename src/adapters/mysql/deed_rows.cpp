#include "adapters/mysql/deed_rows.hpp"

#include "adapters/sql/changes.hpp"

namespace frontrow::mysql {

DeedHead lock_deeds(Connection& connection) {
  Sql sql;
  sql << kDeedHead << " FOR UPDATE";
  sql.end();
  Rows rows = connection.ask(sql, "lock the deeds");
  return sql::read_deed_head(rows);
}

DeedHead read_deed_head(Connection& connection) {
  Sql sql;
  sql << kDeedHead;
  sql.end();
  Rows rows = connection.ask(sql, "read the end of the deeds");
  return sql::read_deed_head(rows);
}

void write_deeds(Connection& connection, WorkingSet& set, Sql& sql) {
  if (set.deeds.empty()) return;
  const DeedHead head = chain_deeds(set, lock_deeds(connection));
  insert_rows(sql,
              "INSERT INTO operators (id, name, role, token_hash, made_at, expires_at, revoked_at) VALUES ",
              set.new_operators,
              [](Sql& out, const Operator& account) {
                out.row(account.id,
                        Text{account.name},
                        Code{name_of(account.role)},
                        Bytes{account.token},
                        account.made_at,
                        account.expires_at,
                        account.revoked_at);
              });
  for (const Operator& account : set.revoked_operators) {
    sql << "UPDATE operators SET revoked_at = " << account.revoked_at << " WHERE id = " << account.id << " AND revoked_at IS NULL";
    sql.end();
  }
  insert_rows(sql,
              "INSERT INTO deeds (id, at, operator_id, operator_name, address, what, concert_id, concert_version, schedule_id,"
              " subject_id, changes, previous_hash, hash) VALUES ",
              set.deeds,
              [](Sql& out, const Deed& deed) {
                out.row(deed.id,
                        deed.at,
                        unless(!deed.actor.account, deed.actor.account),
                        Text{deed.actor.name},
                        Text{deed.actor.address},
                        Text{name_of(deed.kind)},
                        unless(!deed.concert, deed.concert),
                        deed.concert_version,
                        unless(!deed.schedule, deed.schedule),
                        unless(!deed.subject, deed.subject),
                        Text{deed.changes},
                        Bytes{deed.previous},
                        Bytes{deed.hash});
              });
  sql << "UPDATE deed_head SET last_id = " << head.last << ", hash = " << Bytes{head.hash} << " WHERE id = 1";
  sql.end();
}

std::vector<Deed> read_deeds(Connection& connection, DeedId after, int limit) {
  Sql sql;
  sql << "SELECT " << kDeedColumns << " FROM deeds FORCE INDEX (PRIMARY) WHERE id > " << after << " ORDER BY id LIMIT " << limit;
  sql.end();
  std::vector<Deed> found;
  for (Rows rows = connection.ask(sql, "read deeds"); rows.next();) found.push_back(read_deed(rows));
  return found;
}

std::vector<Operator> read_operators(Connection& connection) {
  Sql sql;
  sql << "SELECT " << kOperatorColumns << " FROM operators ORDER BY id";
  sql.end();
  std::vector<Operator> found;
  for (Rows rows = connection.ask(sql, "read the accounts"); rows.next();) found.push_back(read_operator(rows));
  return found;
}

}  // namespace frontrow::mysql
