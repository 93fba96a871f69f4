package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every drawing is what its text says today, and well-formed.
func TestDrawingsAreUpToDate(t *testing.T) {
	sources, err := filepath.Glob("*.txt")
	if err != nil || len(sources) == 0 {
		t.Fatalf("no texts: %v", err)
	}
	drawings, _ := filepath.Glob("*.svg")
	if len(drawings) != len(sources) {
		t.Errorf("%d drawings of %d texts", len(drawings), len(sources))
	}
	for _, source := range sources {
		want, err := drawFile(source)
		if err != nil {
			t.Error(err)
			continue
		}
		got, err := os.ReadFile(drawingOf(source))
		if err != nil || string(got) != want {
			t.Errorf("%s is not what %s says (%v); run: go run ./docs/pictures", drawingOf(source), source, err)
		}
		decoder := xml.NewDecoder(strings.NewReader(want))
		for err = nil; err == nil; {
			_, err = decoder.Token()
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("%s: %v", drawingOf(source), err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	const head = "title A\ndescribe B\n"
	for _, c := range []struct{ reason, text, want string }{
		{"nobody could hear it", "box a 0 0 A", "1: a picture needs a title and a description"},
		{"a misspelled word would be lost", head + "bos a 0 0 A", `3: "bos" is no statement`},
		{"the text would leave its box", head + "box a 0 0 " + strings.Repeat("x", 25), "3: "},
		{"one box would hide the other", head + "box a 0 0 A\nbox b 0 0 B", "4: box b has the name or the place of box a"},
		{"an arrow to nothing", head + "box a 0 0 A\narrow a b", "4: arrow a b: draw both boxes"},
		{"an arrow would cross its own boxes", head + "box a 1 0 A\nbox b 0 0 B\narrow a b", "5: arrow a b leads to the left"},
		{"a column is a number", head + "box a left 0 A", `3: "left" is no column or row`},
	} {
		if _, err := parse(c.text); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.reason, err, c.want)
		}
	}
}
