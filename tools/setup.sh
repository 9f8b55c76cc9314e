#!/usr/bin/env bash
# Installs the packages of the build that this machine lacks. Prints nothing if none is missing; safe to run again.
# Further words as arguments install more: browser, bench, cluster, monitoring, clients.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
  build-essential cmake ninja-build ccache mold curl ca-certificates
  python3 python3-yaml python3-jsonschema
  libboost1.81-dev libboost-json1.81-dev libssl-dev libsqlite3-dev zlib1g-dev
  libspdlog-dev libfmt-dev libcli11-dev libtomlplusplus-dev prometheus-cpp-dev
  libmariadb-dev libhiredis-dev librdkafka-dev libtcmalloc-minimal4
  libutf8proc-dev libhowardhinnant-date-dev tzdata
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev
  # For the sanitizer builds, `make format` and `make lint`.
  clang-19 libclang-rt-19-dev lld-19 llvm-19 clang-tidy-19 clang-format-19
)
# Node 18 of Debian 12 is enough: it fetches the API page and builds our pages. Debian's packages would clash with
# another Node.
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)
# Only for `make test` and `make screenshots`: a browser, and a Korean font.
if [[ " $* " == *" browser "* || " $* " == *" lighthouse "* ]]; then
  command -v chromium >/dev/null || packages+=(chromium)
  packages+=(fonts-noto-cjk)
fi

# Only for `make clients`, besides the cluster's: a Java compiler.
if [[ " $* " == *" clients "* ]]; then
  command -v javac >/dev/null || packages+=(openjdk-17-jdk-headless)
  packages+=(python3-venv)
fi

# Only for `make bench`.
if [[ " $* " == *" bench "* ]]; then
  command -v wrk >/dev/null || packages+=(wrk)
  command -v nginx >/dev/null || packages+=(nginx-light)
fi

# The cluster profile's services and its load balancer (tools/services.py), for `make services` and the tests. Maven is
# for fetching the Kafka broker.
if [[ " $* " == *" cluster "* ]]; then
  packages+=(mariadb-server redis-server redis-sentinel redis-tools haproxy kcat)
  # The examples of deploy/proxy.
  command -v nginx >/dev/null || packages+=(nginx-light)
  command -v caddy >/dev/null || packages+=(caddy)
  command -v java >/dev/null || packages+=(openjdk-17-jre-headless)
  command -v mvn >/dev/null || packages+=(maven)
fi

# Prometheus, Alertmanager and the exporters of tools/monitoring.py, for `make run-monitoring` and the suites of alerts.
if [[ " $* " == *" monitoring "* ]]; then
  packages+=(prometheus prometheus-alertmanager prometheus-node-exporter prometheus-mysqld-exporter
    prometheus-redis-exporter prometheus-blackbox-exporter)
fi

fail() {
  echo "setup: $*" >&2
  exit 1
}

missing_packages() {
  local package
  for package in "${packages[@]}"; do
    [[ " $installed " == *" $package "* ]] || echo "$package"
  done
}

install_packages() {
  local system="this system" sudo=()
  # shellcheck disable=SC1091
  [[ -r /etc/os-release ]] && system=$(. /etc/os-release && echo "${PRETTY_NAME:-$ID}")
  command -v apt-get >/dev/null || fail "needs Debian 12's packages, and $system has no apt-get; try a debian:12 container"
  if [[ $EUID -ne 0 ]]; then
    command -v sudo >/dev/null || fail "needs root or sudo to install: $*"
    sudo=(sudo)
  fi
  echo "setup: installing $*"
  "${sudo[@]}" apt-get update -qq || fail "apt-get update failed; is this machine online?"
  local package lacking=()
  for package in "$@"; do
    [[ -n $(apt-cache madison "$package" 2>/dev/null) ]] || lacking+=("$package")
  done
  [[ ${#lacking[@]} -eq 0 ]] || fail "builds on Debian 12; $system does not have: ${lacking[*]}"
  # Debian starts installed servers; ours are started on ports of their own (tools/services.py, bench). The machine's
  # own policy stays.
  local policy=/usr/sbin/policy-rc.d
  if [[ ! -e $policy ]]; then
    # shellcheck disable=SC2064
    trap "${sudo[*]} rm -f $policy" EXIT
    printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee "$policy" >/dev/null
    "${sudo[@]}" chmod +x "$policy"
  fi
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
    fail "could not install: $*"
}

installed=
if command -v dpkg-query >/dev/null; then
  # An unknown package is no error here: it is not installed, that is all.
  installed=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "${packages[@]}" 2>/dev/null | sed -n 's/^ii \+//p' | tr '\n' ' ' || true)
fi
mapfile -t missing < <(missing_packages)
[[ ${#missing[@]} -eq 0 ]] || install_packages "${missing[@]}"

# npm writes node_modules/.package-lock.json last, so that file marks a finished install.
folders=(web/swagger web/pages)
[[ ${1:-} != lighthouse ]] || folders+=(web/lighthouse)
for folder in "${folders[@]}"; do
  [[ ! $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ]] || continue
  echo "setup: fetching what $folder needs"
  # Newer npms' `ci` refuses a lock file without the optional packages of other systems; `install` takes the same versions from it.
  npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null 2>&1 ||
    npm install --prefix "$folder" --no-save --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null ||
    fail "npm could not fetch what $folder needs; is this machine online?"
done
