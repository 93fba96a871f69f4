package policy_test

import (
	"context"
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/policytest"
)

var update = flag.Bool("update", false, "write what the policies do into the conformance files, for review")

// TestConformance runs every file of testdata/conformance, as `aoai policy test`
// does. A file begins with the rule that it proves and the source of that rule.
// One without findings has none.
func TestConformance(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/conformance/*/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	compiler := policy.NewCompiler()
	for _, file := range files {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(file), "testdata/conformance/"), ".txt"), func(t *testing.T) {
			t.Parallel()
			each, err := policytest.Read(file)
			require.NoError(t, err)
			require.Contains(t, each.Head, "# rule: ", "a file says what it proves")
			require.Contains(t, each.Head, "# source: ", "a file says where its rule comes from")
			if *update {
				require.NoError(t, each.Update(context.Background(), compiler))
				return
			}
			result, err := each.Run(context.Background(), compiler)
			require.NoError(t, err)
			require.Empty(t, result.Failures, each.Head)
			findings, _ := each.Wanted(policytest.Findings)
			require.Equal(t, findings, result.Got[policytest.Findings], each.Head)
		})
	}
}

func readCase(t testing.TB, name string) *policytest.Case {
	t.Helper()
	read, err := policytest.Read("testdata/conformance/" + name + ".txt")
	require.NoError(t, err)
	return read
}
