package library

import (
	"maps"
	"slices"
)

// authorization is what get-authorization-context gives.
type authorization struct {
	token  string
	claims *Dictionary
}

func (*authorization) typeIn(l *Library) *Type { return l.named("Authorization") }

// NewAuthorization is an Authorization: an access token, and what the provider said
// beside it.
func (l *Library) NewAuthorization(token string, claims map[string]string) any {
	made := &authorization{token, l.newDictionary(l.named("Dictionary", l.String, l.Object))}
	for _, name := range slices.Sorted(maps.Keys(claims)) {
		made.claims.set(name, claims[name])
	}
	return made
}

func declareAuthorization(l *Library) {
	l.class("", "Authorization", "").property("string AccessToken", f1(func(v *authorization) string { return v.token })).
		property("IReadOnlyDictionary<string, object> Claims", f1(func(v *authorization) *Dictionary { return v.claims }))
}
