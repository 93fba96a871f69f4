package preflight

import (
	"slices"
	"strings"
)

// What a region has instead of what it lacks, in words.

// openNames are those of the models that accounts of a kind may deploy anew, sorted.
func (c *checker) openNames(there *region, kind string) []string {
	var names []string
	for _, each := range c.open(there.models) {
		if kind == "" || strings.EqualFold(each.Kind, kind) {
			names = append(names, each.Model.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// anotherVersion is what to choose instead of a version.
func anotherVersion(versions []model) string {
	if len(versions) == 0 {
		return "another model: no version of this one takes new deployments there"
	}
	return "one of " + eachVersion(versions)
}

// anotherSKU is what to choose instead of a SKU.
func anotherSKU(versions []model) string {
	if len(versions) == 0 {
		return "another version"
	}
	return "one of " + list(skus(versions))
}

// otherVersions are those that have a SKU, as the end of a message.
func otherVersions(versions []model, sku string) string {
	var others []model
	for _, each := range versions {
		if _, _, has := withSKU([]model{each}, sku); has {
			others = append(others, each)
		}
	}
	if len(others) == 0 {
		return ""
	}
	return "; or another version, which has it: " + eachVersion(others)
}

// eachVersion lists versions with their SKUs, the latest first.
func eachVersion(versions []model) string {
	var texts []string
	for _, each := range versions {
		text := each.Model.Version
		if text == "" {
			text = "any version"
		}
		texts = append(texts, text+" ("+strings.Join(skus([]model{each}), ", ")+")")
	}
	slices.Sort(texts)
	slices.Reverse(texts)
	return list(slices.Compact(texts))
}

// skus are the names of all SKUs of models, sorted.
func skus(models []model) []string {
	var names []string
	for _, each := range models {
		for _, offered := range each.Model.SKUs {
			names = append(names, offered.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
