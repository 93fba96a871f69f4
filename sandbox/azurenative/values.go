package azurenative

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// plain turns properties into what JSON decodes to; secrets are opened, and
// what is not known yet becomes arm.Unknown.
func plain(properties resource.PropertyMap) map[string]any {
	values := make(map[string]any, len(properties))
	for name, value := range properties {
		if !value.IsNull() && name != "__defaults" {
			values[string(name)] = plainValue(value)
		}
	}
	return values
}

func plainValue(value resource.PropertyValue) any {
	switch {
	case value.IsComputed() || value.IsOutput() && !value.OutputValue().Known:
		return arm.Unknown{}
	case value.IsOutput():
		return plainValue(value.OutputValue().Element)
	case value.IsSecret():
		return plainValue(value.SecretValue().Element)
	case value.IsObject():
		return plain(value.ObjectValue())
	case value.IsArray():
		list := make([]any, len(value.ArrayValue()))
		for i, element := range value.ArrayValue() {
			list[i] = plainValue(element)
		}
		return list
	default:
		return value.V
	}
}

// properties is plain's inverse for known values.
func properties(values map[string]any) resource.PropertyMap {
	return resource.NewPropertyMapFromMap(values)
}
