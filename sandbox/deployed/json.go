package deployed

import (
	"maps"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// object is a JSON object of Resource Manager. What is missing, or of another type, reads
// as nothing: Resource Manager has checked what it stores.
type object map[string]any

func (o object) text(name string) string {
	value, _ := o[name].(string)
	return value
}

func (o object) flag(name string) bool {
	value, _ := o[name].(bool)
	return value
}

// number is a whole number, or what stands for none.
func (o object) number(name string, otherwise int) int {
	if value, ok := o[name].(float64); ok {
		return int(value)
	}
	return otherwise
}

func (o object) object(name string) object {
	value, _ := o[name].(map[string]any)
	return value
}

func (o object) objects(name string) []object {
	list, _ := o[name].([]any)
	found := make([]object, 0, len(list))
	for _, each := range list {
		if entry, ok := each.(map[string]any); ok {
			found = append(found, entry)
		}
	}
	return found
}

func (o object) texts(name string) []string {
	list, _ := o[name].([]any)
	var found []string
	for _, each := range list {
		if value, ok := each.(string); ok {
			found = append(found, value)
		}
	}
	return found
}

// id is that of a reference such as {"id": "/subscriptions/..."}.
func (o object) id(name string) string { return o.object(name).text("id") }

func lastSegment(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }

// parentOf cuts type and name off an id.
func parentOf(id string) string {
	for range 2 {
		id = id[:max(0, strings.LastIndexByte(id, '/'))]
	}
	return id
}

func sortedKeys(o object) []string { return slices.Sorted(maps.Keys(o)) }

func fold(id string) string { return arm.Fold(id) }
