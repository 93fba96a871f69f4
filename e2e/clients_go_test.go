package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/azure"
	"github.com/openai/openai-go/v3/conversations"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/param"
	"github.com/openai/openai-go/v3/packages/ssestream"
	"github.com/openai/openai-go/v3/realtime"
	"github.com/openai/openai-go/v3/responses"
	"github.com/stretchr/testify/require"
)

// goClients makes the rows of openai-go.
type goClients struct {
	x   *traffic
	key string
}

// goCall is what a row asks.
type goCall struct {
	openai.Client

	body json.RawMessage
	id   string
	file io.Reader
	// isStream says that the answer comes as events.
	isStream bool
}

// heard keeps the last answer on the wire.
type heard struct {
	clientReply

	base http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (h *heard) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := h.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	h.Status, h.Backend = answer.StatusCode, answer.Header.Get("x-gateway-backend")
	if h.Status >= http.StatusBadRequest {
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			return nil, err
		}
		h.Refusal, answer.Body = string(body), io.NopCloser(bytes.NewReader(body))
	}
	return answer, nil
}

// fileTypes are the types of the content of files.
var fileTypes = map[string]string{".wav": "audio/wav", ".png": "image/png", ".jsonl": "application/jsonl"}

// do makes a row's call.
func (g *goClients) do(t *testing.T, row clientRow) clientReply {
	t.Helper()
	ctx := t.Context()
	wire := &heard{base: g.x.http.Transport}
	options := []option.RequestOption{option.WithHTTPClient(&http.Client{Transport: wire}), option.WithMaxRetries(0)}
	if row.Path == "v1" {
		options = append(options, option.WithBaseURL(g.x.gateway+"/openai/v1"), option.WithAPIKey("none"), option.WithHeader("api-key", g.key))
	} else {
		options = append(options, azure.WithEndpoint(g.x.gateway, apiVersion), azure.WithAPIKey(g.key))
	}
	call := goCall{Client: openai.NewClient(options...), id: row.ID}
	call.isStream, _ = row.Body["stream"].(bool)
	var err error
	call.body, err = json.Marshal(row.Body)
	require.NoError(t, err)
	if row.Before != nil {
		before, err := json.Marshal(row.Before)
		require.NoError(t, err)
		made, err := call.Responses.New(ctx, param.Override[responses.ResponseNewParams](json.RawMessage(before)))
		require.NoError(t, err)
		call.id = made.ID
		call.body = bytes.ReplaceAll(call.body, []byte("$before"), []byte(made.ID))
	}
	if row.File != "" {
		content, err := os.ReadFile(filepath.Join("testdata", "clients", row.File))
		require.NoError(t, err)
		call.file = openai.File(bytes.NewReader(content), row.File, fileTypes[filepath.Ext(row.File)])
	}
	do := goCalls[row.Call]
	require.NotNil(t, do, "no code for %s", row.Call)
	wire.Result, err = do(ctx, call)
	if err != nil {
		wire.Error = err.Error()
	}
	return wire.clientReply
}

// saidBy is the JSON of an answer.
func saidBy[T interface{ RawJSON() string }](answer T, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return answer.RawJSON(), nil
}

// eventsOf is the JSON of a stream's events.
func eventsOf[T interface{ RawJSON() string }](stream *ssestream.Stream[T]) (string, error) {
	var events []string
	for stream.Next() {
		events = append(events, stream.Current().RawJSON())
	}
	return `{"events":[` + strings.Join(events, ",") + `]}`, stream.Err()
}

// form are the fields of a form.
func form[T any](body []byte) (T, error) {
	var fields T
	return fields, json.Unmarshal(body, &fields)
}

