#include "adapters/mysql/deed_triggers.hpp"

#include "base/log.hpp"

namespace frontrow::mysql {

namespace {

bool are_there(Connection& connection) {
  Sql sql;
  sql << "SELECT count(*) FROM information_schema.triggers WHERE trigger_schema = DATABASE()"
         " AND trigger_name IN ('deeds_never_change', 'deeds_never_go')";
  sql.end();
  Rows rows = connection.ask(sql, "look for the triggers of deeds");
  return rows.next() && rows.integer(0) == 2;
}

void make(Connection& connection) {
  for (const Literal statement :
       {Literal{"DROP TRIGGER IF EXISTS deeds_never_change"},
        Literal{"CREATE TRIGGER deeds_never_change BEFORE UPDATE ON deeds FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT ="
                " 'a deed never changes'"},
        Literal{"DROP TRIGGER IF EXISTS deeds_never_go"},
        Literal{"CREATE TRIGGER deeds_never_go BEFORE DELETE ON deeds FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT ="
                " 'a deed never goes'"}}) {
    Sql sql;
    sql << statement;
    sql.end();
    connection.run(sql, "make the triggers of deeds");
  }
}

}  // namespace

bool ensure_deed_triggers(Connection& steward) {
  if (are_there(steward)) return true;
  try {
    make(steward);
    return true;
  } catch (const std::exception& failed) {
    if (steward.is_lost()) throw;
    if (are_there(steward)) return true;  // another pod was faster
    log_warn("no trigger keeps the deeds of operators from being changed", {{"reason", failed.what()}});
    return false;
  }
}

}  // namespace frontrow::mysql
