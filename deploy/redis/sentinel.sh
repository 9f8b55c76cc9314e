#!/bin/sh
# Starts a sentinel: sentinel.sh NAME.
#
# A sentinel writes each failover into its configuration. So the file is made once and kept. A sentinel without one asks the
# other sentinels, then the nodes; only in a new cluster does neither know a primary.
set -eu
umask 077
. "$(dirname "$0")/ask.sh"
conf=$DATA/sentinel.conf

if [ -s "$conf" ]; then
  kept_without "$conf" '^(requirepass|sentinel auth-pass|sentinel sentinel-pass) ' >"$conf.new"
else
  primary=$(named_by_sentinels)
  case $primary in '' | 0\ *) primary=$(followed_by_nodes) ;; esac
  first=${NODES%% *}
  [ -n "$primary" ] || primary="0 ${first%:*} ${first#*:}"
  cat >"$conf.new" <<CONF
dir $DATA
port ${SENTINEL_PORT:-26379}
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel announce-ip $1
sentinel monitor frontrow ${primary#* } 2
sentinel down-after-milliseconds frontrow 1500
sentinel failover-timeout frontrow 5000
sentinel parallel-syncs frontrow 2
CONF
fi
# Passwords are not kept: changed ones count at the next start.
printf 'requirepass %s\nsentinel sentinel-pass %s\n' "$sentinel_password" "$sentinel_password" >>"$conf.new"
printf 'sentinel auth-pass frontrow %s\n' "$password" >>"$conf.new"
mv "$conf.new" "$conf"
exec redis-server "$conf" --sentinel
