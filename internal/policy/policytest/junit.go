package policytest

import (
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"strings"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string       `xml:"name,attr"`
	Class   string       `xml:"classname,attr"`
	File    string       `xml:"file,attr"`
	Failure *junitReason `xml:"failure"`
	Error   *junitReason `xml:"error"`
}

type junitReason struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes outcomes in JUnit's format, as pipelines read it: a test that
// failed is a failure, and one that cannot be run an error.
func WriteJUnit(w io.Writer, outcomes []*Outcome) error {
	suite := junitSuite{Name: "aoai policy test", Tests: len(outcomes)}
	for _, o := range outcomes {
		c := junitCase{Name: path.Base(o.Name), Class: path.Dir(o.Name), File: o.File}
		if c.Class == "." {
			c.Class = suite.Name
		}
		switch {
		case o.Mistake != "":
			suite.Errors++
			c.Error = &junitReason{Message: o.Mistake}
		case len(o.Failures) > 0:
			suite.Failures++
			c.Failure = &junitReason{o.summary(), o.details()}
		}
		suite.Cases = append(suite.Cases, c)
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	_, err := io.WriteString(w, xml.Header)
	if err == nil {
		err = encoder.Encode(junitSuites{Tests: suite.Tests, Failures: suite.Failures, Errors: suite.Errors, Suites: []junitSuite{suite}})
	}
	if err != nil {
		return fmt.Errorf("writing results as JUnit: %w", err)
	}
	return nil
}

// summary names the parts that are not as expected.
func (o *Outcome) summary() string {
	var names []string
	for _, f := range o.Failures {
		names = append(names, f.Part)
	}
	return "not as expected: " + strings.Join(names, ", ")
}

func (o *Outcome) details() string {
	var b strings.Builder
	for _, f := range o.Failures {
		_, _ = fmt.Fprintf(&b, "-- %s --\n%s\n", f.Part, strings.TrimRight(f.Text, "\n"))
	}
	return b.String()
}

// Write writes outcomes for people: a line each, and below one that failed what
// differs.
func Write(w io.Writer, outcomes []*Outcome) error {
	failed := 0
	var b strings.Builder
	for _, o := range outcomes {
		if o.Passed() {
			_, _ = fmt.Fprintf(&b, "ok    %s\n", o.Name)
			continue
		}
		failed++
		text := o.details()
		if o.Mistake != "" {
			text = o.Mistake + "\n"
		}
		_, _ = fmt.Fprintf(&b, "FAIL  %s  (%s)\n      %s\n", o.Name, o.File, strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n      "))
	}
	_, _ = fmt.Fprintf(&b, "%d tests, %d failed\n", len(outcomes), failed)
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("writing results: %w", err)
	}
	return nil
}
