# What the oidc scripts share: identities and what they may do.
# shellcheck shell=sh

# The roles that a deployment may give to others: those of internal/arm/roles.go.
grantable='5e0bd9bd-7b93-4f28-af87-19fc36ad61bd, 3913510d-42f4-4e42-8a64-420c390055eb, 2b629674-e913-4c01-ae53-ef4638d8f975, 4633458b-17de-408a-b874-0445c86b69e6'

# Azure's own roles.
contributor=b24988ac-6180-42a0-ab88-20f7382dd24c
access_administrator=f58310d9-a9f6-439a-9e8d-f62e7b41a168 # Role Based Access Control Administrator
blob_contributor=ba92f5b4-2d11-453d-a403-e96b0029c9fe     # Storage Blob Data Contributor
blob_reader=2a2b9908-6ea1-4ae2-8e65-a410df84e7d1          # Storage Blob Data Reader
crypto_user=12338af0-0e69-4776-bea7-57ae8d297424          # Key Vault Crypto User

# grant PRINCIPAL ROLE SCOPE [CONDITION] gives a role, unless it is given. One with a condition
# is given anew, so that the condition is today's.
grant() {
  given=$(az role assignment list --scope "$3" --role "$2" --query "[?principalId=='$1'].id | [0]" --output tsv)
  [ "$given" != None ] || given=
  if [ -n "$given" ] && [ -n "${4:-}" ]; then
    az role assignment delete --ids "$given"
    given=
  fi
  [ -n "$given" ] || az role assignment create --assignee-object-id "$1" --assignee-principal-type "${PRINCIPAL_TYPE:-ServicePrincipal}" \
    --role "$2" --scope "$3" ${4:+--condition "$4" --condition-version 2.0} --output none
}

# identity NAME makes a user-assigned identity, and sets client and principal to its ids. The
# tokens of one last a day; those of an app registration end during a long deployment.
identity() {
  az identity create --resource-group "$RESOURCE_GROUP" --location "$LOCATION" --name "$1" --output none
  client=$(az identity show --resource-group "$RESOURCE_GROUP" --name "$1" --query clientId --output tsv)
  principal=$(az identity show --resource-group "$RESOURCE_GROUP" --name "$1" --query principalId --output tsv)
}

# trust IDENTITY ISSUER SUBJECT lets what the issuer calls subject act as the identity.
trust() {
  az identity federated-credential create --resource-group "$RESOURCE_GROUP" --identity-name "$1" --name pipeline \
    --issuer "$2" --subject "$3" --audiences api://AzureADTokenExchange --output none
}

# may_plan PRINCIPAL lets it read what a preview reads: all that Azure has in SCOPE, the keys
# of subscriptions, which are among the stack's outputs, and whether names are free.
may_plan() {
  role="aoai-gateway planner $AZURE_SUBSCRIPTION_ID"
  found=$(az role definition list --name "$role" --custom-role-only true --query '[0].name' --output tsv)
  if [ -z "$found" ] || [ "$found" = None ]; then
    az role definition create --output none --role-definition '{
      "Name": "'"$role"'",
      "Description": "Previews stacks of aoai-gateway, and changes nothing",
      "Actions": [
        "*/read",
        "Microsoft.ApiManagement/service/subscriptions/listSecrets/action",
        "Microsoft.ApiManagement/checkNameAvailability/action",
        "Microsoft.CognitiveServices/checkDomainAvailability/action"
      ],
      "AssignableScopes": ["/subscriptions/'"$AZURE_SUBSCRIPTION_ID"'"]
    }'
  fi
  grant "$1" "$role" "$SCOPE"
  may_use_state "$1" "$blob_reader"
}

# may_deploy PRINCIPAL lets it change what is in SCOPE, and give the roles that the stacks give.
may_deploy() {
  grant "$1" "$contributor" "$SCOPE"
  role_id=Microsoft.Authorization/roleAssignments:RoleDefinitionId
  grant "$1" "$access_administrator" "$SCOPE" "(
 (
  !(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})
 )
 OR
 (
  @Request[$role_id] ForAnyOfAnyValues:GuidEquals {$grantable}
 )
)
AND
(
 (
  !(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})
 )
 OR
 (
  @Resource[$role_id] ForAnyOfAnyValues:GuidEquals {$grantable}
 )
)"
  may_use_state "$1" "$blob_contributor"
}

# may_use_state PRINCIPAL ROLE gives it the role on the environment's state, and its key. With
# Pulumi Cloud there is none.
may_use_state() {
  [ -n "${STORAGE_ACCOUNT:-}" ] || return 0
  need VAULT 'set it to the name of the key vault that state-azure.sh made'
  account=$(az storage account show --resource-group "$RESOURCE_GROUP" --name "$STORAGE_ACCOUNT" --query id --output tsv)
  vault=$(az keyvault show --resource-group "$RESOURCE_GROUP" --name "$VAULT" --query id --output tsv)
  grant "$1" "$2" "$account/blobServices/default/containers/$ENVIRONMENT"
  grant "$1" "$crypto_user" "$vault/keys/$ENVIRONMENT"
}

# settings checks what all of them take, and sets what follows from it.
settings() {
  need ENVIRONMENT 'set it to the name of the stack, such as prod'
  case $ENVIRONMENT in *[!a-z0-9-]*) fail ENVIRONMENT "'$ENVIRONMENT'" 'a container and a key have its name: use lower-case letters, digits and -' ;; esac
  need RESOURCE_GROUP 'set it to the resource group for state and identities; it is made'
  need LOCATION 'set it to a region, such as swedencentral'
  AZURE_SUBSCRIPTION_ID=$(az account show --query id --output tsv)
  AZURE_TENANT_ID=$(az account show --query tenantId --output tsv)
  SCOPE=${SCOPE:-/subscriptions/$AZURE_SUBSCRIPTION_ID}
  az group create --name "$RESOURCE_GROUP" --location "$LOCATION" --output none
}
