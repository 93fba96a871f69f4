#!/usr/bin/env bash
# What OpenAI's npm client and LangChain make of an answer that is no stream, where a stream
# was asked for: a gateway's whole answer in JSON, or the page of a proxy, with status 200.
#
# Guess: both throw, since nothing of the answer is an event.
# Seen (openai 7.59.0, @langchain/openai 1.6.0, Node 20): both end without an error and
# without a word of text. A program that streams shows an empty answer.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent openai@7.59.0 @langchain/openai@1.6.0 @langchain/core@1.4.0 >/dev/null 2>&1
cat >run.mjs <<'JS'
import http from 'node:http'
import OpenAI from 'openai'
import { ChatOpenAI } from '@langchain/openai'

const answers = {
  'whole answer': ['application/json', JSON.stringify({
    id: 'a', object: 'chat.completion', created: 1, model: 'm',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } }],
  })],
  page: ['text/html', '<html><body>hello</body></html>'],
}
const clients = {
  openai: async (url) => {
    const client = new OpenAI({ apiKey: 'k', baseURL: url, maxRetries: 0 })
    let text = ''
    for await (const chunk of await client.chat.completions.create({ model: 'm', stream: true, messages: [] })) text += chunk.choices[0]?.delta?.content ?? ''
    return text
  },
  langchain: async (url) => {
    const client = new ChatOpenAI({ apiKey: 'k', model: 'm', maxRetries: 0, configuration: { baseURL: url } })
    let text = ''
    for await (const chunk of await client.stream('x')) text += chunk.content
    return text
  },
}
for (const [answer, [type, body]] of Object.entries(answers)) {
  for (const [name, run] of Object.entries(clients)) {
    const server = http.createServer((_, response) => response.writeHead(200, { 'content-type': type }).end(body))
    await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
    let seen
    try {
      seen = `no error, text "${await run(`http://127.0.0.1:${server.address().port}/v1`)}"`
    } catch (error) {
      seen = `error ${error.message}`
    }
    console.log(`${answer}, ${name}: ${seen}`)
    server.closeAllConnections()
    server.close()
  }
}
JS
node run.mjs | tee seen
diff - seen <<'END'
whole answer, openai: no error, text ""
whole answer, langchain: no error, text ""
page, openai: no error, text ""
page, langchain: no error, text ""
END
