package policy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/csharp"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/document"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/expression"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/policytest"
)

const coveragePage = "../../docs/policy-coverage.md"

// histogram is how often a policy stands in 359 distinct public documents, down
// to quota-by-key.
var histogram = []struct {
	name  string
	count int
}{
	{"base", 277},
	{"set-header", 159},
	{"choose", 140},
	{"set-variable", 132},
	{"set-body", 105},
	{"return-response", 103},
	{"set-status", 101},
	{"set-backend-service", 100},
	{"authentication-managed-identity", 81},
	{"cache-store-value", 41},
	{"cache-lookup-value", 39},
	{"forward-request", 38},
	{"include-fragment", 37},
	{"set-method", 36},
	{"send-request", 35},
	{"retry", 33},
	{"trace", 32},
	{"validate-jwt", 22},
	{"azure-openai-emit-token-metric", 18},
	{"rewrite-uri", 16},
	{"set-query-parameter", 13},
	{"azure-openai-token-limit", 12},
	{"llm-emit-token-metric", 9},
	{"log-to-eventhub", 8},
	{"cors", 7},
	{"emit-metric", 7},
	{"llm-token-limit", 6},
	{"rate-limit-by-key", 6},
	{"validate-azure-ad-token", 6},
	{"cache-remove-value", 6},
	{"quota-by-key", 3},
}

// features are the constructs of C# in 263 files with expressions, with what
// tells them.
var features = []struct {
	name  string
	count int
	is    func(csharp.Node) bool
}{
	{"casts", 172, is[*csharp.Cast]},
	{"`@{ }` blocks", 137, is[*csharp.Block]},
	{"local variables", 118, is[*csharp.Declare]},
	{"JObject, JArray, JToken", 100, named("JObject", "JArray", "JToken")},
	{"if", 66, is[*csharp.If]},
	{"object creation", 58, is[*csharp.New]},
	{"`?.`", 54, is[*csharp.ConditionalAccess]},
	{"Body.As<T>", 54, member("As")},
	{"interpolation", 46, is[*csharp.Interpolated]},
	{"ternary", 43, is[*csharp.Conditional]},
	{"`??`", 41, operator("??")},
	{"DateTime", 38, named("DateTime")},
	{"LINQ", 34, member("Where", "Select", "First", "FirstOrDefault", "Any")},
	{"lambdas", 30, is[*csharp.Lambda]},
	{"Convert", 29, named("Convert")},
	{"foreach", 25, is[*csharp.ForEach]},
	{"try and catch", 24, is[*csharp.Try]},
	{"Encoding", 23, named("Encoding")},
	{"hashes", 20, member("ComputeHash")},
	{"Guid", 19, named("Guid")},
	{"Random", 16, named("Random")},
	{"Jwt", 15, member("AsJwt", "TryParseJwt")},
	{"for", 14, is[*csharp.For]},
	{"List<T>", 12, named("List")},
	{"as", 12, is[*csharp.As]},
	{"Regex", 8, named("Regex")},
	{"anonymous objects", 8, func(n csharp.Node) bool {
		x, ok := n.(*csharp.New)
		return ok && x.Type == nil
	}},
	{"Dictionary", 6, named("Dictionary")},
	{"switch", 4, is[*csharp.Switch]},
	{"out", 3, func(n csharp.Node) bool {
		x, ok := n.(*csharp.Call)
		return ok && slices.ContainsFunc(x.Arguments, func(a csharp.Argument) bool { return a.Out })
	}},
	{"local functions", 2, is[*csharp.LocalFunction]},
	{"while", 1, is[*csharp.While]},
}

func is[T csharp.Node](n csharp.Node) bool {
	_, ok := n.(T)
	return ok
}

func named(names ...string) func(csharp.Node) bool {
	return func(n csharp.Node) bool {
		switch x := n.(type) {
		case *csharp.Name:
			return slices.Contains(names, x.Name)
		case *csharp.TypeName:
			return slices.Contains(names, x.Name)
		}
		return false
	}
}

func member(names ...string) func(csharp.Node) bool {
	return func(n csharp.Node) bool {
		x, ok := n.(*csharp.Member)
		return ok && slices.Contains(names, x.Name)
	}
}

func operator(name string) func(csharp.Node) bool {
	return func(n csharp.Node) bool {
		x, ok := n.(*csharp.Binary)
		return ok && x.Operator == name
	}
}

// covered is what the suites use.
type covered struct {
	policies map[string]int
	features map[string]int
	members  map[*library.Member]bool
	cases    int
}

func (c *covered) expression(compiler *expression.Compiler, code string) {
	compiled, err := compiler.Compile(code)
	if err != nil {
		return
	}
	for _, m := range compiled.Members {
		c.members[m] = true
	}
	for _, feature := range features {
		found := false
		csharp.Walk(compiled.Syntax, func(n csharp.Node) bool {
			found = found || feature.is(n)
			return !found
		})
		if found {
			c.features[feature.name]++
		}
	}
}

func (c *covered) element(compiler *expression.Compiler, e *document.Element) {
	c.policies[e.Name]++
	for _, a := range e.Attributes {
		if a.Expression {
			c.expression(compiler, a.Value.Value)
		}
	}
	for _, data := range e.Data() {
		if data.Expression {
			c.expression(compiler, data.Value.Value)
		}
	}
	for _, inner := range e.Elements() {
		c.element(compiler, inner)
	}
}

