package drift

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/isoduration"
)

// Values that Azure takes for the same although they are written otherwise.

// empty: nothing there, written as nothing or as something empty.
func empty(deployed, found any) bool { return isEmpty(deployed) && isEmpty(found) }

func isEmpty(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case string:
		return value == ""
	case []any:
		return len(value) == 0
	case map[string]any:
		return len(value) == 0
	}
	return false
}

// sameDuration: PT2M and PT120S.
func sameDuration(deployed, found any) bool {
	one, _ := deployed.(string)
	other, _ := found.(string)
	a, errA := isoduration.Parse(one)
	b, errB := isoduration.Parse(other)
	return errA == nil && errB == nil && a == b
}

// sameInstant: one moment, in another zone or without fractions.
func sameInstant(deployed, found any) bool {
	one, _ := deployed.(string)
	other, _ := found.(string)
	a, errA := time.Parse(time.RFC3339, one)
	b, errB := time.Parse(time.RFC3339, other)
	return errA == nil && errB == nil && a.Equal(b)
}

var contract = sync.OnceValues(arm.Load)

// sameMember: a member of an enumeration, in another case; Azure does not tell case apart
// there.
func sameMember(c Change) bool {
	one, _ := c.Deployed.(string)
	other, _ := c.Found.(string)
	if one == "" || !strings.EqualFold(one, other) {
		return false
	}
	known, err := contract()
	if err != nil {
		return false
	}
	t, ok := known.ByToken(c.Type)
	if !ok {
		return false
	}
	property := t.Inputs
	for _, name := range strings.FieldsFunc(c.Property, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		if property == nil {
			return false
		}
		if _, err := strconv.Atoi(name); err == nil {
			property = property.Items
			continue
		}
		property = property.Properties[name]
	}
	return property != nil && len(property.Enum) > 0
}
