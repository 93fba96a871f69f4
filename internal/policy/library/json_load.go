package library

import "github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"

// ParseJSON reads one JSON value. The error is a JsonReaderException.
func ParseJSON(s string) (Token, error) { return parseJSON(s, "JToken") }

// ParseJSONWithoutDates is ParseJSON with DateParseHandling.None: text that looks
// like a date stays text.
func ParseJSONWithoutDates(s string) (Token, error) {
	r := newTextReader(s)
	r.dateless = true
	return readJSON(r, "JToken")
}

// parseJSON is the Parse of JToken, JObject or JArray, which kind names.
func parseJSON(s, kind string) (Token, error) {
	return readJSON(newTextReader(s), kind)
}

func readJSON(r *textReader, kind string) (Token, error) {
	token, err := loadToken(r, kind)
	if err != nil {
		return nil, err
	}
	for {
		if more, err := r.read(); !more || err != nil {
			return token, err
		}
	}
}

// loadToken is JToken.Load, JObject.Load or JArray.Load.
func loadToken(r *textReader, kind string) (Token, error) {
	ok, err := r.read()
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, r.fail("Error reading " + kind + " from JsonReader.")
	}
	opening, described := tokenStartObject, "an object"
	if kind == "JArray" {
		opening, described = tokenStartArray, "an array"
	}
	if kind != "JToken" {
		for r.kind == tokenComment {
			if ok, err = r.read(); err != nil {
				return nil, err
			} else if !ok {
				break
			}
		}
		if r.kind != opening {
			return nil, r.fail("Error reading " + kind + " from JsonReader. Current JsonReader item is not " + described + ": " + r.kind.String() + ".")
		}
	}
	if r.kind.starts() {
		return loadContainer(r)
	}
	if r.kind == tokenComment {
		return &JValue{Value: r.held, comment: true}, nil
	}
	value := r.leaf()
	if value == nil {
		return nil, r.fail("Error reading JToken from JsonReader. Unexpected token: " + r.kind.String() + ".")
	}
	return value, nil
}

// leaf is the value that the reader stands on; nil where it stands on none.
func (r *textReader) leaf() *JValue {
	v := &JValue{child: child{source: r.source, offset: r.at}}
	switch r.kind {
	case tokenInteger, tokenFloat, tokenString, tokenBoolean, tokenDate, tokenBytes:
		v.Value = r.held
	case tokenNull:
	case tokenUndefined:
		v.undefined = true
	default:
		return nil
	}
	return v
}

// branch is the empty container that the reader opened.
func (r *textReader) branch() Token {
	where := child{source: r.source, offset: r.at}
	switch r.kind {
	case tokenStartObject:
		return &JObject{child: where}
	case tokenStartArray:
		return &JArray{child: where}
	default:
		return &JConstructor{JArray: JArray{child: where}, name: to[string](r.held)}
	}
}

// loadContainer reads what is inside of the container that the reader stands on.
func loadContainer(r *textReader) (Token, error) {
	root := r.branch()
	depth := r.depth()
	within := []Token{root}
	name := ""
	var nameAt int
	add := func(t Token) {
		switch parent := within[len(within)-1].(type) {
		case *JObject:
			parent.put(name, t, child{source: r.source, offset: nameAt})
		case *JArray:
			parent.add(parent, t)
		case *JConstructor:
			parent.add(parent, t)
		}
	}
	ok, err := r.read()
	if err == nil && !ok {
		return nil, r.fail("Error reading " + kindName(root) + " from JsonReader.")
	}
	for ; ok && err == nil; ok, err = r.read() {
		switch {
		case r.kind == tokenPropertyName:
			name, nameAt = r.held.(string), r.at
		case r.kind.starts():
			t := r.branch()
			add(t)
			within = append(within, t)
		case r.kind.closes() != containerNone:
			within = within[:len(within)-1]
			if len(within) == 0 {
				return root, nil
			}
		case r.kind != tokenComment:
			add(r.leaf())
		}
	}
	if err == nil && r.depth() > depth {
		err = r.fail("Unexpected end of content while loading " + kindName(root) + ".")
	}
	return root, err
}

// add puts a new token at the end of an array; self is the token that holds it.
func (a *JArray) add(self, t Token) {
	t.setParent(self)
	a.items = append(a.items, t)
}

// lineOf is where a token stood in its text; -1 of one that was not read.
func lineOf(t Token) (line, position int) {
	if source, offset := t.stood(); source != nil {
		return source.place(offset)
	}
	return -1, 0
}

// fromView is an object of the properties that a type shows of a value of the
// context.
func (l *Library) fromView(v any, t *Type) (Token, error) {
	o := NewObject()
	for _, name := range t.def.resolved().order {
		property := t.def.members[name][0]
		value, err := property.Do(&Call{Env: &Env{Culture: dotnet.Invariant(), Limits: DefaultLimits()}, Library: l}, []any{v})
		if err != nil {
			return nil, err
		}
		token, err := l.FromAny(value)
		if err != nil {
			return nil, err
		}
		o.put(name, token, child{})
	}
	return o, nil
}
