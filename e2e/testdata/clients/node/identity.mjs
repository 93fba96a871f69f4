// Tokens by Microsoft's own library, from the sandbox's Entra.
import { ClientSecretCredential, getBearerTokenProvider } from '@azure/identity';

export function credential({ entra }) {
  return new ClientSecretCredential(entra.tenant, entra.clientId, entra.clientSecret, {
    authorityHost: entra.authority,
    disableInstanceDiscovery: true,
  });
}

export function identity(context) {
  return getBearerTokenProvider(credential(context), context.entra.scope);
}
