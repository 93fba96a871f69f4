// Microsoft's client for inference, at a deployment's own path.
import createModelClient from '@azure-rest/ai-inference';
import { AzureKeyCredential } from '@azure/core-auth';
import { credential } from './identity.mjs';

export async function call(row, context) {
  const { model, ...body } = row.body;
  const withToken = row.with.includes('@azure/identity');
  const endpoint = row.path === 'dated' ? `${context.gateway}/openai/deployments/${model}` : `${context.gateway}/openai/v1`;
  const client = createModelClient(endpoint, withToken ? credential(context) : new AzureKeyCredential(context.key), {
    apiVersion: row.path === 'dated' ? context.apiVersion : undefined,
    credentials: { scopes: [context.entra.scope] },
    retryOptions: { maxRetries: 0 },
  });
  const answer = await client.path(row.call).post({ body: row.path === 'dated' ? body : row.body });
  const status = Number(answer.status);
  context.hear(status, answer.headers['x-gateway-backend'], status >= 400 ? JSON.stringify(answer.body) : '');
  if (status >= 400) throw new Error(answer.body?.error?.message);
  return answer.body;
}
