package azure

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed data/models.json
var data embed.FS

// Models is the table of models: a dated copy of what Azure offers.
type Models struct {
	// AsOf is the day of the newest source.
	AsOf    Date     `json:"asOf"`
	License string   `json:"license"`
	Sources []Source `json:"sources"`
	// Refreshed are the days on which regions were read from Azure itself, by region.
	Refreshed map[string]Date `json:"refreshed,omitempty"`
	Models    []*Model        `json:"models"`
}

// Source is a page that the table was read from.
type Source struct {
	Page  string `json:"page"`
	Date  Date   `json:"date"`
	Tells string `json:"tells"`
}

// Model is one version of a model.
type Model struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	// Can are the kinds of calls that the model answers.
	Can   []Capability `json:"can"`
	Stage Stage        `json:"stage"`
	// Retires is the day from which the model answers 410 Gone; nil where none is known.
	Retires *Date `json:"retires,omitempty"`
	// Replacement is the model that Microsoft suggests instead; "" where none is named.
	Replacement string       `json:"replacement,omitempty"`
	Provisioned *Provisioned `json:"provisioned,omitempty"`
	// Regions are where each deployment SKU offers the model, sorted.
	Regions map[string][]string `json:"regions"`
}

// Provisioned tells of a model's provisioned throughput units.
type Provisioned struct {
	// TokensPerUnit is how many input tokens a minute one unit serves; 0 where unknown.
	TokensPerUnit int `json:"tokensPerUnit,omitempty"`
	// Global, DataZone and Regional are the smallest deployment and the step above it, in
	// units; nil where unknown.
	Global   *Units `json:"global,omitempty"`
	DataZone *Units `json:"dataZone,omitempty"`
	Regional *Units `json:"regional,omitempty"`
}

// Units are the smallest deployment and the step above it.
type Units [2]int

// Capability is a kind of call.
type Capability string

// The capabilities.
const (
	Chat        Capability = "chat"
	Responses   Capability = "responses"
	Embeddings  Capability = "embeddings"
	Images      Capability = "images"
	Audio       Capability = "audio"
	Realtime    Capability = "realtime"
	Video       Capability = "video"
	Completions Capability = "completions"
)

// Capabilities are all of them, in the order in which the table lists them.
var Capabilities = []Capability{Chat, Responses, Embeddings, Images, Audio, Realtime, Video, Completions}

// armCapabilities are the names of capabilities in Resource Manager's answers. Source: the
// REST reference's examples of Models - List and Deployments - Get, 2024-10-01.
var armCapabilities = map[Capability]string{
	Chat: "chatCompletion", Responses: "responses", Embeddings: "embeddings", Images: "imageGenerations",
	Audio: "audio", Realtime: "realtime", Video: "videoGenerations", Completions: "completion",
}

// ARM is the capability's name in Resource Manager's answers.
func (c Capability) ARM() string { return armCapabilities[c] }

// Stage is where a model stands in its life. Source:
// https://learn.microsoft.com/azure/foundry/openai/concepts/model-retirements
type Stage string

// The stages, as Microsoft's pages name them.
const (
	Preview Stage = "Preview"
	GA      Stage = "GA"
	// Legacy has a date of retirement, and may be deployed by everybody.
	Legacy Stage = "Legacy"
	// Deprecated may be deployed by subscriptions that have used the model.
	Deprecated Stage = "Deprecated"
	// Retired answers 410 Gone.
	Retired Stage = "Retired"
)

// lifecycles are the names of stages in Resource Manager's answers, the usual one of each
// stage first. Source: that of Stage.
var lifecycles = []struct {
	name  string
	stage Stage
}{
	{"GenerallyAvailable", GA},
	{"Stable", GA},
	{"Preview", Preview},
	{"Legacy", Legacy},
	{LifecycleDeprecating, Deprecated},
	{"Deprecated", Retired},
}

// LifecycleDeprecating is what Resource Manager calls the stage Deprecated.
const LifecycleDeprecating = "Deprecating"

// Lifecycle is the stage's name in Resource Manager's answers; that of GA for a stage that is
// not known.
func (s Stage) Lifecycle() string {
	for _, each := range lifecycles {
		if each.stage == s {
			return each.name
		}
	}
	return lifecycles[0].name
}

// StageOf is the stage that Resource Manager calls so; false for a name that is not known.
func StageOf(lifecycle string) (Stage, bool) {
	for _, each := range lifecycles {
		if each.name == lifecycle {
			return each.stage, true
		}
	}
	return "", false
}

