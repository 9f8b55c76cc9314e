#!/bin/bash
# The image runs this once, when the primary's data is new. It makes the user for the replicas.
docker_process_sql <<SQL
CREATE USER replication@'%' IDENTIFIED BY '$(cat /run/secrets/mysql_replication)';
GRANT REPLICATION SLAVE ON *.* TO replication@'%';
SQL
