package sandbox

import (
	"os"
	"path/filepath"
	"testing"
)

// Whoever joins a running sandbox talks to the one that runs, and can go on
// talking to it although its owner wants to end.
func TestJoin(t *testing.T) {
	dir := t.TempDir()
	owner, err := Join(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	guest, err := Join(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if !owner.Owner || guest.Owner || guest.Endpoints.ARM != owner.Endpoints.ARM {
		t.Fatalf("owner %+v, guest %+v", owner, guest)
	}
	ended := make(chan error)
	go func() { ended <- owner.Close() }()
	if _, err := guest.Inventory(t.Context()); err != nil {
		t.Errorf("the owner ends, and its guest is left alone: %v", err)
	}
	select {
	case err := <-ended:
		t.Fatalf("the owner ended before its guest: %v", err)
	default:
	}
	if err := guest.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	again, err := Join(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if !again.Owner {
		t.Error("nobody owns the sandbox, and yet it was not started anew")
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}

// What a killed owner left behind does not keep the next one from starting.
func TestJoinAfterACrash(t *testing.T) {
	dir := t.TempDir()
	if err := (Endpoints{PID: 1, ARM: "http://127.0.0.1:1"}).write(dir); err != nil {
		t.Fatal(err)
	}
	session, err := Join(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if !session.Owner {
		t.Error("a dead sandbox was joined")
	}
	if err := session.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "endpoints.json")); !os.IsNotExist(err) {
		t.Errorf("the endpoints are still published: %v", err)
	}
}

func TestJoinNamesAWrongSeed(t *testing.T) {
	dir := t.TempDir()
	seed := filepath.Join(dir, "seed.json")
	if err := os.WriteFile(seed, []byte(`{"principles":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Join(t.Context(), Options{Dir: dir, SeedFile: seed}); err == nil {
		t.Fatal("a seed with a misspelt key was taken")
	}
	// The failed start let go of the store.
	session, err := Join(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := session.Close(); err != nil {
		t.Fatal(err)
	}
}