// Date is a day, written as 2026-11-27.
type Date struct{ time.Time }

// ParseDate reads a day.
func ParseDate(text string) (Date, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}, fmt.Errorf("reading the day %q: %w", text, err)
	}
	return Date{day}, nil
}

// UnmarshalJSON reads a day.
func (d *Date) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return fmt.Errorf("reading a day: %w", err)
	}
	day, err := ParseDate(text)
	*d = day
	return err
}

// MarshalJSON writes a day.
func (d Date) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

func (d Date) String() string { return d.Format(time.DateOnly) }

// LoadModels reads the table that is built in. Callers share it and must not change it.
var LoadModels = sync.OnceValues(func() (*Models, error) {
	raw, err := data.ReadFile("data/models.json")
	if err != nil {
		return nil, fmt.Errorf("reading the table of models: %w", err)
	}
	return ReadModels(raw)
})

// ReadModels reads a table.
func ReadModels(raw []byte) (*Models, error) {
	table := &Models{}
	if err := json.Unmarshal(raw, table); err != nil {
		return nil, fmt.Errorf("decoding the table of models: %w", err)
	}
	return table, nil
}

// Find is one version of a model; nil where the table does not have it.
func (m *Models) Find(name, version string) *Model {
	for _, each := range m.Versions(name) {
		if each.Version == version {
			return each
		}
	}
	return nil
}

// Versions are all versions of a model, in the table's order.
func (m *Models) Versions(name string) []*Model {
	var versions []*Model
	for _, each := range m.Models {
		if strings.EqualFold(each.Name, name) {
			versions = append(versions, each)
		}
	}
	return versions
}

// Names are all models, sorted.
func (m *Models) Names() []string {
	var names []string
	for _, each := range m.Models {
		names = append(names, each.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Regions are all regions that offer any model, sorted.
func (m *Models) Regions() []string {
	all := map[string]bool{}
	for _, model := range m.Models {
		for _, regions := range model.Regions {
			for _, region := range regions {
				all[region] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// SKUs are those by which a region offers the model, in the order of DeploymentSKUs.
func (m *Model) SKUs(region string) []string {
	var offered []string
	for _, sku := range DeploymentSKUs {
		if slices.Contains(m.Regions[sku], region) {
			offered = append(offered, sku)
		}
	}
	return offered
}

// Offers reports whether a region offers the model by a deployment SKU.
func (m *Model) Offers(sku, region string) bool { return slices.Contains(m.Regions[sku], region) }

// Does reports whether the model answers a kind of calls.
func (m *Model) Does(c Capability) bool { return slices.Contains(m.Can, c) }

// RetiredOn reports whether the model is retired on a day.
func (m *Model) RetiredOn(today time.Time) bool {
	return m.Stage == Retired || m.Retires != nil && !today.Before(m.Retires.Time)
}

// UnitsOf are the smallest deployment and the step above it for a provisioned SKU; nil where
// unknown, and for the other SKUs.
func (m *Model) UnitsOf(sku string) *Units {
	if m.Provisioned == nil {
		return nil
	}
	switch sku {
	case "GlobalProvisionedManaged":
		return m.Provisioned.Global
	case "DataZoneProvisionedManaged":
		return m.Provisioned.DataZone
	case "ProvisionedManaged":
		return m.Provisioned.Regional
	}
	return nil
}

// SetUnits notes the smallest deployment and the step above it for a provisioned SKU.
func (m *Model) SetUnits(sku string, units Units) {
	if m.Provisioned == nil {
		m.Provisioned = &Provisioned{}
	}
	switch sku {
	case "GlobalProvisionedManaged":
		m.Provisioned.Global = &units
	case "DataZoneProvisionedManaged":
		m.Provisioned.DataZone = &units
	case "ProvisionedManaged":
		m.Provisioned.Regional = &units
	}
}

// IsNewer reports whether one version of a model is newer than another, of the same model or
// of one that takes its place. Versions are days, or numbers; what cannot be compared is not
// newer.
func IsNewer(version, than string) bool {
	day, err := ParseDate(version)
	other, otherErr := ParseDate(than)
	if err == nil && otherErr == nil {
		return day.After(other.Time)
	}
	number, err := strconv.Atoi(version)
	otherNumber, otherErr := strconv.Atoi(than)
	return err == nil && otherErr == nil && number > otherNumber
}

func (m *Model) String() string { return m.Name + " " + m.Version }