// collect goes through both suites.
func collect(t *testing.T, compiler *policy.Compiler, expressions *expression.Compiler) *covered {
	t.Helper()
	c := &covered{map[string]int{}, map[string]int{}, map[*library.Member]bool{}, 0}
	files, err := filepath.Glob("testdata/conformance/*/*.txt")
	require.NoError(t, err)
	for _, file := range files {
		read, err := policytest.Read(file)
		require.NoError(t, err)
		if len(read.Requests) == 0 {
			// Documents that are refused prove no behaviour.
			continue
		}
		c.cases++
		documents, options := read.Documents, read.Options
		for _, fragment := range options.Fragments {
			documents = append(documents, policy.Source{Text: fragment})
		}
		for _, each := range documents {
			read := document.Read(each.Text, document.Options{NamedValues: func(name string) (string, bool) { v, ok := options.NamedValues[name]; return v, ok }})
			for _, e := range read.Elements() {
				c.element(expressions, e)
			}
		}
	}
	suite, err := filepath.Glob("expression/testdata/suite/*.txt")
	require.NoError(t, err)
	for _, file := range suite {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		var code []string
		for line := range strings.Lines(string(data)) {
			line = strings.TrimRight(line, "\r\n")
			switch {
			case strings.HasPrefix(line, "=> "), strings.HasPrefix(line, "~> "):
				c.cases++
				c.expression(expressions, strings.Join(code, "\n"))
				code = nil
			case strings.HasPrefix(line, "!! "), strings.HasPrefix(line, "?? "):
				code = nil
			case len(code) > 0 || strings.HasPrefix(line, "@"):
				code = append(code, line)
			}
		}
	}
	_ = compiler
	return c
}

// TestCoverage holds the suites to what documents really use: every policy and
// construct on the list is proven by a case. docs/policy-coverage.md is the
// table; -update writes it.
func TestCoverage(t *testing.T) {
	t.Parallel()
	l := library.New()
	c := collect(t, policy.NewCompiler(), expression.NewCompiler(l))
	for _, each := range histogram {
		require.Positive(t, c.policies[each.name], "no case runs <%s>", each.name)
	}
	for _, feature := range features {
		require.Positive(t, c.features[feature.name], "no case has %s", feature.name)
	}
	page := coverage(t, c, l)
	if *update {
		require.NoError(t, os.WriteFile(coveragePage, []byte(page), 0o600))
	}
	written, err := os.ReadFile(coveragePage)
	require.NoError(t, err)
	require.Equal(t, page, string(written), "docs/policy-coverage.md is not what the suites cover: run go test ./internal/policy -run Coverage -update")
}

func coverage(t *testing.T, c *covered, l *library.Library) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "# What of the policy language runs here\n\nWritten by `go test ./internal/policy -run Coverage -update`; the test fails when this page is not true. %d cases of the\nsuites run to an expected result. The figures beside names are how many public documents use them: of 359 documents for policies, of 263\nfiles with expressions for C#.\n\n", c.cases)
	runnable, known := policy.Kinds()
	b.WriteString("## Policies\n\n| policy | documents | in the suite |\n|---|---|---|\n")
	for _, each := range histogram {
		count := strconv.Itoa(each.count)
		if each.count == 6 {
			count = "6 or fewer"
		}
		fmt.Fprintf(&b, "| %s | %s | %d |\n", each.name, count, c.policies[each.name])
		runnable = slices.DeleteFunc(runnable, func(name string) bool { return name == each.name })
	}
	for _, name := range runnable {
		require.Positive(t, c.policies[name], "no case runs <%s>", name)
		fmt.Fprintf(&b, "| %s | below 3 | %d |\n", name, c.policies[name])
	}
	fmt.Fprintf(&b, "\nKnown, checked for where they stand, and not run: %s.\n", strings.Join(known, ", "))
	b.WriteString("\n## Attributes\n\nThe attributes of each policy, from the table that `policy check` reads; `id` is taken everywhere. Those in *italics* are taken by the service and not run here.\n\n| policy | attributes |\n|---|---|\n")
	runs, _ := policy.Kinds()
	beyond := policy.Beyond()
	for _, name := range runs {
		names := policy.Attributes(name)
		for i, attribute := range names {
			if beyond[name+" "+attribute] != "" {
				names[i] = "*" + attribute + "*"
			}
		}
		if len(names) > 0 {
			fmt.Fprintf(&b, "| %s | %s |\n", name, strings.Join(names, ", "))
		}
	}
	b.WriteString("\n## C#\n\n| construct | files | cases |\n|---|---|---|\n")
	for _, feature := range features {
		fmt.Fprintf(&b, "| %s | %d | %d |\n", feature.name, feature.count, c.features[feature.name])
	}
	b.WriteString("\nNot supported, as the service does not have them either: async, tuples, query syntax (from ... in), dynamic, unsafe code, ref and in arguments,\nand everything later than C# 7 (`switch` expressions, `new()` without a type, `??=`).\n")
	b.WriteString("\n## Library\n\nMembers count by overload. *proven* are those that a case of the suites calls.\n\n| type | members | proven | exist in .NET and are not run here |\n|---|---|---|---|\n")
	all := l.Members()
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	sort.Strings(names)
	total, proven := 0, 0
	for _, name := range names {
		n := 0
		for _, m := range all[name] {
			if c.members[m] {
				n++
			}
		}
		if len(all[name]) == 0 {
			continue
		}
		total, proven = total+len(all[name]), proven+n
		fmt.Fprintf(&b, "| %s | %d | %d | %s |\n", name, len(all[name]), n, strings.Join(l.BeyondNames(name), ", "))
	}
	fmt.Fprintf(&b, "| all | %d | %d | |\n", total, proven)
	fmt.Fprintf(&b, "\nTypes that the service allows and this library lacks: %s.\n", strings.Join(l.BeyondTypes(), ", "))
	return b.String()
}
