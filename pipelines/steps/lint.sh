#!/bin/sh
# usage: lint.sh [POLICY.xml ...]
#
# Go files are formatted and pass go vet; API Management would take the policy documents.
set -eu
. "$(dirname "$0")/common.sh"
unformatted=$(gofmt -l . | tr "\n" " ")
[ -z "$unformatted" ] || fail "the format of" "$unformatted" "not gofmt's; run make fmt"
go vet ./...
[ $# = 0 ] || "$AOAI" policy check "$@"
