#!/usr/bin/env bash
# Whether the analyser of Kusto sees that a number is compared with a text.
#
# Guess: an error for each: the types can never be equal.
# Seen (@kusto/language-service-next 12.4.1): `==` and `in` between numbers, texts and truth values
# are taken without a word, dates and texts too; only the order of a date and a text is refused
# (KS106). So a query that the portal does not mark can
# compare a status with "429".
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent @kusto/language-service-next@12.4.1 >/dev/null 2>&1
cat >run.js <<'JS'
// The package's files expect one global scope.
const folder = './node_modules/@kusto/language-service-next/'
const Bridge = require(folder + 'bridge.js')
globalThis.Bridge = globalThis.H5 = Bridge
require(folder + 'Kusto.Language.Bridge.js')
const { Language } = globalThis.Kusto ?? Bridge.global.Kusto
const each = (list) => { const all = []; for (const at = Bridge.getEnumerator(list); at.moveNext();) all.push(at.Current); return all }
const table = new Language.Symbols.TableSymbol.$ctor7('Requests', '(Url:string,Status:long,Ok:bool,At:datetime,Details:dynamic)', null)
const known = Language.GlobalState.Default.WithDatabase(new Language.Symbols.DatabaseSymbol.$ctor2('workspace', null, [table]))
for (const query of [
  'where Status == "429"',
  'where Url == 429',
  'where Status in ("429")',
  'where Ok == 1',
  'where At == "2026-01-01"',
  'where At > "2026-01-01"',
]) {
  const code = Language.KustoCode.ParseAndAnalyze('Requests | ' + query, known)
  const errors = each(code.GetDiagnostics()).map((one) => one.Code)
  const columns = each(code.ResultType.Columns).slice(5).map((one) => one.Name + ':' + one.Type.Name)
  console.log([query, errors.join(' ') || 'taken', ...columns].join(' -> '))
}
JS
node run.js | tee seen
diff - seen <<'END'
where Status == "429" -> taken
where Url == 429 -> taken
where Status in ("429") -> taken
where Ok == 1 -> taken
where At == "2026-01-01" -> taken
where At > "2026-01-01" -> KS106
END
