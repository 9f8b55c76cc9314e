#!/bin/bash
# Succeeds if the pod in this container is ready: health.sh [PORT]. The image has bash, but no HTTP client.
exec 3<>"/dev/tcp/127.0.0.1/${1:-${FRONTROW_PORT:-8080}}" || exit 1
printf 'GET /actuator/health/readiness HTTP/1.0\r\nHost: frontrow\r\n\r\n' >&3
read -r -t 2 _ status _ <&3
[[ $status == 200 ]]
