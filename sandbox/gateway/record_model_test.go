package gateway

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Texts are cut into rows of 32 KiB, in whole letters, and go on in the next row; no more is
// kept than is asked for.
func TestChunks(t *testing.T) {
	long := strings.Repeat("é", 20_000) // 40,000 bytes
	rows := chunks([]message{{"system", "Be brief."}, {"user", long}, {"user", "And?"}}, 1<<20)
	require.Len(t, rows, 2)
	require.Equal(t, message{"system", "Be brief."}, rows[0][0])
	require.Equal(t, long, rows[0][1].Content+rows[1][0].Content)
	require.LessOrEqual(t, len(rows[0][0].Content)+len(rows[0][1].Content), messagesInRow)
	require.Equal(t, message{"user", "And?"}, rows[1][1])
	require.Equal(t, [][]message{{{"user", "éé"}}}, chunks([]message{{"user", long}}, 5), "half a letter is none")
	require.Empty(t, chunks([]message{{"user", long}}, 0))
	require.Empty(t, chunks([]message{{"user", long}}, 1))
}

// Messages are read out of each API's requests, and of answers in one piece and in events.
func TestMessagesOfEachAPI(t *testing.T) {
	for name, c := range map[string]struct {
		question, answer string
		asked            []message
		answered         string
		model, id        string
		streamed         bool
	}{
		"chat": {
			`{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]}`, `{"id":"c1","model":"m","choices":[{"message":{"content":"x"}}]}`,
			[]message{{"user", "a\nb"}},
			"x", "m", "c1", false,
		},
		"streamed chat": {
			`{"messages":[]}`, "data: {\"id\":\"c1\",\"model\":\"m\",\"choices\":[]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"y\"}}]}\n\ndata: [DONE]\n\n",
			nil, "xy", "m", "c1", true,
		},
		"responses": {
			`{"model":"m","instructions":"i","input":"q"}`, `{"id":"r1","model":"m","output":[{"type":"message","content":[{"type":"output_text","text":"x"}]}]}`,
			[]message{{"system", "i"}, {"user", "q"}},
			"x", "m", "r1", false,
		},
		"streamed responses": {
			`{"input":[{"role":"user","content":"q"}]}`, "event: response.created\ndata: {\"response\":{\"id\":\"r1\",\"model\":\"m\"}}\n\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"x\"}\n\n",
			[]message{{"user", "q"}},
			"x", "m", "r1", true,
		},
		"completions": {`{"prompt":"q"}`, `{"choices":[{"text":"x"}]}`, []message{{"user", "q"}}, "x", "", "", false},
		"embeddings":  {`{"input":["p","q"]}`, `{"model":"m","data":[]}`, []message{{"user", "p\nq"}}, "", "m", "", false},
		"no JSON":     {`--form`, `{}`, nil, "", "", "", false},
	} {
		require.Equal(t, c.asked, readQuestion([]byte(c.question)).messages(), name)
		got := readAnswer([]byte(c.answer))
		require.Equal(t, []any{c.answered, c.model, c.id, c.streamed}, []any{got.text, got.Model, got.ID, got.streamed}, name)
	}
	require.Equal(t, "gpt", deploymentIn("/openai/deployments/gpt/chat/completions", "other"))
	require.Equal(t, "other", deploymentIn("/openai/v1/chat/completions", "other"))
}
