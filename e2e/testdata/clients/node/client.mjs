// Makes the calls of the table that are for Node. It reads a job from stdin: where the gateway
// is, credentials, and rows; and prints what each row got, in the same order.
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import * as azureRest from './azure-rest.mjs';
import * as aiSdk from './ai-sdk.mjs';
import * as langchain from './langchain.mjs';
import * as openai from './openai.mjs';

const makers = {
  openai: openai.call,
  '@ai-sdk/azure': aiSdk.call,
  '@ai-sdk/openai': aiSdk.call,
  '@langchain/openai': langchain.call,
  '@azure-rest/ai-inference': azureRest.call,
};

const job = JSON.parse(await text(process.stdin));
const replies = [];
for (const row of job.rows) {
  const wire = { status: 0, backend: '', refusal: '' };
  // hear keeps the last answer on the wire.
  const hear = (status, backend, refusal) => Object.assign(wire, { status, backend: backend ?? '', refusal });
  const fetchAndHear = async (url, init) => {
    const answer = await fetch(url, init);
    hear(answer.status, answer.headers.get('x-gateway-backend'), answer.status >= 400 ? await answer.clone().text() : '');
    return answer;
  };
  const context = { ...job, hear, fetch: fetchAndHear, fileOf: (name) => readFileSync(new URL(name, job.files)) };
  try {
    const result = await makers[row.client](row, context);
    replies.push({ ...wire, result: JSON.stringify(result ?? null), error: '' });
  } catch (error) {
    replies.push({ ...wire, result: '', error: String(error?.message || error) });
  }
}
console.log(JSON.stringify(replies));
