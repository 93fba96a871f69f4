package kusto

import "time"

// Shown is a value as people read it. Only a text is ever empty: null is told by its name.
func Shown(value any, typ Type) string {
	if value == nil {
		return "null"
	}
	if moment, is := value.(time.Time); is {
		return moment.UTC().Format(time.RFC3339Nano)
	}
	if typ == Real {
		return text(toReal(value))
	}
	return text(value)
}
