package azure

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
)

// RetiresSoon is how long before a retirement a deployment is warned of.
const RetiresSoon = 120 * 24 * time.Hour

// CheckVariable names the environment variable that, set to CheckWarns, makes warnings of
// what the table refuses. `aoai preflight` and `aoai drift` plan so, since they ask Azure.
const (
	CheckVariable = "AOAI_MODEL_CHECK"
	CheckWarns    = "warn"
)

// Wanted is a deployment to be checked, in all regions that it is meant for.
type Wanted struct {
	Model, Version, SKU string
	Regions             []string
	// Capacity is in the SKU's units; 0 where none was given.
	Capacity int
}

// Reason is why the table speaks against a deployment.
type Reason string

// The reasons.
const (
	UnknownModel   Reason = "unknown model"
	UnknownVersion Reason = "unknown version"
	RetiredModel   Reason = "retired"
	NotInRegion    Reason = "not in the region"
	SKUNotOffered  Reason = "SKU not offered"
	WrongCapacity  Reason = "capacity"
	Retiring       Reason = "retires soon"
	ClosedToNew    Reason = "closed to new subscriptions"
)

// Doubt is what the table says against a deployment.
type Doubt struct {
	Reason Reason
	// Field is the part of the deployment that is wrong: model, version, sku or capacity.
	Field string
	// Refused reports that Azure would refuse it; else it is a warning.
	Refused bool
	// Problem says what is wrong, with the value; Remedy what would be right.
	Problem, Remedy string
}

func (d Doubt) String() string { return d.Problem + "; " + d.Remedy }

// Check returns all that the table says against a deployment on a day.
func (m *Models) Check(w Wanted, today time.Time) []Doubt {
	model := m.Find(w.Model, w.Version)
	switch {
	case model == nil:
		return []Doubt{m.unknown(w, today)}
	case model.RetiredOn(today):
		return []Doubt{m.retired(model, w, today)}
	}
	if doubt := m.notOffered(model, w, today); doubt != nil {
		return []Doubt{*doubt}
	}
	var doubts []Doubt
	if doubt := wrongCapacity(model, w); doubt != nil {
		doubts = append(doubts, *doubt)
	}
	return append(doubts, m.ending(model, w, today)...)
}

// ending is what the table says of a model whose end is in sight: one doubt at most.
func (m *Models) ending(model *Model, w Wanted, today time.Time) []Doubt {
	doubt := Doubt{Field: "version", Remedy: m.instead(model, w, today)}
	closed := "Azure lets only subscriptions that have used it deploy it"
	switch soon := model.Retires != nil && model.Retires.Before(today.Add(RetiresSoon)); {
	case soon && model.Stage == Deprecated:
		doubt.Reason = Retiring
		doubt.Problem = fmt.Sprintf("%s is deprecated and retires on %s (%s); until then %s, and from then on it answers 410 Gone", model, model.Retires, m.dated(w.Regions), closed)
	case soon:
		doubt.Reason = Retiring
		doubt.Problem = fmt.Sprintf("%s retires on %s (%s); from then on it answers 410 Gone", model, model.Retires, m.dated(w.Regions))
	case model.Stage == Deprecated:
		doubt.Reason = ClosedToNew
		doubt.Problem = fmt.Sprintf("%s is deprecated (%s): %s", model, m.dated(w.Regions), closed)
	default:
		return nil
	}
	return []Doubt{doubt}
}

// CheckRegion returns what the table says against a region; nil for nothing.
func (m *Models) CheckRegion(region string) *Doubt {
	regions := m.Regions()
	if slices.Contains(regions, region) {
		return nil
	}
	return &Doubt{
		Reason: NotInRegion, Field: "region", Refused: true,
		Problem: fmt.Sprintf("%q offers no Azure OpenAI model (%s)", region, m.dated([]string{region})),
		Remedy:  "choose one of " + strings.Join(regions, ", "),
	}
}

// DefaultSKU is the SKU of a deployment that names none: the first of Standard and
// DataZoneStandard that all its regions offer. It is "" where they offer neither in common,
// and where the table does not know the model.
func (m *Models) DefaultSKU(name, version string, regions []string) string {
	model := m.Find(name, version)
	if model == nil || len(regions) == 0 {
		return ""
	}
	for _, sku := range defaultSKUs {
		if !slices.ContainsFunc(regions, func(region string) bool { return !model.Offers(sku, region) }) {
			return sku
		}
	}
	return ""
}

