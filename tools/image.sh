#!/usr/bin/env bash
# The image: built, described, pushed and signed.
#
#   tools/image.sh build                   frontrow:local, and build/image/frontrow.cdx.json
#   tools/image.sh push REPOSITORY TAG     pushes it, and writes REPOSITORY@sha256:… to build/image/reference
#   tools/image.sh sign                    signs what was pushed, and its bill of materials, with the identity of the job (cosign, keyless)
set -euo pipefail
cd "$(dirname "$0")/.."
out=build/image
mkdir -p $out
docker_build() {
  docker buildx build --file deploy/Dockerfile --provenance=false "$@" .
}
case ${1:-} in
  build)
    docker_build --tag frontrow:local --load
    docker_build --target sbom --output "type=local,dest=$out"
    ;;
  push)
    [[ $# -eq 3 ]] || { echo "image: push REPOSITORY TAG" >&2; exit 1; }
    docker_build --tag "$2:$3" --push --metadata-file $out/metadata.json
    python3 - "$2" $out <<'PYTHON'
import json, re, sys
from pathlib import Path
repository, out = sys.argv[1], Path(sys.argv[2])
digest = json.loads((out / "metadata.json").read_text())["containerimage.digest"]
assert re.fullmatch("sha256:[0-9a-f]{64}", digest), digest
(out / "reference").write_text(f"{repository}@{digest}\n")
PYTHON
    cat $out/reference
    ;;
  sign)
    reference=$(<$out/reference)
    cosign sign --yes "$reference"
    cosign attest --yes --type cyclonedx --predicate $out/frontrow.cdx.json "$reference"
    ;;
  *)
    sed -n '2,6s/^# \?//p' "$0" >&2
    exit 1
    ;;
esac
