#!/bin/sh
# usage: STACK=prod [PLAN_DIR=bin/plan] issue-github.sh
#
# Keeps one open issue a stack, labelled drift, while drift.sh finds drift: opens it, replaces
# its text, and closes it when the stack is clean again. Takes gh, with GH_TOKEN that may write
# to issues, and GH_REPO outside of a clone.
set -eu
. "$(dirname "$0")/common.sh"
need_stack
drift=$(cat "$PLAN_DIR/drift" 2>/dev/null || true)
title="Drift: stack $STACK"
# Its own line: in a pipe a failure of gh would look like no issue.
issues=$(gh issue list --state open --label drift --limit 1000 --json number,title --jq ".[] | select(.title == \"$title\") | .number")
open=$(echo "$issues" | head -n 1)
case $drift:$open in
  true:)
    gh label create drift --description 'Azure differs from a stack' --force
    fit 65000 <"$PLAN_DIR/drift.md" | gh issue create --title "$title" --label drift --body-file -
    ;;
  true:*) fit 65000 <"$PLAN_DIR/drift.md" | gh issue edit "$open" --body-file - ;;
  false:) echo 'no drift, and no issue that tells of any' ;;
  false:*) gh issue close "$open" --comment 'No drift any more.' ;;
  *) fail "$PLAN_DIR/drift" "'$drift'" 'run drift.sh first, or fetch the folder from where it ran' ;;
esac
