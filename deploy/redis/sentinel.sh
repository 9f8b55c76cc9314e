#!/bin/sh
# Starts a sentinel: sentinel.sh NAME. A sentinel writes into its own configuration, so the file is made here.
set -eu
umask 077
cat >/tmp/sentinel.conf <<CONF
dir /tmp
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel announce-ip $1
sentinel monitor frontrow redis-1 6379 2
sentinel auth-pass frontrow $(cat /run/secrets/redis)
sentinel down-after-milliseconds frontrow 1500
sentinel failover-timeout frontrow 5000
sentinel parallel-syncs frontrow 2
CONF
exec redis-server /tmp/sentinel.conf --sentinel
