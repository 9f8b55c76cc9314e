#!/bin/bash
# Run once by the image, when the primary's data is new: the user that replicas follow with.
docker_process_sql <<SQL
CREATE USER replication@'%' IDENTIFIED BY '$(cat /run/secrets/mysql_replication)';
GRANT REPLICATION SLAVE ON *.* TO replication@'%';
SQL
