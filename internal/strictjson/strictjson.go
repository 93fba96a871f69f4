// Package strictjson decodes JSON into typed Go and reports every mistake, with
// its path, instead of stopping at the first: unknown keys with the nearest
// known one, wrong kinds of value, keys given twice.
package strictjson

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
)

// Decode reads raw into target, a pointer to a struct, slice, map or scalar.
// What raw leaves out stays as target had it, so defaults are set beforehand.
// Fields go by their json tags. The error, if any, is a faults list.
func Decode(raw []byte, target any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	d := &decode{}
	value, err := d.read(decoder, "")
	if err == nil {
		if _, extra := decoder.Token(); !errors.Is(extra, io.EOF) {
			err = errors.New("there is more behind the value")
		}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends in the middle of a value")
	}
	if err != nil {
		d.list.Add("", "is not valid JSON: %v", err)
		return d.list.Err()
	}
	d.into("", value, reflect.ValueOf(target).Elem())
	return d.list.Err()
}

// object keeps the order of its keys, so that mistakes come in the order in
// which they were written.
type object struct {
	keys   []string
	values map[string]any
}

type decode struct{ list faults.List }

// What a value must be, for messages.
const (
	list  = "a list"
	text  = "a string"
	truth = "true or false"
	whole = "a whole number"
	// fraction may have digits behind the point.
	fraction = "a number"
)

// read takes the next value off the decoder as nil, bool, json.Number, string,
// []any or *object.
func (d *decode) read(decoder *json.Decoder, path string) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	delimiter, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	if delimiter == '[' {
		elements := []any{}
		for decoder.More() {
			element, err := d.read(decoder, fmt.Sprintf("%s[%d]", path, len(elements)))
			if err != nil {
				return nil, err
			}
			elements = append(elements, element)
		}
		_, err = decoder.Token()
		return elements, err
	}
	found := &object{values: map[string]any{}}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		key := token.(string) // an object's keys are always strings
		at := faults.Join(path, key)
		value, err := d.read(decoder, at)
		if err != nil {
			return nil, err
		}
		if _, twice := found.values[key]; twice {
			d.list.Add(at, "is given twice").Remedy("keep one")
			continue
		}
		found.keys = append(found.keys, key)
		found.values[key] = value
	}
	_, err = decoder.Token()
	return found, err
}

func (d *decode) into(path string, value any, target reflect.Value) {
	if value == nil {
		d.list.Add(path, "is null").Remedy("give a value or leave the key out")
		return
	}
	switch target.Kind() {
	case reflect.Pointer:
		if target.IsNil() {
			target.Set(reflect.New(target.Type().Elem()))
		}
		d.into(path, value, target.Elem())
	case reflect.Struct:
		if members, ok := value.(*object); ok {
			d.intoStruct(path, members, target)
			return
		}
		d.list.Add(path, "must be an object, not %s", describe(value)).Remedy("its members are %s", strings.Join(memberNames(target), ", "))
	case reflect.Map:
		if members, ok := value.(*object); ok {
			d.intoMap(path, members, target)
			return
		}
		d.mismatch(path, value, "an object")
	case reflect.Slice:
		if given, ok := value.([]any); ok {
			made := reflect.MakeSlice(target.Type(), len(given), len(given))
			d.intoSlice(path, given, made)
			target.Set(made)
			return
		}
		d.mismatch(path, value, list)
	case reflect.String:
		if given, ok := value.(string); ok {
			target.SetString(given)
			return
		}
		d.mismatch(path, value, text)
	case reflect.Bool:
		if given, ok := value.(bool); ok {
			target.SetBool(given)
			return
		}
		d.mismatch(path, value, truth)
	case reflect.Int:
		if number, ok := value.(json.Number); ok {
			if given, err := number.Int64(); err == nil {
				target.SetInt(given)
				return
			}
		}
		d.mismatch(path, value, whole)
	case reflect.Float64:
		if number, ok := value.(json.Number); ok {
			if given, err := number.Float64(); err == nil {
				target.SetFloat(given)
				return
			}
		}
		d.mismatch(path, value, fraction)
	default:
		panic(fmt.Sprintf("strictjson: %s has the unsupported kind %s", path, target.Kind()))
	}
}

// intoSlice tells once of entries that are all wrong in the same way.
func (d *decode) intoSlice(path string, given []any, made reflect.Value) {
	first, like := -1, []string{}
	for i, element := range given {
		switch {
		case fits(element, made.Type().Elem()):
			d.into(fmt.Sprintf("%s[%d]", path, i), element, made.Index(i))
		case first < 0:
			first = i
		default:
			like = append(like, fmt.Sprintf("[%d]", i))
		}
	}
	if first < 0 {
		return
	}
	var of decode
	of.into(fmt.Sprintf("%s[%d]", path, first), given[first], reflect.New(made.Type().Elem()).Elem())
	for _, mistake := range faults.All(of.list.Err()) {
		if len(like) > 0 {
			mistake.Message += "; the same holds for " + strings.Join(like, ", ")
		}
		d.list.AddError(mistake.Path, mistake)
	}
}

