#!/usr/bin/env bash
# Prints a bearer token (HS256, valid for an hour) for a user id, signed with deploy/secrets/jwt_key: to try the compose deployment by hand.
set -euo pipefail
cd "$(dirname "$0")"
[[ ${1:-} =~ ^[1-9][0-9]*$ ]] || { echo "usage: $0 USER-ID" >&2; exit 2; }
url64() { base64 -w0 | tr -d '=' | tr '+/' '-_'; }
claims=$(printf '{"alg":"HS256","typ":"JWT"}' | url64).$(printf '{"sub":"%s","exp":%d}' "$1" $(($(date +%s) + 3600)) | url64)
signature=$(CLAIMS=$claims python3 -c 'import base64, hashlib, hmac, os, sys
key = open("secrets/jwt_key", "rb").read()
sys.stdout.write(base64.urlsafe_b64encode(hmac.new(key, os.environ["CLAIMS"].encode(), hashlib.sha256).digest()).decode().rstrip("="))')
echo "$claims.$signature"
