#!/usr/bin/env bash
# Whether the analyser of Kusto looks into literals: a month 13, a pattern that is not closed, a
# percentile above 100.
#
# Guess: an error for each, since all is known when the query is read.
# Seen (@kusto/language-service-next 12.4.1): each is taken.
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
  'extend x = datetime(2026-13-45)',
  'where Url matches regex "("',
  'summarize x = percentile(Status, 101)',
]) {
  const code = Language.KustoCode.ParseAndAnalyze('Requests | ' + query, known)
  const errors = each(code.GetDiagnostics()).map((one) => one.Code)
  const columns = each(code.ResultType.Columns).slice(5).map((one) => one.Name + ':' + one.Type.Name)
  console.log([query, errors.join(' ') || 'taken', ...columns].join(' -> '))
}
JS
node run.js | tee seen
diff - seen <<'END'
extend x = datetime(2026-13-45) -> taken -> x:datetime
where Url matches regex "(" -> taken
summarize x = percentile(Status, 101) -> taken
END
