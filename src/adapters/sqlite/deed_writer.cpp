#include "adapters/sqlite/deed_writer.hpp"

#include "adapters/sql/changes.hpp"
#include "adapters/sql/deeds.hpp"
#include "adapters/sqlite/rows.hpp"

namespace frontrow::sqlite {

DeedWriter::DeedWriter(Connection& connection)
    : insert_operator_(connection,
                       "INSERT INTO operators (id, name, role, token_hash, made_at, expires_at, revoked_at)"
                       " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
      revoke_operator_(connection, "UPDATE operators SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL"),
      head_(connection, kDeedHead.text),
      insert_deed_(connection,
                   "INSERT INTO deeds (id, at, operator_id, operator_name, address, what, concert_id, concert_version, schedule_id,"
                   " subject_id, changes, previous_hash, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"),
      move_head_(connection, "UPDATE deed_head SET last_id = ?1, hash = ?2 WHERE id = 1") {}

void DeedWriter::write(WorkingSet& set) {
  if (set.deeds.empty()) return;
  for (const Operator& account : set.new_operators)
    insert_operator_.run(account.id,
                         std::string_view{account.name},
                         name_of(account.role),
                         Bytes{account.token},
                         account.made_at,
                         account.expires_at,
                         account.revoked_at);
  for (const Operator& account : set.revoked_operators) revoke_operator_.run(account.id, account.revoked_at);
  DeedHead head;
  {
    Rows rows = head_.rows();
    head = chain_deeds(set, read_deed_head(rows));
  }
  for (const Deed& deed : set.deeds)
    insert_deed_.run(deed.id,
                     deed.at,
                     unless(!deed.actor.account, deed.actor.account),
                     std::string_view{deed.actor.name},
                     std::string_view{deed.actor.address},
                     name_of(deed.kind),
                     unless(!deed.concert, deed.concert),
                     deed.concert_version,
                     unless(!deed.schedule, deed.schedule),
                     unless(!deed.subject, deed.subject),
                     std::string_view{deed.changes},
                     Bytes{deed.previous},
                     Bytes{deed.hash});
  move_head_.run(head.last, Bytes{head.hash});
}

}  // namespace frontrow::sqlite
