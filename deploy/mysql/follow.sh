#!/bin/sh
# Makes the replica follow the primary; does nothing if it does so already.
set -eu
ask() { MYSQL_PWD=$(cat /run/secrets/mysql_root) mysql --host=mysql-replica --user=root --batch "$@"; }
[ -z "$(ask --execute='SHOW REPLICA STATUS')" ] || exit 0
ask <<SQL
CHANGE REPLICATION SOURCE TO SOURCE_HOST='mysql-primary', SOURCE_USER='replication', SOURCE_PASSWORD='$(cat /run/secrets/mysql_replication)',
  SOURCE_AUTO_POSITION=1, SOURCE_CONNECT_RETRY=1, GET_SOURCE_PUBLIC_KEY=1;
START REPLICA;
SET PERSIST super_read_only = ON;
SQL
