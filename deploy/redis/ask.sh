# Functions for node.sh and sentinel.sh, which read this file. Each question has a limit of time: a part that is away must not keep another from starting.
PORT=${REDIS_PORT:-6379}
SENTINELS=${REDIS_SENTINELS:-sentinel-1:26379 sentinel-2:26379 sentinel-3:26379}
NODES=${REDIS_NODES:-redis-1:6379 redis-2:6379 redis-3:6379}
DATA=${REDIS_DATA:-/data}
password=$(cat "${REDIS_PASSWORD_FILE:-/run/secrets/redis}")
sentinel_password=$(cat "${SENTINEL_PASSWORD_FILE:-/run/secrets/sentinel}")

# Prints "EPOCH HOST PORT": the primary of the newest failover that any sentinel knows. Prints nothing if no sentinel answers.
# A sentinel that was away during a failover names the old primary until the others tell it, so the highest epoch counts.
named_by_sentinels() {
  for each in $SENTINELS; do
    REDISCLI_AUTH=$sentinel_password timeout 2 redis-cli -h "${each%:*}" -p "${each#*:}" sentinel master frontrow 2>/dev/null |
      awk 'NR % 2 { key = $0; next } { value[key] = $0 } END { if (value["ip"] != "") print value["config-epoch"], value["ip"], value["port"] }'
  done | sort -rn | head -n 1
}

# Prints "REPLICAS HOST PORT": the node that is a primary and has the most replicas. Prints nothing if no primary has one.
followed_by_nodes() {
  for each in $NODES; do
    REDISCLI_AUTH=$password timeout 2 redis-cli -h "${each%:*}" -p "${each#*:}" info replication 2>/dev/null | tr -d '\r' |
      awk -F: -v host="${each%:*}" -v port="${each#*:}" '{ value[$1] = $2 } END { if (value["role"] == "master" && value["connected_slaves"] > 0) print value["connected_slaves"], host, port }'
  done | sort -rn | head -n 1
}

# Prints the kept configuration FILE without the lines that match PATTERN.
kept_without() {
  grep -Ev "$2" "$1" || [ $? -eq 1 ]
}
