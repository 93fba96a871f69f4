package liquid

import (
	"fmt"
	"slices"
	"strings"
)

// loop is for, JSONArrayFor or tablerow.
type loop struct {
	variable, name string
	of             *operand
	reversed       bool
	attributes     map[string]string
	nodes          []node
	commas         bool
}

func readFor(p *parser, name, markup string) (node, error) {
	l, ok := readLoop(markup)
	if !ok {
		return nil, p.fail("Syntax Error in '%s' tag - Valid syntax: %s [item] in [collection]", name, name)
	}
	l.commas = name == arrayTag
	b := &block{}
	err := p.block(b, name)
	l.nodes = b.nodes
	return l, err
}

func readLoop(markup string) (*loop, bool) {
	c := &cursor{s: markup}
	for !c.done() && !isWord(c.peek()) {
		c.advance()
	}
	variable := c.word()
	c.space()
	if variable == "" || c.word() != "in" {
		return nil, false
	}
	c.space()
	of := c.fragments()
	if of == "" {
		return nil, false
	}
	c.space()
	return &loop{
		variable: variable, name: variable + "-" + of, of: readOperand(of), reversed: strings.HasPrefix(c.rest(), "reversed"), attributes: readAttributes(markup),
	}, true
}

// readAttributes finds name: value.
func readAttributes(markup string) map[string]string {
	found := map[string]string{}
	c := &cursor{s: markup}
	for !c.done() {
		name := c.word()
		if name == "" {
			c.advance()
			continue
		}
		c.space()
		if !c.take(":") {
			continue
		}
		c.space()
		if value := c.fragment(true); value != "" {
			found[name] = value
		}
	}
	return found
}

// segment are the items that the loop goes through.
func (l *loop) segment(r *renderer) ([]any, error) {
	collection, err := r.of(l.of)
	if err != nil {
		return nil, err
	}
	items, ok := itemsOf(collection)
	if !ok {
		return nil, nil
	}
	from, err := r.offset(l)
	if err != nil {
		return nil, err
	}
	limit, err := r.bound(l.attributes["limit"], len(items))
	if err != nil {
		return nil, err
	}
	from = min(max(from, 0), len(items))
	items = slices.Clone(items[from:max(from, min(from+limit, len(items)))])
	if len(items) > 0 {
		r.progress[l.name] = from + len(items)
	}
	if l.reversed {
		slices.Reverse(items)
	}
	return items, r.input.Budget.Take(len(items) * perItem)
}

// offset is where the loop begins.
func (r *renderer) offset(l *loop) (int, error) {
	if l.attributes["offset"] == "continue" {
		return r.progress[l.name], nil
	}
	return r.bound(l.attributes["offset"], 0)
}

func (r *renderer) bound(written string, fallback int) (int, error) {
	if written == "" {
		return fallback, nil
	}
	n, err := r.wholeNumber(readOperand(written))
	return int(n), err
}

func (l *loop) render(r *renderer) error {
	items, err := l.segment(r)
	if err != nil {
		return err
	}
	return r.within(func(scope *Hash) error {
		for i, item := range items {
			if err := r.input.Budget.Step(perRound); err != nil {
				return err
			}
			l.bind(scope, item)
			scope.Set("forloop", l.state(i, len(items)))
			if l.commas && i > 0 {
				if err := r.write(","); err != nil {
					return err
				}
			}
			switch err := r.all(l.nodes); {
			case err == errBreak: //nolint:errorlint // a sentinel that nobody wraps
				return nil
			case err != nil && !leaves(err):
				return err
			}
		}
		return nil
	})
}

// perRound is what a round of a loop counts, in steps.
const perRound = 10

// bind sets the loop's variable. Of a member that is an object it becomes that
// object, with its name as itemName; of any other member of an object it stays
// what it was.
func (l *loop) bind(scope *Hash, item any) {
	pair, ok := item.(Pair)
	if !ok || pair.Typed {
		scope.Set(l.variable, item)
		return
	}
	if h, isHash := pair.Value.(*Hash); isHash {
		h.Set("itemName", pair.Key)
		scope.Set(l.variable, h)
	}
}

func (l *loop) state(i, length int) *Hash {
	return NewHash().Set("name", l.name).Set("length", whole(length)).Set("index", whole(i+1)).Set("index0", whole(i)).
		Set("rindex", whole(length-i)).Set("rindex0", whole(length-i-1)).Set("first", i == 0).Set("last", i == length-1)
}

