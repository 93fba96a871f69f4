// OpenAI's own client, with its Azure option (dated) and without (v1).
import OpenAI, { AzureOpenAI, toFile } from 'openai';
import { identity } from './identity.mjs';

function clientOf(row, context) {
  const common = { fetch: context.fetch, maxRetries: 0 };
  const provider = row.with.includes('@azure/identity') && identity(context);
  if (row.path === 'dated') {
    const who = provider ? { azureADTokenProvider: provider } : { apiKey: context.key };
    return new AzureOpenAI({ ...common, ...who, endpoint: context.gateway, apiVersion: context.apiVersion });
  }
  const baseURL = `${context.gateway}/openai/v1`;
  return provider
    ? new OpenAI({ ...common, baseURL, apiKey: provider })
    : new OpenAI({ ...common, baseURL, apiKey: 'none', defaultHeaders: { 'api-key': context.key } });
}

async function collect(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return { events };
}

const types = { wav: 'audio/wav', png: 'image/png', jsonl: 'application/jsonl' };

const byID = ['responses.retrieve', 'responses.cancel', 'responses.delete', 'responses.input_items.list', 'models.retrieve', 'models.delete', 'files.retrieve', 'batches.cancel', 'chat.completions.retrieve'];

export async function call(row, context) {
  const client = clientOf(row, context);
  let body = row.body;
  let id = row.id;
  if (row.before) {
    id = (await client.responses.create(row.before)).id;
    body = body && JSON.parse(JSON.stringify(body).replaceAll('$before', id));
  }
  if (row.file) {
    const field = row.call.startsWith('images.') ? 'image' : 'file';
    const type = types[row.file.split('.').pop()];
    body = { ...body, [field]: await toFile(context.fileOf(row.file), row.file, { type }) };
  }
  // The client names its members as the API does, but for some: vectorStores, inputItems.
  const path = row.call.replace(/_(.)/g, (_, letter) => letter.toUpperCase()).split('.');
  const method = path.pop();
  const owner = path.reduce((at, name) => at[name], client);
  const result = await owner[method](...(byID.includes(row.call) ? [id] : body ? [body] : []));
  if (row.call === 'audio.speech.create') {
    return { type: result.headers.get('content-type'), bytes: (await result.arrayBuffer()).byteLength };
  }
  return body?.stream ? collect(result) : result;
}
