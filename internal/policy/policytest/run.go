package policytest

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/script"
)

// Failure is a part that is not as expected.
type Failure struct {
	Part string `json:"part"`
	// Text tells what differs: a difference line by line, or a sentence.
	Text string `json:"text"`
}

// Result is what came of a test.
type Result struct {
	// Got are the texts of the parts findings, exchange, trace and explain.
	Got      map[string]string
	Failures []Failure
}

// Run compiles the documents, takes each request through them, and compares. An
// error is a test that cannot be run as it is written.
func (c *Case) Run(ctx context.Context, compiler *policy.Compiler) (*Result, error) {
	if len(c.wanted) == 0 {
		return nil, fmt.Errorf("the test expects nothing: it needs one of %s, %s and %s", strings.Join(whole, ", "), Contains, Lacks)
	}
	return c.run(ctx, compiler, c.compare)
}

// run takes the requests through the documents.
func (c *Case) run(ctx context.Context, compiler *policy.Compiler, compare func(*Result)) (*Result, error) {
	program, findings := compiler.Compile(c.Documents, c.Options)
	result := &Result{Got: map[string]string{}}
	for _, finding := range findings {
		result.Got[Findings] += finding.String() + "\n"
	}
	if program == nil {
		if _, asked := c.wanted[Findings]; len(c.Requests) > 0 || !asked {
			result.Failures = []Failure{{Findings, "the documents cannot be run:\n" + result.Got[Findings]}}
			return result, nil
		}
		compare(result)
		return result, nil
	}
	result.Got[Explain] = program.Explain()
	if err := c.ask(ctx, program, result); err != nil {
		return nil, err
	}
	compare(result)
	return result, nil
}

func (c *Case) ask(ctx context.Context, program *policy.Program, result *Result) error {
	written, err := script.Parse(c.Script)
	if err != nil {
		return fmt.Errorf("reading the script: %w", err)
	}
	world := script.New(written)
	for i, text := range c.Requests {
		request, err := script.ParseRequest(text)
		if err != nil {
			return fmt.Errorf("reading request %d: %w", i+1, err)
		}
		var trace policy.Trace
		record, err := world.Run(ctx, program, request, &trace)
		if err != nil {
			return fmt.Errorf("taking request %d through the policies: %w", i+1, err)
		}
		if i > 0 {
			result.Got[Exchange] += RequestMark
			result.Got[Trace] += RequestMark
		}
		result.Got[Exchange] += record
		result.Got[Trace] += trace.String()
	}
	return nil
}

func (c *Case) compare(r *Result) {
	for _, part := range whole {
		want, asked := c.wanted[part]
		if got := r.Got[part]; asked && got != want {
			r.Failures = append(r.Failures, Failure{part, string(diff.Diff("expected", []byte(want), "got", []byte(got)))})
		}
	}
	for _, part := range []string{Contains, Lacks} {
		for line := range strings.Lines(c.wanted[part]) {
			line = strings.TrimSpace(line)
			if line != "" && strings.Contains(r.Got[Exchange], line) == (part == Lacks) {
				verb := map[string]string{Contains: "does not contain", Lacks: "contains"}[part]
				r.Failures = append(r.Failures, Failure{part, fmt.Sprintf("the exchange %s %q:\n%s", verb, line, r.Got[Exchange])})
			}
		}
	}
}

// Wanted is the text of an expected part; ok is false where the test has none.
func (c *Case) Wanted(part string) (text string, ok bool) {
	text, ok = c.wanted[part]
	return text, ok
}

// Update runs the test and writes what happened into the parts that it has.
// Where it has none that holds a whole text, it gets an exchange, or findings.
func (c *Case) Update(ctx context.Context, compiler *policy.Compiler) error {
	result, err := c.run(ctx, compiler, func(*Result) {})
	if err != nil {
		return err
	}
	asked := map[string]bool{Exchange: result.Got[Exchange] != "" && c.wanted[Contains]+c.wanted[Lacks] == "", Findings: result.Got[Findings] != ""}
	kept := c.archive.Files[:0]
	for _, each := range c.archive.Files {
		switch each.Name {
		case Findings, Exchange, Trace, Explain:
			asked[each.Name] = true
		default:
			kept = append(kept, each)
		}
	}
	for _, part := range whole {
		if asked[part] {
			kept = append(kept, txtar.File{Name: part, Data: []byte(result.Got[part])})
		}
	}
	c.archive.Files = kept
	if err := os.WriteFile(c.File, txtar.Format(c.archive), 0o600); err != nil {
		return fmt.Errorf("writing a test: %w", err)
	}
	return nil
}