// NoDefaultSKU is the mistake of a deployment that names no SKU and for which DefaultSKU
// finds none.
func (m *Models) NoDefaultSKU(w Wanted, today time.Time) Doubt {
	model := m.Find(w.Model, w.Version)
	if model == nil {
		doubt := m.unknown(w, today)
		if !doubt.Refused {
			doubt.Remedy += "; for a newer one, give sku, which has no default then"
		}
		doubt.Refused = true
		return doubt
	}
	if doubt := m.notInRegions(model, w, today); doubt != nil {
		return *doubt
	}
	return Doubt{
		Reason: SKUNotOffered, Field: "sku", Refused: true,
		Problem: fmt.Sprintf("is missing, and has no default: %s has neither Standard nor DataZoneStandard in all of %s (%s)",
			model, strings.Join(w.Regions, ", "), m.dated(w.Regions)),
		Remedy: offeredSKUs(model, w),
	}
}

// asOf is the day up to which the table knows what regions offer: the earliest of theirs.
func (m *Models) asOf(regions []string) Date {
	day := m.AsOf
	for i, region := range regions {
		refreshed, ok := m.Refreshed[region]
		if !ok {
			return m.AsOf
		}
		if i == 0 || refreshed.Before(day.Time) {
			day = refreshed
		}
	}
	return day
}

// dated tells how old the table is.
func (m *Models) dated(regions []string) string { return "table of " + m.asOf(regions).String() }

// unknown is a model or version that the table does not have. It may be newer than the
// table, which is a warning, or misspelt.
func (m *Models) unknown(w Wanted, today time.Time) Doubt {
	doubt := Doubt{Reason: UnknownModel, Field: "model", Remedy: m.known(w, today)}
	named := len(m.Versions(w.Model)) > 0
	if named {
		doubt.Reason, doubt.Field = UnknownVersion, "version"
		doubt.Problem = fmt.Sprintf("%q is not a version of %s that is known (%s)", w.Version, w.Model, m.dated(w.Regions))
	} else {
		doubt.Problem = fmt.Sprintf("%q is not a model that is known (%s)", w.Model, m.dated(w.Regions))
	}
	day, err := ParseDate(w.Version)
	dated := err == nil
	_, near := suggest.Nearest(w.Model, m.Names())
	switch {
	case dated:
		doubt.Refused = !day.After(m.asOf(w.Regions).Time)
	default:
		// A fine-tuned model has a name of its own and no date.
		doubt.Refused = named || near && !strings.Contains(w.Model, ".ft-")
	}
	return doubt
}

// known says which models or versions there are instead of an unknown one.
func (m *Models) known(w Wanted, today time.Time) string {
	versions := m.Versions(w.Model)
	if len(versions) == 0 {
		if nearest, ok := suggest.Nearest(w.Model, m.Names()); ok {
			return fmt.Sprintf("did you mean %q?", nearest)
		}
		return "Azure decides; correct the name if it is misspelt"
	}
	var names []string
	for _, each := range versions {
		if !each.RetiredOn(today) {
			names = append(names, each.Version)
		}
	}
	if len(names) == 0 {
		return "all known versions are retired; choose another model"
	}
	return "known are " + strings.Join(names, ", ")
}

func (m *Models) retired(model *Model, w Wanted, today time.Time) Doubt {
	when := ""
	if model.Retires != nil {
		when = " on " + model.Retires.String()
	}
	return Doubt{
		Reason: RetiredModel, Field: "version", Refused: true,
		Problem: fmt.Sprintf("%s was retired%s (%s)", model, when, m.dated(w.Regions)),
		Remedy:  m.instead(model, w, today),
	}
}

// notOffered is what a SKU lacks in some of the regions; nil for nothing.
func (m *Models) notOffered(model *Model, w Wanted, today time.Time) *Doubt {
	if doubt := m.notInRegions(model, w, today); doubt != nil {
		return doubt
	}
	without := slices.DeleteFunc(slices.Clone(w.Regions), func(region string) bool { return model.Offers(w.SKU, region) })
	if len(without) == 0 {
		return nil
	}
	return &Doubt{
		Reason: SKUNotOffered, Field: "sku", Refused: true,
		Problem: fmt.Sprintf("%s is not offered by %s in %s (%s)", model, w.SKU, strings.Join(without, ", "), m.dated(w.Regions)),
		Remedy:  offeredSKUs(model, w),
	}
}

// notInRegions are the regions that offer the model by no SKU; nil for none. Of a model
// without any region the table only knows that it exists.
func (m *Models) notInRegions(model *Model, w Wanted, today time.Time) *Doubt {
	nothing := slices.DeleteFunc(slices.Clone(w.Regions), func(region string) bool { return len(model.SKUs(region)) > 0 })
	if len(nothing) == 0 {
		return nil
	}
	doubt := &Doubt{Reason: NotInRegion, Field: "model", Refused: true, Remedy: m.elsewhere(model, w, today)}
	doubt.Problem = fmt.Sprintf("%s is not offered in %s (%s)", model, strings.Join(nothing, ", "), m.dated(w.Regions))
	if len(model.Regions) == 0 {
		doubt.Refused = false
		doubt.Problem = fmt.Sprintf("where %s is offered is not known (%s)", model, m.dated(w.Regions))
	}
	return doubt
}

