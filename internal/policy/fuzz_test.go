package policy_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/policytest"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/script"
)

// FuzzProgram takes any text as an API's document: compiling it and running what
// compiles never panics, and always ends with an answer.
func FuzzProgram(f *testing.F) {
	files, err := filepath.Glob("testdata/conformance/*/*.txt")
	require.NoError(f, err)
	for _, file := range files {
		read, err := policytest.Read(file)
		require.NoError(f, err)
		f.Add(read.Documents[0].Text)
	}
	compiler := policy.NewCompiler()
	f.Fuzz(func(t *testing.T, text string) {
		program, findings := compiler.Compile([]policy.Source{{Scope: policy.API, Text: text}}, policy.Options{Lenient: true})
		require.Equal(t, program != nil, findings.Runnable())
		for _, finding := range findings {
			require.Positive(t, finding.Line)
			require.NotContains(t, finding.Message, "internal error")
		}
		if program == nil {
			return
		}
		written, err := script.Parse("answer * => 429 | {}\nanswer * => 200 | {}")
		require.NoError(t, err)
		request, err := script.ParseRequest("POST /x\n\n{}")
		require.NoError(t, err)
		record, err := script.New(written).Run(context.Background(), program, request, &policy.Trace{})
		require.NoError(t, err)
		require.NotContains(t, record, "internal error: ")
		require.True(t, strings.Contains(record, "\n= ") || strings.HasPrefix(record, "= "), "an answer:\n%s", record)
	})
}
