// Runs Microsoft's clients, unmodified, against Resource Manager: each step says what it did,
// and the last line counts those that failed.
import { ApiManagementClient } from "@azure/arm-apimanagement";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { CdnManagementClient } from "@azure/arm-cdn";
import { CognitiveServicesManagementClient } from "@azure/arm-cognitiveservices";
import { FrontDoorManagementClient } from "@azure/arm-frontdoor";
import { MonitorClient } from "@azure/arm-monitor";
import { NetworkManagementClient } from "@azure/arm-network";

const [endpoint, subscription, group] = process.argv.slice(2);
const credential = { getToken: async () => ({ token: "anybody", expiresOnTimestamp: Date.now() + 3600e3 }) };
const options = { endpoint };
const failed = [];

async function step(name, run, wanted = (x) => true) {
  try {
    const got = await run();
    if (!wanted(got)) throw new Error("not what was wanted: " + JSON.stringify(got)?.slice(0, 300));
  } catch (error) {
    failed.push(name);
    console.log(`${name}: ${error.statusCode ?? ""} ${error.code ?? ""} ${String(error.message).slice(0, 400)}`);
  }
}

async function all(pages) {
  const found = [];
  for await (const one of pages) found.push(one);
  return found;
}

const network = new NetworkManagementClient(credential, subscription, options);
await step("network: create a network with a subnet", () =>
  network.virtualNetworks.beginCreateOrUpdateAndWait(group, "vnet", { location: "swedencentral", addressSpace: { addressPrefixes: ["10.0.0.0/16"] }, subnets: [{ name: "one", addressPrefix: "10.0.0.0/24" }] }),
  (v) => v.provisioningState === "Succeeded" && v.subnets.length === 1);
await step("network: add a subnet", () => network.subnets.beginCreateOrUpdateAndWait(group, "vnet", "two", { addressPrefix: "10.0.1.0/24" }), (s) => s.name === "two");
await step("network: list subnets", () => all(network.subnets.list(group, "vnet")), (l) => l.length === 2);
await step("network: tags", () => network.virtualNetworks.updateTags(group, "vnet", { tags: { a: "b" } }), (v) => v.tags.a === "b");
await step("network: security group", () => network.networkSecurityGroups.beginCreateOrUpdateAndWait(group, "nsg", { location: "swedencentral" }), (v) => v.defaultSecurityRules.length === 6);
await step("network: address", () => network.publicIPAddresses.beginCreateOrUpdateAndWait(group, "pip", { location: "swedencentral", sku: { name: "Standard" }, publicIPAllocationMethod: "Static" }), (v) => v.ipAddress !== undefined);
await step("network: list addresses of the subscription", () => all(network.publicIPAddresses.listAll()), (l) => l.length === 1);
await step("network: delete an address", () => network.publicIPAddresses.beginDeleteAndWait(group, "pip"));
await step("network: the address is gone", () => network.publicIPAddresses.get(group, "pip").then(() => false, (e) => e.statusCode === 404), (x) => x);

const cdn = new CdnManagementClient(credential, subscription, options);
await step("cdn: profile", () => cdn.profiles.beginCreateAndWait(group, "fd", { location: "global", sku: { name: "Standard_AzureFrontDoor" } }), (p) => p.frontDoorId !== undefined);
await step("cdn: endpoint", () => cdn.afdEndpoints.beginCreateAndWait(group, "fd", "endpoint", { location: "global" }), (e) => e.hostName.endsWith("azurefd.net"));
await step("cdn: origin group", () => cdn.afdOriginGroups.beginCreateAndWait(group, "fd", "models", { loadBalancingSettings: { sampleSize: 4, successfulSamplesRequired: 3 } }));
await step("cdn: origin", () => cdn.afdOrigins.beginCreateAndWait(group, "fd", "models", "o1", { hostName: "a.contoso.com" }));
await step("cdn: update an origin", () => cdn.afdOrigins.beginUpdateAndWait(group, "fd", "models", "o1", { weight: 7 }), (o) => o.weight === 7);
await step("cdn: an impossible origin", () => cdn.afdOrigins.beginUpdateAndWait(group, "fd", "models", "o1", { weight: 2000 }).then(() => false, (e) => e.statusCode === 400), (x) => x);
await step("cdn: list origins", () => all(cdn.afdOrigins.listByOriginGroup(group, "fd", "models")), (l) => l.length === 1);
await step("cdn: delete the profile", () => cdn.profiles.beginDeleteAndWait(group, "fd"));