// offeredSKUs names the SKUs that all regions offer, or else those of each. Batch SKUs answer
// batch jobs alone, and are named to who asked for one.
func offeredSKUs(model *Model, w Wanted) string {
	fits := func(sku string) bool { return IsBatch(sku) == IsBatch(w.SKU) }
	common := slices.DeleteFunc(slices.Clone(DeploymentSKUs), func(sku string) bool {
		return !fits(sku) || slices.ContainsFunc(w.Regions, func(region string) bool { return !model.Offers(sku, region) })
	})
	if len(common) > 0 {
		return "choose " + orList(common)
	}
	each := make([]string, len(w.Regions))
	for i, region := range w.Regions {
		each[i] = region + " has " + orNothing(slices.DeleteFunc(model.SKUs(region), func(sku string) bool { return !fits(sku) }))
	}
	return "give each region a deployment of its own: " + strings.Join(each, "; ")
}

// elsewhere names where a model is offered, and what the regions have instead.
func (m *Models) elsewhere(model *Model, w Wanted, today time.Time) string {
	remedy := ""
	if regions := model.Regions[w.SKU]; len(regions) > 0 {
		remedy = "choose a region that has it by " + w.SKU + " (" + shortened(regions) + "), or "
	}
	return remedy + m.instead(model, w, today)
}

// instead names a model for another's place: Microsoft's own suggestion, and those that
// answer the same calls, are offered by the same SKU in the regions, and retire last.
func (m *Models) instead(model *Model, w Wanted, today time.Time) string {
	var fitting []*Model
	for _, each := range m.Models {
		lasts := !each.RetiredOn(today.Add(RetiresSoon)) && (each.Retires == nil || model.Retires == nil || each.Retires.After(model.Retires.Time))
		fits := each != model && lasts && (each.Stage == GA || each.Stage == Preview) && len(model.Can) > 0 && slices.Equal(each.Can, model.Can)
		for _, region := range w.Regions {
			fits = fits && (each.Offers(w.SKU, region) || w.SKU == "" && len(each.SKUs(region)) > 0)
		}
		if fits {
			fitting = append(fitting, each)
		}
	}
	slices.SortStableFunc(fitting, func(a, b *Model) int {
		switch {
		case a.Retires == nil || b.Retires == nil:
			return 0
		case a.Stage != b.Stage:
			return strings.Compare(string(a.Stage), string(b.Stage)) // GA before Preview
		}
		return b.Retires.Compare(a.Retires.Time)
	})
	names := make([]string, len(fitting))
	for i, each := range fitting {
		names[i] = each.String()
	}
	var parts []string
	if model.Replacement != "" {
		parts = append(parts, "Microsoft suggests "+model.Replacement)
	}
	if len(names) > 0 {
		parts = append(parts, fmt.Sprintf("offered by %s in %s: %s", w.SKU, strings.Join(w.Regions, ", "), shortened(names)))
	}
	if len(parts) == 0 {
		return "choose another model"
	}
	return strings.Join(parts, "; ")
}

// wrongCapacity is a number of provisioned units that no deployment can have; nil for none.
func wrongCapacity(model *Model, w Wanted) *Doubt {
	units := model.UnitsOf(w.SKU)
	if units == nil || w.Capacity < 1 || w.Capacity >= units[0] && (w.Capacity-units[0])%max(1, units[1]) == 0 {
		return nil
	}
	return &Doubt{
		Reason: WrongCapacity, Field: "capacity", Refused: true,
		Problem: fmt.Sprintf("%d is no number of provisioned units for %s by %s", w.Capacity, model, w.SKU),
		Remedy:  units.remedy(),
	}
}

func (u *Units) remedy() string { return fmt.Sprintf("give %d, or more in steps of %d", u[0], u[1]) }

// NoCapacity is the mistake of a provisioned deployment that says no number of units,
// whatever the table knows of its model.
func (m *Models) NoCapacity(w Wanted) Doubt {
	doubt := Doubt{Reason: WrongCapacity, Field: "capacity", Refused: true, Problem: "is missing: provisioned units have no default", Remedy: "give a number of units"}
	if model := m.Find(w.Model, w.Version); model != nil && model.UnitsOf(w.SKU) != nil {
		doubt.Remedy = model.UnitsOf(w.SKU).remedy()
	}
	return doubt
}

// mostNamed bounds how many names a message lists.
const mostNamed = 8

func shortened(names []string) string {
	if len(names) > mostNamed {
		return strings.Join(names[:mostNamed], ", ") + fmt.Sprintf(" and %d more", len(names)-mostNamed)
	}
	return strings.Join(names, ", ")
}

func orList(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

func orNothing(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
