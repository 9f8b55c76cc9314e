#!/usr/bin/env bash
# Builds what the chart is checked and tried with, into build/tools/bin, each once and from its published module:
#
#   tools/kubernetes/tools.sh helm      helm, for every use of the chart (some minutes)
#   tools/kubernetes/tools.sh check     and kube-score and kubernetes-validate, for `make check-deploy`
#   tools/kubernetes/tools.sh cluster   and Kubernetes itself, etcd and kubectl, for tools/kubernetes/rehearse.py (10 to 30 minutes)
#
# Needs Go (1.26 or newer). Safe to run again. The suites of the chart are left out until helm is there.
set -euo pipefail
cd "$(dirname "$0")/../.."
helm=v4.3.1 kube_score=v1.20.0 kubernetes_validate=1.37.0 kubernetes=v1.37.2
bin=$PWD/build/tools/bin
mkdir -p "$bin"
what=${1:-helm}

command -v go >/dev/null || { echo "tools: needs Go, to build helm" >&2; exit 1; }

# One package at a time and last in line: the machine has other work.
export GOFLAGS="${GOFLAGS:-} -p=1" GOBIN=$bin
build() { nice "$@"; }

installed() { [[ -x $bin/$1 && -e $bin/.$1-$2 ]]; }
mark() { rm -f "$bin/.$1-"* && touch "$bin/.$1-$2"; }

if ! installed helm $helm; then
  echo "tools: building helm $helm"
  # `helm version` says what it is.
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
[[ $what == cluster ]] || exit 0

# Its own repository takes its parts from a folder that is not in the module; published, they have versions of their own.
if ! installed kube-apiserver $kubernetes; then
  echo "tools: building Kubernetes $kubernetes"
  module=build/tools/kubernetes
  mkdir -p $module
  downloaded=$(go mod download -json "k8s.io/kubernetes@$kubernetes" | sed -n 's/^\t"GoMod": "\(.*\)",$/\1/p')
  {
    echo "module cluster"
    echo
    sed -n 's/^go /go /p' "$downloaded"
    echo "require k8s.io/kubernetes $kubernetes"
    sed -n "s|^\t\(k8s.io/[a-z-]*\) => ./staging/.*|replace \1 => \1 v0.${kubernetes#v1.}|p" "$downloaded"
  } >$module/go.mod
  number=${kubernetes#v1.}
  version=k8s.io/component-base/version
  (
    cd $module
    export GOFLAGS="$GOFLAGS -mod=mod"
    for program in kube-apiserver kube-controller-manager kube-scheduler; do
      build go build -o "$bin/$program" \
        -ldflags "-s -w -X $version.gitVersion=$kubernetes -X $version.gitMajor=1 -X $version.gitMinor=${number%%.*}" "k8s.io/kubernetes/cmd/$program"
    done
  )
  mark kube-apiserver $kubernetes
fi

# Debian 13's, unpacked in a folder: not installed, and nothing else of it.
if [[ ! -x $bin/etcd || ! -x $bin/kubectl ]]; then
  echo "tools: fetching etcd and kubectl of Debian 13"
  apt=$PWD/build/tools/apt
  mkdir -p "$apt"/{lists/partial,archives/partial,unpacked}
  mirror=$(grep -rhoE 'https?://[^ ]+/debian/?$' /etc/apt/sources.list.d/*.sources 2>/dev/null | head -1 || true)
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian} trixie main" >"$apt/sources.list"
  options=(-o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt"
    -o "Dir::Cache::archives=$apt/archives" -o Dir::State::status=/dev/null -o APT::Sandbox::User=root)
  apt-get "${options[@]}" -qq update
  (cd "$apt/archives" && apt-get "${options[@]}" -qq download etcd-server kubectl)
  for package in "$apt"/archives/*.deb; do dpkg-deb -x "$package" "$apt/unpacked"; done
  ln -sf "$apt/unpacked/usr/bin/etcd" "$bin/etcd"
  ln -sf "$apt/unpacked/usr/bin/kubectl" "$bin/kubectl"
fi
