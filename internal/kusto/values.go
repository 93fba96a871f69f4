package kusto

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// FromJSON makes a table of rows, each of them an object in JSON: members that are no column are
// left out, and values are turned into the columns' types; what cannot be is null.
func FromJSON(columns []Column, rows []json.RawMessage) (*Table, error) {
	table := &Table{Columns: columns, Rows: make([][]any, len(rows))}
	for i, row := range rows {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(row, &members); err != nil {
			return nil, fmt.Errorf("row %d is no object in JSON: %w", i+1, err)
		}
		values := make([]any, len(columns))
		for j, column := range columns {
			value, err := decode(string(members[column.Name]))
			if err != nil {
				value = nil // it is not there
			}
			values[j] = convert(value, column.Type)
		}
		table.Rows[i] = values
	}
	return table, nil
}

// decode is a value in JSON.
func decode(text string) (any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, fmt.Errorf("reading JSON: %w", err)
	}
	if decoder.More() {
		return nil, errors.New("there is more than one value")
	}
	return plain(value), nil
}

// plain makes int64 of whole numbers in what JSON decodes to.
func plain(value any) any {
	switch value := value.(type) {
	case json.Number:
		if whole, err := value.Int64(); err == nil {
			return whole
		}
		fraction, _ := value.Float64()
		return fraction
	case float64:
		if value == math.Trunc(value) && math.Abs(value) < 1<<53 {
			return int64(value)
		}
	case int:
		return int64(value)
	case []any:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = plain(item)
		}
		return items
	case map[string]any:
		bag := make(map[string]any, len(value))
		for name, item := range value {
			bag[name] = plain(item)
		}
		return bag
	}
	return value
}

// parseJSON is parse_json: a text that is no JSON is a dynamic string.
func parseJSON(text string) any {
	value, err := decode(text)
	switch {
	case err == nil:
		return value
	case text == "":
		return nil
	}
	return text
}

// convert turns a value into a type, as tostring, toint and so on do; nil where that
// cannot be.
func convert(value any, typ Type) any {
	switch typ {
	case String:
		return text(value)
	case Dynamic:
		return toDynamic(value)
	case Bool:
		return toBool(value)
	case Int, Long:
		return toLong(value, typ)
	case Real:
		return toReal(value)
	case DateTime:
		switch value := value.(type) {
		case time.Time:
			return value
		case string:
			return fromText(value, DateTime)
		}
	case TimeSpan:
		switch value := value.(type) {
		case time.Duration:
			return value
		case string:
			return fromText(value, TimeSpan)
		}
	}
	return nil
}

func toBool(value any) any {
	switch value := value.(type) {
	case bool:
		return value
	case int64:
		return value != 0
	case float64:
		return value != 0
	case string:
		return fromText(value, Bool)
	}
	return nil
}

func toLong(value any, typ Type) any {
	var whole int64
	switch value := value.(type) {
	case bool:
		if value {
			whole = 1
		}
	case int64:
		whole = value
	case float64:
		if math.IsNaN(value) || math.Abs(value) > math.MaxInt64 {
			return nil
		}
		whole = int64(value)
	case string:
		return fromText(value, typ)
	default:
		return nil
	}
	if typ == Int && (whole > math.MaxInt32 || whole < math.MinInt32) {
		return nil
	}
	return whole
}

func toReal(value any) any {
	switch value := value.(type) {
	case bool:
		if value {
			return 1.0
		}
		return 0.0
	case int64:
		return float64(value)
	case float64:
		return value
	case string:
		return fromText(value, Real)
	}
	return nil
}

func toDynamic(value any) any {
	switch value := value.(type) {
	case time.Time, time.Duration:
		return text(value)
	case map[string]string:
		bag := make(map[string]any, len(value))
		for name, item := range value {
			bag[name] = item
		}
		return bag
	default:
		return value
	}
}

var dateTimeForms = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly,
}

var timeSpanForm = regexp.MustCompile(`^(-)?(?:(\d+)\.)?(\d+):(\d{1,2})(?::(\d{1,2}(?:\.\d+)?))?$`)