const frontDoor = new FrontDoorManagementClient(credential, subscription, options);
await step("frontdoor: policy", () => frontDoor.policies.beginCreateOrUpdateAndWait(group, "waf", { location: "Global", sku: { name: "Standard_AzureFrontDoor" }, policySettings: { mode: "Prevention" } }), (p) => p.policySettings.mode === "Prevention");
await step("frontdoor: list policies", () => all(frontDoor.policies.list(group)), (l) => l.length === 1);
await step("frontdoor: delete the policy", () => frontDoor.policies.beginDeleteAndWait(group, "waf"));

const cognitive = new CognitiveServicesManagementClient(credential, subscription, options);
await step("cognitiveservices: account", () => cognitive.accounts.beginCreateAndWait(group, "contoso", { location: "swedencentral", kind: "OpenAI", sku: { name: "S0" }, identity: { type: "SystemAssigned" }, properties: { customSubDomainName: "contoso-js" } }), (a) => a.identity.principalId !== undefined);
await step("cognitiveservices: deployment", () => cognitive.deployments.beginCreateOrUpdateAndWait(group, "contoso", "chat", { sku: { name: "GlobalStandard", capacity: 1 }, properties: { model: { format: "OpenAI", name: "gpt-5.4-mini", version: "2026-03-17" } } }), (d) => d.properties.provisioningState === "Succeeded");
await step("cognitiveservices: list deployments", () => all(cognitive.deployments.list(group, "contoso")), (l) => l.length === 1);
let before;
await step("cognitiveservices: keys", () => cognitive.accounts.listKeys(group, "contoso"), (k) => (before = k.key1) !== undefined);
await step("cognitiveservices: another key", () => cognitive.accounts.regenerateKey(group, "contoso", "Key1"), (k) => k.key1 !== before);
await step("cognitiveservices: models of the account", () => all(cognitive.accounts.listModels(group, "contoso")), (l) => l.length > 0);
await step("cognitiveservices: usages of the account", () => cognitive.accounts.listUsages(group, "contoso"), (l) => Array.isArray(l.value));
await step("cognitiveservices: skus of the account", () => cognitive.accounts.listSkus(group, "contoso"), (l) => l.value.length > 0);
await step("cognitiveservices: delete the deployment", () => cognitive.deployments.beginDeleteAndWait(group, "contoso", "chat"));
await step("cognitiveservices: update the account", () => cognitive.accounts.beginUpdateAndWait(group, "contoso", { tags: { a: "b" } }), (a) => a.tags.a === "b");

const authorization = new AuthorizationManagementClient(credential, subscription, options);
const scope = `/subscriptions/${subscription}/resourceGroups/${group}`;
let role;
await step("authorization: find a role", () => all(authorization.roleDefinitions.list(scope, { filter: "roleName eq 'Cognitive Services OpenAI User'" })), (l) => (role = l[0]?.id) !== undefined);
await step("authorization: assign it", () => authorization.roleAssignments.create(scope, "11111111-1111-4111-8111-111111111111", { roleDefinitionId: role, principalId: "22222222-2222-4222-8222-222222222222", principalType: "ServicePrincipal" }));
await step("authorization: list", () => all(authorization.roleAssignments.listForScope(scope, { filter: "atScope()" })), (l) => l.length === 1);
await step("authorization: delete", () => authorization.roleAssignments.delete(scope, "11111111-1111-4111-8111-111111111111"));

