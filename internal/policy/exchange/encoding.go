package exchange

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxUnpacked is how large a packed body may become when policies read it, in bytes, where
// they set no limit.
const maxUnpacked = 64 << 20

// Encoded says which Content-Encoding a message came with, and returns the body.
func (b *Body) Encoded(encoding string) *Body {
	if b != nil {
		b.encoding = strings.TrimSpace(encoding)
	}
	return b
}

// Packed reports whether the bytes of the body are not its content.
func (b *Body) Packed() bool {
	return b != nil && b.encoding != "" && !strings.EqualFold(b.encoding, "identity")
}

// Content reads the whole body as policies see it: gzip is unpacked, at most to limit bytes
// (0: 64 MiB). Other encodings are not known to policies, which get the bytes as they are.
// Source: MicrosoftDocs/azure-docs#59837.
func (b *Body) Content(limit int64) ([]byte, error) {
	data, err := b.Bytes(limit)
	if err != nil || len(data) == 0 || !b.gzipped() {
		return data, err
	}
	if limit <= 0 {
		limit = maxUnpacked
	}
	unpacking, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("unpacking a body of the encoding gzip: %w", err)
	}
	content, err := io.ReadAll(io.LimitReader(unpacking, limit+1))
	if err = errors.Join(err, unpacking.Close()); err != nil {
		return nil, fmt.Errorf("unpacking a body of the encoding gzip: %w", err)
	}
	if int64(len(content)) > limit {
		return nil, ErrTooLarge
	}
	return content, nil
}

func (b *Body) gzipped() bool {
	return b != nil && (strings.EqualFold(b.encoding, "gzip") || strings.EqualFold(b.encoding, "x-gzip"))
}
