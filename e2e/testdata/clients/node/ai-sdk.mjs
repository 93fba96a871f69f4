// Vercel's AI SDK: its Azure provider, by deployments (dated) and by v1, and its OpenAI provider.
import { createAzure } from '@ai-sdk/azure';
import { createOpenAI } from '@ai-sdk/openai';
import { Output, embed, embedMany, generateImage, generateSpeech, generateText, jsonSchema, streamText, tool, transcribe } from 'ai';
import { identity } from './identity.mjs';

function providerOf(row, context) {
  const { fetch } = context;
  if (row.client === '@ai-sdk/openai') {
    return createOpenAI({ fetch, baseURL: `${context.gateway}/openai/v1`, apiKey: 'none', headers: { 'api-key': context.key } });
  }
  const who = row.with.includes('@azure/identity') ? { tokenProvider: identity(context) } : { apiKey: context.key };
  return row.path === 'dated'
    ? createAzure({ ...who, fetch, baseURL: `${context.gateway}/openai`, apiVersion: context.apiVersion, useDeploymentBasedUrls: true })
    : createAzure({ ...who, fetch, baseURL: `${context.gateway}/openai/v1` });
}

const functions = {
  async generateText(model, { tools, schema, ...args }) {
    const done = await generateText({ model, ...args, ...shaped(tools, schema), maxRetries: 0 });
    const object = schema && done.output;
    return { text: done.text, object, calls: done.toolCalls, finish: done.finishReason, usage: done.usage, sources: done.response.modelId };
  },
  async streamText(model, { tools, schema, ...args }) {
    let failed;
    const stream = streamText({ model, ...args, ...shaped(tools, schema), maxRetries: 0, onError: ({ error }) => (failed = error) });
    let pieces = 0;
    for await (const piece of stream.textStream) pieces += piece ? 1 : 0;
    if (failed) throw failed;
    return { text: await stream.text, pieces, calls: await stream.toolCalls, finish: await stream.finishReason, usage: await stream.usage };
  },
  embed: async (model, args) => embed({ model, ...args, maxRetries: 0 }),
  embedMany: async (model, args) => embedMany({ model, ...args, maxRetries: 0 }),
  generateImage: async (model, args) => ({ base64: (await generateImage({ model, ...args, maxRetries: 0 })).image.base64 }),
  generateSpeech: async (model, args) => ({ type: (await generateSpeech({ model, ...args, maxRetries: 0 })).audio.mediaType }),
  transcribe: async (model, { file }, context) => ({ text: (await transcribe({ model, audio: context.fileOf(file), maxRetries: 0 })).text }),
};

function shaped(tools, schema) {
  return {
    ...(tools && { tools: Object.fromEntries(Object.entries(tools).map(([name, inputSchema]) => [name, tool({ inputSchema: jsonSchema(inputSchema) })])) }),
    ...(schema && { output: Output.object({ schema: jsonSchema(schema) }) }),
  };
}

// A call is a function of the SDK with a kind of model, such as generateText chat.
export async function call(row, context) {
  const [name, kind] = row.call.split(' ');
  const { model, ...args } = row.body;
  if (row.file) args.file = row.file;
  return functions[name](providerOf(row, context)[kind](model), args, context);
}
