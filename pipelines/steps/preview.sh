#!/bin/sh
# usage: STACK=prod [PLAN_DIR=bin/plan] [CONFIG=FILE] [PREFLIGHT=tell] preview.sh
#
# Asks preflight, then saves what `pulumi up` would do as PLAN_DIR/plan.json, with its commit
# and its stack beside it, and writes PLAN_DIR/comment.md for a pull request: no longer than
# COMMENT_BYTES (65000; GitHub takes 65,536 characters, Azure DevOps 150,000). Exits with the
# code of what failed; then there is no plan.
set -eu
. "$(dirname "$0")/common.sh"
need_stack
mkdir -p "$PLAN_DIR"
rm -f "$PLAN_DIR/plan.json" "$PLAN_DIR/commit" "$PLAN_DIR/stack" "$PLAN_DIR/comment.md"
commit=$(git rev-parse HEAD)
log=$PLAN_DIR/preview.log

code=0
preflight >"$log" 2>&1 || code=$?
[ "$code" != 0 ] ||
  pulumi preview --refresh --diff --save-plan "$PLAN_DIR/plan.json" --stack "$STACK" ${CONFIG:+--config-file "$CONFIG"} \
    --ignore-protect=false --non-interactive --color never --suppress-progress >>"$log" 2>&1 || code=$?
cat "$log"

outcome='This is what a deployment would do.'
[ "$code" = 0 ] || outcome="**It failed** with exit code $code; nothing can be deployed."
{
  # No policy has a line that closes this fence.
  printf '### Preview: stack `%s`\n\n%s Commit %s.\n\n~~~~~~~~~~\n' "$STACK" "$outcome" "$commit"
  grep -v -e '^building .* packages compiled, ' -e '^Update plan written to ' -e '^Run .pulumi up --plan=' "$log" | fit "$((${COMMENT_BYTES:-65000} - 500))"
  echo '~~~~~~~~~~'
} >"$PLAN_DIR/comment.md"

if [ "$code" != 0 ]; then
  rm -f "$PLAN_DIR/plan.json"
  exit "$code"
fi
echo "$commit" >"$PLAN_DIR/commit"
echo "$STACK" >"$PLAN_DIR/stack"
