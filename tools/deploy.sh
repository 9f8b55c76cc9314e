#!/usr/bin/env bash
# Puts a signed image into one environment with Helm, asks the site whether it serves, and goes back if it does not.
#
#   tools/deploy.sh ENVIRONMENT REPOSITORY@sha256:…
#
# CLUSTER            EKS's name; empty uses the kubectl context as it is
# VALUES             the file that `terraform output -json values` of the environment has written
# TARGET_GROUP_ARN   the balancer's; empty binds none
# SITE               the public address, as https://tickets.example.com
# SMOKE_SECONDS      how long the site may take to serve (120)
# SIGNER             regular expression for the identity that signs images (cosign); empty is refused outside dev
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
  echo "deploy: $*" >&2
  exit 1
}

[[ $# -eq 2 ]] || fail "ENVIRONMENT and IMAGE"
environment=$1 image=$2 namespace=frontrow-$1 release=frontrow
case $environment in dev | staging | prod) ;; *) fail "no environment $environment" ;; esac
[[ $image =~ ^([a-z0-9./:_-]+)@(sha256:[0-9a-f]{64})$ ]] || fail "an image by its digest: $image"
repository=${BASH_REMATCH[1]} digest=${BASH_REMATCH[2]}
[[ -r ${VALUES:-} ]] || fail "VALUES names no file"
[[ ${SITE:-} == http*://* ]] || fail "SITE is no address"

if [[ -n ${SIGNER:-} ]]; then
  cosign verify --certificate-oidc-issuer https://token.actions.githubusercontent.com --certificate-identity-regexp "$SIGNER" "$image" >/dev/null ||
    fail "$image is not signed by $SIGNER"
elif [[ $environment != dev ]]; then
  fail "SIGNER is empty: only dev takes an image without a signature"
fi

[[ -z ${CLUSTER:-} ]] || aws eks update-kubeconfig --name "$CLUSTER" --alias "$CLUSTER"
if [[ -n ${TARGET_GROUP_ARN:-} ]]; then
  # shellcheck disable=SC2016
  envsubst '$TARGET_GROUP_ARN' <deploy/kubernetes/aws.yml | kubectl apply --namespace "$namespace" -f -
fi

before=$(helm list --namespace "$namespace" --filter "^$release\$" --deployed --output json | python3 -c 'import json, sys; print(next((each["revision"] for each in json.load(sys.stdin)), ""))')
# --atomic: pods that do not become ready put the former version back.
helm upgrade "$release" deploy/helm/frontrow --install --namespace "$namespace" --atomic --timeout 15m \
  --values "deploy/helm/values-$environment.yaml" --values "$VALUES" --set "image.repository=$repository" --set "image.digest=$digest"

if ! tools/smoke.py "$SITE" --public --seconds "${SMOKE_SECONDS:-120}"; then
  [[ -n $before ]] || fail "the first version does not serve, and there is none to go back to"
  helm rollback "$release" "$before" --namespace "$namespace" --wait --timeout 15m
  tools/smoke.py "$SITE" --public --seconds "${SMOKE_SECONDS:-120}" || fail "$environment does not serve, and neither did revision $before"
  fail "$environment is back at revision $before"
fi
echo "deploy: $environment serves $digest"