const monitor = new MonitorClient(credential, subscription, options);
const people = (address) => ({ location: "Global", groupShortName: "people", enabled: true, emailReceivers: [{ name: "a", emailAddress: address }] });
await step("monitor: action group", () => monitor.actionGroups.createOrUpdate(group, "people", people("a@contoso.com")));
await step("monitor: change it", () => monitor.actionGroups.createOrUpdate(group, "people", people("b@contoso.com")), (g) => g.emailReceivers[0].emailAddress === "b@contoso.com");
await step("monitor: list", () => all(monitor.actionGroups.listByResourceGroup(group)), (l) => l.length === 1);
await step("monitor: delete", () => monitor.actionGroups.delete(group, "people"));

const apim = new ApiManagementClient(credential, subscription, options);
await step("apimanagement: service", () => apim.apiManagementService.beginCreateOrUpdateAndWait(group, "contoso-js", { location: "swedencentral", sku: { name: "Developer", capacity: 1 }, publisherName: "a", publisherEmail: "a@contoso.com" }), (s) => s.gatewayUrl !== undefined);
const service = "contoso-js";
const definition = { openapi: "3.0.1", info: { title: "Orders", version: "1" }, paths: { "/orders": { get: { operationId: "list", responses: { 200: { description: "ok" } } } } } };
await step("apimanagement: import an API", () => apim.api.beginCreateOrUpdateAndWait(group, service, "orders", { path: "orders", format: "openapi+json", value: JSON.stringify(definition) }), (a) => a.displayName === "Orders");
await step("apimanagement: its operations", () => all(apim.apiOperation.listByApi(group, service, "orders")), (l) => l.length === 1 && l[0].method === "GET");
await step("apimanagement: update the API", () => apim.api.update(group, service, "orders", "*", { description: "d" }), (a) => a.description === "d");
await step("apimanagement: entity tag", () => apim.api.getEntityTag(group, service, "orders"), (t) => t.eTag !== undefined);
await step("apimanagement: policy", () => apim.apiPolicy.createOrUpdate(group, service, "orders", "policy", { format: "rawxml", value: "<policies><inbound><base /></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>" }));
for (let i = 0; i < 7; i++) await step(`apimanagement: named value ${i}`, () => apim.namedValue.beginCreateOrUpdateAndWait(group, service, `n${i}`, { displayName: `n${i}`, value: "v", secret: true }), (n) => n.value === undefined);
await step("apimanagement: list named values", () => all(apim.namedValue.listByService(group, service)), (l) => l.length === 7);
await step("apimanagement: list some", () => all(apim.namedValue.listByService(group, service, { filter: "name eq 'n3'" })), (l) => l.length === 1);
await step("apimanagement: a value", () => apim.namedValue.listValue(group, service, "n1"), (n) => n.value === "v");
await step("apimanagement: delete a value", () => apim.namedValue.delete(group, service, "n1", "*"));
await step("apimanagement: product", () => apim.product.createOrUpdate(group, service, "gold", { displayName: "Gold", state: "published" }));
await step("apimanagement: link", () => apim.productApi.createOrUpdate(group, service, "gold", "orders"));
await step("apimanagement: subscription", () => apim.subscription.createOrUpdate(group, service, "team", { displayName: "Team", scope: "/products/gold" }));
await step("apimanagement: its keys", () => apim.subscription.listSecrets(group, service, "team"), (k) => k.primaryKey !== undefined);
await step("apimanagement: another key", () => apim.subscription.regeneratePrimaryKey(group, service, "team"));
await step("apimanagement: network status", () => apim.networkStatus.listByService(group, service), (l) => l.length === 1);
await step("apimanagement: delete the API", () => apim.api.beginDeleteAndWait(group, service, "orders", "*", { deleteRevisions: true }).then(() => true));
await step("apimanagement: delete the service", () => apim.apiManagementService.beginDeleteAndWait(group, service).then(() => true));

console.log(`${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
