#!/bin/sh
# usage: with-identity.sh COMMAND [ARGUMENT ...]
#
# Runs a command as the pipeline's identity in Azure, without any secret. It sets ARM_*, which
# azure-native reads, and AZURE_*, which Pulumi's state in azblob://, azurekeyvault:// and aoai
# read. Their ID token lies in a file that is renewed while the command runs: one of GitHub's
# lasts 5 minutes. Outside of a pipeline the command runs with what its environment has.
#
# GitHub: AZURE_CLIENT_ID, AZURE_TENANT_ID, AZURE_SUBSCRIPTION_ID, permission id-token: write.
# Azure DevOps: in AzureCLI@2 with addSpnToEnvironment, and SYSTEM_ACCESSTOKEN.
set -eu
. "$(dirname "$0")/common.sh"
[ $# -gt 0 ] || fail COMMAND missing 'name the command to run'
in_pipeline || exec "$@"

AZURE_CLIENT_ID=${AZURE_CLIENT_ID:-${servicePrincipalId:-}}
AZURE_TENANT_ID=${AZURE_TENANT_ID:-${tenantId:-}}
[ -n "${AZURE_SUBSCRIPTION_ID:-}" ] || [ -z "${TF_BUILD:-}" ] || AZURE_SUBSCRIPTION_ID=$(az account show --query id --output tsv)
for name in AZURE_CLIENT_ID AZURE_TENANT_ID AZURE_SUBSCRIPTION_ID; do
  need "$name" 'pipelines/setup prints it, and docs/pipelines.md says where it goes'
done

umask 077
folder=$(mktemp -d)
# The folder goes when the renewal has stopped: while it writes there, it cannot be removed. A
# signal can get lost while a shell begins to wait, so that it is sent until it is heard.
stop_renewing() {
  tries=0
  until [ -e "$folder/stopped" ] || [ "$tries" -gt 1200 ]; do
    kill "$renewing" 2>/dev/null || break
    tries=$((tries + 1))
    sleep 0.1
  done
}
trap '[ -z "${renewing:-}" ] || stop_renewing; rm -rf "$folder"' EXIT
trap 'exit 143' INT TERM
renew() {
  (id_token api://AzureADTokenExchange) >"$folder/new" 2>"$folder/error" || true
  [ -s "$folder/new" ] && mv "$folder/new" "$folder/token"
}
renew || fail 'the ID token' "missing ($(cat "$folder/error"))" 'give the job id-token: write, or look at the service connection'

mkfifo "$folder/begun"
(
  # The trap ends the sleep; one that has just begun ends by itself.
  trap ': >"$folder/stopped"' EXIT
  trap 'kill "$!" 2>/dev/null; exit 0' TERM
  echo >"$folder/begun"
  while :; do
    sleep "${RENEW_SECONDS:-180}" &
    wait "$!"
    renew || echo 'the ID token was not renewed; the next try comes' >>"$folder/renewals"
  done
) </dev/null >/dev/null 2>&1 &
renewing=$!
read -r _ <"$folder/begun" # from here on it hears the signal

export AZURE_CLIENT_ID AZURE_TENANT_ID AZURE_SUBSCRIPTION_ID
export AZURE_FEDERATED_TOKEN_FILE="$folder/token" AZURE_TOKEN_CREDENTIALS=WorkloadIdentityCredential
export ARM_USE_OIDC=true ARM_CLIENT_ID="$AZURE_CLIENT_ID" ARM_TENANT_ID="$AZURE_TENANT_ID" ARM_SUBSCRIPTION_ID="$AZURE_SUBSCRIPTION_ID"
# azure-native asks GitHub itself; of Azure DevOps it takes a token.
[ -n "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ] || export ARM_OIDC_TOKEN="$(cat "$folder/token")"
code=0
command "$@" || code=$?
[ "$code" = 0 ] || [ ! -s "$folder/renewals" ] || cat "$folder/renewals" >&2
exit "$code"
