package library

import "sync"

// regexCache keeps what the static methods of Regex compiled, as .NET's own cache does: policies
// write the same patterns again and again. It is bounded, since a pattern may come out of a request.
type regexCache struct {
	mutex    sync.Mutex
	patterns map[regexKey]*pattern
}

type regexKey struct {
	written string
	options int32
}

// The bounds of a cache: so many patterns, of at most so many bytes. A pattern keeps the room that
// matching took, which grows with the input: what is matched against a longer one is not kept.
const (
	regexCacheSize    = 64
	regexCachePattern = 1 << 10
	regexCacheInput   = 16 << 10
)

// compiled is the pattern for a match against input, out of the cache where it is there.
func (c *regexCache) compiled(input, written string, options int32) (*pattern, error) {
	if len(input) > regexCacheInput || len(written) > regexCachePattern {
		return compileRegex(written, options)
	}
	key := regexKey{written, options}
	c.mutex.Lock()
	known := c.patterns[key]
	c.mutex.Unlock()
	if known != nil {
		return known, nil
	}
	made, err := compileRegex(written, options)
	if err != nil {
		return nil, err
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.patterns == nil || len(c.patterns) >= regexCacheSize {
		// Whatever is still in use comes back with its next match.
		c.patterns = make(map[regexKey]*pattern, regexCacheSize)
	}
	c.patterns[key] = made
	return made, nil
}
