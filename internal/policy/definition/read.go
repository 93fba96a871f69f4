package definition

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// deepest is how deep values may stand inside of each other.
const deepest = 512

// reader reads JSON, and where each value of it stands.
type reader struct {
	text    string
	decoder *json.Decoder
	// spans are the places of values by their paths, whose segments end with NUL.
	spans map[string]span
	// written are the names of properties as they were written, by their paths.
	written map[string]string
	anyCase bool
}

// span is where a value stands, as offsets behind its name, its first token and its last one.
type span struct{ name, first, last int }

// readJSON reads a body. An error is worded as Json.NET words it where that refuses it, too.
func readJSON(text string, anyCase bool) (*reader, any, error) {
	r := &reader{text: text, decoder: json.NewDecoder(strings.NewReader(text)), spans: map[string]span{}, written: map[string]string{}, anyCase: anyCase}
	r.decoder.UseNumber()
	value, err := r.value("", 0, 0)
	if err == nil {
		if _, end := r.decoder.Token(); !errors.Is(end, io.EOF) {
			err = errors.New("more stands behind the value")
		}
	}
	if err == nil {
		return r, value, nil
	}
	if _, known := library.ParseJSON(text); known != nil {
		err = known
	}
	return nil, nil, fmt.Errorf("reading JSON: %w", err)
}

func (r *reader) at() int { return int(r.decoder.InputOffset()) }

func (r *reader) value(path string, name, depth int) (any, error) {
	if depth > deepest {
		return nil, errors.New("values stand too deep inside of each other")
	}
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	first := r.at()
	var made any = token
	switch token {
	case json.Delim('{'):
		made, err = r.object(path, depth)
	case json.Delim('['):
		made, err = r.array(path, depth)
	}
	r.spans[path] = span{name, first, r.at()}
	return made, err
}

func (r *reader) object(path string, depth int) (any, error) {
	made := map[string]any{}
	for r.decoder.More() {
		token, err := r.decoder.Token()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string)
		behind := r.at() + strings.IndexByte(r.text[r.at():], ':') + 1
		key := name
		if r.anyCase {
			key = strings.ToLower(name)
		}
		r.written[path+key+"\x00"] = name
		if made[key], err = r.value(path+key+"\x00", behind, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := r.decoder.Token()
	return made, err
}

func (r *reader) array(path string, depth int) (any, error) {
	made := []any{}
	for r.decoder.More() {
		item, err := r.value(fmt.Sprintf("%s%d\x00", path, len(made)), 0, depth+1)
		if err != nil {
			return nil, err
		}
		made = append(made, item)
	}
	_, err := r.decoder.Token()
	return made, err
}

// position is the line and column of an offset, as Json.NET counts them.
func (r *reader) position(offset int) (line, column int) {
	before := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(r.text[:offset])
	last := before[strings.LastIndexByte(before, '\n')+1:]
	return 1 + strings.Count(before, "\n"), len(utf16.Encode([]rune(last)))
}
