package xlinq

import (
	"strings"
	"unicode/utf8"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
)

// characters reads text up to the next markup.
func (p *parser) characters() error {
	from := p.at
	if len(p.open) == 0 {
		p.blanks()
		if !p.ended() && p.text[p.at] != '<' {
			return p.fail(p.at, "Data at the root level is invalid.")
		}
		if !p.options.KeepBlanks {
			return nil
		}
		return p.add(&Text{Value: lines(p.text[from:p.at])})
	}
	var b strings.Builder
	for !p.ended() && p.text[p.at] != '<' {
		if p.text[p.at] == '&' {
			text, err := p.reference()
			if err != nil {
				return err
			}
			b.WriteString(text)
			continue
		}
		end := strings.IndexAny(p.text[p.at:], "<&")
		if end < 0 {
			end = len(p.text) - p.at
		}
		part := p.text[p.at : p.at+end]
		bad := strings.Index(part, "]]>")
		if bad >= 0 {
			part = part[:bad]
		}
		if err := p.chars(p.at, part); err != nil {
			return err
		}
		if bad >= 0 {
			return p.fail(p.at+bad, "']]>' is not allowed in character data.")
		}
		b.WriteString(lines(part))
		p.at += end
	}
	text := b.String()
	if isBlank(text) && !p.options.KeepBlanks && !p.open[len(p.open)-1].keep {
		return nil
	}
	if p.ended() {
		return p.unclosed()
	}
	return p.add(&Text{Value: text})
}

var entities = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'"}

// reference reads what starts with &.
func (p *parser) reference() (string, error) {
	if p.at+1 >= len(p.text) {
		return "", p.fail(p.at, "Unexpected end of file has occurred.")
	}
	if p.peek(1) == '#' {
		return p.numeric()
	}
	p.at++
	from := p.at
	if r, _ := utf8.DecodeRuneInString(p.text[p.at:]); !startsName(r) {
		return "", p.fail(p.at, "An error occurred while parsing EntityName.")
	}
	name, err := p.name()
	if err != nil {
		return "", err
	}
	if p.peek(0) != ';' {
		return "", p.unexpected(p.at, expecting(";"))
	}
	p.at++
	text, ok := entities[name]
	if !ok {
		return "", p.fail(from, "Reference to undeclared entity '%s'.", name)
	}
	return text, nil
}

// numeric reads &#65; or &#x41;.
func (p *parser) numeric() (string, error) {
	start := p.at
	p.at += 2
	base, kind := rune(10), "decimal"
	if p.peek(0) == 'x' {
		base, kind = 16, "hexadecimal"
		p.at++
	}
	from, value := p.at, int64(0)
	for ; !p.ended(); p.at++ {
		digit := strings.IndexByte("0123456789abcdef", p.text[p.at]|0x20)
		if p.text[p.at] == ';' && p.at > from {
			break
		}
		if digit < 0 || digit >= int(base) || p.text[p.at] < '0' {
			return "", p.fail(p.at, "Invalid syntax for a %s numeric entity reference.", kind)
		}
		if value = value*int64(base) + int64(digit); value > 1<<31-1 {
			return "", p.fail(p.at, "Invalid value of a character entity reference.")
		}
	}
	if p.ended() {
		return "", p.fail(start, "Unexpected end of file while parsing  has occurred.")
	}
	p.at++
	r := rune(value)
	if r >= 0xD800 && r < 0xE000 || r > 0x10FFFF || !isChar(r) {
		return "", p.badChar(from, r)
	}
	return string(r), nil
}

// declaration reads <?xml ... ?> at the start.
func (p *parser) declaration() error {
	if !strings.HasPrefix(p.text, "<?xml") || len(p.text) < 6 || !isSpace(p.text[5]) && p.text[5] != '?' {
		return nil
	}
	p.at = len("<?xml")
	d, next := &Declaration{}, 0
	for {
		blanks := p.blanks()
		if strings.HasPrefix(p.text[p.at:], "?>") {
			if next == 0 {
				return p.fail(p.at, "Syntax for an XML declaration is invalid.")
			}
			p.at += len("?>")
			p.document.Declaration = d
			return nil
		}
		if p.peek(0) == '?' {
			return p.unexpected(p.at, expecting("'>'"))
		}
		if blanks == 0 {
			return p.unexpected(p.at, expecting("?>"))
		}
		from := p.at
		name, err := p.name()
		if err != nil {
			return err
		}
		at := map[string]int{"version": 1, "encoding": 2, "standalone": 3}[name]
		if at <= next || next == 0 && at != 1 {
			return p.fail(from, "Syntax for an XML declaration is invalid.")
		}
		next = at
		value, valueAt, err := p.quoted()
		switch {
		case err != nil:
			return err
		case at == 1:
			d.Version = &value
			if value != "1.0" {
				return p.fail(valueAt, "Version number '%s' is invalid.", value)
			}
		case at == 2:
			d.Encoding = &value
		default:
			d.Standalone = &value
			if value != "yes" && value != "no" {
				return p.fail(valueAt-1, "Syntax for an XML declaration is invalid.")
			}
		}
	}
}

// quoted reads ="value".
func (p *parser) quoted() (value string, at int, err error) {
	p.blanks()
	if p.peek(0) != '=' {
		return "", 0, p.unexpected(p.at, expecting("="))
	}
	p.at++
	p.blanks()
	quote := p.peek(0)
	if quote != '"' && quote != '\'' {
		return "", 0, p.unexpected(p.at, expecting(`"`, "'"))
	}
	p.at++
	at = p.at
	end := strings.IndexByte(p.text[at:], quote)
	if end < 0 {
		return "", 0, p.fail(at, "There is an unclosed literal string.")
	}
	p.at += end + 1
	return p.text[at : at+end], at, nil
}

// documentType reads <!DOCTYPE ...>. What would declare something, such as
// entities, is refused.
func (p *parser) documentType() error {
	p.at += len("<!DOCTYPE")
	if p.blanks() == 0 {
		return p.unexpected(p.at, "Expecting white space.")
	}
	d := &DocumentType{}
	from := p.at
	if _, _, err := p.qualified(); err != nil {
		return err
	}
	d.Name = p.text[from:p.at]
	p.blanks()
	ids := 0
	switch {
	case strings.HasPrefix(p.text[p.at:], "PUBLIC"):
		ids = 2
	case strings.HasPrefix(p.text[p.at:], "SYSTEM"):
		ids = 1
	}
	if ids > 0 {
		p.at += len("PUBLIC")
	}
	for ; ids > 0; ids-- {
		if p.blanks() == 0 {
			return p.unexpected(p.at, "Expecting white space.")
		}
		quote := p.peek(0)
		if quote != '"' && quote != '\'' {
			return p.unexpected(p.at, expecting(`"`, "'"))
		}
		p.at++
		value, err := p.until(string(quote), "DTD")
		if err != nil {
			return err
		}
		if ids == 2 {
			d.Public = &value
		} else {
			d.System = &value
		}
		if ids == 1 {
			p.blanks()
		}
	}
	return p.subset(d)
}

func (p *parser) subset(d *DocumentType) error {
	empty := ""
	d.Subset = &empty
	if p.peek(0) == '[' {
		p.at++
		p.blanks()
		if p.peek(0) != ']' {
			return dotnet.Throw("System.NotSupportedException", "A document type that declares something, such as entities, cannot be run here.")
		}
		p.at++
		p.blanks()
	}
	if p.peek(0) != '>' {
		return p.unexpected(p.at, expecting(">"))
	}
	p.at++
	return p.add(d)
}
