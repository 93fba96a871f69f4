package sandbox

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

// Inventory is what a sandbox holds.
type Inventory struct {
	// Resources counts by ARM type, in alphabetical order.
	Resources []TypeCount `json:"resources"`
	// SoftDeleted are the ids whose names Azure holds still.
	SoftDeleted []string `json:"softDeleted"`
	// Principals are the types of those in the directory, by their object ids in lower case.
	Principals map[string]string `json:"principals"`
}

// TypeCount is how many resources of a type there are.
type TypeCount struct {
	Type  string `json:"type"`
	Count int    `json:"count"`
}

const inventoryPath = "/sandbox/inventory"

// Inventory asks the sandbox what it holds.
func (s *Session) Inventory(ctx context.Context) (inventory Inventory, err error) {
	err = s.ask(ctx, http.MethodGet, inventoryPath, nil, &inventory)
	return inventory, err
}

// takeInventory answers with what the store holds.
func takeInventory(store *azure.Store) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		inventory := Inventory{Resources: []TypeCount{}, SoftDeleted: []string{}, Principals: map[string]string{}}
		err := store.View(func(tx *azure.Tx) error {
			resources, err := tx.Under("")
			if err != nil {
				return err
			}
			counts := map[string]int{}
			for _, resource := range resources {
				counts[resource.Type]++
			}
			for _, armType := range slices.Sorted(maps.Keys(counts)) {
				inventory.Resources = append(inventory.Resources, TypeCount{armType, counts[armType]})
			}
			deleted, err := tx.Deleted()
			for _, each := range deleted {
				if time.Now().After(each.PurgeAt) {
					continue
				}
				inventory.SoftDeleted = append(inventory.SoftDeleted, each.Resource.ID)
			}
			principals, listErr := tx.Principals()
			for _, each := range principals {
				inventory.Principals[strings.ToLower(each.ID)] = each.Type
			}
			return errors.Join(err, listErr)
		})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		answerJSON(w, inventory)
	}
}
