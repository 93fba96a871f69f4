package library

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
)

// Library is all types. Any number of goroutines may use it at once.
type Library struct {
	byName  map[string][]*definition // short name, and full name
	special map[string]*definition
	pending []func()

	namespaces map[string]bool

	// The types that the language itself knows.
	Object, String, Boolean, Char, Int32, Int64, UInt32, UInt64, Int16, UInt16, Byte, SByte, Double, Single, Decimal *Type
	Null, Unknown, Exception, Enumerable, List, Dictionary, KeyValuePair, Token, JObject, DateTime, Context          *Type
	Disposable                                                                                                       *Type
	parseURI                                                                                                         func(s string, kind int32) (*URIValue, error)

	// extending are the definitions of extension methods; extensions those methods, once somebody asked.
	extending      []*definition
	extensionsOnce sync.Once
	extensions     map[string][]*Member
}

// New makes the library: make one and share it.
func New() *Library {
	l := &Library{byName: map[string][]*definition{}, special: map[string]*definition{}, namespaces: map[string]bool{}, extensions: map[string][]*Member{}}
	l.declareSpecial()
	for _, family := range families() {
		family(l)
	}
	l.known()
	l.noteNamespaces()
	for _, resolve := range l.pending {
		resolve()
	}
	l.pending = nil
	return l
}

// families are the parts of the library, each in files of its own.
func families() []func(*Library) {
	return []func(*Library){
		declareObject, declareEnums, declareNumbers, declareMath, declareText, declareChar, declareStringBuilder, declareTime, declareSpans, declareConvert, declareEncoding, declareUris,
		declareRegex, declareCollections, declareDictionaries, declareSets, declareLinq, declareLinqNumbers, declareSequences, declareDelegates,
		declareTokens, declareJSONObjects, declareJSONConversions, declareCrypto, declareRSA, declareZones, declareRandom, declareExceptions,
		declareContext, declareMessages, declareJwt, declareLookups, declareMoreText, declareMoreCollections, declareFormats, declareXML, declareBeyond,
		declareTextForms, declareBuilderForms, declareNumberForms, declareCollectionForms, declareLinqForms, declareOtherForms, declareTuples, declareReaders,
	}
}

func (l *Library) declareSpecial() {
	for _, name := range []string{"array", "nullable", "null", "unknown", "anonymous"} {
		def := &definition{name: name, members: map[string][]*Member{}}
		l.special[name] = def
	}
	l.special["array"].parameters = []string{"T"}
	l.special["nullable"].parameters = []string{"T"}
	l.special["nullable"].isValue = true
	l.Null = newType(l.special["null"], nil)
	l.Unknown = newType(l.special["unknown"], nil)
}

// known finds the types that the language itself knows.
func (l *Library) known() {
	for name, target := range map[string]**Type{
		"Object": &l.Object, "String": &l.String, "Boolean": &l.Boolean, "Char": &l.Char, "Int32": &l.Int32, "Int64": &l.Int64, "UInt32": &l.UInt32,
		"UInt64": &l.UInt64, "Int16": &l.Int16, "UInt16": &l.UInt16, "Byte": &l.Byte, "SByte": &l.SByte, "Double": &l.Double, "Single": &l.Single,
		"Decimal": &l.Decimal, "Exception": &l.Exception, "IEnumerable": &l.Enumerable, "List": &l.List, "Dictionary": &l.Dictionary, "KeyValuePair": &l.KeyValuePair,
		"JToken": &l.Token, "JObject": &l.JObject, "DateTime": &l.DateTime, "IProxyRequestContext": &l.Context, "IDisposable": &l.Disposable,
	} {
		def := l.byName[name][0]
		if name == "IEnumerable" {
			def = l.byName[name][1]
		}
		*target = newType(def, typeParameters(def))
	}
}

func typeParameters(def *definition) []*Type {
	parameters := make([]*Type, len(def.parameters))
	for i, name := range def.parameters {
		parameters[i] = typeParameter(name)
	}
	return parameters
}

// Problem is why a name is no type.
type Problem struct {
	Message string
	// Beyond says that the service knows it and this library does not.
	Beyond bool
}

// Known tells whether some type has this short or full name.
func (l *Library) Known(name string) bool { return len(l.byName[name]) > 0 }

// Lookup finds a type by its short or full name and type arguments.
func (l *Library) Lookup(name string, args []*Type) (*Type, *Problem) {
	defs := l.byName[name]
	for _, def := range defs {
		if len(def.parameters) == len(args) {
			return newType(def, args), nil
		}
	}
	switch {
	case len(defs) > 0 && defs[0].name == "KnownBeyond":
		return nil, &Problem{Message: "the service knows the type " + name + ", this library does not: it cannot be run here", Beyond: true}
	case len(defs) > 0:
		return nil, &Problem{Message: "the type " + name + " takes " + plural(len(defs[0].parameters), "type argument") + ", not " + plural(len(args), "")}
	}
	return nil, &Problem{Message: "the type or name " + name + " does not exist in policy expressions" + suggest.Phrase(name, l.TypeNames())}
}

