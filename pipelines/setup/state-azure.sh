#!/bin/sh
# usage: ENVIRONMENT=prod RESOURCE_GROUP=rg-pulumi LOCATION=swedencentral \
#        STORAGE_ACCOUNT=contosostate VAULT=kv-contoso-pulumi state-azure.sh
#
# Makes what keeps an environment's state: a container in a storage account without shared keys,
# and a key in a key vault for what is secret in it; account and vault may be shared. You get
# access to both (PRINCIPAL, an object id, and PRINCIPAL_TYPE for somebody else). Takes az, and
# an owner of the subscription. Running it again changes nothing.
set -eu
. "$(dirname "$0")/../steps/common.sh"
. pipelines/setup/identity.sh
need STORAGE_ACCOUNT 'set it to a name that nobody has: 3 to 24 lower-case letters and digits'
need VAULT 'set it to a name that nobody has: 3 to 24 letters, digits and -'
settings
PRINCIPAL=${PRINCIPAL:-$(az ad signed-in-user show --query id --output tsv)}
PRINCIPAL_TYPE=${PRINCIPAL_TYPE:-User}

az storage account create --resource-group "$RESOURCE_GROUP" --location "$LOCATION" --name "$STORAGE_ACCOUNT" --output none \
  --kind StorageV2 --sku Standard_ZRS --https-only true --min-tls-version TLS1_2 --allow-shared-key-access false --allow-blob-public-access false
# A state that was overwritten or deleted can be had back for a month.
az storage account blob-service-properties update --resource-group "$RESOURCE_GROUP" --account-name "$STORAGE_ACCOUNT" --output none \
  --enable-versioning true --enable-delete-retention true --delete-retention-days 30 \
  --enable-container-delete-retention true --container-delete-retention-days 30
az storage container-rm create --resource-group "$RESOURCE_GROUP" --storage-account "$STORAGE_ACCOUNT" --name "$ENVIRONMENT" --output none

az keyvault show --resource-group "$RESOURCE_GROUP" --name "$VAULT" --output none 2>/dev/null ||
  az keyvault create --resource-group "$RESOURCE_GROUP" --location "$LOCATION" --name "$VAULT" --output none \
    --enable-rbac-authorization true --enable-purge-protection true --retention-days 90
vault=$(az keyvault show --resource-group "$RESOURCE_GROUP" --name "$VAULT" --query id --output tsv)
# Through Resource Manager: a key that is there stays, and nobody needs rights in the vault.
az rest --method put --url "$vault/keys/$ENVIRONMENT?api-version=2023-07-01" --output none \
  --body '{"properties": {"kty": "RSA", "keySize": 3072, "keyOps": ["encrypt", "decrypt"]}}'

may_use_state "$PRINCIPAL" "$blob_contributor"
cat <<END
Rights take some minutes until they hold. Then:

  pulumi login 'azblob://$ENVIRONMENT?storage_account=$STORAGE_ACCOUNT'
  pulumi stack init $ENVIRONMENT --secrets-provider 'azurekeyvault://$VAULT.vault.azure.net/keys/$ENVIRONMENT'
END
