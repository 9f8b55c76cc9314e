#!/bin/bash
# The image runs this once, when the replica's data is new, before the server listens. The server follows from its next start on,
# which is at once. It makes no user: all come from the primary, except root, which is local.
docker_process_sql <<SQL
CHANGE REPLICATION SOURCE TO SOURCE_HOST='mysql-primary', SOURCE_USER='replication', SOURCE_PASSWORD='$(cat /run/secrets/mysql_replication)',
  SOURCE_AUTO_POSITION=1, SOURCE_CONNECT_RETRY=1, SOURCE_RETRY_COUNT=86400, GET_SOURCE_PUBLIC_KEY=1;
SET PERSIST_ONLY super_read_only = ON;
SQL
