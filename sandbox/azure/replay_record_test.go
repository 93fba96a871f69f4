package azure

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// published is one of Microsoft's published examples: the request that the Azure SDK for Go
// makes of it, and the statuses that the SDK takes for an answer.
type published struct {
	Example string          `json:"example"`
	Method  string          `json:"method"`
	URL     string          `json:"url"`
	Body    json.RawMessage `json:"body,omitempty"`
	IfMatch string          `json:"ifMatch,omitempty"`

	module   string
	statuses []string
}

// exampleModules are the modules of the SDK whose example tests are replayed, at the
// versions that go.mod requires.
var exampleModules = []string{
	"apimanagement/armapimanagement/v3", "applicationinsights/armapplicationinsights", "authorization/armauthorization/v2", "cdn/armcdn/v2",
	"cognitiveservices/armcognitiveservices", "consumption/armconsumption", "eventhub/armeventhub", "frontdoor/armfrontdoor",
	"keyvault/armkeyvault", "monitor/armmonitor", "msi/armmsi", "network/armnetwork/v6", "privatedns/armprivatedns", "operationalinsights/armoperationalinsights/v2",
	"resources/armdeploymentstacks", "resources/armresources",
}

const sdkModules = "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/"

var (
	exampleFunction = regexp.MustCompile(`(?m)^func (Example\w+)\(\)`)
	packageClause   = regexp.MustCompile(`(?m)^package \w+_test$`)
	takenStatuses   = regexp.MustCompile(`HasStatusCode\(\w+, ([^)]*)\)`)
)

// recordExamples runs the examples of a module where they lie, against a transport that
// records. Nothing of them is written into this repository.
func recordExamples(t *testing.T, module string) []published {
	t.Helper()
	folder := strings.TrimSpace(goCommand(t, "list", "-m", "-f", "{{.Dir}}", sdkModules+module))
	root := filepath.Dir(strings.TrimSpace(goCommand(t, "env", "GOMOD")))
	files, err := filepath.Glob(filepath.Join(folder, "*_example_test.go"))
	if err != nil || len(files) == 0 {
		t.Skipf("%s has no example tests here: %v", module, err)
	}
	work, at := t.TempDir(), filepath.Join(root, "sandbox", "azure", "testdata", "replay", "recorder")
	overlay := map[string]string{}
	add := func(name, text string) {
		written := filepath.Join(work, name)
		if err := os.WriteFile(written, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		overlay[filepath.Join(at, name)] = written
	}
	harness, err := os.ReadFile(filepath.Join(root, "sandbox", "azure", "testdata", "replay", "recorder.go.txt"))
	if err != nil {
		t.Fatal(err)
	}
	add("recorder.go", string(harness))
	var calls []string
	for i, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := packageClause.ReplaceAllString(string(raw), "package main")
		for _, found := range exampleFunction.FindAllStringSubmatch(text, -1) {
			calls = append(calls, fmt.Sprintf("\trecord(%q, %s)", found[1], found[1]))
		}
		text = strings.NewReplacer(
			"\t\"log\"\n", "", "\t\"github.com/Azure/azure-sdk-for-go/sdk/azidentity\"\n", "",
			"azidentity.NewDefaultAzureCredential(nil)", "newCredential()", "cred, nil)", "cred, recording())",
		).Replace(text)
		add(fmt.Sprintf("example%03d.go", i), text)
	}
	add("main.go", "package main\n\nfunc main() {\n"+strings.Join(calls, "\n")+"\n}\n")
	replaced, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(work, "overlay.json")
	if err := os.WriteFile(list, replaced, 0o600); err != nil {
		t.Fatal(err)
	}
	output := goCommand(t, "run", "-overlay="+list, "./testdata/replay/recorder")
	sources := clientSources(t, folder)
	var all []published
	for line := range strings.Lines(output) {
		one := published{module: module}
		line, isOurs := strings.CutPrefix(line, "recorded ")
		if !isOurs {
			continue // what an example prints
		}
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("%s: %v: %s", module, err, line)
		}
		one.statuses = statusesOf(sources, one.Example)
		all = append(all, one)
	}
	return all
}

func goCommand(t *testing.T, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", arguments...)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(arguments, " "), err, stderr.String())
	}
	return string(output)
}

// clientSources is the text of a module's clients.
func clientSources(t *testing.T, folder string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*client.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(raw)
	}
	return all.String()
}

// statusesOf are the statuses that the SDK takes for the operation of an example, such as
// StatusOK; only StatusOK where the client's source does not say.
func statusesOf(sources, example string) []string {
	client, method, _ := strings.Cut(example, "_")
	method, _, _ = strings.Cut(method, "_")
	method = strings.TrimPrefix(method, "Begin")
	if method == "" {
		return []string{"StatusOK"}
	}
	for _, name := range []string{strings.ToLower(method[:1]) + method[1:], strings.ToUpper(method[:1]) + method[1:], strings.ToLower(method[:1]) + method[1:] + "Operation"} {
		_, body, found := strings.Cut(sources, "\nfunc (client *"+client+") "+name+"(")
		if !found {
			continue
		}
		body, _, _ = strings.Cut(body, "\n}\n")
		if statuses := takenStatuses.FindStringSubmatch(body); statuses != nil {
			set := map[string]bool{}
			for each := range strings.SplitSeq(statuses[1], ",") {
				set[strings.TrimPrefix(strings.TrimSpace(each), "http.")] = true
			}
			return slices.Sorted(maps.Keys(set))
		}
	}
	return []string{"StatusOK"}
}

// TestRecord is for people who want to see what is recorded.
func TestRecord(t *testing.T) {
	module := os.Getenv("AOAI_RECORD")
	if module == "" {
		t.Skip("AOAI_RECORD=cdn/armcdn/v2 prints what is recorded of that module")
	}
	for _, one := range recordExamples(t, module) {
		t.Log(one.Example, one.Method, one.URL, one.statuses, string(one.Body))
	}
}
