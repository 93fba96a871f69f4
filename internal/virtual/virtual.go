// Package virtual runs a part of a command in virtual time: hours pass in
// milliseconds. The time is that of testing/synctest, which is why this package
// imports testing.
package virtual

import (
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"testing/synctest"
)

// Exit runs f in virtual time and then ends the process: with 0, or with 1 and the
// error on stderr. All that f starts has to end with it, and nothing in it may wait
// for the world outside.
func Exit(stderr io.Writer, f func() error) {
	// testing.Main is kept for programs that simulate go test; it reads the process's
	// flags, of which there are none for it.
	os.Args = os.Args[:1]
	all := func(string, string) (bool, error) { return true, nil }
	testing.Main(all, []testing.InternalTest{{Name: "virtual time", F: func(t *testing.T) {
		err := errors.New("virtual time did not end")
		defer func() {
			if left := recover(); left != nil {
				err = errors.Join(err, fmt.Errorf("something goes on beyond its end: %v", left))
			}
			if err != nil {
				_, _ = fmt.Fprintf(stderr, "aoai: %v\n", err)
				os.Exit(1)
			}
			os.Exit(0)
		}()
		synctest.Test(t, func(*testing.T) { err = f() })
	}}}, nil, nil)
}
