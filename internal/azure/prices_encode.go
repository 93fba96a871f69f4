package azure

import "strings"

// Encode writes the table as the file has it: a line for each meter, so that a comparison of
// two tables can be read.
func (p *Prices) Encode() ([]byte, error) {
	e := &encoder{}
	e.line("{")
	e.line(`  "asOf": %s,`, e.json(p.AsOf))
	e.line(`  "currency": %s,`, e.json(p.Currency))
	e.line(`  "region": %s,`, e.json(p.Region))
	e.line(`  "sources": [`)
	var sources []string
	for _, source := range p.Sources {
		sources = append(sources, "    "+e.json(source))
	}
	e.line("%s", strings.Join(sources, ",\n"))
	e.line("  ],")
	e.line(`  "meters": [`)
	var meters []string
	for _, meter := range p.Meters {
		meters = append(meters, "    "+e.json(meter))
	}
	e.line("%s", strings.Join(meters, ",\n"))
	e.line("  ]")
	e.line("}")
	return e.b.Bytes(), e.err
}
