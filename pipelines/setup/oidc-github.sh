#!/bin/sh
# usage: REPOSITORY=contoso/gateway ENVIRONMENT=prod RESOURCE_GROUP=rg-pulumi LOCATION=swedencentral \
#        [STORAGE_ACCOUNT=contosostate VAULT=kv-contoso-pulumi] [SCOPE=ID] [REVIEWER=octocat] oidc-github.sh
#
# Lets workflows of the repository act in Azure without secrets, by two identities: ENVIRONMENT-plan
# reads, for previews and drift; ENVIRONMENT deploys, from protected branches, after REVIEWER has
# approved. Makes both as environments of GitHub's and sets their variables. SCOPE is what they
# may touch, a resource group or (default) the subscription.
#
# Subjects hold the repository's ids beside its names. A repository from before mid-2026 has to
# opt in to that in its OIDC settings; SUBJECT=names trusts names alone, which others may get.
#
# Takes az, an owner of SCOPE; gh, an administrator of the repository. Running it again mends
# what is missing. An environment that is there keeps its rules, and gets no identity while any
# branch may use one that deploys.
set -eu
. "$(dirname "$0")/../steps/common.sh"
. pipelines/setup/identity.sh
need REPOSITORY 'set it to OWNER/NAME'
case ${SUBJECT:-ids} in
  ids) subject=$(gh api "repos/$REPOSITORY" --jq '"\(.owner.login)@\(.owner.id)/\(.name)@\(.id)"') ;;
  names) subject=$(gh api "repos/$REPOSITORY" --jq .full_name) ;;
  *) fail SUBJECT "'$SUBJECT'" 'it is ids or names' ;;
esac
settings

# environment NAME RULES makes an environment of GitHub's for the identity, unless it is there.
environment() {
  if rules=$(gh api "repos/$REPOSITORY/environments/$1" --jq '.deployment_branch_policy != null' 2>/dev/null); then
    [ "$1:$rules" != "$ENVIRONMENT:false" ] ||
      fail "GitHub's environment $1" 'open to every branch' 'limit its deployment branches (settings, environments), and run this again'
  else
    echo "$2" | gh api --method PUT "repos/$REPOSITORY/environments/$1" --input - --silent
  fi
  identity "id-aoai-$1"
  trust "id-aoai-$1" https://token.actions.githubusercontent.com "repo:$subject:environment:$1"
  set_variable "$1" AZURE_CLIENT_ID "$client"
  set_variable "$1" AZURE_TENANT_ID "$AZURE_TENANT_ID"
  set_variable "$1" AZURE_SUBSCRIPTION_ID "$AZURE_SUBSCRIPTION_ID"
  [ -z "${STORAGE_ACCOUNT:-}" ] || set_variable "$1" PULUMI_BACKEND_URL "azblob://$ENVIRONMENT?storage_account=$STORAGE_ACCOUNT"
}
set_variable() { gh variable set "$2" --repo "$REPOSITORY" --env "$1" --body "$3"; }

environment "$ENVIRONMENT-plan" '{}'
may_plan "$principal"
reviewers=
[ -z "${REVIEWER:-}" ] || reviewers="{\"type\": \"User\", \"id\": $(gh api "users/$REVIEWER" --jq .id)}"
environment "$ENVIRONMENT" "{\"reviewers\": [$reviewers], \"deployment_branch_policy\": {\"protected_branches\": true, \"custom_branch_policies\": false}}"
may_deploy "$principal"
echo "GitHub's environments $ENVIRONMENT-plan and $ENVIRONMENT are there. Protect the branch main: where no branch is protected, none may deploy."
