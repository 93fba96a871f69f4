#!/usr/bin/env bash
# How OpenAI's npm client tells that a stream broke off in the middle.
#
# Guess: by APIConnectionError, its class for connections that fail.
# Seen (openai 7.59.0, Node 20): by a plain TypeError "terminated" of fetch. A program that
# catches OpenAI.APIError, the base of all errors of the client, does not catch it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent openai@7.59.0 >/dev/null 2>&1
cat >run.mjs <<'JS'
import http from 'node:http'
import OpenAI from 'openai'

const first = { id: 'a', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content: 'hel' }, finish_reason: null }] }
const server = http.createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(`data: ${JSON.stringify(first)}\n\n`, () => setTimeout(() => response.destroy(), 50))
})
await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
const client = new OpenAI({ apiKey: 'k', baseURL: `http://127.0.0.1:${server.address().port}/v1`, maxRetries: 0 })
try {
  for await (const _ of await client.chat.completions.create({ model: 'm', stream: true, messages: [] }));
  console.log('no error')
} catch (error) {
  console.log(`${error.constructor.name} "${error.message}", APIError: ${error instanceof OpenAI.APIError}`)
}
server.close()
JS
node run.mjs | tee seen
diff - seen <<'END'
TypeError "terminated", APIError: false
END
