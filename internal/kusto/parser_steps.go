package kusto

import (
	"slices"
)

// Operators are the tabular operators that run.
func Operators() []string {
	return []string{
		"count", "distinct", "extend", "filter", "join", "limit", "lookup", "mv-expand", "order", "project", "project-away", "project-keep", "project-rename",
		"render", "sort", "summarize", "take", "top", "union", "where",
	}
}

// step reads what stands behind the name of an operator; nil where it is not supported.
func (p *parser) step(operator token) step {
	switch operator.text {
	case "where", "filter":
		return &whereStep{p.expression()}
	case "extend":
		return &extendStep{p.columns()}
	case "project", "project-away", "project-keep", "project-rename":
		return &projectStep{at(operator.at), operator.text, p.columns()}
	case "summarize":
		return p.summarize()
	case "distinct":
		if star := p.peek(); p.takes("*") {
			return &distinctStep{[]named{{"", &starOf{at(star.at)}}}}
		}
		return &distinctStep{p.columns()}
	case "order", "sort":
		p.by(operator)
		return &sortStep{keys: p.sortKeys()}
	case "top":
		limit := p.expression()
		p.by(operator)
		return &sortStep{keys: p.sortKeys(), limit: limit}
	case "take", "limit":
		return &takeStep{p.expression()}
	case "count":
		return &countStep{}
	case "union":
		return &unionStep{p.union(operator)}
	case "join", "lookup":
		return p.join(operator)
	case "mv-expand":
		return p.expand(operator)
	case "render":
		return p.render()
	}
	return nil
}

func (p *parser) by(operator token) {
	if !p.takesName("by") {
		p.unexpected("by, of " + operator.text + ",")
	}
}

func (p *parser) summarize() *summarizeStep {
	made := &summarizeStep{}
	if !p.isName("by") {
		made.aggregates = p.columns()
	}
	if p.takesName("by") {
		made.keys = p.columns()
	}
	return made
}

// sortKeys reads what rows are ordered by. Without a word rows go down, and nulls are the
// smallest. Source: https://learn.microsoft.com/kusto/query/sort-operator
func (p *parser) sortKeys() []sortKey {
	var keys []sortKey
	for {
		key := sortKey{of: p.expression()}
		if p.takesName("asc") {
			key.ascending = true
		} else {
			p.takesName("desc")
		}
		key.nullsFirst = key.ascending
		if p.takesName("nulls") {
			switch {
			case p.takesName("first"):
				key.nullsFirst = true
			case p.takesName("last"):
				key.nullsFirst = false
			default:
				p.unexpected("first or last")
			}
		}
		keys = append(keys, key)
		if !p.takes(",") {
			return keys
		}
	}
}

var joinKinds = []string{"innerunique", "inner", "leftouter", "rightouter", "fullouter", "leftsemi", "rightsemi", "leftanti", "rightanti"}

func (p *parser) join(operator token) *joinStep {
	made := &joinStep{at: at(operator.at), kind: "innerunique", lookup: operator.text == "lookup"}
	kinds := joinKinds
	if made.lookup {
		made.kind, kinds = "leftouter", []string{"leftouter", "inner"}
	}
	if _, value, found := p.option("kind"); found {
		if !slices.Contains(kinds, value.text) {
			refuse(value.at, "the kind %q of %s is not supported", value.text, operator.text)
		}
		made.kind = value.text
	}
	made.right = &pipe{source: p.source()}
	if !p.takesName("on") {
		p.unexpected("on, of " + operator.text + ",")
	}
	for {
		made.on = append(made.on, p.expression())
		if !p.takes(",") {
			return made
		}
	}
}

func (p *parser) expand(operator token) *expandStep {
	made := &expandStep{at: at(operator.at)}
	if _, value, found := p.option("with_itemindex"); found {
		made.index = value.text
	}
	for {
		begin := p.peek().at
		item := expanded{named: p.column(), at: begin, typ: Dynamic}
		if p.takesName("to") {
			if !p.takesName("typeof") {
				p.unexpected("typeof")
			}
			p.expect("(")
			item.typ = p.typeName()
			p.expect(")")
		}
		made.items = append(made.items, item)
		if !p.takes(",") {
			return made
		}
	}
}

// render is how a portal draws the rows; it does not change them.
func (p *parser) render() *renderStep {
	if p.peek().kind != tokenName {
		p.unexpected("the name of a chart")
	}
	p.take()
	if p.takesName("with") {
		p.expect("(")
		for !p.takes(")") {
			if p.peek().kind == tokenEnd {
				p.unexpected(")")
			}
			p.take()
		}
	}
	return &renderStep{}
}
