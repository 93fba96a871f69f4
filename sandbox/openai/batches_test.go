package openai_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const batchFile = `{"custom_id":"a","method":"POST","url":"/chat/completions","body":{"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]}}
{"custom_id":"b","method":"POST","url":"/chat/completions","body":{"model":"none","messages":[{"role":"user","content":"Hello"}]}}
`

func (a *account) upload(name, purpose, content string) got {
	a.t.Helper()
	return a.send("/openai/v1/files", map[string]string{"purpose": purpose}, map[string][]byte{"file:" + name: []byte(content)})
}

// Files are kept, listed and deleted; a new one is pending for a while, as
// https://learn.microsoft.com/answers/questions/2203029 tells.
func TestFiles(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		made := a.upload("a.jsonl", "batch", batchFile)
		require.Equal(t, 200, made.status, made.raw)
		require.Equal(t, "pending", made.body["status"])
		path := "/openai/v1/files/" + made.id()
		time.Sleep(time.Minute)
		require.Equal(t, "processed", a.ask("GET", path, "").body["status"])
		require.Equal(t, batchFile, a.ask("GET", path+"/content", "").raw)
		other := a.upload("b.pdf", "user_data", "x").id()
		require.Equal(t, []string{other, made.id()}, a.ask("GET", "/openai/v1/files", "").ids(), "the newest comes first")
		require.Equal(t, []string{made.id()}, a.ask("GET", "/openai/files"+version+"&purpose=batch", "").ids())
		require.Equal(t, true, a.ask("DELETE", path, "").body["deleted"])
		require.Equal(t, 404, a.ask("GET", path, "").status)
		require.Equal(t, []string{other}, a.ask("GET", "/openai/v1/files", "").ids())

		require.Equal(t, "SandboxNotModelled", a.upload("a.jsonl", "fine-tune", "x").code())
		require.Equal(t, "Missing required parameter: 'file'.", a.send("/openai/v1/files", map[string]string{"purpose": "batch"}, nil).message())
		large := strings.Repeat("x", 24<<20)
		require.Equal(t, 200, a.upload("a.jsonl", "batch", large).status)
		require.Equal(t, 200, a.upload("a.jsonl", "batch", large).status)
		require.Equal(t, "SandboxNotModelled", a.upload("a.jsonl", "batch", large).code(), "an account keeps 64 MB")
	})
}

// A batch is validated, runs, and leaves a file of answers and one of errors. States, members and
// codes are those of https://learn.microsoft.com/azure/foundry/openai/how-to/batch.
func TestBatches(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "GlobalBatch", func(a *account) {
		start := func(file string) got {
			return a.ask("POST", "/openai/v1/batches", `{"input_file_id":"`+file+`","endpoint":"/chat/completions","completion_window":"24h","metadata":{"team":"a"}}`)
		}
		file := a.upload("a.jsonl", "batch", batchFile).id()
		require.Contains(t, start(file).message(), "is in 'pending' state. Only files with status 'Processed' are accepted")
		time.Sleep(time.Minute)
		made := start(file)
		require.Equal(t, 200, made.status, made.raw)
		require.Equal(t, "validating", made.body["status"])
		path := "/openai/v1/batches/" + made.id()
		time.Sleep(2 * time.Second)
		require.Equal(t, "in_progress", a.ask("GET", path, "").body["status"])
		time.Sleep(time.Minute)
		done := a.ask("GET", path, "")
		require.Equal(t, "completed", done.body["status"], done.raw)
		require.Equal(t, map[string]any{"total": 2.0, "completed": 1.0, "failed": 1.0}, done.body["request_counts"])
		line := func(member string) map[string]any {
			var line map[string]any
			raw := a.ask("GET", "/openai/v1/files/"+done.body[member].(string)+"/content", "").raw
			require.NoError(t, json.Unmarshal([]byte(raw), &line), raw)
			return line
		}
		answered := line("output_file_id")
		require.Equal(t, "a", answered["custom_id"])
		response := answered["response"].(map[string]any)
		require.InDelta(t, 200, response["status_code"], 0)
		require.Equal(t, "chat.completion", response["body"].(map[string]any)["object"])
		failed := line("error_file_id")
		require.Equal(t, "b", failed["custom_id"])
		require.InDelta(t, 404, failed["response"].(map[string]any)["status_code"], 0)

		again := start(file)
		require.Equal(t, []string{again.id(), made.id()}, a.ask("GET", "/openai/v1/batches", "").ids())
		require.Equal(t, "cancelled", a.ask("POST", "/openai/v1/batches/"+again.id()+"/cancel", "").body["status"])
		require.Equal(t, "Cannot cancel a batch with status 'completed'.", a.ask("POST", path+"/cancel", "").message())
		require.Equal(t, 404, a.ask("GET", "/openai/v1/batches/batch_none", "").status)
		require.Equal(t, 404, start("file-none").status)

		for content, code := range map[string]string{
			"": "empty_file", "{": "invalid_json_line", strings.Replace(batchFile, `"b"`, `"a"`, 1): "duplicate_custom_id",
			strings.Replace(batchFile, "/chat/completions", "/embeddings", 1): "url_mismatch",
		} {
			file := a.upload("a.jsonl", "batch", content).id()
			time.Sleep(time.Minute)
			wrong := start(file)
			require.Equal(t, 200, wrong.status, wrong.raw)
			time.Sleep(time.Minute)
			wrong = a.ask("GET", "/openai/v1/batches/"+wrong.id(), "")
			require.Equal(t, "failed", wrong.body["status"])
			require.Equal(t, code, wrong.body["errors"].(map[string]any)["data"].([]any)[0].(map[string]any)["code"])
		}
	})
}

// A deployment for calls takes no lines of a batch.
func TestABatchNeedsABatchDeployment(t *testing.T) {
	t.Parallel()
	inAccount(t, 1000, "Standard", func(a *account) {
		file := a.upload("a.jsonl", "batch", batchFile).id()
		time.Sleep(time.Minute)
		made := a.ask("POST", "/openai/v1/batches", `{"input_file_id":"`+file+`","endpoint":"/v1/chat/completions","completion_window":"24h"}`)
		time.Sleep(time.Minute)
		done := a.ask("GET", "/openai/v1/batches/"+made.id(), "")
		require.Equal(t, map[string]any{"total": 2.0, "completed": 0.0, "failed": 2.0}, done.body["request_counts"], done.raw)
	})
}
