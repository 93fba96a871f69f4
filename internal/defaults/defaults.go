// Package defaults fills what a user left out. A default stands once, in the tag of its
// field, where the schema of stack files reads it, too:
//
//	type Probe struct {
//		IntervalSeconds int `json:"intervalSeconds" default:"30"`
//	}
//
// A list has its elements with commas between them. A struct with the tag "-" stays as it
// is when what holds it is filled: empty means that the user said nothing about it.
package defaults

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

const (
	tag   = "default"
	later = "-"
)

// Of is a T with its defaults and nothing else.
func Of[T any]() T {
	var value T
	return Filled(value)
}

// Filled is value with defaults in all fields that are empty, those of structs in it, too.
// What lies in lists, in maps and behind pointers stays as it is.
func Filled[T any](value T) T {
	fill(reflect.ValueOf(&value).Elem())
	return value
}

func fill(target reflect.Value) {
	if target.Kind() != reflect.Struct {
		return
	}
	for i := range target.NumField() {
		field := target.Type().Field(i)
		text, tagged := field.Tag.Lookup(tag)
		switch {
		case !field.IsExported(), text == later:
		case !tagged:
			fill(target.Field(i))
		case target.Field(i).IsZero():
			target.Field(i).Set(parse(field, field.Type, text))
		}
	}
}

// ByTag is the default in a field's tag.
func ByTag(field reflect.StructField) (value any, given bool) {
	text, tagged := field.Tag.Lookup(tag)
	if !tagged || text == later {
		return nil, false
	}
	return reflect.Indirect(parse(field, field.Type, text)).Interface(), true
}

// parse panics at a tag that does not fit its field: every use of the type does, tests first.
func parse(field reflect.StructField, of reflect.Type, text string) reflect.Value {
	made := reflect.New(of).Elem()
	var err error
	switch of.Kind() {
	case reflect.String:
		made.SetString(text)
	case reflect.Int:
		var number int64
		number, err = strconv.ParseInt(text, 10, strconv.IntSize)
		made.SetInt(number)
	case reflect.Float64:
		var number float64
		number, err = strconv.ParseFloat(text, 64)
		made.SetFloat(number)
	case reflect.Bool:
		var truth bool
		truth, err = strconv.ParseBool(text)
		made.SetBool(truth)
	case reflect.Pointer:
		made.Set(reflect.New(of.Elem()))
		made.Elem().Set(parse(field, of.Elem(), text))
	case reflect.Slice:
		for element := range strings.SplitSeq(text, ",") {
			made = reflect.Append(made, parse(field, of.Elem(), element))
		}
	default:
		err = fmt.Errorf("a %s takes no default", of)
	}
	if err != nil {
		panic(fmt.Sprintf("defaults: the tag of %s: %v", field.Name, err))
	}
	return made
}
