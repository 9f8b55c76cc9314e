#!/bin/sh
# Starts a Redis node: node.sh NAME [PRIMARY[:PORT]]. PRIMARY counts at the first start only, when no sentinel answers.
#
# A failover changes which node is the primary, and Redis writes that into its configuration. So the configuration is kept
# with the data, and the sentinels are asked first: this node may have been down during a failover.
# The password is in a file that only this process reads, not on a command line.
set -eu
umask 077
. "$(dirname "$0")/ask.sh"
conf=$DATA/redis.conf

if [ -s "$conf" ]; then
  kept_without "$conf" '^(requirepass|masterauth) ' >"$conf.new"
  first=no
else
  printf 'dir %s\nport %s\nappendonly yes\nsave ""\nreplica-announce-ip %s\n' "$DATA" "$PORT" "$1" >"$conf.new"
  # A primary that sees no replica any more is cut off, and must not go on taking writes that will be lost.
  printf 'min-replicas-to-write 1\nmin-replicas-max-lag 5\n' >>"$conf.new"
  # A stopping primary waits so long for its replicas; the container has more time than that.
  printf 'shutdown-timeout 5\n' >>"$conf.new"
  first=yes
fi
# The password is not kept: a changed one counts at the next start.
printf 'requirepass %s\nmasterauth %s\n' "$password" "$password" >>"$conf.new"

primary=
answer=$(named_by_sentinels)
if [ -n "$answer" ]; then
  epoch=${answer%% *}
  # Sentinels without a failover behind them only repeat their first setting. This node's own memory is better.
  if [ "$epoch" -gt 0 ] || [ $first = yes ]; then primary=${answer#* }; fi
elif [ $first = yes ] && [ $# -ge 2 ]; then
  case $2 in
    *:*) primary="${2%:*} ${2##*:}" ;;
    *) primary="$2 $PORT" ;;
  esac
fi
if [ -n "$primary" ]; then
  kept_without "$conf.new" '^(replicaof|slaveof) ' >"$conf.next"
  [ "$primary" = "$1 $PORT" ] || printf 'replicaof %s\n' "$primary" >>"$conf.next"
  mv "$conf.next" "$conf.new"
fi
mv "$conf.new" "$conf"

# Redis refuses to stop while it writes its first file after a full copy of its primary, and then forgets that it was asked.
# So this script stays, and asks until the server has ended.
redis-server "$conf" &
server=$!
asked=no
trap 'asked=yes' TERM INT
status=0
wait $server || status=$?
if [ $asked = yes ]; then
  while kill -TERM $server 2>/dev/null; do sleep 0.2; done
  status=0
  wait $server || status=$?
fi
exit $status
