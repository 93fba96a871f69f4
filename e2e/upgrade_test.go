package e2e

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// takeSnapshot names a sandbox's folder, and behind a colon the snapshot to make of it:
// see testdata/upgrades/README.md.
var takeSnapshot = flag.String("upgrade.take", "", "make a snapshot: folder of a sandbox:testdata/upgrades/name")

// What an earlier program has deployed, today's takes over: nothing is replaced, and
// nothing is created, changed or deleted that is not announced, and up leads to a stack that does not drift.
func TestUpgrades(t *testing.T) {
	t.Parallel()
	if dir, to, given := strings.Cut(*takeSnapshot, ":"); given {
		saveSnapshot(t, dir, to)
		return
	}
	snapshots, err := filepath.Glob("testdata/upgrades/*/state.json")
	if err != nil || len(snapshots) < 3 {
		t.Fatalf("there are %d snapshots (%v); each pattern has one", len(snapshots), err)
	}
	for _, snapshot := range snapshots {
		dir := filepath.Dir(snapshot)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			w := newSeededWorld(t, filepath.Join(root, "e2e", dir, "stack.yaml"), trafficSeed())
			w.restoreSnapshot(dir)
			preview := w.must(0, "preview", "--json")
			var plan struct {
				Steps []struct{ Op, URN string }
			}
			if err := json.Unmarshal([]byte(preview.stdout), &plan); err != nil {
				t.Fatalf("preview --json prints no JSON: %v: %s", err, preview)
			}
			announced, err := readAnnounced(readFile(t, filepath.Join(dir, "announced.txt")))
			if err != nil {
				t.Fatal(err)
			}
			counts, done := map[string]int{}, map[string]bool{}
			for _, step := range plan.Steps {
				counts[step.Op]++
				name := step.URN[strings.LastIndex(step.URN, "::")+2:]
				unchanged := step.Op == "same" || step.Op == "refresh"
				if !unchanged && !announced[step.Op+" "+name] {
					t.Errorf("an upgrade would %s %s, and announces it nowhere", step.Op, step.URN)
				}
				done[step.Op+" "+name] = true
			}
			for each := range announced {
				if !strings.HasPrefix(each, "update ") && !done[each] {
					t.Errorf("an upgrade announces %q, and does not do it", each)
				}
			}
			t.Logf("%s: %v", dir, counts)
			w.must(0, "up")
			w.must(0, "drift")
			w.must(0, "up", "--expect-no-changes")
		})
	}
}

// readAnnounced are the steps that a release announces: a line has the name of a resource that
// is updated, or create or delete and a name. Nothing is ever replaced but saved queries, which
// Azure lets nobody overwrite.
func readAnnounced(text string) (map[string]bool, error) {
	steps := map[string]bool{}
	for line := range strings.Lines(text) {
		switch fields := strings.Fields(line); {
		case len(fields) == 0:
		case len(fields) == 1:
			steps["update "+fields[0]] = true
		case len(fields) == 2 && (fields[0] == "create" || fields[0] == "delete" || (fields[0] == "replace" && strings.HasPrefix(fields[1], "queries-"))):
			steps[fields[0]+" "+fields[1]] = true
		default:
			return nil, fmt.Errorf("announced.txt: %q is neither a name, nor create or delete and a name", strings.TrimSpace(line))
		}
	}
	return steps, nil
}

func TestReadAnnounced(t *testing.T) {
	t.Parallel()
	got, err := readAnnounced("gateway\n\ncreate openai-sweden-gpt-4o\ndelete openai-sweden\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"update gateway", "create openai-sweden-gpt-4o", "delete openai-sweden"} {
		if !got[want] {
			t.Errorf("%q is not announced: %v", want, got)
		}
	}
	for _, wrong := range []string{"replace gateway", "create a b"} {
		if steps, err := readAnnounced(wrong); err == nil {
			t.Errorf("%q is taken for %v", wrong, steps)
		}
	}
}

// storedBuckets are what a snapshot holds of a sandbox's store.
var storedBuckets = []string{"resources", "principals"}

