package waf

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// argument is a named value of a body.
type argument struct{ name, value string }

// body is what is left of a request's body for the rules.
type body struct {
	// part is where the names belong.
	part deployed.Part
	// arguments are the values of a JSON document.
	arguments []argument
	// raw is what the engine reads by itself.
	raw []byte
	// broken says that the body is not what its Content-Type says.
	broken bool
}

// prepare leaves out of a body what no rule looks at, and keeps the names: rules look at these
// still. Sources: the pages on exclusion lists of both firewalls.
func (p *plan) prepare(contentType string, content []byte, cut bool) body {
	kind, parameters, _ := mime.ParseMediaType(contentType)
	switch {
	case len(content) == 0:
		return body{}
	case kind == "application/json" || (strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json")):
		return p.prepareJSON(content, cut)
	case kind == "application/x-www-form-urlencoded":
		return p.prepareForm(content)
	case kind == "multipart/form-data":
		return p.prepareMultipart(content, parameters["boundary"], cut)
	case strings.HasSuffix(kind, "xml"):
		return body{raw: content}
	default:
		return body{} // nothing reads other types
	}
}

func (p *plan) prepareJSON(content []byte, cut bool) body {
	b := body{part: deployed.JSON, broken: !cut && !json.Valid(content)}
	// skipped tells of each name whether it is excluded, once it has been met.
	skipped := map[string]bool{}
	values(content, func(name []byte, value text) {
		skip, met := skipped[string(name)]
		if !met {
			skip = p.skipped(deployed.JSON, string(name))
			skipped[string(name)] = skip
		}
		switch {
		case !skip:
			b.arguments = append(b.arguments, argument{string(name), value.String()})
		case !met:
			b.arguments = append(b.arguments, argument{string(name), ""})
		}
	})
	return b
}

func (p *plan) prepareForm(content []byte) body {
	var pairs []string
	for pair := range strings.SplitSeq(string(content), "&") {
		name, _, _ := strings.Cut(pair, "=")
		plain, err := url.QueryUnescape(name)
		if err == nil && p.skipped(deployed.Form, plain) {
			pair = name + "="
		}
		pairs = append(pairs, pair)
	}
	return body{part: deployed.Form, raw: []byte(strings.Join(pairs, "&"))}
}

// prepareMultipart writes the parts anew: without what is in files, which no rule reads, and
// without excluded values.
func (p *plan) prepareMultipart(content []byte, boundary string, cut bool) body {
	var written bytes.Buffer
	reader, writer := multipart.NewReader(bytes.NewReader(content), boundary), multipart.NewWriter(&written)
	whole := body{part: deployed.Form, raw: content}
	if writer.SetBoundary(boundary) != nil {
		return whole
	}
	for {
		part, err := reader.NextRawPart()
		if err != nil {
			if !errors.Is(err, io.EOF) && !cut {
				return whole // the engine says what is wrong
			}
			break
		}
		out, err := writer.CreatePart(part.Header)
		if err != nil {
			return whole
		}
		if part.FileName() != "" || p.skipped(deployed.Form, part.FormName()) {
			continue
		}
		if _, err := io.Copy(out, part); err != nil && !cut {
			return whole
		}
	}
	if writer.Close() != nil {
		return whole
	}
	return body{part: deployed.Form, raw: written.Bytes()}
}
