#!/bin/bash
# Succeeds if the pod in this container is ready: health.sh [PORT]. The image has bash, but no HTTP client.
# Operators have a port of their own: it answers while buyers have taken every connection.
host=127.0.0.1 port=${FRONTROW_PORT:-8080}
if [[ -n $FRONTROW_ADMIN_HOST ]]; then
  port=${FRONTROW_ADMIN_PORT:-8081}
  [[ $FRONTROW_ADMIN_HOST == 0.0.0.0 || $FRONTROW_ADMIN_HOST == :: ]] || host=$FRONTROW_ADMIN_HOST
fi
exec 3<>"/dev/tcp/$host/${1:-$port}" || exit 1
printf 'GET /actuator/health/readiness HTTP/1.0\r\nHost: frontrow\r\n\r\n' >&3
read -r -t 2 _ status _ <&3
[[ $status == 200 ]]
