package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/stretchr/testify/require"
)

// A stack with a semantic cache and content safety lives its whole life: a chat that means the
// same is answered without the model, for the same caller only; what is harmful is refused; and
// no key of Redis stands in the state or in what is said.
func TestPromptsLifeCycle(t *testing.T) {
	t.Parallel()
	w := newSeededWorld(t, example("apim/prompts"), trafficSeed())
	before := w.inventory()
	said := w.must(0, "up").String()
	w.settled()
	w.keysOfRedisAreSecrets(said)
	w.serving(func(x *traffic) {
		chat := x.withKey(x.key("chat-app"))
		first := x.says(chat, "What is the capital of France?")
		require.Equal(t, first, x.says(chat, "what is the capital of france please"), "the cached answer has the id of the first one")
		require.NotEqual(t, first, x.says(chat, "Write me a poem about ships"))
		require.NotEqual(t, first, x.says(x.withKey(x.key("batch")), "What is the capital of France?"), "another caller's answer")
		for _, harmful := range []string{"sandbox:violence=2", "sandbox:hate=4", "sandbox:attack"} {
			_, err := chat.Chat.Completions.New(t.Context(), chatOf(harmful))
			x.refused(err, 403)
		}
		require.NotEmpty(t, x.says(chat, "sandbox:violence=1 sandbox:hate=3"))
	})
	w.must(0, "drift")
	// Two accounts and the service are held by Azure for 48 hours.
	w.destroysAllBut(before, 3)
}

func chatOf(text string) openai.ChatCompletionNewParams {
	return openai.ChatCompletionNewParams{Model: "gpt-5.4-mini", Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(text)}}
}

// says asks and returns the id of the answer.
func (x *traffic) says(client openai.Client, text string) string {
	x.t.Helper()
	answer, err := client.Chat.Completions.New(x.t.Context(), chatOf(text))
	if err != nil {
		rows := x.rows("ApiManagementGatewayLogs")
		x.t.Log(rows[len(rows)-1])
	}
	require.NoError(x.t, err)
	return answer.ID
}

func (w *world) keysOfRedisAreSecrets(said string) {
	w.t.Helper()
	state, err := os.ReadFile(filepath.Join(w.dir, "state", ".pulumi", "stacks", "aoai-gateway", "test.json"))
	require.NoError(w.t, err)
	keys := 0
	for _, resource := range w.stored() {
		if resource.Type != "Microsoft.Cache/redisEnterprise/databases" {
			continue
		}
		for _, name := range []string{"primaryKey", "secondaryKey"} {
			key, _ := resource.Hidden[name].(string)
			require.NotEmpty(w.t, key)
			require.False(w.t, strings.Contains(string(state), key) || strings.Contains(said, key), name+" is in the clear")
			keys++
		}
	}
	require.Equal(w.t, 2, keys)
}
