package main

import (
	"net"
	"strings"
	"testing"
	"time"
)

// Where the engine was killed, its host ends, too.
func TestServeEndsWithItsEngine(t *testing.T) {
	engine, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := engine.Addr().String()
	if err := engine.Close(); err != nil {
		t.Fatal(err)
	}
	if err := serve(t.Context(), []string{address}, time.Millisecond); err != nil {
		t.Errorf("it ends with %v", err)
	}
}

func TestServeWantsAnEngine(t *testing.T) {
	if err := serve(t.Context(), nil, time.Second); err == nil || !strings.Contains(err.Error(), "started by the Pulumi CLI") {
		t.Errorf("it is told as %v", err)
	}
}
