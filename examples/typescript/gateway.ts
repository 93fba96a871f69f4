// API Management before two accounts, from a program in TypeScript that runs inline.
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";

const program = async () => {
  const inputs = {
    namePrefix: "contoso", region: "swedencentral", publisherEmail: "platform@contoso.com", subscriptions: ["first-team"],
    accounts: [{ name: "sweden", region: "swedencentral" }, { name: "france", region: "francecentral" }],
    deployments: [{ name: "gpt-5.4-mini", model: "gpt-5.4-mini", version: "2026-03-17" }],
    url: undefined, keys: undefined, // outputs
  };
  const gateway: any = new pulumi.ComponentResource("aoai-gateway:index:Gateway", "gateway", inputs, {}, true);
  return { endpoint: gateway.url, keys: gateway.keys };
};

const stack = await LocalWorkspace.createOrSelectStack({ stackName: "test", projectName: "gateway-in-typescript", program });
const { outputs } = await stack.up({ onOutput: (text) => process.stderr.write(text) });
console.log(JSON.stringify({ endpoint: outputs.endpoint.value, key: outputs.keys.value["first-team"].primaryKey }));