func plural(n int, of string) string {
	text := []string{"none", "one", "two", "three", "four", "five"}[min(n, 5)]
	if of == "" {
		return text
	}
	if n != 1 {
		of += "s"
	}
	return text + " " + of
}

// TypeNames are the short names of all types.
func (l *Library) TypeNames() []string {
	var names []string
	for name, defs := range l.byName {
		if !strings.Contains(name, ".") && defs[0].name != "KnownBeyond" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// IsNamespace tells whether types live in name or below.
func (l *Library) IsNamespace(name string) bool { return l.namespaces[name] }

// noteNamespaces notes every namespace, and those around it.
func (l *Library) noteNamespaces() {
	for full, defs := range l.byName {
		for _, def := range defs {
			if def.name == "KnownBeyond" {
				continue
			}
			for name := def.namespace; name != ""; name = name[:max(0, strings.LastIndexByte(name, '.'))] {
				l.namespaces[name] = true
			}
		}
		for at := strings.LastIndexByte(full, '.'); at > 0; at = strings.LastIndexByte(full[:at], '.') {
			l.namespaces[full[:at]] = true
		}
	}
}

// ArrayOf is T[], NullableOf is T?.
func (l *Library) ArrayOf(element *Type) *Type { return newType(l.special["array"], []*Type{element}) }

// NullableOf is T? of a value type.
func (l *Library) NullableOf(element *Type) *Type {
	return newType(l.special["nullable"], []*Type{element})
}

// EnumerableOf is IEnumerable<T>.
func (l *Library) EnumerableOf(element *Type) *Type {
	return newType(l.Enumerable.def, []*Type{element})
}

// ListOf is List<T>.
func (l *Library) ListOf(element *Type) *Type { return newType(l.List.def, []*Type{element}) }

// PairOf is KeyValuePair<K, V>.
func (l *Library) PairOf(key, value *Type) *Type {
	return newType(l.KeyValuePair.def, []*Type{key, value})
}

// Anonymous is the type of an anonymous object with these members.
func (l *Library) Anonymous(names []string, types []*Type) *Type {
	def := &definition{name: "<>f__AnonymousType", members: map[string][]*Member{}, parameters: slices.Clone(names), base: l.Object}
	t := newType(def, types)
	t.key += strings.Join(names, ",")
	for i, name := range names {
		def.members[name] = []*Member{{Name: name, Declaring: t, Result: types[i], Do: func(_ *Call, arguments []any) (any, error) {
			return arguments[0].(*Anonymous).Values[i], nil
		}}}
	}
	return t
}

// noteExtensions notes that a definition has extension methods.
func (l *Library) noteExtensions(def *definition) {
	if !slices.Contains(l.extending, def) {
		l.extending = append(l.extending, def)
	}
}

func (l *Library) allExtensions() map[string][]*Member {
	l.extensionsOnce.Do(func() {
		for _, def := range l.extending {
			for name, members := range def.resolved().members {
				for _, m := range members {
					if m.Extension {
						l.extensions[name] = append(l.extensions[name], m)
					}
				}
			}
		}
	})
	return l.extensions
}

// Extensions are the extension methods of a name.
func (l *Library) Extensions(name string) []*Member { return l.allExtensions()[name] }

// ExtensionNames are the names of all extension methods.
func (l *Library) ExtensionNames() []string {
	names := make([]string, 0, len(l.allExtensions()))
	for name := range l.allExtensions() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Members are all members of all types, in the order of their names. The
// service's own types and .NET's are told apart by their namespace: the former
// have none.
func (l *Library) Members() map[string][]*Member {
	found := map[string][]*Member{}
	add := func(def *definition, members []*Member) {
		found[def.name] = append(found[def.name], members...)
	}
	for _, defs := range l.byName {
		for _, def := range defs {
			if len(found[def.name]) > 0 && len(defs) == 1 || def.name == "KnownBeyond" || def.delegate != nil || def.isEnum {
				continue
			}
			for _, name := range slices.Sorted(maps.Keys(def.resolved().members)) {
				add(def, def.members[name])
			}
			add(def, def.constructors)
			add(def, def.indexers)
		}
	}
	for name, members := range found {
		seen := map[*Member]bool{}
		found[name] = slices.DeleteFunc(members, func(m *Member) bool {
			known := seen[m]
			seen[m] = true
			return known
		})
	}
	return found
}

// BeyondNames are the members of a type that exist in .NET and not here.
func (l *Library) BeyondNames(typeName string) []string {
	var names []string
	for _, def := range l.byName[typeName] {
		names = append(names, def.beyond...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// BeyondTypes are the types that the service allows and this library lacks.
func (l *Library) BeyondTypes() []string {
	var names []string
	for name, defs := range l.byName {
		if defs[0].name == "KnownBeyond" && !strings.Contains(name, ".") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
