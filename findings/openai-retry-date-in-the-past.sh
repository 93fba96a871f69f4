#!/usr/bin/env bash
# How long OpenAI's npm client waits where Retry-After is a date that has passed, as a slow
# way or a clock that is behind makes it.
#
# Guess: not at all: the time to wait is over.
# Seen (openai 7.59.0, Node 20): a negative wait counts as none given, so that it waits by its
# own backoff, 0.375 to 0.5 seconds. A Retry-After of 0 asks again at once.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent openai@7.59.0 >/dev/null 2>&1
cat >run.mjs <<'JS'
import http from 'node:http'
import OpenAI from 'openai'

for (const [name, header] of [['a minute ago', new Date(Date.now() - 60_000).toUTCString()], ['0', '0']]) {
  const asked = []
  const server = http.createServer((_, response) => {
    asked.push(performance.now())
    if (asked.length === 1) response.writeHead(429, { 'retry-after': header }).end('{}')
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices":[]}')
  })
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  const client = new OpenAI({ apiKey: 'k', baseURL: `http://127.0.0.1:${server.address().port}/v1` })
  await client.chat.completions.create({ model: 'm', messages: [] })
  console.log(`${name}: ${asked[1] - asked[0] > 350 ? 'by its own backoff' : 'at once'}`)
  server.closeAllConnections()
  server.close()
}
JS
node run.mjs | tee seen
diff - seen <<'END'
a minute ago: by its own backoff
0: at once
END
