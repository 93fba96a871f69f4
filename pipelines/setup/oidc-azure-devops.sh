#!/bin/sh
# usage: ORGANIZATION=https://dev.azure.com/contoso PROJECT=gateway ENVIRONMENT=prod \
#        RESOURCE_GROUP=rg-pulumi LOCATION=swedencentral \
#        [STORAGE_ACCOUNT=contosostate VAULT=kv-contoso-pulumi] [SCOPE=ID] oidc-azure-devops.sh
#
# Lets pipelines of the project act in Azure without secrets, by two identities and a service
# connection for each: aoai-ENVIRONMENT-plan reads, for previews and drift; aoai-ENVIRONMENT
# deploys. SCOPE is what they may touch, a resource group or (default) the subscription.
#
# Takes az with its extension azure-devops, an owner of SCOPE who may make service connections.
# Running it again mends what is missing.
set -eu
. "$(dirname "$0")/../steps/common.sh"
. pipelines/setup/identity.sh
need ORGANIZATION 'set it to the URL of the organization'
need PROJECT 'set it to the name of the project'
settings
subscription=$(az account show --query name --output tsv)
project=$(az devops project show --organization "$ORGANIZATION" --project "$PROJECT" --query id --output tsv)
file=$(mktemp)
trap 'rm -f "$file"' EXIT

endpoint() { az devops service-endpoint "$@" --organization "$ORGANIZATION" --project "$PROJECT" --output tsv; }

# connect NAME makes a service connection for the identity, unless it is there, and lets the
# identity trust it.
connect() {
  identity "id-$1"
  id=$(endpoint list --query "[?name=='$1'].id | [0]")
  if [ -z "$id" ] || [ "$id" = None ]; then
    cat >"$file" <<END
{
  "name": "$1", "type": "azurerm", "url": "https://management.azure.com/",
  "authorization": {"scheme": "WorkloadIdentityFederation", "parameters": {"tenantid": "$AZURE_TENANT_ID", "serviceprincipalid": "$client"}},
  "data": {"environment": "AzureCloud", "scopeLevel": "Subscription", "creationMode": "Manual",
    "subscriptionId": "$AZURE_SUBSCRIPTION_ID", "subscriptionName": "$subscription"},
  "isShared": false, "isReady": true,
  "serviceEndpointProjectReferences": [{"name": "$1", "projectReference": {"id": "$project", "name": "$PROJECT"}}]
}
END
    id=$(endpoint create --service-endpoint-configuration "$file" --query id)
  fi
  # Azure DevOps chooses issuer and subject.
  trust "id-$1" "$(endpoint show --id "$id" --query authorization.parameters.workloadIdentityFederationIssuer)" \
    "$(endpoint show --id "$id" --query authorization.parameters.workloadIdentityFederationSubject)"
}

connect "aoai-$ENVIRONMENT-plan"
may_plan "$principal"
connect "aoai-$ENVIRONMENT"
may_deploy "$principal"
echo "The service connections aoai-$ENVIRONMENT-plan and aoai-$ENVIRONMENT are ready. Allow the pipelines to use them, and give"
echo "the environment $ENVIRONMENT its approval, its exclusive lock and its branch control, as docs/pipelines.md tells."
