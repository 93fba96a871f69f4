package expression_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/expression"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// suiteCase is one expression of testdata/suite with what it has to give. The
// files hold, each starting in the first column:
//
//	@(expression) or @{ block }, over as many lines as it takes
//	=> type: text       the static type and ToString() of the value
//	~> Type: message    the exception that it throws
//	!! message          a part of why it is refused
//	?? message          a part of why it cannot be run here
type suiteCase struct {
	place, code, mark, want string
}

func suite(t testing.TB) []suiteCase {
	t.Helper()
	files, err := filepath.Glob("testdata/suite/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var cases []suiteCase
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		var code []string
		for line := range strings.Lines(string(data)) {
			line = strings.TrimRight(line, "\r\n")
			mark, want, isResult := strings.Cut(line, " ")
			switch {
			case isResult && (mark == "=>" || mark == "~>" || mark == "!!" || mark == "??"):
				cases = append(cases, suiteCase{filepath.Base(file), strings.Join(code, "\n"), mark, want})
				code = nil
			case len(code) > 0:
				code = append(code, line)
			case strings.HasPrefix(line, "@"):
				code = []string{line}
			}
		}
		require.Empty(t, code, "%s: the last expression has no result", file)
	}
	return cases
}

type half struct{}

func (half) Float64() float64 { return 0.5 }

// signing is the certificate of testdata/signing.pfx, whose key signs nothing but tests.
var signing = sync.OnceValue(func() map[string]exchange.Certificate {
	data, err := os.ReadFile("testdata/signing.pfx")
	if err != nil {
		panic(err)
	}
	read, err := exchange.ReadPKCS12(data, "x")
	if err != nil {
		panic(err)
	}
	return map[string]exchange.Certificate{"9B00C3D8EB77886EAE5C8A12374D73DA0AC8A38E": read}
})

// suiteEnv is what the expressions of the suite see: a POST of a chat completion
// at 2026-01-02T03:04:05Z, answered 429, with a few variables.
func suiteEnv() *library.Env {
	url, _ := exchange.ParseURL("https://account.example:8443/openai/deployments/gpt/chat?api-version=2024-10-21&x=a%20b&x=c")
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	request := &exchange.Request{
		Method: "POST", URL: url, OriginalURL: url, IPAddress: "203.0.113.7", MatchedParameters: map[string]string{"deployment-id": "gpt"},
		Body: exchange.NewBody([]byte(`{"model":"gpt-4o","n":3,"temperature":0.7,"stream":false,"stop":null,"created":"2026-01-02T03:04:05Z","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"héllo"}]}`)),
	}
	request.Headers.Add("Content-Type", "application/json")
	request.Headers.Add("X-Many", "a", "b")
	request.Headers.Add("Authorization", "Bearer eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJtZSIsImF1ZCI6WyJhIiwiYiJdLCJyb2xlcyI6WyJyMSIsInIyIl0sImV4cCI6MTc2NzMyMzA0NX0.c2ln")
	response := &exchange.Response{StatusCode: 429, Reason: "Too Many Requests", Body: exchange.NewBody([]byte(`{"error":{"code":"429"}}`))}
	response.Headers.Add("Retry-After", "7")
	return &library.Env{
		Now: func() time.Time { return now }, Random: half{}, Culture: dotnet.Invariant(), Limits: library.Limits{Steps: 200_000, Memory: 16 << 20},
		Exchange: &exchange.Context{
			Request: request, Response: response, RequestID: "0f8fad5b-d9cb-469f-a165-70867728950e", Timestamp: now.Add(-1500 * time.Millisecond),
			Variables: map[string]any{"text": "1", "int": int32(5), "bool": true, "null": nil, "double": 1.5},
			API:       exchange.API{ID: "openai", Name: "Azure OpenAI", Path: "openai", ServiceURL: url},
			Operation: exchange.Operation{ID: "chat", Name: "Chat", Method: "POST", URLTemplate: "/deployments/{deployment-id}/chat"},
			Product:   &exchange.Product{ID: "gold", Name: "Gold", Published: true}, Subscription: &exchange.Subscription{ID: "sub-1", Name: "Team", Key: "k"},
			Deployment: exchange.Deployment{Region: "West Europe", ServiceName: "apim", ServiceID: "apim", GatewayID: "managed", Certificates: signing()},
		},
	}
}

// TestSuite evaluates every expression of testdata/suite.
func TestSuite(t *testing.T) {
	t.Parallel()
	compiler := expression.NewCompiler(library.New())
	for _, c := range suite(t) {
		t.Run(c.place+"/"+c.code, func(t *testing.T) {
			t.Parallel()
			mark, got := evaluate(compiler, c.code)
			require.Equal(t, c.mark, mark, got)
			if mark == "!!" || mark == "??" {
				require.Contains(t, got, c.want)
				return
			}
			require.Equal(t, c.want, got)
		})
	}
}

func evaluate(compiler *expression.Compiler, code string) (mark, got string) {
	compiled, err := compiler.Compile(code)
	var problem *expression.Problem
	if errors.As(err, &problem) {
		if problem.Beyond {
			return "??", problem.Message
		}
		return "!!", problem.Message
	}
	env := suiteEnv()
	v, err := compiled.Evaluate(env)
	if err != nil {
		return "~>", escape(err.Error())
	}
	text, err := env.Text(compiler.Library(), v)
	if err != nil {
		return "~>", escape(err.Error())
	}
	if v == nil {
		text = "(null)"
	}
	return "=>", compiled.Type.String() + ": " + escape(text)
}

// escape keeps a result on one line.
func escape(s string) string {
	return strings.NewReplacer("\r", `\r`, "\n", `\n`, "\t", `\t`).Replace(s)
}
