#!/bin/sh
# usage: pulumi-version.sh
#
# Prints the version of the Pulumi CLI that the project is built and tested with: the one that
# tools/go.mod pins. On GitHub it is the step's output "version".
set -eu
. "$(dirname "$0")/common.sh"
version=$(sed -n 's|^[[:space:]]*\(require \)*github.com/pulumi/pulumi/pkg/v3 v\([^ ]*\).*|\2|p' tools/go.mod)
[ -n "$version" ] || fail tools/go.mod 'without a version of github.com/pulumi/pulumi/pkg/v3' 'it pins the Pulumi CLI; restore it'
echo "$version"
[ -z "${GITHUB_OUTPUT:-}" ] || echo "version=$version" >>"$GITHUB_OUTPUT"
