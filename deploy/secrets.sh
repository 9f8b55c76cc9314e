#!/usr/bin/env bash
# Makes the passwords and keys that deploy/compose.yml mounts: random, one file each, below deploy/secrets. Existing
# files stay.
set -euo pipefail
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
for name in mysql_root mysql_frontrow mysql_replication redis sentinel kafka admin_token charge_token ticket_key jwt_key; do
  [[ -s secrets/$name ]] || head -c 32 /dev/urandom | base64 | tr -d '=\n' | tr '+/' '-_' >"secrets/$name"
done
# The broker reads its users from a file of this form, anew at each start.
cat >secrets/kafka_users <<USERS
KafkaServer {
  org.apache.kafka.common.security.plain.PlainLoginModule required user_frontrow="$(cat secrets/kafka)";
};
USERS
# The folder's mode keeps other users of this machine out. The files are mounted into containers, which have other
# users.
chmod 700 secrets
chmod 644 secrets/*
