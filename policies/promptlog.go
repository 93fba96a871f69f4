package policies

import "github.com/aoai-gateway/aoai-gateway/internal/faults"

// PromptLog sends what people ask and what models answer to an event hub, in
// pieces that the service does not cut: text beyond the 8,192 bytes that
// diagnostics keep. Each event carries the request's id, its kind (prompt or
// completion) and an index; the first of each kind also tells caller, model and
// content type. Text beyond the last piece is told as an event of the kind
// truncated, with the whole length.
//
// Only JSON is kept. The body of a stream of events is never read, so that the
// caller gets it as it comes: its completion is an event without text.
//
// It stands behind Access and Model, and before ManagedIdentity.
type PromptLog struct {
	// Logger is the id of an Event Hub logger.
	Logger string
	// Chunks is how many events a text may take, 1 to MaxPromptChunks.
	Chunks int
	// Aliases tells the deployment that answered, too, behind a balancer that has aliases.
	Aliases bool
}

const (
	// ChunkCharacters is how much text an event carries, in UTF-16 units. JSON
	// writes a unit in 6 bytes at most, so that an event stays below the 200 KB
	// at which the service cuts it.
	ChunkCharacters = 32_000
	// MaxPromptChunks keeps the rendered policy small.
	MaxPromptChunks = 20
)

// Validate implements Part.
func (l PromptLog) Validate() error {
	var list faults.List
	if l.Logger == "" {
		list.Add("logger", "is missing").Remedy("the id of an Event Hub logger")
	}
	list.Between("chunks", l.Chunks, 1, MaxPromptChunks, "events")
	return list.Err()
}

func (PromptLog) file() string { return "prompt-log.xml" }

func (l PromptLog) parameters() any { return l }

// chunk is one piece of a text. A piece that would begin in the middle of a
// surrogate pair begins one unit later, where the one before it ends.
type chunk struct {
	Indent, Logger, Kind     string
	Index, Start, After, End int
	Aliases                  bool
}

// Of is what the template of the pieces takes, for a kind of text.
func (l PromptLog) Of(kind string) any {
	chunks := make([]chunk, l.Chunks)
	for i := range chunks {
		start, indent := i*ChunkCharacters, "        "
		if i == 0 {
			indent = "    "
		}
		chunks[i] = chunk{indent, l.Logger, kind, i, start, start + 1, start + ChunkCharacters, l.Aliases}
	}
	limit := l.Chunks * ChunkCharacters
	return struct {
		Logger, Kind string
		Chunks       []chunk
		Limit, Past  int
	}{l.Logger, kind, chunks, limit, limit + 1}
}
