package azurenative

import "github.com/pulumi/pulumi/sdk/v3/go/common/resource"

// applyDiff puts a difference between two pictures of a resource onto values
// that are a third picture: only what changed is copied, as deep as it changed.
func applyDiff(values resource.PropertyMap, difference *resource.ObjectDiff) resource.PropertyMap {
	if difference == nil {
		return values
	}
	result := resource.PropertyMap{}
	for name, value := range values {
		if !difference.Deleted(name) {
			result[name] = value
		}
	}
	for name, value := range difference.Adds {
		result[name] = value
	}
	for name, change := range difference.Updates {
		if value, ok := values[name]; ok {
			result[name] = applyChange(value, change.Old, change.New)
		} else {
			result[name] = change.New
		}
	}
	return result
}

func applyChange(base, before, now resource.PropertyValue) resource.PropertyValue {
	switch {
	case base.IsObject() && before.IsObject() && now.IsObject():
		return resource.NewObjectProperty(applyDiff(base.ObjectValue(), before.ObjectValue().Diff(now.ObjectValue())))
	case base.IsArray() && before.IsArray() && now.IsArray():
		bases, befores := base.ArrayValue(), before.ArrayValue()
		result := make([]resource.PropertyValue, len(now.ArrayValue()))
		for i, element := range now.ArrayValue() {
			result[i] = element
			if i < len(bases) && i < len(befores) {
				result[i] = applyChange(bases[i], befores[i], element)
			}
		}
		return resource.NewArrayProperty(result)
	default:
		return now
	}
}
