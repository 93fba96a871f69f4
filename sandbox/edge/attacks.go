package edge

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// argument is a named value of a request.
type argument struct {
	where       deployed.Part
	name, value string
}

// arguments are what the managed rules look at: query, cookies, and the values of a JSON
// body or a form. A value in JSON is named by its path with dots and without indexes.
// Source: Front Door's page on exclusions.
func arguments(r *http.Request, body []byte) []argument {
	var found []argument
	add := func(where deployed.Part, values url.Values) {
		for name, list := range values {
			for _, value := range list {
				found = append(found, argument{where, name, value})
			}
		}
	}
	add(deployed.Query, r.URL.Query())
	for _, cookie := range r.Cookies() {
		found = append(found, argument{deployed.Cookie, cookie.Name, cookie.Value})
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case strings.HasSuffix(kind, "json"):
		found = append(found, leaves(json.NewDecoder(strings.NewReader(string(body))))...)
	case kind == "application/x-www-form-urlencoded":
		if values, err := url.ParseQuery(string(body)); err == nil {
			add(deployed.Form, values)
		}
	}
	return found
}

// leaves are the texts of a JSON document, up to where it is cut off.
func leaves(decoder *json.Decoder) []argument {
	var found []argument
	// path are the names of the objects that are open; "" for an array.
	var path []string
	name, named := "", false
	inObject := []bool{false}
	for {
		token, err := decoder.Token()
		if err != nil {
			return found
		}
		switch token := token.(type) {
		case json.Delim:
			if token == '{' || token == '[' {
				path, inObject = append(path, name), append(inObject, token == '{')
			} else {
				path, inObject = path[:len(path)-1], inObject[:len(inObject)-1]
			}
			name, named = "", false
			continue
		case string:
			if inObject[len(inObject)-1] && !named {
				name, named = token, true
				continue
			}
			found = append(found, argument{deployed.JSON, dotted(append(path, name)), token})
		}
		name, named = "", false
	}
}

// dotted is a path without the places that have no name.
func dotted(path []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(path), func(name string) bool { return name == "" }), ".")
}

// attacks stand in for Microsoft's default rule set: a handful of patterns for what its
// groups look for, each as bad as its critical rules are. They show what a firewall does
// with code in a request; they are not Microsoft's rules.
var attacks = []struct {
	rule    string
	pattern *regexp.Regexp
}{
	{"SQLI", regexp.MustCompile(`(?is)\bunion\b.{1,40}\bselect\b|\bselect\b.{1,200}\bfrom\b.{1,100}(?:\bwhere\b|;|--)|\b(?:drop|alter|truncate)\s+table\b|\binsert\s+into\b.{1,100}\bvalues\b|\bdelete\s+from\b|'\s*(?:or|and)\s+['\d].{0,20}=|;\s*(?:shutdown|exec(?:ute)?)\b`)},
	{"XSS", regexp.MustCompile(`(?is)<script\b|javascript:|\bon(?:error|load|click)\s*=|<iframe\b`)},
	{"LFI", regexp.MustCompile(`(?i)(?:\.\./){2,}|/etc/(?:passwd|shadow)`)},
	{"RCE", regexp.MustCompile(`(?i)[;|&` + "`" + `]\s*(?:cat|rm|wget|curl|bash|sh|nc|powershell)\b|\$\([^)]*\)`)},
	{"PHP", regexp.MustCompile(`(?i)<\?php|\bphpinfo\s*\(`)},
}

// attack is the first rule that fires in a value that nothing excludes; "" for none.
func attack(found []argument, exclusions []deployed.Exclusion) string {
	for _, each := range found {
		covered := false
		for _, exclusion := range exclusions {
			covered = covered || covers(exclusion, each)
		}
		if covered {
			continue
		}
		for _, known := range attacks {
			if known.pattern.MatchString(each.value) {
				return known.rule
			}
		}
	}
	return ""
}
