#!/bin/sh
# usage: STACK=prod [PLAN_DIR=bin/plan] [CONFIG=FILE] [PREFLIGHT=tell] deploy.sh
#
# Deploys the plan that preview.sh saved for this stack from this commit, and nothing that goes
# beyond it: what has changed since then, in Azure or in the stack, ends the deployment.
set -eu
. "$(dirname "$0")/common.sh"
need_stack
[ -s "$PLAN_DIR/plan.json" ] || fail "$PLAN_DIR/plan.json" missing 'run preview.sh, or fetch the folder from where it ran'

# must_be NAME WANTED REMEDY
must_be() {
  noted=$(cat "$PLAN_DIR/$1" 2>/dev/null || echo missing)
  [ "$noted" = "$2" ] || fail "$PLAN_DIR/$1" "$noted" "$3"
}
must_be stack "$STACK" "this would deploy $STACK: preview it"
commit=$(git rev-parse HEAD)
must_be commit "$commit" "the checkout is at $commit: preview that"

preflight
# The plan was made after a refresh. Without one here, what drifted would look right already,
# and stay as it is.
pulumi up --yes --skip-preview --refresh --plan "$PLAN_DIR/plan.json" --stack "$STACK" ${CONFIG:+--config-file "$CONFIG"} \
  --ignore-protect=false --non-interactive --color never --suppress-progress
