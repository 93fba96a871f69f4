package arm

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
)

// at finds a value by a path of names; false if there is none.
func at(object map[string]any, path string) (any, bool) {
	var value any = object
	for _, name := range strings.Split(path, ".") {
		members, ok := value.(map[string]any)
		if !ok {
			return nil, false
		}
		if value, ok = members[name]; !ok {
			return nil, false
		}
	}
	return value, true
}

func has(object map[string]any, path string) bool {
	value, ok := at(object, path)
	return ok && value != nil
}

func is(object map[string]any, path, wanted string) bool {
	value, _ := at(object, path)
	return value == wanted
}

// stringAt is false for what is not a string, an Unknown among it.
func stringAt(object map[string]any, path string) (string, bool) {
	value, _ := at(object, path)
	text, ok := value.(string)
	return text, ok
}

func numberAt(object map[string]any, path string) (float64, bool) {
	value, _ := at(object, path)
	number, ok := value.(float64)
	return number, ok
}

// stringsAt is false where an element is not known, or the list is not there.
func stringsAt(object map[string]any, path string) ([]string, bool) {
	value, _ := at(object, path)
	list, ok := value.([]any)
	if !ok {
		return nil, false
	}
	texts := make([]string, len(list))
	for i, element := range list {
		if texts[i], ok = element.(string); !ok {
			return nil, false
		}
	}
	return texts, true
}

// objectsAt are the elements of a list; what is not an object is an empty one,
// so that indices stay right.
func objectsAt(object map[string]any, path string) []map[string]any {
	value, _ := at(object, path)
	list, _ := value.([]any)
	objects := make([]map[string]any, len(list))
	for i, element := range list {
		objects[i], _ = element.(map[string]any)
	}
	return objects
}

// between checks a number at a path, where it is known.
func (c *checker) between(object map[string]any, path string, minimum, maximum float64) {
	c.betweenIn(object, "", path, minimum, maximum)
}

func (c *checker) within(object map[string]any, path string, allowed azure.Range) {
	c.withinIn(object, "", path, allowed)
}

func (c *checker) withinIn(object map[string]any, prefix, path string, allowed azure.Range) {
	c.betweenIn(object, prefix, path, float64(allowed.Min), float64(allowed.Max))
}

func (c *checker) betweenIn(object map[string]any, prefix, path string, minimum, maximum float64) {
	if number, known := numberAt(object, path); known && (number < minimum || number > maximum) {
		c.fail(join(prefix, path), "%v is out of range; allowed are %v to %v", number, minimum, maximum)
	}
}
