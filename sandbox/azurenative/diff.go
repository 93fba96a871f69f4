package azurenative

import (
	"context"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Diff compares old inputs with new ones, property by property; the case and
// spaces of a top-level location do not count. A change of a path parameter, or
// of what the contract lists as replacing, replaces; the old one goes first,
// because names are explicit.
func (p *Provider) Diff(_ context.Context, req plugin.DiffRequest) (plugin.DiffResult, error) {
	t, err := p.typeOf(req.Type)
	if err != nil {
		return plugin.DiffResult{}, err
	}
	difference := req.OldInputs.Diff(req.NewInputs)
	if difference == nil {
		return plugin.DiffResult{Changes: plugin.DiffNone}, nil
	}
	ignoreLocationForm(difference)
	d := differ{replaceOn: t.ReplaceOn, detailed: map[string]plugin.PropertyDiff{}}
	d.object(difference, "", "")
	if len(d.detailed) == 0 {
		return plugin.DiffResult{Changes: plugin.DiffNone}, nil
	}
	return plugin.DiffResult{
		Changes:             plugin.DiffSome,
		ReplaceKeys:         d.replaceKeys,
		ChangedKeys:         difference.ChangedKeys(),
		DetailedDiff:        d.detailed,
		DeleteBeforeReplace: len(d.replaceKeys) > 0,
	}, nil
}

func ignoreLocationForm(difference *resource.ObjectDiff) {
	location, ok := difference.Updates["location"]
	if ok && location.Old.IsString() && location.New.IsString() &&
		arm.NormalRegion(location.Old.StringValue()) == arm.NormalRegion(location.New.StringValue()) {
		delete(difference.Updates, "location")
	}
}

// differ flattens an object diff into paths such as rules[0].name, and tells
// which of them replace. Replacement is listed by shape: rules[].name.
type differ struct {
	replaceOn   map[string]bool
	detailed    map[string]plugin.PropertyDiff
	replaceKeys []resource.PropertyKey
}

func (d *differ) object(difference *resource.ObjectDiff, path, shape string) {
	for name := range difference.Adds {
		d.note(path+string(name), shape+string(name), plugin.DiffAdd)
	}
	for name := range difference.Deletes {
		d.note(path+string(name), shape+string(name), plugin.DiffDelete)
	}
	for name, change := range difference.Updates {
		d.value(change, path+string(name), shape+string(name))
	}
}

func (d *differ) value(change resource.ValueDiff, path, shape string) {
	switch {
	case change.Object != nil:
		d.object(change.Object, path+".", shape+".")
	case change.Array != nil:
		for i := range change.Array.Adds {
			d.note(fmt.Sprintf("%s[%d]", path, i), shape+"[]", plugin.DiffAdd)
		}
		for i := range change.Array.Deletes {
			d.note(fmt.Sprintf("%s[%d]", path, i), shape+"[]", plugin.DiffDelete)
		}
		for i, element := range change.Array.Updates {
			d.value(element, fmt.Sprintf("%s[%d]", path, i), shape+"[]")
		}
	default:
		d.note(path, shape, plugin.DiffUpdate)
	}
}

func (d *differ) note(path, shape string, kind plugin.DiffKind) {
	if d.replaceOn[shape] {
		kind = kind.AsReplace()
		key := resource.PropertyKey(path)
		if !slices.Contains(d.replaceKeys, key) {
			d.replaceKeys = append(d.replaceKeys, key)
		}
	}
	d.detailed[path] = plugin.PropertyDiff{Kind: kind, InputDiff: true}
}
