#!/bin/sh
# usage: STACK=prod PULUMI_BACKEND_URL='azblob://state?storage_account=contosostate' login.sh
#
# Logs in to where the stack's state lies, and selects the stack. With PULUMI_ORGANIZATION, on
# GitHub, it gets a token of Pulumi Cloud's for the pipeline's ID token; nothing is stored.
set -eu
. "$(dirname "$0")/common.sh"
need_stack
need PULUMI_BACKEND_URL 'set it to azblob://CONTAINER?storage_account=NAME, or https://api.pulumi.com'
if [ -n "${PULUMI_ORGANIZATION:-}" ] && [ -n "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ]; then
  umask 077
  token=$(mktemp)
  trap 'rm -f "$token"' EXIT
  id_token "urn:pulumi:org:$PULUMI_ORGANIZATION" >"$token"
  pulumi login "$PULUMI_BACKEND_URL" --oidc-token "file://$token" --oidc-org "$PULUMI_ORGANIZATION" --default-org "$PULUMI_ORGANIZATION"
else
  pulumi login "$PULUMI_BACKEND_URL"
fi
pulumi stack select "$STACK" --non-interactive ||
  fail STACK "'$STACK', which cannot be selected" 'make it once, as docs/environments.md tells'
