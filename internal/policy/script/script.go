// Package script is a world for policies that is written down: backends that
// answer by a list, a clock that only waits move, a cache and counters in
// memory. Policies can be run against it without a gateway or a network.
package script

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/breaker"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/definition"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// Script is what the world does. Its lines are:
//
//	now 2026-01-31T12:00:00Z        the time when the request comes
//	random 0.25                     what every draw gives, from 0 up to 1
//	region West Europe              where the gateway runs
//	caller 203.0.113.7              the caller's IP address
//	base https://api.example/openai the API's own backend, and its base path
//	subscription ID                 the subscription that the key belongs to
//	product ID                      and its product
//	template /models?v={version}    the operation's URL template
//	parameter NAME VALUE            what it matched
//	variable NAME VALUE             a variable that is set beforehand (a string)
//	backend ID URL                  a backend entity
//	pool ID = A B C                 a pool, whose members take turns
//	tripped ID                      a backend whose breaker is open
//	breaker ID 1 1m 10s             a breaker: so many 429 and 5xx in a minute open
//	                                it for 10 s, or for what Retry-After says
//	certificate BASE64 PASSWORD     a certificate of the service with its key, as PKCS #12
//	definition JSON                 what the API's definition says: {"operation": ...,
//	                                "schemas": {ID: ...}, "serviceSchemas": {ID: ...}}
//	token RESOURCE TEXT             what the managed identity gets; without: fails
//	authorization PROVIDER ID TOKEN NAME=VALUE
//	                                what a connection of the credential manager gets,
//	                                and claims; without: fails
//	openid URL ISSUER SECRET        an OpenID configuration with an HMAC key
//	cache KEY VALUE                 what the cache holds beforehand
//	count KEY N                     what a counter holds beforehand
//	busy KEY                        a limit-concurrency key that is used up
//	answer URL => STATUS NAME: VALUE; NAME: VALUE | BODY
//	answer URL => reset             a connection that breaks; also timeout, refused
//
// Answers are taken in order by the first part of the URL (* is any); the last
// one that fits stays. Text behind # at the start of a line is a comment.
type Script struct {
	now           time.Time
	random        float64
	region        string
	caller        string
	base          exchange.URL
	subscription  string
	product       string
	template      string
	parameters    map[string]string
	variables     map[string]string
	backends      map[string]*policy.Target
	pools         map[string][]string
	tripped       map[string]bool
	breakers      map[string]*breaker.Breaker
	tokens        map[string]string
	certificates  map[string]exchange.Certificate
	definition    *definition.API
	connections   map[policy.Connection]*policy.Authorization
	configuration map[string]*policy.OpenID
	cache         map[string]string
	counts        map[string]float64
	busy          map[string]bool
	answers       []answer
}

// answer is what a backend does once.
type answer struct {
	prefix  string
	failure string
	status  int
	headers exchange.Headers
	body    string
	taken   bool
}

// Parse reads a script. The error names the line.
func Parse(text string) (*Script, error) {
	s := &Script{
		now: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC), random: 0.5, region: "West Europe", template: "/*", caller: "203.0.113.7",
		base:       exchange.URL{Scheme: "https", Host: "backend.example", Port: 443, Path: "/"},
		parameters: map[string]string{}, variables: map[string]string{}, backends: map[string]*policy.Target{}, pools: map[string][]string{},
		tripped: map[string]bool{}, breakers: map[string]*breaker.Breaker{}, tokens: map[string]string{}, connections: map[policy.Connection]*policy.Authorization{}, configuration: map[string]*policy.OpenID{}, cache: map[string]string{}, counts: map[string]float64{}, busy: map[string]bool{},
	}
	lines := bufio.NewScanner(strings.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		if err := s.line(word, strings.TrimSpace(rest)); err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading a script: %w", err)
	}
	return s, nil
}

