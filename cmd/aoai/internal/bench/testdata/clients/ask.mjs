// Asks once by each of the clients that applications use, and prints what came of it: the
// answer or the error, and when requests went out.
import OpenAI from 'openai';
import { generateText } from 'ai';
import { createOpenAI } from '@ai-sdk/openai';
import { ChatOpenAI } from '@langchain/openai';

const [baseURL, key, name] = process.argv.slice(2);
const began = Date.now();
const requests = [];
const counted = (url, init) => {
  requests.push(Date.now() - began);
  return fetch(url, init);
};
const headers = { 'api-key': key };
const messages = [{ role: 'user', content: 'Hello' }];
const clients = {
  openai: () => new OpenAI({ apiKey: 'none', baseURL, defaultHeaders: headers, fetch: counted }).chat.completions.create({ model: 'gpt-4o', messages }),
  ai: () => generateText({ model: createOpenAI({ apiKey: 'none', baseURL, headers, fetch: counted }).chat('gpt-4o'), messages }),
  langchain: () => new ChatOpenAI({ apiKey: 'none', model: 'gpt-4o', configuration: { baseURL, defaultHeaders: headers, fetch: counted } }).invoke('Hello'),
};
let error = '';
try {
  await clients[name]();
} catch (e) {
  error = String(e);
}
console.log(JSON.stringify({ error, requests }));
process.exit(0);
