#!/bin/sh
# usage: STACK=prod [PLAN_DIR=bin/plan] [CONFIG=FILE] drift.sh
#
# Compares the stack with Azure. Says drift=true or drift=false to the pipeline and in
# PLAN_DIR/drift, and what differs in PLAN_DIR/drift.md. Drift is no failure: this exits with 0
# then, and with another code only where the comparison itself failed.
set -eu
. "$(dirname "$0")/common.sh"
need_stack
mkdir -p "$PLAN_DIR"
rm -f "$PLAN_DIR/drift" "$PLAN_DIR/drift.md"
code=0
"$AOAI" drift --azure --stack "$STACK" ${CONFIG:+--config "$CONFIG"} --markdown >"$PLAN_DIR/drift.md" || code=$?
case $code in
  0) drift=false ;;
  7) drift=true ;;
  *)
    rm "$PLAN_DIR/drift.md"
    echo "drift.sh: aoai drift ended with $code, which says nothing about drift; mend what it says above" >&2
    exit "$code"
    ;;
esac
cat "$PLAN_DIR/drift.md"
echo "$drift" >"$PLAN_DIR/drift"
tell drift "$drift"
