package library

import "strings"

// isPair tells KeyValuePair<K, V>, which has a converter of its own.
func isPair(target *Type) bool {
	return target != nil && plainOf(target).def != nil && plainOf(target).def.name == "KeyValuePair"
}

// pair reads a KeyValuePair: whatever the reader stands on, the properties Key and Value that
// follow, in any case.
func (d *deserializer) pair(target *Type) (any, error) {
	plain := plainOf(target)
	if d.token() == tokenNull {
		if target.IsNullable() {
			return nil, nil //nolint:nilnil // null is the value
		}
		return nil, d.failure(serializationException, "Cannot convert null value to KeyValuePair.")
	}
	made := Pair{Type: plain, Key: d.call.Library.Zero(plain.args[0]), Value: d.call.Library.Zero(plain.args[1])}
	if err := d.readOrEnd(); err != nil {
		return nil, err
	}
	for d.token() == tokenPropertyName {
		name, _ := d.value().(string)
		var err error
		switch {
		case strings.EqualFold(name, "Key"):
			made.Key, err = d.part(plain.args[0])
		case strings.EqualFold(name, "Value"):
			made.Value, err = d.part(plain.args[1])
		default:
			if err = d.readOrEnd(); err == nil {
				_, err = d.copied()
			}
		}
		if err == nil {
			err = d.readOrEnd()
		}
		if err != nil {
			return nil, err
		}
	}
	return made, nil
}

// part is the key or the value of a pair.
func (d *deserializer) part(target *Type) (any, error) {
	if err := d.readAs(readKindOf(target)); err != nil {
		return nil, err
	}
	if d.token() == tokenNone {
		return nil, d.failure(serializationException, "Unexpected end when reading JSON.")
	}
	return d.create(target)
}

func (d *deserializer) readOrEnd() error {
	more, err := d.read()
	if err == nil && !more {
		return d.failure(serializationException, "Unexpected end when reading JSON.")
	}
	return err
}
