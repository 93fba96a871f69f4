package azure

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
)

// Writes that share a transaction do not share their failures: who fails leaves nothing, and
// everybody else's is kept.
func TestWritesThatComeTogether(t *testing.T) {
	store, err := OpenStore(filepath.Join(t.TempDir(), "azure.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	failed := errors.New("refused")
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			id := fmt.Sprintf("%s/n%03d", subscription+"/resourceGroups", i)
			defer func() {
				if got := recover(); (got != nil) != (i%10 == 4) {
					t.Errorf("%d: panic %v", i, got)
				}
			}()
			err := store.Update(func(tx *Tx) error {
				if err := tx.Put(&Resource{ID: id, Type: "Microsoft.Resources/resourceGroups"}); err != nil {
					return err
				}
				switch i % 10 {
				case 3:
					return failed
				case 4:
					panic("broken")
				}
				return nil
			})
			if (i%10 == 3) != errors.Is(err, failed) || i%10 != 3 && err != nil {
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	all.Wait()
	if err := store.View(func(tx *Tx) error {
		for i := range 200 {
			found, err := tx.Get(fmt.Sprintf("%s/n%03d", subscription+"/resourceGroups", i))
			if err != nil {
				return err
			}
			if (found != nil) != (i%10 != 3 && i%10 != 4) {
				t.Errorf("%d is stored: %v", i, found != nil)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
