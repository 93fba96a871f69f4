#!/bin/sh
# usage: STACK=prod [PLAN_DIR=bin/plan] issue-azure-devops.sh
#
# Keeps one open work item a stack, tagged drift, while drift.sh finds drift: opens it, replaces
# its text, and ends it when the stack is clean again. WORK_ITEM_TYPE and WORK_ITEM_DONE fit the
# project's process (Issue and Done in Basic; Bug and Closed in Agile). Takes az with its
# extension azure-devops, and AZURE_DEVOPS_EXT_PAT (the run's own System.AccessToken).
set -eu
. "$(dirname "$0")/common.sh"
need_stack
need SYSTEM_COLLECTIONURI 'Azure DevOps sets it; elsewhere https://dev.azure.com/ORGANIZATION/'
need SYSTEM_TEAMPROJECT 'Azure DevOps sets it; elsewhere the name of the project'
drift=$(cat "$PLAN_DIR/drift" 2>/dev/null || true)
title="Drift: stack $STACK"

# item VERB ARGUMENT... works on work items.
item() {
  verb=$1
  shift
  az boards "$verb" "$@" --organization "$SYSTEM_COLLECTIONURI"
}

# The text as HTML, which is what a description is.
text() {
  printf '<pre>'
  sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g' "$PLAN_DIR/drift.md" | fit 65000
  printf '</pre>'
}

open=$(item query --project "$SYSTEM_TEAMPROJECT" --output tsv --query '[0].id' --wiql \
  "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.Title] = '$title' AND [System.Tags] CONTAINS 'drift' AND [System.State] NOT IN ('${WORK_ITEM_DONE:-Done}', 'Removed')")
[ "$open" != None ] || open=
case $drift:$open in
  true:)
    item work-item create --project "$SYSTEM_TEAMPROJECT" --type "${WORK_ITEM_TYPE:-Issue}" --title "$title" \
      --fields System.Tags=drift --description "$(text)" --output none
    ;;
  true:*) item work-item update --id "$open" --description "$(text)" --output none ;;
  false:) echo 'no drift, and no work item that tells of any' ;;
  false:*) item work-item update --id "$open" --state "${WORK_ITEM_DONE:-Done}" --discussion 'No drift any more.' --output none ;;
  *) fail "$PLAN_DIR/drift" "'$drift'" 'run drift.sh first, or fetch the folder from where it ran' ;;
esac
