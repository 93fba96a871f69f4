#!/usr/bin/env bash
# What iff gives where its two values have different types.
#
# Guess: an error, as in most typed languages.
# Seen (@kusto/language-service-next 12.4.1): the column becomes dynamic. Sorting by it is then an
# error (KS116) of a line that looks right.
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
  'extend x = iff(Ok, 1, 2)',
  'extend x = iff(Ok, 1, "none")',
  'extend x = iff(Ok, 1, "none") | sort by x',
]) {
  const code = Language.KustoCode.ParseAndAnalyze('Requests | ' + query, known)
  const errors = each(code.GetDiagnostics()).map((one) => one.Code)
  const columns = each(code.ResultType.Columns).slice(5).map((one) => one.Name + ':' + one.Type.Name)
  console.log([query, errors.join(' ') || 'taken', ...columns].join(' -> '))
}
JS
node run.js | tee seen
diff - seen <<'END'
extend x = iff(Ok, 1, 2) -> taken -> x:long
extend x = iff(Ok, 1, "none") -> taken -> x:dynamic
extend x = iff(Ok, 1, "none") | sort by x -> KS116 -> x:dynamic
END
