package library

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
)

// Jwt is a token whose parts have been read; it says nothing about its validity.
type Jwt struct {
	library *Library
	header  *JObject
	claims  *JObject
}

func (*Jwt) typeIn(l *Library) *Type { return l.named("Jwt") }

// NewJwt reads a token without checking its signature; nil where it is none.
func (l *Library) NewJwt(token string) *Jwt {
	parts := strings.Split(strings.TrimSpace(token), ".")
	if len(parts) != 3 {
		return nil
	}
	header, claims := decodePart(parts[0]), decodePart(parts[1])
	if header == nil || claims == nil {
		return nil
	}
	return &Jwt{l, header, claims}
}

func decodePart(s string) *JObject {
	data, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
	if err != nil {
		return nil
	}
	token, err := ParseJSON(string(data))
	if err != nil {
		return nil
	}
	object, _ := token.(*JObject)
	return object
}

// Claim are the values of a claim as text; nil where it is missing.
func (j *Jwt) Claim(name string) []string {
	value := j.claims.Get(name)
	if value == nil {
		return nil
	}
	return claimTexts(value)
}

func claimTexts(t Token) []string {
	env := &Env{Culture: dotnet.Invariant(), Limits: DefaultLimits()}
	if array, ok := t.(*JArray); ok {
		var all []string
		for _, item := range array.items {
			all = append(all, claimTexts(item)...)
		}
		return all
	}
	if v, ok := t.(*JValue); ok {
		switch x := v.Value.(type) {
		case bool:
			// Claims are JSON: true, not .NET's True.
			if x {
				return []string{"true"}
			}
			return []string{"false"}
		case dotnet.DateTime:
			return []string{strings.Trim(JSON(v), `"`)}
		}
		text, _ := env.Text(nil, v.Value)
		return []string{text}
	}
	return []string{JSON(t)}
}

func (j *Jwt) first(name string) any {
	if values := j.Claim(name); len(values) > 0 {
		return values[0]
	}
	return nil
}

// Time is a claim that counts seconds since 1970.
func (j *Jwt) Time(name string) (time.Time, bool) {
	v, ok := j.claims.Get(name).(*JValue)
	if !ok {
		return time.Time{}, false
	}
	seconds, isNumber := Float(v.Value)
	if !isNumber {
		return time.Time{}, false
	}
	return time.Unix(int64(seconds), 0).UTC(), true
}

func (j *Jwt) date(name string) any {
	if at, ok := j.Time(name); ok {
		return dotnet.FromTime(at)
	}
	return nil
}

func (j *Jwt) head(name string) string {
	if v, ok := j.header.Get(name).(*JValue); ok {
		return to[string](v.Value)
	}
	return ""
}

func (j *Jwt) fields() fields {
	h := &exchange.Headers{}
	for _, p := range j.claims.properties {
		h.Set(p.Name, claimTexts(p.value)...)
	}
	return fields{j.library, h}
}

func declareJwt(l *Library) {
	j := l.class("", "Jwt", "")
	j.property("string Algorithm", f1(func(v *Jwt) string { return v.head("alg") })).property("string Type", f1(func(v *Jwt) string { return v.head("typ") }))
	j.property("IEnumerable<string> Audiences", f1(func(v *Jwt) *Array { return l.Strings(v.Claim("aud")) }))
	for name, claim := range map[string]string{"Issuer": "iss", "Subject": "sub", "Id": "jti"} {
		j.property("string "+name, f1(func(v *Jwt) any { return v.first(claim) }))
	}
	for name, claim := range map[string]string{"ExpirationTime": "exp", "IssuedAt": "iat", "NotBefore": "nbf"} {
		j.property("DateTime? "+name, f1(func(v *Jwt) any { return v.date(claim) }))
	}
	j.property("IReadOnlyDictionary<string, string[]> Claims", f1((*Jwt).fields))
	b := l.class("", "BasicAuthCredentials", "")
	b.property("string UserId", f1(func(v *basic) string { return v.user })).property("string Password", f1(func(v *basic) string { return v.password }))
	declareAuthorization(l)

	e := l.static("", "StringExtensions")
	e.fixed("Jwt AsJwt(this string? token)", func(_ *Call, a []any) (any, error) { return l.jwtOf(to[string](a[0])), nil })
	e.fixed("bool TryParseJwt(this string? token, out Jwt result)", func(_ *Call, a []any) (any, error) {
		a[1] = l.jwtOf(to[string](a[0]))
		return a[1] != nil, nil
	})
	e.fixed("BasicAuthCredentials AsBasic(this string? header)", func(_ *Call, a []any) (any, error) { return basicOf(to[string](a[0])), nil })
	e.fixed("bool TryParseBasic(this string? header, out BasicAuthCredentials result)", func(_ *Call, a []any) (any, error) {
		a[1] = basicOf(to[string](a[0]))
		return a[1] != nil, nil
	})
}

// jwtOf reads a token, with or without its scheme before it.
func (l *Library) jwtOf(text string) any {
	if scheme, token, ok := strings.Cut(strings.TrimSpace(text), " "); ok && strings.EqualFold(scheme, "Bearer") {
		text = token
	}
	if jwt := l.NewJwt(text); jwt != nil {
		return jwt
	}
	return nil
}

type basic struct{ user, password string }

func (*basic) typeIn(l *Library) *Type { return l.named("BasicAuthCredentials") }

func basicOf(header string) any {
	scheme, encoded, ok := strings.Cut(strings.TrimSpace(header), " ")
	if !ok || !strings.EqualFold(scheme, "Basic") {
		return nil
	}
	data, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil {
		return nil
	}
	user, password, ok := strings.Cut(string(data), ":")
	if !ok {
		return nil
	}
	return &basic{user, password}
}
