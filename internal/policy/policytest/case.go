// Package policytest runs tests of policies that are written in files: documents,
// requests, what backends answer, and what is expected. Time is virtual.
package policytest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
)

// The parts of a test that say what is expected of it. Contains and Lacks hold
// lines that stand, or do not stand, in the exchange.
const (
	Findings = "findings"
	Exchange = "exchange"
	Trace    = "trace"
	Explain  = "explain"
	Contains = "contains"
	Lacks    = "lacks"
)

// whole are the parts that hold a text as it has to be.
var whole = []string{Findings, Exchange, Trace, Explain}

// RequestMark is the line between two requests, and between what came of them.
const RequestMark = "====\n"

// Case is one test.
type Case struct {
	// File is where it stands; Head what it says about itself.
	File, Head string

	Documents []policy.Source
	Options   policy.Options
	Script    string
	Requests  []string

	archive *txtar.Archive
	wanted  map[string]string
}

// Read reads a test. The error names the part that is wrong.
func Read(file string) (*Case, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading a test: %w", err)
	}
	archive := txtar.Parse([]byte(strings.ReplaceAll(string(data), "\r\n", "\n")))
	c := &Case{
		File: file, Head: strings.TrimSpace(string(archive.Comment)), archive: archive, wanted: map[string]string{}, Script: "answer * => 200",
		Options: policy.Options{Fragments: map[string]string{}, NamedValues: map[string]string{}},
	}
	seen := map[string]bool{}
	for _, part := range archive.Files {
		if seen[part.Name] {
			return nil, fmt.Errorf("there are two parts named %q", part.Name)
		}
		seen[part.Name] = true
		if err := c.part(part.Name, string(part.Data)); err != nil {
			return nil, fmt.Errorf("-- %s --: %w", part.Name, err)
		}
	}
	if len(c.Documents) == 0 {
		return nil, fmt.Errorf("there is no document: write one below -- api --, or name its file below -- files --")
	}
	return c, nil
}

// parts are the names that a part may have.
var parts = []string{"global", "workspace", "product", "api", "operation", "fragment", "values", "options", "files", "script", "request", Findings, Exchange, Trace, Explain, Contains, Lacks}

func (c *Case) part(name, data string) error {
	kind, id, _ := strings.Cut(name, " ")
	switch kind {
	case "values":
		return eachLine(data, c.value)
	case "options":
		return eachLine(data, c.option)
	case "files":
		return eachLine(data, c.file)
	case Findings, Exchange, Trace, Explain, Contains, Lacks:
		c.wanted[kind] = data
		return nil
	}
	return c.text(kind, id, "", data)
}

// text is a document, a script or requests: below their own mark, or in a file.
func (c *Case) text(kind, id, file, data string) error {
	switch kind {
	case "global", "workspace", "product", "api", "operation":
		c.Documents = append(c.Documents, policy.Source{Scope: policy.Scope(kind), Name: file, Text: strings.TrimSuffix(data, "\n")})
	case "fragment":
		if id == "" {
			return fmt.Errorf("a fragment has an id: fragment ID")
		}
		c.Options.Fragments[id] = strings.TrimSuffix(data, "\n")
	case "script":
		c.Script = data
	case "request":
		c.Requests = strings.Split(data, RequestMark)
	default:
		return fmt.Errorf("there is no part %q%s; there are %s", kind, suggest.Phrase(kind, parts), strings.Join(parts, ", "))
	}
	return nil
}

func eachLine(data string, do func(line string) error) error {
	number := 0
	for line := range strings.Lines(data) {
		number++
		line = strings.TrimSuffix(line, "\n")
		if trimmed := strings.TrimSpace(line); trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		if err := do(line); err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
	}
	return nil
}

func (c *Case) value(line string) error {
	name, value, ok := strings.Cut(line, "=")
	if !ok {
		return fmt.Errorf("a named value is NAME=VALUE, not %q", line)
	}
	c.Options.NamedValues[name] = value
	return nil
}

// file reads a document, a script or a request from a file: KIND PATH, or
// fragment ID PATH. The path is relative to the test.
func (c *Case) file(line string) error {
	fields := strings.Fields(line)
	id := ""
	if len(fields) == 3 && fields[0] == "fragment" {
		id = fields[1]
		fields = slices.Delete(fields, 1, 2)
	}
	if len(fields) != 2 {
		return fmt.Errorf("a file is KIND PATH or fragment ID PATH, not %q", line)
	}
	data, err := os.ReadFile(filepath.Join(filepath.Dir(c.File), filepath.FromSlash(fields[1])))
	if err != nil {
		return fmt.Errorf("reading a file of a test: %w", err)
	}
	return c.text(fields[0], id, fields[1], strings.ReplaceAll(string(data), "\r\n", "\n"))
}

// option sets an option: a word, and for some a text behind it.
func (c *Case) option(line string) error {
	name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
	o, s := &c.Options, &c.Options.Switches
	flags := map[string]*bool{
		"consumption": &o.Consumption, "lenient": &o.Lenient, "rawxml": &s.Rawxml, "no-response-after-transport-failure": &s.NoResponseAfterTransportFailure,
		"miss-sets-null": &s.MissSetsNull, "unavailable-is-error": &s.UnavailableIsError, "strict-text": &s.StrictText,
		"set-header-beside-variable": &s.SetHeaderBesideVariable, "exponential-from-interval": &s.ExponentialFromInterval,
	}
	switch name {
	case "backends":
		o.Backends = strings.Fields(value)
	case "loggers":
		o.Loggers = strings.Fields(value)
	case "schemas":
		o.Schemas = strings.Fields(value)
	case "pool-exhausted-reason":
		s.PoolExhaustedReason = value
	default:
		flag, ok := flags[name]
		if !ok {
			return fmt.Errorf("there is no option %q", name)
		}
		*flag = true
	}
	return nil
}