// restoreSnapshot makes the sandbox of a test what an earlier one was.
func (w *world) restoreSnapshot(dir string) {
	w.t.Helper()
	for from, to := range map[string]string{
		"state.json": "state/.pulumi/stacks/aoai-gateway/test.json", "meta.yaml": "state/.pulumi/meta.yaml", "passphrase": "passphrase",
		"Pulumi.test.yaml": "stacks/Pulumi.test.yaml",
	} {
		target := filepath.Join(w.dir, to)
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(target, []byte(readFile(w.t, filepath.Join(dir, from))), 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
	var stored map[string]map[string]json.RawMessage
	if err := json.Unmarshal([]byte(readFile(w.t, filepath.Join(dir, "azure.json"))), &stored); err != nil {
		w.t.Fatal(err)
	}
	w.inStore(w.dir, false, func(name string, bucket *bbolt.Bucket) error {
		for key, value := range stored[name] {
			var compact bytes.Buffer
			if err := json.Compact(&compact, value); err != nil {
				return err
			}
			if err := bucket.Put([]byte(key), compact.Bytes()); err != nil {
				return err
			}
		}
		return nil
	})
}

// inStore visits the buckets of a sandbox's store.
func (w *world) inStore(dir string, readOnly bool, visit func(name string, bucket *bbolt.Bucket) error) {
	w.t.Helper()
	db, err := bbolt.Open(filepath.Join(dir, "azure.db"), 0o600, &bbolt.Options{ReadOnly: readOnly})
	if err != nil {
		w.t.Fatal(err)
	}
	each := func(tx *bbolt.Tx) error {
		for _, name := range storedBuckets {
			bucket := tx.Bucket([]byte(name))
			if bucket == nil {
				if bucket, err = tx.CreateBucket([]byte(name)); err != nil {
					return err
				}
			}
			if err := visit(name, bucket); err != nil {
				return err
			}
		}
		return nil
	}
	if readOnly {
		err = db.View(each)
	} else {
		err = db.Update(each)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		w.t.Fatal(err)
	}
}

// saveSnapshot makes a snapshot of a sandbox whose stack test is deployed.
func saveSnapshot(t *testing.T, dir, to string) {
	t.Helper()
	if err := os.MkdirAll(to, 0o755); err != nil {
		t.Fatal(err)
	}
	save := func(name string, content []byte) {
		if err := os.WriteFile(filepath.Join(to, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for from, name := range map[string]string{
		"state/.pulumi/stacks/aoai-gateway/test.json": "state.json", "state/.pulumi/meta.yaml": "meta.yaml", "passphrase": "passphrase",
		"stacks/Pulumi.test.yaml": "Pulumi.test.yaml",
	} {
		content := []byte(readFile(t, filepath.Join(dir, from)))
		if name == "state.json" {
			content = withoutPlaces(t, content)
		}
		save(name, content)
	}
	stored := map[string]map[string]json.RawMessage{}
	w := &world{t: t}
	w.inStore(dir, true, func(name string, bucket *bbolt.Bucket) error {
		stored[name] = map[string]json.RawMessage{}
		return bucket.ForEach(func(key, value []byte) error {
			stored[name][string(key)] = bytes.Clone(value)
			return nil
		})
	})
	raw, err := json.MarshalIndent(stored, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	save("azure.json", raw)
}

// withoutPlaces is a state without where in which folder its program was.
func withoutPlaces(t *testing.T, state []byte) []byte {
	t.Helper()
	var content any
	if err := json.Unmarshal(state, &content); err != nil {
		t.Fatal(err)
	}
	var scrub func(any)
	scrub = func(value any) {
		switch value := value.(type) {
		case map[string]any:
			delete(value, "sourcePosition")
			delete(value, "stackTrace")
			for _, member := range value {
				scrub(member)
			}
		case []any:
			for _, element := range value {
				scrub(element)
			}
		}
	}
	scrub(content)
	raw, err := json.MarshalIndent(content, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
