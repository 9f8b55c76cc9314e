#!/usr/bin/env bash
# Lets Docker Compose itself read compose.yml and deploy/compose.yml (`docker compose config`), without a Docker daemon. The
# program is built from its Go module once, into build/compose (about ten minutes); needs Go and Docker's command line.
set -euo pipefail
cd "$(dirname "$0")/.."
version=v2.40.3
plugin=build/compose/cli-plugins/docker-compose
if [[ ! -x $plugin ]]; then
  mkdir -p build/compose/module build/compose/cli-plugins
  (
    cd build/compose/module
    [[ -f go.mod ]] || go mod init compose
    go get "github.com/docker/compose/v2/cmd@$version"
    go build -o "../cli-plugins/docker-compose" github.com/docker/compose/v2/cmd
  )
fi
export DOCKER_CONFIG=$PWD/build/compose
docker compose -f compose.yml config --quiet
docker compose -f deploy/compose.yml config --quiet
echo "Docker Compose $version accepts both files"
