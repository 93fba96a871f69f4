#!/bin/sh
# usage: test.sh
#
# Passes the project's tests, which need no Azure.
set -eu
. "$(dirname "$0")/common.sh"
make test
