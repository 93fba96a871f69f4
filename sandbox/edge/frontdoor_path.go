package edge

import (
	"net/url"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// rewritten is the path and the query that an origin is asked for: what the wildcard of the
// pattern stands for, behind the origin path. Source: Front Door's page on routes.
func rewritten(r *deployed.Route, asked *url.URL) string {
	if r.OriginPath == "" {
		return asked.RequestURI()
	}
	path, rest, longest := asked.EscapedPath(), "", -1
	for _, pattern := range r.Patterns {
		beginning, open := strings.CutSuffix(pattern, "*")
		fits := len(beginning) <= len(path) && strings.EqualFold(path[:len(beginning)], beginning)
		if open && fits && len(beginning) > longest {
			rest, longest = path[len(beginning):], len(beginning)
		}
	}
	target := url.URL{Path: "/" + strings.Trim(r.OriginPath, "/")}
	written := target.EscapedPath()
	if longest >= 0 {
		written = strings.TrimSuffix(written, "/") + "/" + rest
	}
	if asked.RawQuery != "" {
		written += "?" + asked.RawQuery
	}
	return written
}
