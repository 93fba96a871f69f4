package arm

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// apiVersions are the API versions of each resource type, by folded type. The file names its
// source.
var apiVersions = sync.OnceValues(func() (map[string][]string, error) {
	raw, err := data.ReadFile("data/api-versions.json")
	if err != nil {
		return nil, fmt.Errorf("reading the embedded API versions: %w", err)
	}
	var listed struct {
		Source, AsOf string
		Types        map[string][]string
	}
	if err := json.Unmarshal(raw, &listed); err != nil {
		return nil, fmt.Errorf("decoding the embedded API versions: %w", err)
	}
	folded := make(map[string][]string, len(listed.Types))
	for armType := range maps.Keys(listed.Types) {
		folded[fold(armType)] = slices.Sorted(slices.Values(listed.Types[armType]))
	}
	return folded, nil
})

// NewestAPIVersion is the newest API version of what is at a path, a resource or an action of
// one, that is no preview where there is such a one; empty where none is known.
func NewestAPIVersion(path string) string {
	for ; path != ""; path = path[:strings.LastIndexByte(path, '/')] {
		id, err := ParseID(path)
		if err != nil {
			continue
		}
		newest := ""
		for _, each := range APIVersions(id.Type()) {
			if newest == "" || strings.HasSuffix(newest, "-preview") || !strings.HasSuffix(each, "-preview") {
				newest = each
			}
		}
		if newest != "" {
			return newest
		}
	}
	return ""
}

// APIVersions lists the API versions that a resource type has, oldest first; none for a type
// of which they are not known.
func APIVersions(armType string) []string {
	all, err := apiVersions()
	if err != nil {
		return nil // the list itself is broken: nothing is known
	}
	return all[fold(armType)]
}
