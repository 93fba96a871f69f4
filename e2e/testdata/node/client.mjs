// The official npm client with its Azure option, as anybody uses it: chat, streaming,
// embeddings and responses. It prints one line of JSON with what it got.
import { AzureOpenAI } from 'openai';

const [endpoint, apiKey, chatModel, embeddingModel] = process.argv.slice(2);
const options = { endpoint, apiKey, apiVersion: '2025-04-01-preview' };
const client = new AzureOpenAI(options);

const chat = await client.chat.completions.create({ model: chatModel, messages: [{ role: 'user', content: 'Hello' }] });

let streamed = '';
const stream = await client.chat.completions.create({
  model: chatModel,
  messages: [{ role: 'user', content: 'Hello' }],
  stream: true,
});
for await (const chunk of stream) {
  streamed += chunk.choices[0]?.delta?.content ?? '';
}

const embedding = await client.embeddings.create({ model: embeddingModel, input: ['one', 'two'] });
const response = await client.responses.create({ model: chatModel, input: 'Hello' });

let refused;
try {
  await new AzureOpenAI({ ...options, apiKey: 'wrong', maxRetries: 0 }).chat.completions.create({
    model: chatModel,
    messages: [{ role: 'user', content: 'Hello' }],
  });
} catch (error) {
  refused = error.status;
}

console.log(
  JSON.stringify({
    chat: chat.choices[0].message.content,
    streamed,
    vectors: embedding.data.length,
    dimensions: embedding.data[0].embedding.length,
    response: response.output_text,
    refused,
  }),
);