// fromText reads a value; nil where the text is none.
func fromText(from string, typ Type) any {
	from = strings.TrimSpace(from)
	switch typ {
	case String, Dynamic:
		return from
	case Bool:
		switch strings.ToLower(from) {
		case "true", "1":
			return true
		case "false", "0":
			return false
		}
	case Int, Long:
		if whole, err := strconv.ParseInt(from, 0, 64); err == nil {
			return toLong(whole, typ)
		}
		if fraction, err := strconv.ParseFloat(from, 64); err == nil {
			return toLong(fraction, typ)
		}
	case Real:
		if fraction, err := strconv.ParseFloat(from, 64); err == nil {
			return fraction
		}
	case DateTime:
		for _, form := range dateTimeForms {
			if moment, err := time.Parse(form, from); err == nil {
				return moment.UTC()
			}
		}
	case TimeSpan:
		return readTimeSpan(from)
	}
	return nil
}

// readTimeSpan reads 5m, or [days.]hours:minutes[:seconds].
func readTimeSpan(from string) any {
	if found := patterns[1].pattern.FindString(from); found != "" && found == from {
		return timeSpan(token{text: from})
	}
	parts := timeSpanForm.FindStringSubmatch(from)
	if parts == nil {
		return nil
	}
	var total float64
	for i, seconds := range []float64{24 * 3600, 3600, 60, 1} {
		count, err := strconv.ParseFloat(cmp.Or(parts[2+i], "0"), 64)
		if err != nil {
			return nil
		}
		total += count * seconds
	}
	if parts[1] == "-" {
		total = -total
	}
	return time.Duration(total * float64(time.Second))
}

// text is what tostring makes of a value.
func text(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	case bool:
		return strconv.FormatBool(value)
	case int64:
		return strconv.FormatInt(value, 10)
	case float64:
		written := strconv.FormatFloat(value, 'g', -1, 64)
		if !strings.ContainsAny(written, ".eIN") {
			written += ".0"
		}
		return written
	case time.Time:
		return value.UTC().Format("2006-01-02T15:04:05.0000000Z")
	case time.Duration:
		return writeTimeSpan(value)
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Sprint(value)
	}
	return strings.TrimSpace(b.String())
}

func writeTimeSpan(span time.Duration) string {
	sign := ""
	if span < 0 {
		sign, span = "-", -span
	}
	days, rest := span/(24*time.Hour), span%(24*time.Hour)
	written := fmt.Sprintf("%02d:%02d:%02d", rest/time.Hour, rest%time.Hour/time.Minute, rest%time.Minute/time.Second)
	if days > 0 {
		written = fmt.Sprintf("%d.%s", days, written)
	}
	if ticks := rest % time.Second / 100; ticks > 0 {
		written += fmt.Sprintf(".%07d", ticks)
	}
	return sign + written
}

// compare orders two values of one type that are not nil.
func compare(a, b any) int {
	switch a := a.(type) {
	case bool:
		if b, is := b.(bool); is {
			return cmp.Compare(toLong(a, Long).(int64), toLong(b, Long).(int64))
		}
	case int64:
		switch b := b.(type) {
		case int64:
			return cmp.Compare(a, b)
		case float64:
			return cmp.Compare(float64(a), b)
		}
	case float64:
		if b, is := toReal(b).(float64); is {
			return cmp.Compare(a, b)
		}
	case string:
		if b, is := b.(string); is {
			return cmp.Compare(a, b)
		}
	case time.Time:
		if b, is := b.(time.Time); is {
			return a.Compare(b)
		}
	case time.Duration:
		if b, is := b.(time.Duration); is {
			return cmp.Compare(a, b)
		}
	}
	return cmp.Compare(text(a), text(b))
}

// keyOf is the same for values that are the same, and for no others.
func keyOf(values []any) string {
	var b strings.Builder
	for _, value := range values {
		written := text(value)
		fmt.Fprintf(&b, "%T %d %s", value, len(written), written)
	}
	return b.String()
}

func negate(value any) any {
	switch value := value.(type) {
	case int64:
		return -value
	case float64:
		return -value
	case time.Duration:
		return -value
	}
	return nil
}

func indexOf(columns []Column, name string) int {
	return slices.IndexFunc(columns, func(c Column) bool { return c.Name == name })
}
