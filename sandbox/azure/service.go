// Package azure is Azure's control plane on this machine: an Azure Resource
// Manager REST service over a crash-safe store. It takes what Azure takes,
// fills what Azure fills and refuses what Azure refuses, for the resource types
// in its table (kinds.go).
package azure

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/sandbox/internal/loopback"
)

// maxBody bounds a request's body, in bytes. Resource Manager's own limit is 4 MB.
const maxBody = 4 << 20

// maxDrained is how much of a body that is too large is read and dropped, in bytes.
const maxDrained = 1 << 30

// bodyPatience is how long a request's body may take.
const bodyPatience = time.Minute

var apiVersionForm = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(-preview)?$`)

// Service answers Resource Manager requests.
type Service struct {
	store     *Store
	kinds     map[string]kind
	seed      Seed
	now       func() time.Time
	newGUID   func() string
	log       *slog.Logger
	timeScale float64
	pageSize  int
	raw       bool
	noisy     bool
	faults    faultList
	// models is what Azure offers.
	models *facts.Models
	// policies compiles policy documents; it is made when the first one comes.
	policies func() *policy.Compiler
}

// Options are what a Service needs from the world.
type Options struct {
	// Seed is what exists before anything is deployed.
	Seed Seed
	// Now and NewGUID default to the clock and to random GUIDs.
	Now     func() time.Time
	NewGUID func() string
	// Log gets a line a request; nothing is logged by default.
	Log *slog.Logger
	// TimeScale is how many seconds of Azure pass in one here; long operations
	// are that much shorter. 0 makes every write end at once.
	TimeScale float64
	// PageSize is how many resources a page of a list holds; default 100.
	PageSize int
	// Raw answers reads as they were written, without Azure's normalisations.
	Raw bool
	// Noisy answers reads with all that is known to come back otherwise than it was
	// written, without meaning anything, at once; see noises.
	Noisy bool
}

// DefaultTimeScale makes a Front Door's minutes last some milliseconds.
const DefaultTimeScale = 5000

// New makes a service over a store and plants the seed in it. What the seed
// names and the store already holds stays as it is.
func New(store *Store, options Options) (*Service, error) {
	s := &Service{
		store: store, kinds: allKinds(), seed: options.Seed, now: options.Now, newGUID: options.NewGUID, log: options.Log,
		timeScale: options.TimeScale, pageSize: options.PageSize, raw: options.Raw, noisy: options.Noisy,
	}
	var err error
	if s.models, err = facts.LoadModels(); err != nil {
		return nil, err
	}
	s.policies = sync.OnceValue(policy.NewCompiler)
	if s.now == nil {
		s.now = time.Now
	}
	if s.newGUID == nil {
		s.newGUID = uuid.NewString
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.pageSize == 0 {
		s.pageSize = 100
	}
	store.now = s.now
	if err := store.sweep(); err != nil {
		return nil, fmt.Errorf("sweeping the store: %w", err)
	}
	if err := s.plant(); err != nil {
		return nil, fmt.Errorf("planting the seed: %w", err)
	}
	return s, nil
}

// answer is what a request gets; body is encoded as JSON, nil for none.
type answer struct {
	status int
	header http.Header
	body   any
}

// ServeHTTP answers one Resource Manager request.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 {
		// A body that stalls holds a connection for this long and no longer.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyPatience))
	}
	result, err := s.answer(r)
	if err != nil {
		refusal := asError(err)
		result = answer{status: refusal.Status, header: refusal.Header, body: refusal}
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) // what does not have one needs none taken away
	s.log.Info("request", "method", r.Method, "path", r.URL.Path, "status", result.status)
	maps.Copy(w.Header(), result.header)
	w.Header().Set("x-ms-request-id", s.newGUID())
	if result.body == nil {
		w.WriteHeader(result.status)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(result.status)
	if r.Method == http.MethodHead {
		return
	}
	if err := json.NewEncoder(w).Encode(result.body); err != nil {
		s.log.Warn("answering", "path", r.URL.Path, "error", err)
	}
}

func (s *Service) answer(r *http.Request) (answer, error) {
	if err := FromLoopback(r); err != nil {
		return answer{}, err
	}
	if strings.EqualFold(r.URL.Path, "/metadata/endpoints") {
		return s.metadata(r), nil
	}
	if r.URL.Path == FaultsPath {
		return s.serveFaults(r)
	}
	if r.URL.Path == UpgradesPath {
		return s.serveUpgrades(r)
	}
	if fault := s.faults.strike(r); fault != nil {
		return answer{}, fault
	}
	if version := r.URL.Query().Get("api-version"); !apiVersionForm.MatchString(version) {
		return answer{}, refuse(http.StatusBadRequest, "MissingApiVersionParameter",
			"The api-version query parameter %q is missing or not of the form 2024-09-01 or 2024-09-01-preview.", version)
	}
	// Clients whose paths begin with a scope send two slashes.
	path := "/" + strings.Trim(r.URL.Path, "/")
	if err := s.checkSubscription(path); err != nil {
		return answer{}, err
	}
	if err := checkSegments(path); err != nil {
		return answer{}, err
	}
	if answered, asked, err := s.ask(r, path); asked {
		return answered, err
	}
	if r.Method == http.MethodPost {
		return s.act(path, r)
	}
	if isCollection(path) {
		return s.list(r, path)
	}
	id, err := arm.ParseID(path)
	if err != nil {
		return answer{}, refuse(http.StatusBadRequest, "InvalidResourceId", "%v", err)
	}
	switch {
	case id.Type() == "Microsoft.Resources/subscriptions":
		return s.subscription(r.Method, id)
	case strings.EqualFold(id.Type(), "Microsoft.Authorization/roleDefinitions"):
		return s.roleDefinition(r.Method, id)
	case strings.EqualFold(id.Type(), policyDefinitionType) && r.Method == http.MethodGet:
		return s.policyDefinition(id)
	case len(id.Types) == 1 && (strings.EqualFold(id.Types[0], "operationStatuses") || strings.EqualFold(id.Types[0], "operationResults")):
		return s.operationStatus(r, id)
	}
	if isConnection(id) {
		return s.connections(r, id)
	}
	if k, ok := deletedBy(func(k deletedKind) string { return k.itself }, id.Type()); ok {
		return s.deleted(k, r.Method, id)
	}
	kind, err := s.kindOf(id)
	if err != nil {
		return answer{}, err
	}
	if err := checkAPIVersion(kind, r.URL.Query().Get("api-version")); err != nil {
		return answer{}, err
	}
	if err := s.mayWrite(r.Method, id); err != nil {
		return answer{}, err
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return s.answerGet(id, r)
	case http.MethodPut, http.MethodPatch:
		body, err := readBodyOf(kind, r)
		if err != nil {
			return answer{}, err
		}
		if err := s.denied(id, body); err != nil {
			return answer{}, err
		}
		return s.write(kind, id, body, r)
	case http.MethodDelete:
		return s.delete(kind, id, r)
	}
	return answer{}, methodNotAllowed(r.Method, id.Type())
}

func methodNotAllowed(method, what string) error {
	return refuse(http.StatusMethodNotAllowed, "MethodNotAllowed", "The sandbox does not support %s on %s.", method, what)
}

// FromLoopback turns away requests that a browser was tricked into sending: the
// Host of an honest one is a loopback address.
func FromLoopback(r *http.Request) error {
	if loopback.Meant(r) || isPublic(r) && loopback.Meant(r, PublicHost) {
		return nil
	}
	return refuse(http.StatusForbidden, "HostNotAllowed", "The sandbox answers loopback hosts only, not %q.", r.Host)
}

// readBodyOf reads the body of a write; a type that is only a link needs none. Source: the
// SDK's ProductAPIClient, which sends PUT without a body.
func readBodyOf(k kind, r *http.Request) (map[string]any, error) {
	if k.link && r.ContentLength == 0 {
		return map[string]any{}, nil
	}
	return readBody(r)
}

func readBody(r *http.Request) (map[string]any, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, refuse(http.StatusRequestTimeout, "RequestTimeout", "The request body did not come within %s.", bodyPatience)
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		// Most clients read an answer only when they have sent everything.
		_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, maxDrained))
		return nil, refuse(http.StatusRequestEntityTooLarge, "RequestEntityTooLarge",
			"The request body is over %d bytes.", maxBody)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the request body: %w", err)
	}
	var body map[string]any
	if err := json.Unmarshal(raw, &body); err != nil {
		return nil, refuse(http.StatusBadRequest, "InvalidRequestContent",
			"The request content was invalid and could not be deserialized: %v.", err)
	}
	if body == nil {
		return nil, refuse(http.StatusBadRequest, "InvalidRequestContent", "The request content must be a JSON object.")
	}
	return body, nil
}
