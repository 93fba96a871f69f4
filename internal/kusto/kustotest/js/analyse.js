// Reads {tables: {name: [{name, type}]}, queries: [{name, text}]} from stdin, and writes what
// Microsoft's parser, binder and analysers say of each query: [{name, diagnostics, columns}].
const fs = require('fs');
const folder = __dirname + '/node_modules/@kusto/language-service-next/';
// The library's files expect one global scope.
globalThis.Bridge = require(folder + 'bridge.js');
globalThis.H5 = globalThis.Bridge;
require(folder + 'Kusto.Language.Bridge.js');
const kusto = globalThis.Kusto || globalThis.Bridge.global.Kusto;
const { Symbols } = kusto.Language;

function list(of) {
  const items = [];
  if (!of) return items;
  const each = globalThis.Bridge.getEnumerator(of);
  while (each.moveNext()) items.push(each.Current);
  return items;
}

const asked = JSON.parse(fs.readFileSync(0, 'utf8'));
const tables = Object.entries(asked.tables).map(([name, columns]) =>
  new Symbols.TableSymbol.$ctor7(name, '(' + columns.map((c) => `['${c.name}']:${c.type}`).join(',') + ')', null));
const globals = kusto.Language.GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.$ctor2('workspace', null, tables));

const answers = asked.queries.map(({ name, text }) => {
  const code = kusto.Language.KustoCode.ParseAndAnalyze(text, globals);
  const service = new kusto.Language.Editor.KustoCodeService.ctor(code);
  const found = [...list(code.GetDiagnostics()), ...list(service.GetAnalyzerDiagnostics(true))];
  const result = code.ResultType;
  return {
    name,
    diagnostics: found.map((d) => `${d.Severity} ${d.Code} line ${text.slice(0, d.Start).split('\n').length}: ${d.Message}`),
    columns: result && result.Columns ? list(result.Columns).map((c) => ({ name: c.Name, type: c.Type.Name })) : [],
  };
});
process.stdout.write(JSON.stringify(answers));
