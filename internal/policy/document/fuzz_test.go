package document_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/document"
)

// FuzzRead reads any text: it never panics, every mistake has a place in the
// text, and what was read without mistakes prints back to the same document, in
// its own form and as well-formed XML.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("../testdata/conformance/*/*.txt")
	require.NoError(f, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(string(data))
	}
	for _, text := range []string{
		`<a b='@("x")' c="@{ return &quot;}&quot;; }" />`, "<a><![CDATA[@(1 < 2)]]>text</a>", `<set-body template="liquid">{% if a < b %}</set-body>`, "\ufeff<?xml version=\"1.0\"?><a/>",
		`<a b="@("")`, "<a></b>", `<a b="@(1) x"/>`, "<a>{{name}}</a>", `<a b="@($"{x:"y"}")"/>`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := document.Read(text, document.Options{NamedValues: func(name string) (string, bool) { return "<" + name + ">", name == "v" }})
		for _, mistake := range d.Errors {
			require.Positive(t, mistake.Position.Line)
			require.Positive(t, mistake.Position.Column)
		}
		canonical := d.Canonical()
		if len(d.Errors) > 0 {
			return
		}
		again := document.Read(d.String(), document.Options{})
		require.Empty(t, again.Errors)
		require.Equal(t, canonical, again.Canonical())
		if len(d.Nodes) != 1 || len(d.Elements()) != 1 {
			// Only a document with a root, and nothing else, is XML.
			return
		}
		encoded := document.Read(d.XML(), document.Options{})
		if len(encoded.Errors) == 0 {
			require.Equal(t, canonical, encoded.Canonical(), d.XML())
		}
		raw := document.Read(d.RawXML(), document.Options{KeepEntities: true})
		if len(raw.Errors) == 0 {
			require.Equal(t, canonical, raw.Canonical(), d.RawXML())
		}
	})
}
