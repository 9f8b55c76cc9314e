#!/usr/bin/env bash
# Reads the workflows with actionlint (with shellcheck for their scripts) and zizmor, offline, and the scripts that they call with shellcheck. The
# tools come into build/tools once: Python packages, and a Go module. Needs Go and Python.
set -euo pipefail
cd "$(dirname "$0")/../.."
actionlint=v1.7.12
tools=$PWD/build/tools/actions
if [[ ! -e $tools/complete || $(<"$tools/complete") != "$(cat tools/actions/requirements.txt) $actionlint" ]]; then
  rm -rf "$tools"
  python3 -m venv "$tools/python"
  "$tools/python/bin/pip" install --quiet --disable-pip-version-check -r tools/actions/requirements.txt
  GOBIN=$tools GOFLAGS=-p=1 go install "github.com/rhysd/actionlint/cmd/actionlint@$actionlint"
  printf '%s %s' "$(cat tools/actions/requirements.txt)" $actionlint >"$tools/complete"
fi
folder=${1:-.github}
"$tools/actionlint" -no-color -shellcheck "$tools/python/bin/shellcheck" -pyflakes= "$folder"/workflows/*.yml
"$tools/python/bin/zizmor" --offline --no-progress --persona pedantic --config tools/actions/zizmor.yml "$folder"
"$tools/python/bin/shellcheck" tools/actions/check.sh tools/deploy.sh tools/image.sh tools/setup.sh 
echo "actionlint, zizmor and shellcheck have nothing to say"
