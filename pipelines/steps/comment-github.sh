#!/bin/sh
# usage: STACK=prod PULL_REQUEST=12 [PLAN_DIR=bin/plan] comment-github.sh
#
# Puts PLAN_DIR/comment.md under the pull request: one comment a stack, which later previews
# replace. Takes gh, with GH_TOKEN that may write to pull requests, and GITHUB_REPOSITORY.
set -eu
. "$(dirname "$0")/common.sh"
need_stack
need PULL_REQUEST 'set it to the number of the pull request'
need GITHUB_REPOSITORY 'set it to OWNER/NAME'
comment=$PLAN_DIR/comment.md
[ -s "$comment" ] || fail "$comment" missing 'run preview.sh, or fetch the folder from where it ran'

comments=repos/$GITHUB_REPOSITORY/issues
mine="(.user.login == \"github-actions[bot]\") and (.body | startswith(\"### Preview: stack \`$STACK\`\"))"
# Its own line: in a pipe a failure of gh would look like no comment.
ids=$(gh api "$comments/$PULL_REQUEST/comments" --paginate --jq ".[] | select($mine) | .id")
id=$(echo "$ids" | head -n 1)
if [ -n "$id" ]; then
  gh api --method PATCH "$comments/comments/$id" --field body=@"$comment" --silent
else
  gh api --method POST "$comments/$PULL_REQUEST/comments" --field body=@"$comment" --silent
fi
