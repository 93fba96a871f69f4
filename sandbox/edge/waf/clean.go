package waf

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"io"
	"maps"
	"slices"
	"sync"
)

// clean remembers requests in which no rule has matched, so that the next one that looks the same
// to the rules costs little. Where prompts are excluded, most requests of a client look the same.
type clean struct {
	mu    sync.Mutex
	known map[sight]bool
	// order are those that are known; the next to go is at oldest.
	order  []sight
	oldest int
}

// sight is all that rules see of a request, as a hash.
type sight [sha256.Size]byte

// mostClean is how many are remembered, at about 100 bytes each.
const mostClean = 4096

func (c *clean) has(s sight) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.known[s]
}

func (c *clean) add(s sight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.known == nil:
		c.known = map[sight]bool{}
	case c.known[s]:
		return
	}
	c.known[s] = true
	if len(c.order) < mostClean {
		c.order = append(c.order, s)
		return
	}
	delete(c.known, c.order[c.oldest])
	c.order[c.oldest] = s
	c.oldest = (c.oldest + 1) % mostClean
}

// fingerprint hashes what the rules see. Of a length they see only whether it is one.
func fingerprint(r Request, prepared body) sight {
	sum := sha256.New()
	write(sum, r.Method, r.URL.RequestURI(), r.Proto, r.Host)
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		list := r.Header[name]
		if name == "Content-Length" && len(list) == 1 && r.ContentLength > 0 {
			list = []string{"some"}
		}
		write(sum, name)
		write(sum, list...)
	}
	switch {
	case r.ContentLength < 0:
		write(sum, "chunked")
	case r.ContentLength > 0:
		write(sum, "some")
	default:
		write(sum, "none")
	}
	for _, each := range prepared.arguments {
		write(sum, each.name, each.value)
	}
	if prepared.broken {
		write(sum, "broken")
	}
	write(sum, string(prepared.raw))
	var s sight
	sum.Sum(s[:0])
	return s
}

// write adds texts with their lengths, so that no two lists give the same bytes.
func write(to hash.Hash, texts ...string) {
	length := binary.LittleEndian.AppendUint64(nil, uint64(len(texts)))
	_, _ = to.Write(length)
	for _, text := range texts {
		_, _ = to.Write(binary.LittleEndian.AppendUint64(length[:0], uint64(len(text))))
		_, _ = io.WriteString(to, text)
	}
}