// fits reports whether a value has the form that a type wants, whatever is in it.
func fits(value any, wanted reflect.Type) bool {
	switch value.(type) {
	case *object:
		return wanted.Kind() == reflect.Struct || wanted.Kind() == reflect.Map || wanted.Kind() == reflect.Pointer
	case []any:
		return wanted.Kind() == reflect.Slice
	case string:
		return wanted.Kind() == reflect.String
	case bool:
		return wanted.Kind() == reflect.Bool
	case json.Number:
		return wanted.Kind() == reflect.Int
	default:
		return false
	}
}

func memberNames(target reflect.Value) []string {
	names := []string{}
	for i := range target.NumField() {
		if name, _, _ := strings.Cut(target.Type().Field(i).Tag.Get("json"), ","); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}

func (d *decode) intoStruct(path string, members *object, target reflect.Value) {
	fields := map[string]reflect.Value{}
	names := memberNames(target)
	for i := range target.NumField() {
		name, _, _ := strings.Cut(target.Type().Field(i).Tag.Get("json"), ",")
		fields[name] = target.Field(i)
	}
	delete(fields, "")
	delete(fields, "-")
	for _, key := range members.keys {
		field, known := fields[key]
		if !known {
			d.list.Add(faults.Join(path, key), "is not a known key").Remedy("known are %s%s", strings.Join(names, ", "), suggest.Phrase(key, names))
			continue
		}
		d.into(faults.Join(path, key), members.values[key], field)
	}
}

func (d *decode) intoMap(path string, members *object, target reflect.Value) {
	made := reflect.MakeMapWithSize(target.Type(), len(members.keys))
	for _, key := range members.keys {
		element := reflect.New(target.Type().Elem()).Elem()
		d.into(faults.Join(path, key), members.values[key], element)
		made.SetMapIndex(reflect.ValueOf(key), element)
	}
	target.Set(made)
}

func (d *decode) mismatch(path string, value any, wanted string) {
	d.list.Add(path, "must be %s, not %s%s", wanted, describe(value), remedy(value, wanted))
}

// remedy says how to write a value that was meant well in the kind that is wanted.
func remedy(value any, wanted string) string {
	special := ""
	switch value := value.(type) {
	case string:
		special = remedyForText(value, wanted)
	case json.Number:
		special = remedyForNumber(value, wanted)
	case bool:
		if wanted == text {
			special = fmt.Sprintf(`; write it in quotes: "%t"`, value)
		}
	}
	return cmp.Or(special, plainRemedy(wanted))
}

// plainRemedy says how a kind is written.
func plainRemedy(wanted string) string {
	switch wanted {
	case list:
		return "; write a list: [...]"
	case text:
		return "; write one text"
	case truth:
		return "; write true or false"
	case whole:
		return "; write digits alone, such as 100"
	case fraction:
		return "; write digits alone, such as 0.5"
	}
	return "; write its members, each with its key"
}

func remedyForNumber(value json.Number, wanted string) string {
	exact, err := value.Float64()
	switch {
	case wanted == text:
		return fmt.Sprintf("; write it in quotes: %q", value)
	case wanted != whole || err != nil:
		return ""
	case math.Abs(exact) >= tooLarge:
		return "; it is too large: give a smaller one"
	case exact == math.Trunc(exact):
		return fmt.Sprintf("; write %.0f", exact)
	case math.Abs(exact) < 1: // a share of one, perhaps
		return ""
	default:
		return fmt.Sprintf("; write it without a point, such as %.0f", math.Ceil(exact))
	}
}

// tooLarge is beyond every number that a key takes, and what a float holds exactly.
const tooLarge = 1e15

func remedyForText(value, wanted string) string {
	plain := strings.TrimSpace(value)
	switch wanted {
	case whole:
		if _, err := strconv.Atoi(plain); err == nil {
			return "; write " + plain + " without quotes"
		}
		return "; write digits alone, such as 100"
	case truth:
		switch strings.ToLower(plain) {
		case "true", "yes", "on", "y", "1":
			return "; write true without quotes"
		case "false", "no", "off", "n", "0":
			return "; write false without quotes"
		}
	case list:
		return fmt.Sprintf("; write it as [%q]", plain)
	}
	return ""
}

func describe(value any) string {
	switch value := value.(type) {
	case *object:
		return "an object"
	case []any:
		return "a list"
	case string:
		return fmt.Sprintf("the string %q", value)
	case json.Number:
		return "the number " + value.String()
	default:
		return fmt.Sprint(value)
	}
}
