#!/bin/sh
# Starts a Redis node: node.sh NAME [PRIMARY]. The password is in a file that only this process reads, not on a command line.
set -eu
umask 077
password=$(cat /run/secrets/redis)
{
  printf 'dir /data\nappendonly yes\nsave ""\nrequirepass %s\nmasterauth %s\nreplica-announce-ip %s\n' "$password" "$password" "$1"
  # A primary that sees no replica any more is cut off, and must not go on taking writes that will be lost.
  printf 'min-replicas-to-write 1\nmin-replicas-max-lag 5\n'
  [ $# -lt 2 ] || printf 'replicaof %s 6379\n' "$2"
} >/tmp/redis.conf
exec redis-server /tmp/redis.conf
