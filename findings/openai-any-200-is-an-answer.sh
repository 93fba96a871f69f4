#!/usr/bin/env bash
# What OpenAI's npm client returns where a whole answer was asked for and a 200 without one
# comes: the page of a proxy, an empty body.
#
# Guess: an error that names the content type, or that the body is no JSON.
# Seen (openai 7.59.0, Node 20): no error. `create` returns the page as a string, and
# undefined for an empty body; the program fails later, at `choices`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent openai@7.59.0 >/dev/null 2>&1
cat >run.mjs <<'JS'
import http from 'node:http'
import OpenAI from 'openai'

for (const [type, body] of [['text/html', '<html>signed out</html>'], ['application/json', '']]) {
  const server = http.createServer((_, response) => response.writeHead(200, { 'content-type': type }).end(body))
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  const client = new OpenAI({ apiKey: 'k', baseURL: `http://127.0.0.1:${server.address().port}/v1`, maxRetries: 0 })
  const answer = await client.chat.completions.create({ model: 'm', messages: [] })
  console.log(`${type}: ${typeof answer} ${answer}`)
  server.closeAllConnections()
  server.close()
}
JS
node run.mjs | tee seen
diff - seen <<'END'
text/html: string <html>signed out</html>
application/json: undefined undefined
END
