// LangChain: its classes for Azure (dated), and those for OpenAI at v1.
import { AzureChatOpenAI, AzureOpenAIEmbeddings, ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { identity } from './identity.mjs';

function make(ofAzure, ofOpenAI, row, context, options) {
  const { model, ...rest } = options;
  const configuration = { fetch: context.fetch };
  const withToken = row.with.includes('@azure/identity');
  if (row.path === 'dated') {
    const who = withToken ? { azureADTokenProvider: identity(context) } : { azureOpenAIApiKey: context.key };
    return new ofAzure({
      ...rest, ...who, model, maxRetries: 0, configuration, azureOpenAIBasePath: `${context.gateway}/openai/deployments`,
      azureOpenAIApiDeploymentName: model, azureOpenAIApiVersion: context.apiVersion,
    });
  }
  return new ofOpenAI({
    ...rest, model, maxRetries: 0, apiKey: withToken ? identity(context) : 'none',
    configuration: { ...configuration, baseURL: `${context.gateway}/openai/v1`, ...(!withToken && { defaultHeaders: { 'api-key': context.key } }) },
  });
}

const functions = {
  async invoke(chat, { prompt, tools, toolChoice }) {
    const answer = await (tools ? chat.bindTools(tools, toolChoice && { tool_choice: toolChoice }) : chat).invoke(prompt);
    return { text: answer.text, calls: answer.tool_calls, usage: answer.usage_metadata, about: answer.response_metadata };
  },
  async stream(chat, { prompt }) {
    const pieces = [];
    for await (const piece of await chat.stream(prompt)) pieces.push(piece.text);
    return { text: pieces.join(''), pieces: pieces.length };
  },
  async batch(chat, { prompts }) {
    return { answers: (await chat.batch(prompts)).map((answer) => answer.text) };
  },
  async withStructuredOutput(chat, { prompt, schema }) {
    return { object: await chat.withStructuredOutput(schema, { name: 'trip', strict: true }).invoke(prompt) };
  },
  embedQuery: async (embeddings, { text }) => ({ vector: await embeddings.embedQuery(text) }),
  embedDocuments: async (embeddings, { texts }) => ({ vectors: await embeddings.embedDocuments(texts) }),
};

export async function call(row, context) {
  const { options = {}, model, ...args } = row.body;
  const classes = row.call.startsWith('embed') ? [AzureOpenAIEmbeddings, OpenAIEmbeddings] : [AzureChatOpenAI, ChatOpenAI];
  return functions[row.call](make(...classes, row, context, { ...options, model }), args);
}
