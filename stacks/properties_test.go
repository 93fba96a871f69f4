package stacks

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Whatever JSON stands in a key, reading it ends with a configuration or with
// mistakes that carry that key's path, and never with a panic.
func TestReadConfigSurvivesAnyJSON(t *testing.T) {
	value := rapid.Custom(anyJSON(4))
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SampledFrom([]string{"openai", "deployments", "clients", "frontDoor", "applicationGateway", "apim", "monitor", "budget", "tags", "timeouts"}).Draw(t, "key")
		pattern := rapid.SampledFrom(Patterns).Draw(t, "pattern")
		raw, err := json.Marshal(value.Draw(t, "value"))
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = ReadConfig(with("apim", `{"publisher":{"email":"team@contoso.com"}}`, "pattern", pattern, key, string(raw)), today)
		for _, fault := range faults.All(err) {
			// A change of the deployments is felt by the accounts, too, and each pattern
			// refuses the keys of the other.
			// A timeout of one link is felt by the next.
			elsewhere := []string{key, "openai", "apim", "timeouts"}
			if key == "timeouts" {
				elsewhere = append(elsewhere, "frontDoor")
			}
			if !slices.ContainsFunc(elsewhere, func(at string) bool { return strings.HasPrefix(fault.Path, Project+":"+at) }) {
				t.Errorf("the mistake %q is not where the value stands (%s)", fault, key)
			}
		}
	})
}

// A configuration that was read, written as JSON and read again is the same.
func TestReadConfigRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := with(
			"namePrefix", rapid.StringMatching(`[a-z][a-z0-9-]{0,18}[a-z0-9]`).Draw(t, "prefix"),
			"frontDoor", fmt.Sprintf(`{"additionalLatencyMilliseconds":%d,"sampleSize":%d,"responseTimeoutSeconds":%d,"customDomains":[{"hostName":"ai.contoso.com"}]}`,
				rapid.IntRange(0, 1000).Draw(t, "latency"), rapid.IntRange(3, 255).Draw(t, "samples"),
				rapid.IntRange(16, 240).Draw(t, "timeout")),
			"timeouts", `{"modelSeconds":10}`,
		)
		first, _, err := ReadConfig(values, today)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"frontDoor", "deployments"} {
			raw, err := json.Marshal(fieldOf(first, key))
			if err != nil {
				t.Fatal(err)
			}
			// A 0 that is written down is refused where it is none.
			values[Project+":"+key] = strings.NewReplacer(`,"priority":0`, "", `,"weight":0`, "").Replace(string(raw))
		}
		second, _, err := ReadConfig(values, today)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(first, second) {
			t.Errorf("read again, the configuration differs:\n%+v\n%+v", first, second)
		}
	})
}

// The same with the choices of API Management.
func TestReadAPIMRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := goodAPIM(fmt.Sprintf(`"units":%d,"zones":[],"regions":[],"customDomains":[],"access":["subscription-key","entra"],"entra":{"openIdConfiguration":"https://a.example/x",`+
			`"issuers":["https://a.example/"],"audiences":["b"],"requiredClaims":[{"name":"roles","values":["c"]}]},"products":[{"name":"a","limits":{"calls":%d}}],"subscriptions":[{"name":"b","product":"a"}],`+
			`"loadBalancing":{"attemptTimeoutSeconds":%d},"alerts":{"emails":["a@b.com"]}`,
			rapid.IntRange(1, 10).Draw(t, "units"), rapid.IntRange(1, 1000).Draw(t, "calls"), rapid.IntRange(15, 230).Draw(t, "timeout")), "timeouts", `{"modelSeconds":10}`)
		first, _, err := ReadConfig(values, today)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(first.APIM)
		if err != nil {
			t.Fatal(err)
		}
		values[Project+":apim"] = string(raw)
		second, _, err := ReadConfig(values, today)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(first.APIM, second.APIM) {
			t.Errorf("read again, the choices differ:\n%+v\n%+v", first.APIM, second.APIM)
		}
	})
}

func fieldOf(config Config, key string) any {
	value := reflect.ValueOf(config)
	for i := range value.NumField() {
		if value.Type().Field(i).Tag.Get("json") == key {
			return value.Field(i).Interface()
		}
	}
	return nil
}

func anyJSON(depth int) func(*rapid.T) any {
	return func(t *rapid.T) any {
		kinds := 4
		if depth > 0 {
			kinds = 6
		}
		// Known names make it likely that the value gets deep into the decoder.
		names := rapid.SampledFrom([]string{
			"name", "region", "existing", "deployments", "network", "waf", "probe", "mode", "sku", "capacity", "x",
		})
		switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
		case 0:
			return rapid.String().Draw(t, "string")
		case 1:
			return rapid.Int().Draw(t, "number")
		case 2:
			return rapid.Bool().Draw(t, "truth")
		case 3:
			return nil
		case 4:
			return rapid.SliceOfN(rapid.Custom(anyJSON(depth-1)), 0, 3).Draw(t, "list")
		default:
			return rapid.MapOfN(names, rapid.Custom(anyJSON(depth-1)), 0, 4).Draw(t, "object")
		}
	}
}

// Pulumi.yaml declares exactly the keys that are read, each with a type, a
// description and a default that means the same as leaving the key out.
func TestProjectFileDeclaresEveryKey(t *testing.T) {
	raw, err := os.ReadFile("../Pulumi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var project struct {
		Config map[string]struct {
			Type        string `yaml:"type"`
			Description string `yaml:"description"`
			Default     any    `yaml:"default"`
		} `yaml:"config"`
	}
	if err := yaml.Unmarshal(raw, &project); err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for key, declared := range project.Config {
		if declared.Type == "" || declared.Description == "" || declared.Default == nil {
			t.Errorf("%s lacks a type, a description or a default", key)
		}
		text, isText := declared.Default.(string)
		if !isText {
			encoded, err := json.Marshal(declared.Default)
			if err != nil {
				t.Fatal(err)
			}
			text = string(encoded)
		}
		if !saysNothing(text) {
			t.Errorf("%s has the default %s: the engine hands it over as if the stack said so, over what a base file says", key, text)
		}
		values[Project+":"+key] = text
	}
	fields := reflect.TypeFor[Config]()
	for i := range fields.NumField() {
		if key := fields.Field(i).Tag.Get("json"); project.Config[key].Type == "" {
			t.Errorf("Pulumi.yaml does not declare %s", key)
		}
	}
	decoded := DefaultConfig(PatternFrontDoor)
	if err := decode(values, &decoded); err != nil {
		t.Fatal(err)
	}
	for i := range fields.NumField() {
		got, want := reflect.ValueOf(decoded).Field(i), reflect.ValueOf(DefaultConfig(PatternFrontDoor)).Field(i)
		empty := got.Kind() == reflect.Slice || got.Kind() == reflect.Map
		if empty && got.Len() == 0 && want.Len() == 0 {
			continue
		}
		if !reflect.DeepEqual(got.Interface(), want.Interface()) {
			t.Errorf("%s: the default in Pulumi.yaml means %v, leaving it out means %v", fields.Field(i).Name, got, want)
		}
	}
}