// goCalls are the client's calls by the names of the table.
var goCalls = map[string]func(ctx context.Context, c goCall) (string, error){
	"chat.completions.create": func(ctx context.Context, c goCall) (string, error) {
		body := param.Override[openai.ChatCompletionNewParams](c.body)
		if c.isStream {
			return eventsOf(c.Chat.Completions.NewStreaming(ctx, body))
		}
		return saidBy(c.Chat.Completions.New(ctx, body))
	},
	"chat.completions.retrieve": func(ctx context.Context, c goCall) (string, error) {
		return saidBy(c.Chat.Completions.Get(ctx, c.id))
	},
	"chat.completions.list": func(ctx context.Context, c goCall) (string, error) {
		return saidBy(c.Chat.Completions.List(ctx, openai.ChatCompletionListParams{}))
	},
	"completions.create": func(ctx context.Context, c goCall) (string, error) {
		return saidBy(c.Completions.New(ctx, param.Override[openai.CompletionNewParams](c.body)))
	},
	"embeddings.create": func(ctx context.Context, c goCall) (string, error) {
		return saidBy(c.Embeddings.New(ctx, param.Override[openai.EmbeddingNewParams](c.body)))
	},
	"responses.create": func(ctx context.Context, c goCall) (string, error) {
		body := param.Override[responses.ResponseNewParams](c.body)
		if c.isStream {
			return eventsOf(c.Responses.NewStreaming(ctx, body))
		}
		return saidBy(c.Responses.New(ctx, body))
	},
	"responses.retrieve": func(ctx context.Context, c goCall) (string, error) {
		return saidBy(c.Responses.Get(ctx, c.id, responses.ResponseGetParams{}))
	},
	"responses.cancel": func(ctx context.Context, c goCall) (string, error) { return saidBy(c.Responses.Cancel(ctx, c.id)) },
	"responses.delete": func(ctx context.Context, c goCall) (string, error) { return "", c.Responses.Delete(ctx, c.id) },
	"responses.compact": func(ctx context.Context, c goCall) (string, error) {
		return saidBy(c.Responses.Compact(ctx, param.Override[responses.ResponseCompactParams](c.body)))
	},
	"responses.input_items.list": func(ctx context.Context, c goCall) (string, error) {
		return saidBy(c.Responses.InputItems.List(ctx, c.id, responses.InputItemListParams{}))
	},
	"images.generate": func(ctx context.Context, c goCall) (string, error) {
		body := param.Override[openai.ImageGenerateParams](c.body)
		if c.isStream {
			return eventsOf(c.Images.GenerateStreaming(ctx, body))
		}
		return saidBy(c.Images.Generate(ctx, body))
	},
	"images.edit": func(ctx context.Context, c goCall) (string, error) {
		fields, err := form[openai.ImageEditParams](c.body)
		if err != nil {
			return "", err
		}
		fields.Image = openai.ImageEditParamsImageUnion{OfFile: c.file}
		return saidBy(c.Images.Edit(ctx, fields))
	},
	"images.createVariation": func(ctx context.Context, c goCall) (string, error) {
		return saidBy(c.Images.NewVariation(ctx, openai.ImageNewVariationParams{Image: c.file})) //nolint:staticcheck // callers may still call it
	},
	"audio.speech.create": func(ctx context.Context, c goCall) (string, error) {
		answer, err := c.Audio.Speech.New(ctx, param.Override[openai.AudioSpeechNewParams](c.body))
		if err != nil {
			return "", err
		}
		defer func() { _ = answer.Body.Close() }()
		content, err := io.ReadAll(answer.Body)
		if err != nil {
			return "", err
		}
		told, err := json.Marshal(map[string]any{"type": answer.Header.Get("Content-Type"), "bytes": len(content)})
		return string(told), err
	},
	"audio.transcriptions.create": func(ctx context.Context, c goCall) (string, error) {
		fields, err := form[openai.AudioTranscriptionNewParams](c.body)
		if err != nil {
			return "", err
		}
		fields.File = c.file
		if c.isStream {
			return eventsOf(c.Audio.Transcriptions.NewStreaming(ctx, fields))
		}
		return saidBy(c.Audio.Transcriptions.New(ctx, fields))
	},
	"audio.translations.create": func(ctx context.Context, c goCall) (string, error) {
		fields, err := form[openai.AudioTranslationNewParams](c.body)
		if err != nil {
			return "", err
		}
		fields.File = c.file
		return saidBy(c.Audio.Translations.New(ctx, fields)) //nolint:staticcheck // Azure has the call
	},
	"models.list":     func(ctx context.Context, c goCall) (string, error) { return saidBy(c.Models.List(ctx)) },
	"models.delete":   func(ctx context.Context, c goCall) (string, error) { return saidBy(c.Models.Delete(ctx, c.id)) },
	"models.retrieve": func(ctx context.Context, c goCall) (string, error) { return saidBy(c.Models.Get(ctx, c.id)) },
	"files.create": func(ctx context.Context, c goCall) (string, error) {
		return saidBy(c.Files.New(ctx, openai.FileNewParams{File: c.file, Purpose: openai.FilePurposeBatch}))
	},
	"files.retrieve": func(ctx context.Context, c goCall) (string, error) { return saidBy(c.Files.Get(ctx, c.id)) },
	"files.list": func(ctx context.Context, c goCall) (string, error) {
		return saidBy(c.Files.List(ctx, openai.FileListParams{}))
	},
	"batches.cancel": func(ctx context.Context, c goCall) (string, error) { return saidBy(c.Batches.Cancel(ctx, c.id)) },
	"batches.list": func(ctx context.Context, c goCall) (string, error) {
		return saidBy(c.Batches.List(ctx, openai.BatchListParams{}))
	},
	"vector_stores.list": func(ctx context.Context, c goCall) (string, error) {
		return saidBy(c.VectorStores.List(ctx, openai.VectorStoreListParams{}))
	},
	"fine_tuning.jobs.list": func(ctx context.Context, c goCall) (string, error) {
		return saidBy(c.FineTuning.Jobs.List(ctx, openai.FineTuningJobListParams{}))
	},
	"conversations.create": func(ctx context.Context, c goCall) (string, error) {
		return saidBy(c.Conversations.New(ctx, conversations.ConversationNewParams{}))
	},
	"containers.list": func(ctx context.Context, c goCall) (string, error) {
		return saidBy(c.Containers.List(ctx, openai.ContainerListParams{}))
	},
	"realtime.connect": func(ctx context.Context, c goCall) (string, error) {
		connection, err := c.Realtime.Connect(ctx, realtime.RealtimeConnectionOptions{}, option.WithQuery("model", c.id))
		if err != nil {
			return "", err
		}
		return "", connection.Close()
	},
	"realtime.client_secrets.create": func(ctx context.Context, c goCall) (string, error) {
		return saidBy(c.Realtime.ClientSecrets.New(ctx, param.Override[realtime.ClientSecretNewParams](c.body)))
	},
	"moderations.create": func(ctx context.Context, c goCall) (string, error) {
		return saidBy(c.Moderations.New(ctx, param.Override[openai.ModerationNewParams](c.body)))
	},
	"beta.assistants.list": func(ctx context.Context, c goCall) (string, error) {
		return saidBy(c.Beta.Assistants.List(ctx, openai.BetaAssistantListParams{})) //nolint:staticcheck // callers may still call it
	},
}
