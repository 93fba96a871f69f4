package policies

import (
	"slices"
	"strconv"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// SemanticCache answers chats that mean the same as an earlier one out of the service's external
// cache. An answer is for requests that are alike in all but the texts of their messages: the
// operation, the API's version, the model, files and every other parameter. Only answers of 200
// are kept.
//
// It stands behind Access and Model, and before what limits callers: who is answered out of the
// cache uses up none of a limit. Source:
// https://learn.microsoft.com/azure/api-management/azure-openai-enable-semantic-caching
type SemanticCache struct {
	// Embeddings is the id of the backend whose URL is that of a deployment's embeddings. The
	// service shows it its system-assigned identity.
	Embeddings string
	// ScoreThreshold is how far apart the meanings of two chats may lie, above 0 and up to 1:
	// the lower, the more alike they have to be.
	ScoreThreshold float64
	// Seconds is how long an answer is kept, 1 to a week.
	Seconds int
	// IgnoreSystemMessages compares chats without their system messages.
	IgnoreSystemMessages bool
	// MaxMessages leaves longer chats alone; 0 for none.
	MaxMessages int
	// Shared lets callers get answers that were made for others.
	Shared bool
}

// CacheSeconds is how long a semantic cache keeps an answer: up to a week, a bound of this
// project.
var CacheSeconds = azure.Range{Min: 1, Max: 7 * 24 * 3600}

// Validate implements Part.
func (s SemanticCache) Validate() error {
	var list faults.List
	list.AddError("embeddings", arm.APIMBackendName.Check(s.Embeddings))
	list.Merge("", ValidateThreshold("scoreThreshold", s.ScoreThreshold))
	list.Between("seconds", s.Seconds, CacheSeconds.Min, CacheSeconds.Max, "seconds")
	if s.MaxMessages < 0 {
		list.Add("maxMessages", "%d is below 0", s.MaxMessages).About(s.MaxMessages).Remedy("0 is no limit")
	}
	return list.Err()
}

// ValidateThreshold notes at path what is no threshold of a semantic cache.
func ValidateThreshold(path string, threshold float64) error {
	var list faults.List
	if !(threshold > 0 && threshold <= 1) {
		list.Add(path, "%v is out of range", threshold).About(threshold).Remedy("give more than 0 and at most 1; 0.05 takes chats that mean nearly the same")
	}
	return list.Err()
}

func (SemanticCache) file() string { return "semantic-cache.xml" }

func (s SemanticCache) parameters() any { return s }

// Score is the threshold as the document has it.
func (s SemanticCache) Score() string { return strconv.FormatFloat(s.ScoreThreshold, 'f', -1, 64) }

// CallerExpression tells callers apart.
func (SemanticCache) CallerExpression() any { return ByCaller.expression() }

// misplaced tells of a balancer that does not know of the cache before it: its outbound section
// would fail where the cache has answered.
func misplaced(part Part, all []Part) error {
	cached := true
	switch balancer := part.(type) {
	case RoundRobin:
		cached = balancer.Cached
	case Pool:
		cached = balancer.Cached
	}
	isCache := func(other Part) bool { _, is := other.(SemanticCache); return is }
	if cached || !slices.ContainsFunc(all, isCache) {
		return nil
	}
	return faults.New("does not know of the semantic cache, which may answer in its stead").Remedy("set Cached").Err()
}
