package azure

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// crashFile names the store for the process that this test kills.
const crashFile = "AOAI_CRASH_TEST_FILE"

// Numbers of the crash test: clients that write at once, and how many answers they get before
// the process is killed.
const (
	crashClients = 200
	crashAnswers = 1500
)

// acknowledged is what a client knows: the last write that was answered, and the one that was
// not.
type acknowledged struct {
	id string
	// answered and asked count the client's writes; every fifth deletes.
	answered, asked int
}

func deletes(write int) bool { return write%5 == 0 }

// A process that is killed while 200 clients write has lost nothing that it answered.
func TestKilledUnderLoad(t *testing.T) {
	if file := os.Getenv(crashFile); file != "" {
		serveForCrash(file)
		return
	}
	file := filepath.Join(t.TempDir(), "azure.db")
	process := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledUnderLoad$")
	process.Env = append(os.Environ(), crashFile+"="+file)
	output, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	var address string
	if _, err := fmt.Fscanln(output, &address); err != nil {
		t.Fatal(err)
	}
	clients := make([]acknowledged, crashClients)
	transport := &http.Transport{MaxIdleConnsPerHost: crashClients}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: time.Minute}
	var answers atomic.Int64
	var all sync.WaitGroup
	for i := range clients {
		clients[i].id = fmt.Sprintf("%s/resourceGroups/crash-%03d", subscription, i)
		all.Go(func() {
			for clients[i].write(t.Context(), client, address) {
				if answers.Add(1) == crashAnswers {
					_ = process.Process.Kill() // SIGKILL
				}
			}
		})
	}
	all.Wait()
	_ = process.Wait()
	if answers.Load() < crashAnswers {
		t.Fatalf("the process has ended after %d answers", answers.Load())
	}
	store, err := OpenStore(file)
	if err != nil {
		t.Fatalf("the store does not open after the kill: %v", err)
	}
	t.Cleanup(func() { _ = store.Close() })
	if err := store.View(func(tx *Tx) error {
		for _, each := range clients {
			if err := each.held(tx); err != nil {
				t.Error(err)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// serveForCrash answers Resource Manager requests until it is killed.
func serveForCrash(file string) {
	store, err := OpenStore(file)
	if err != nil {
		return
	}
	service, err := New(store, Options{Seed: DefaultSeed(), TimeScale: 1e12})
	if err != nil {
		return
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return
	}
	fmt.Println(listener.Addr())
	_ = (&http.Server{Handler: service, ReadHeaderTimeout: time.Minute}).Serve(listener)
}

// write sends the client's next write, and reports whether it was answered.
func (a *acknowledged) write(ctx context.Context, client *http.Client, address string) bool {
	a.asked++
	method, body := http.MethodPut, fmt.Sprintf(`{"location":"swedencentral","tags":{"write":"%d"}}`, a.asked)
	if deletes(a.asked) {
		method, body = http.MethodDelete, ""
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://"+address+a.id+"?api-version=2021-04-01", strings.NewReader(body))
	if err != nil {
		return false
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	defer func() { _ = response.Body.Close() }()
	if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode >= http.StatusBadRequest {
		return false
	}
	a.answered = a.asked
	return true
}

// held compares the store with what the client knows: it has the last write that was
// answered, or the one after it.
func (a *acknowledged) held(tx *Tx) error {
	found, err := tx.Get(a.id)
	if err != nil {
		return err
	}
	stored := "nothing"
	if found != nil {
		tags, _ := found.Body["tags"].(map[string]any)
		stored = fmt.Sprint(tags["write"])
	}
	for _, write := range []int{a.answered, a.asked} {
		if want := fmt.Sprint(write); stored == want || (stored == "nothing" && (write == 0 || deletes(write))) {
			return nil
		}
	}
	return fmt.Errorf("%s: the store has %s; answered was %d, and %d was asked last", a.id, stored, a.answered, a.asked)
}
