package schema

import (
	"encoding/json"
	"strconv"
	"strings"
)

// find is what a reference in the schema points to, such as #/$defs/step; nil for nothing.
func (m *maker) find(reference string) *Schema {
	if found, before := m.found[reference]; before {
		return found
	}
	var found *Schema
	if pointer, isLocal := strings.CutPrefix(reference, "#"); isLocal {
		if written := pointedAt(m.root.written, pointer); written != nil {
			lenient(written, &found)
		}
	}
	m.found[reference] = found
	return found
}

// pointedAt is the part of a document that a JSON pointer means; nil for none.
func pointedAt(document json.RawMessage, pointer string) json.RawMessage {
	at := document
	for part := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if part == "" {
			continue
		}
		var list []json.RawMessage
		if json.Unmarshal(at, &list) == nil && list != nil {
			index, err := strconv.Atoi(part)
			if err != nil || index < 0 || index >= len(list) {
				return nil
			}
			at = list[index]
			continue
		}
		var members map[string]json.RawMessage
		lenient(at, &members)
		at = members[strings.NewReplacer("~1", "/", "~0", "~").Replace(part)]
		if at == nil {
			return nil
		}
	}
	return at
}
