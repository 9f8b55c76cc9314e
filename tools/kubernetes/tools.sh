#!/usr/bin/env bash
# Builds what the chart is checked and tried with, into build/tools/bin, each once and from its published module:
#
#   tools/kubernetes/tools.sh helm      helm, for every use of the chart (some minutes)
#   tools/kubernetes/tools.sh check     and kube-score and kubernetes-validate, for `make check-deploy`
#
# Needs Go (1.26 or newer); without it, `helm` says so and leaves the suites of the chart out. Safe to run again.
set -euo pipefail
cd "$(dirname "$0")/../.."
helm=v4.3.1 kube_score=v1.20.0 kubernetes_validate=1.37.0
bin=$PWD/build/tools/bin
mkdir -p "$bin"
what=${1:-helm}

if ! command -v go >/dev/null; then
  echo "tools: helm is built with Go, which is not installed; the suites of the chart are left out" >&2
  [[ $what == helm ]] && exit 0 || exit 1
fi

# One package at a time and last in line: the machine has other work.
export GOFLAGS="${GOFLAGS:-} -p=1" GOBIN=$bin
build() { nice "$@"; }

installed() { [[ -x $bin/$1 && -e $bin/.$1-$2 ]]; }
mark() { rm -f "$bin/.$1-"* && touch "$bin/.$1-$2"; }

if ! installed helm $helm; then
  echo "tools: building helm $helm"
  # Without the line, helm believes itself to be of a Kubernetes without a number.
  build go install -ldflags "-s -w -X helm.sh/helm/v4/internal/version.version=$helm" "helm.sh/helm/v4/cmd/helm@$helm"
  mark helm $helm
fi
[[ $what != helm ]] || exit 0

if ! installed kube-score $kube_score; then
  echo "tools: building kube-score $kube_score"
  build go install -ldflags "-s -w" "github.com/zegl/kube-score/cmd/kube-score@$kube_score"
  mark kube-score $kube_score
fi
if ! installed kubernetes-validate $kubernetes_validate; then
  echo "tools: fetching kubernetes-validate $kubernetes_validate"
  python3 -m venv --clear build/tools/python
  build/tools/python/bin/pip install --quiet --disable-pip-version-check "kubernetes-validate==$kubernetes_validate"
  ln -sf ../python/bin/kubernetes-validate "$bin"
  mark kubernetes-validate $kubernetes_validate
fi
