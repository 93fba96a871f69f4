package policytest_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/policytest"
)

const document = "<policies><inbound><base /><set-header name=\"a\"><value>{{team}}</value></set-header></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>\n"

func outcome(t *testing.T, text string) *policytest.Outcome {
	t.Helper()
	folder := t.TempDir()
	file := filepath.Join(folder, "a"+policytest.Suffix)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "api.xml"), []byte(document), 0o600))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return policytest.RunFile(context.Background(), policy.NewCompiler(), folder, file)
}

// What is as expected passes, and what is not says what differs.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	for _, each := range []struct{ reason, text, want string }{
		{"a document in a file, with a named value", "-- files --\napi api.xml\n-- values --\nteam=red\n-- request --\nGET /\n-- contains --\na: red\n", ""},
		{"line ends of Windows", strings.ReplaceAll("-- files --\napi api.xml\n-- values --\nteam=red\n-- request --\nGET /\n-- contains --\na: red\n", "\n", "\r\n"), ""},
		{"a line that is missing", "-- files --\napi api.xml\n-- values --\nteam=red\n-- request --\nGET /\n-- contains --\na: blue\n", `does not contain "a: blue"`},
		{"a line that must not be there", "-- files --\napi api.xml\n-- values --\nteam=red\n-- request --\nGET /\n-- lacks --\na: red\n", `contains "a: red"`},
		{"another exchange", "-- files --\napi api.xml\n-- values --\nteam=red\n-- request --\nGET /\n-- exchange --\n= 200 OK\n", "+  a: red"},
		{"a document that cannot be run", "-- files --\napi api.xml\n-- request --\nGET /\n-- contains --\na: red\n", "there is no named value 'team'"},
		{"findings that nobody expects", "-- files --\napi api.xml\n-- findings --\n", "there is no named value 'team'"},
		{"findings of a document that is refused, without a request", "-- files --\napi api.xml\n-- lacks --\nx\n", "there is no named value 'team'"},
	} {
		t.Run(each.reason, func(t *testing.T) {
			t.Parallel()
			o := outcome(t, each.text)
			require.Empty(t, o.Mistake)
			if each.want == "" {
				require.Empty(t, o.Failures)
				return
			}
			require.Len(t, o.Failures, 1)
			require.Contains(t, o.Failures[0].Text, each.want)
		})
	}
}

// A test that cannot be run says where it is wrong, and what would be right.
func TestMistakes(t *testing.T) {
	t.Parallel()
	for _, each := range []struct{ reason, text, want string }{
		{"nothing is expected", "-- files --\napi api.xml\n", "the test expects nothing"},
		{"no document", "-- contains --\na\n", "there is no document"},
		{"an unknown part", "-- apy --\n<a />\n", `there is no part "apy"; did you mean "api"?`},
		{"two parts of a name", "-- api --\n<a />\n-- api --\n<a />\n", `two parts named "api"`},
		{"a file that is not there", "-- files --\napi nowhere.xml\n", "nowhere.xml"},
		{"a line that is no file", "-- files --\n\napi\n", `line 2: a file is KIND PATH`},
		{"an unknown option", "-- options --\nfast\n", `there is no option "fast"`},
		{"a value without a name", "-- values --\nteam\n", "NAME=VALUE"},
		{"a script that cannot be read", "-- files --\napi api.xml\n-- values --\nteam=red\n-- script --\nanswer * => often\n-- request --\nGET /\n-- contains --\na\n", "reading the script: line 1"},
		{"a request that cannot be read", "-- files --\napi api.xml\n-- values --\nteam=red\n-- request --\nGET\n-- contains --\na\n", "reading request 1"},
	} {
		t.Run(each.reason, func(t *testing.T) {
			t.Parallel()
			o := outcome(t, each.text)
			require.Contains(t, o.Mistake, each.want)
			require.False(t, o.Passed())
		})
	}
}
