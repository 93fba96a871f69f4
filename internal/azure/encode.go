package azure

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Encode writes the table as the file has it: a line for a model's own fields and one for
// each SKU, so that a comparison of two tables can be read.
func (m *Models) Encode() ([]byte, error) {
	e := &encoder{}
	e.line("{")
	e.line(`  "asOf": %s,`, e.json(m.AsOf))
	e.line(`  "license": %s,`, e.json(m.License))
	e.line(`  "sources": [`)
	for i, source := range m.Sources {
		e.line(`    {"page": %s, "date": %s, "tells": %s}%s`, e.json(source.Page), e.json(source.Date), e.json(source.Tells), comma(i, len(m.Sources)))
	}
	e.line("  ],")
	if len(m.Refreshed) > 0 {
		e.line(`  "refreshed": %s,`, e.json(m.Refreshed))
	}
	e.line(`  "models": [`)
	for i, model := range m.Models {
		e.model(model, comma(i, len(m.Models)))
	}
	e.line("  ]")
	e.line("}")
	return e.b.Bytes(), e.err
}

// encoder writes lines, and keeps the first error.
type encoder struct {
	b   bytes.Buffer
	err error
}

func (e *encoder) line(format string, args ...any) { _, _ = fmt.Fprintf(&e.b, format+"\n", args...) }

// json is a value on one line, with a space behind commas and colons outside of texts.
func (e *encoder) json(value any) string {
	raw, err := json.Marshal(value)
	if err != nil && e.err == nil {
		e.err = fmt.Errorf("encoding the table of models: %w", err)
	}
	var b strings.Builder
	inText := false
	for i, c := range raw {
		b.WriteByte(c)
		switch {
		case c == '"' && (i == 0 || raw[i-1] != '\\'):
			inText = !inText
		case !inText && (c == ',' || c == ':'):
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func (e *encoder) model(model *Model, end string) {
	head := []string{`"name": ` + e.json(model.Name), `"version": ` + e.json(model.Version), `"can": ` + e.json(model.Can)}
	if model.Stage != "" {
		head = append(head, `"stage": `+e.json(model.Stage))
	}
	if model.Retires != nil {
		head = append(head, `"retires": `+e.json(model.Retires))
	}
	if model.Replacement != "" {
		head = append(head, `"replacement": `+e.json(model.Replacement))
	}
	e.line(`    {%s,`, strings.Join(head, ", "))
	if model.Provisioned != nil {
		e.line(`      "provisioned": %s,`, e.json(model.Provisioned))
	}
	var skus []string
	for _, sku := range DeploymentSKUs {
		if regions := model.Regions[sku]; len(regions) > 0 {
			skus = append(skus, fmt.Sprintf("        %s: %s", e.json(sku), e.json(regions)))
		}
	}
	if len(skus) == 0 {
		e.line(`      "regions": {}}%s`, end)
		return
	}
	e.line(`      "regions": {`)
	e.line("%s", strings.Join(skus, ",\n"))
	e.line("      }}%s", end)
}

func comma(i, n int) string {
	if i < n-1 {
		return ","
	}
	return ""
}
