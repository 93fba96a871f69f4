#!/bin/sh
# usage: STACK=prod [PLAN_DIR=bin/plan] comment-azure-devops.sh
#
# Puts PLAN_DIR/comment.md under the pull request of this run: one thread a stack, whose comment
# later previews replace. Takes az with its extension azure-devops, and AZURE_DEVOPS_EXT_PAT
# (the run's own System.AccessToken; its identity may "contribute to pull requests").
set -eu
. "$(dirname "$0")/common.sh"
need_stack
for name in SYSTEM_COLLECTIONURI SYSTEM_TEAMPROJECT BUILD_REPOSITORY_ID SYSTEM_PULLREQUEST_PULLREQUESTID; do
  need "$name" 'Azure DevOps sets it in a run of a pull request'
done
comment=$PLAN_DIR/comment.md
[ -s "$comment" ] || fail "$comment" missing 'run preview.sh, or fetch the folder from where it ran'

# threads RESOURCE PARAMETER... calls the REST API of the pull request's threads.
threads() {
  resource=$1
  shift
  az devops invoke --organization "$SYSTEM_COLLECTIONURI" --area git --resource "$resource" --api-version 7.1 --route-parameters \
    "project=$SYSTEM_TEAMPROJECT" "repositoryId=$BUILD_REPOSITORY_ID" "pullRequestId=$SYSTEM_PULLREQUEST_PULLREQUESTID" "$@"
}

# The comment as a string of JSON.
content=$(sed 's/\\/\\\\/g; s/"/\\"/g; s/	/\\t/g' "$comment" | tr -d '\000-\010\013-\037' | awk '{ printf "%s\\n", $0 }')
title="### Preview: stack \`$STACK\`"
id=$(threads pullRequestThreads --output tsv --query \
  "value[?!isDeleted && comments[0].content && starts_with(comments[0].content, '$title')].id | [0]")
body=$PLAN_DIR/thread.json
if [ -n "$id" ] && [ "$id" != None ]; then
  printf '{"content":"%s"}' "$content" >"$body"
  threads pullRequestThreadComments "threadId=$id" commentId=1 --http-method PATCH --in-file "$body" --output none
else
  # A closed thread keeps nobody from completing the pull request.
  printf '{"status":"closed","comments":[{"parentCommentId":0,"commentType":1,"content":"%s"}]}' "$content" >"$body"
  threads pullRequestThreads --http-method POST --in-file "$body" --output none
fi
