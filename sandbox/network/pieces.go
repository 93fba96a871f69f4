package network

import (
	"errors"
	"io"
	"sync"
)

// Sizes of the buffers that streams pass through, in bytes. An event of a model has some
// hundred: what fills the small buffer goes on with the large one.
const (
	smallPiece = 2 << 10
	largePiece = 32 << 10
)

var smallPieces, largePieces = pieces(smallPiece), pieces(largePiece)

func pieces(size int) *sync.Pool {
	return &sync.Pool{New: func() any {
		buffer := make([]byte, size)
		return &buffer
	}}
}

// EachPiece hands each piece of a stream to take at once, up to the end of the stream or an
// error of either.
func EachPiece(stream io.Reader, take func(piece []byte) error) error {
	pool := smallPieces
	buffer := pool.Get().(*[]byte)
	defer func() { pool.Put(buffer) }()
	for {
		n, err := stream.Read(*buffer)
		if n > 0 {
			if taken := take((*buffer)[:n]); taken != nil {
				return taken
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case n == smallPiece:
			pool.Put(buffer)
			pool = largePieces
			buffer = pool.Get().(*[]byte)
		}
	}
}
