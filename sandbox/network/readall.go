package network

import (
	"errors"
	"io"
	"slices"
)

// Pieces in which ReadAll reads, in bytes: the first one and the largest.
const (
	firstPiece   = 4 << 10
	largestPiece = 1 << 20
)

// ReadAll reads a body in pieces, which are joined at its end: one that turns out to be too
// large takes no more memory than it has.
func ReadAll(body io.Reader) ([]byte, error) {
	var pieces [][]byte
	first := firstPiece
	if announced, ok := body.(*boundedBody); ok && announced.size < firstPiece {
		first = int(announced.size) + 1 // its end comes with the last read
	}
	for size := first; ; size = min(2*size, largestPiece) {
		piece := make([]byte, 0, size)
		for len(piece) < size {
			n, err := body.Read(piece[len(piece):size])
			piece = piece[:len(piece)+n]
			if errors.Is(err, io.EOF) {
				if len(pieces) == 0 {
					return piece, nil
				}
				return slices.Concat(append(pieces, piece)...), nil
			}
			if err != nil {
				return nil, err
			}
		}
		pieces = append(pieces, piece)
	}
}