func whole(n int) int32 { return int32(n) } //nolint:gosec // counts of what is in memory

type cycle struct {
	name   *operand
	values []*operand
}

func readCycle(p *parser, _, markup string) (node, error) {
	c := &cursor{s: markup}
	c.space()
	first := c.fragment(true)
	found := &cycle{}
	name, isNamed := strings.CutSuffix(first, ":")
	if c.space(); !isNamed && c.take(":") {
		name, isNamed = first, true
	}
	values := markup
	if isNamed && name != "" {
		found.name, values = readOperand(name), c.rest()
	}
	var written []string
	for value := range strings.SplitSeq(values, ",") {
		v := &cursor{s: value}
		if f := v.find(true); f != "" {
			written = append(written, f)
			found.values = append(found.values, readOperand(f))
		}
	}
	if len(written) == 0 {
		return nil, p.fail("Syntax Error in 'cycle' tag - Valid syntax: cycle [name :] var [, var2, var3 ...]")
	}
	if found.name == nil {
		found.name = &operand{value: strings.Join(written, "")}
	}
	return found, nil
}

func (c *cycle) render(r *renderer) error {
	key, err := r.of(c.name)
	if err != nil {
		return err
	}
	at := r.cycles[text(key)]
	v, err := r.of(c.values[at%len(c.values)])
	if err != nil {
		return err
	}
	r.cycles[text(key)] = (at + 1) % len(c.values)
	return r.write(text(v))
}

type tableRow struct{ *loop }

func readTableRow(p *parser, name, markup string) (node, error) {
	l, ok := readLoop(markup)
	if !ok {
		return nil, p.fail("Syntax Error in 'tablerow' loop - Valid syntax: tablerow [item] in [collection] cols=[number]")
	}
	b := &block{}
	err := p.block(b, name)
	l.nodes = b.nodes
	return tableRow{l}, err
}

// shown are the items that the rows show. Until version 2.2, offset and limit are numbers as
// they are written, and no variables (https://github.com/dotliquid/dotliquid/pull/512).
func (t tableRow) shown(r *renderer) (items []any, ok bool, err error) {
	collection, err := r.of(t.of)
	if err != nil {
		return nil, false, err
	}
	if items, ok = itemsOf(collection); !ok {
		return nil, false, nil
	}
	if written, given := t.attributes["offset"]; given {
		from, err := toInt32(written)
		if err != nil {
			return nil, false, err
		}
		items = items[min(max(int(from), 0), len(items)):]
	}
	if written, given := t.attributes["limit"]; given {
		most, err := toInt32(written)
		if err != nil {
			return nil, false, err
		}
		items = items[:min(max(int(most), 0), len(items))]
	}
	return items, true, r.input.Budget.Take(len(items) * perItem)
}

// columns is needed until version 2.2 (https://github.com/dotliquid/dotliquid/issues/498).
func (t tableRow) columns(r *renderer) (int, error) {
	written, given := t.attributes["cols"]
	if !given {
		return 0, fail("The given key was not present in the dictionary.")
	}
	return r.bound(written, 0)
}

func (t tableRow) render(r *renderer) error {
	items, ok, err := t.shown(r)
	if err != nil || !ok {
		return err
	}
	columns, err := t.columns(r)
	if err != nil {
		return err
	}
	if err := r.write("<tr class=\"row1\">\n"); err != nil {
		return err
	}
	err = r.within(func(scope *Hash) error {
		row, column := 1, 0
		for i, item := range items {
			if err := r.input.Budget.Step(perRound); err != nil {
				return err
			}
			scope.Set(t.variable, item)
			state := t.state(i, len(items)).Set("col", whole(column+1)).Set("col0", whole(column)).Set("col_first", column == 0).Set("col_last", column == columns-1)
			scope.Set("tablerowloop", state)
			inside, err := r.aside(t.nodes)
			if err != nil {
				return err
			}
			column++
			if err := r.write(fmt.Sprintf("<td class=\"col%d\">%s</td>", column, inside)); err != nil {
				return err
			}
			if column == columns && i < len(items)-1 {
				column, row = 0, row+1
				if err := r.write(fmt.Sprintf("</tr>\n<tr class=\"row%d\">", row)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.write("</tr>\n")
}
