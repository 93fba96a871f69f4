// Package page is the page in the browser that shows what goes on in the sandbox: a view of
// what is deployed, of its traffic and of the faults in force. It is plain HTML, CSS and
// JavaScript, which are built in, and it loads nothing from elsewhere.
package page

import (
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// Path is where the page is, at the sandbox's own port.
const Path = "/sandbox/page/"

//go:embed static
var static embed.FS

// contentPolicy lets the page load and ask nothing but its own host, and no other page show it
// in a frame.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Handler serves the page and what it reads. Docs has the pages that it links to.
func Handler(source Source, docs fs.FS) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Path+"{$}", func(w http.ResponseWriter, r *http.Request) { serveFile(w, r, static, "static/index.html") })
	mux.HandleFunc("GET "+Path+"{file}", func(w http.ResponseWriter, r *http.Request) { serveFile(w, r, static, "static/"+r.PathValue("file")) })
	mux.HandleFunc("GET "+Path+"docs/{file}", func(w http.ResponseWriter, r *http.Request) { serveFile(w, r, docs, r.PathValue("file")) })
	mux.HandleFunc("GET "+Path+"data/snapshot", func(w http.ResponseWriter, _ *http.Request) {
		snapshot, err := source.take()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		answer(w, snapshot)
	})
	mux.HandleFunc("GET "+Path+"data/requests/{id}", func(w http.ResponseWriter, r *http.Request) {
		request, found := source.Recent.Request(r.PathValue("id"))
		if !found {
			http.Error(w, "The request is not kept any more.", http.StatusNotFound)
			return
		}
		answer(w, request)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", contentPolicy)
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Cache-Control", "no-store")
		mux.ServeHTTP(w, r)
	})
}

// types are those of the files; browsers show Markdown as plain text.
var types = map[string]string{
	".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".md": "text/plain; charset=utf-8",
	".svg": "image/svg+xml",
}

func serveFile(w http.ResponseWriter, r *http.Request, files fs.FS, name string) {
	content, err := fs.ReadFile(files, name)
	kind, known := types[path.Ext(name)]
	if err != nil || !known || strings.Contains(name, "..") {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(content) //nolint:gosec // files that are built in, of types that browsers do not run on their own
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body)
}