func (s *Script) line(word, rest string) (err error) {
	first, second, _ := strings.Cut(rest, " ")
	second = strings.TrimSpace(second)
	switch word {
	case "now":
		s.now, err = time.Parse(time.RFC3339, rest)
	case "random":
		s.random, err = strconv.ParseFloat(rest, 64)
	case "region":
		s.region = rest
	case "caller":
		s.caller = rest
	case "base":
		s.base, err = exchange.ParseURL(rest)
	case "subscription":
		s.subscription = rest
	case "product":
		s.product = rest
	case "template":
		s.template = rest
	case "parameter":
		s.parameters[first] = second
	case "variable":
		s.variables[first] = second
	case "backend":
		var url exchange.URL
		url, err = exchange.ParseURL(second)
		s.backends[first] = &policy.Target{Backend: exchange.Backend{ID: first, Type: "Single"}, URL: url}
	case "pool":
		s.pools[first] = strings.Fields(strings.TrimPrefix(second, "="))
	case "tripped":
		s.tripped[rest] = true
	case "breaker":
		err = s.breaker(first, strings.Fields(second))
	case "token":
		s.tokens[first] = second
	case "definition":
		s.definition, err = readDefinition(rest)
	case "certificate":
		err = s.certificate(first, second)
	case "authorization":
		err = s.authorization(strings.Fields(rest))
	case "openid":
		err = s.openID(rest)
	case "cache":
		s.cache[first] = second
	case "count":
		// Keys may hold spaces.
		at := strings.LastIndexByte(rest, ' ')
		s.counts[strings.TrimSpace(rest[:max(at, 0)])], err = strconv.ParseFloat(rest[at+1:], 64)
	case "busy":
		s.busy[rest] = true
	case "answer":
		err = s.answer(rest)
	default:
		return fmt.Errorf("%q is not known here", word)
	}
	if err != nil {
		return fmt.Errorf("reading %q: %w", word, err)
	}
	return nil
}

// breaker reads a rule that the breakers of this project's backends have.
func (s *Script) breaker(id string, parts []string) error {
	if len(parts) != 3 {
		return fmt.Errorf("%q is not COUNT INTERVAL TRIP", strings.Join(parts, " "))
	}
	rule := breaker.Rule{AcceptRetryAfter: true, Failures: []breaker.Range{{Min: 429, Max: 429}, {Min: 500, Max: 599}}}
	var err error
	if rule.Count, err = strconv.Atoi(parts[0]); err != nil {
		return fmt.Errorf("reading the count: %w", err)
	}
	if rule.Interval, err = time.ParseDuration(parts[1]); err != nil {
		return fmt.Errorf("reading the interval: %w", err)
	}
	if rule.Trip, err = time.ParseDuration(parts[2]); err != nil {
		return fmt.Errorf("reading the trip's duration: %w", err)
	}
	if rule.Count < 1 || rule.Interval <= 0 || rule.Trip <= 0 {
		return fmt.Errorf("%q is not a count and two times above zero", strings.Join(parts, " "))
	}
	s.breakers[id] = breaker.New(rule)
	return nil
}

func (s *Script) authorization(parts []string) error {
	if len(parts) < 3 {
		return fmt.Errorf("%q is not PROVIDER ID TOKEN NAME=VALUE", strings.Join(parts, " "))
	}
	made := &policy.Authorization{AccessToken: parts[2], Claims: map[string]string{}}
	for _, each := range parts[3:] {
		name, value, ok := strings.Cut(each, "=")
		if !ok {
			return fmt.Errorf("the claim %q is not NAME=VALUE", each)
		}
		made.Claims[name] = value
	}
	s.connections[policy.Connection{Provider: parts[0], ID: parts[1]}] = made
	return nil
}

func (s *Script) openID(rest string) error {
	parts := strings.Fields(rest)
	if len(parts) != 3 {
		return fmt.Errorf("%q is not URL ISSUER SECRET", rest)
	}
	secret, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil {
		return fmt.Errorf("reading the secret: %w", err)
	}
	s.configuration[parts[0]] = &policy.OpenID{Issuer: parts[1], Keys: jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: secret}}}}
	return nil
}

func (s *Script) answer(rest string) error {
	prefix, what, ok := strings.Cut(rest, "=>")
	if !ok {
		return fmt.Errorf("%q is not URL => STATUS HEADERS | BODY", rest)
	}
	a := answer{prefix: strings.TrimSpace(prefix)}
	head, body, _ := strings.Cut(what, "|")
	a.body = strings.ReplaceAll(strings.TrimSpace(body), `\n`, "\n")
	status, headers, _ := strings.Cut(strings.TrimSpace(head), " ")
	n, err := strconv.Atoi(status)
	if err != nil {
		switch status {
		case "reset", "timeout", "refused":
			a.failure = status
		default:
			return fmt.Errorf("%q is no status, and not reset, timeout or refused", status)
		}
	}
	a.status = n
	for field := range strings.SplitSeq(headers, ";") {
		if name, value, isField := strings.Cut(field, ":"); isField {
			a.headers.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
	s.answers = append(s.answers, a)
	return nil
}
