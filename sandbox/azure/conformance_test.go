package azure

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The conformance suite is text: testdata/conformance/<rule>.txt. A file starts
// with comments that give the rule and its source, and goes on in steps:
//
//	PUT $profile                      a request; $names are listed below
//	If-Match: "x"                     headers, if any
//	{"sku": {"name": "..."}}          a body, if any
//	----
//	201                               the status, and Azure's error code if any
//	Retry-After: 1                    headers that must be there; * for any value
//	/properties/x: "value"            members of the answer; - for absent
//	~ words                           that the answer must contain
//
// Steps are separated by a line of equals signs. `wait 30s` instead of a request
// lets Azure's time pass. `seed {...}` in the head adds to the seed.
func TestConformance(t *testing.T) {
	files, err := filepath.Glob("testdata/conformance/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no conformance files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			head, steps := splitConformance(t, string(raw))
			run := newConformance(t, head)
			for i, step := range steps {
				run.step(i+1, step)
			}
		})
	}
}

// splitConformance separates the head from the steps, and demands that the head
// names rule and source.
func splitConformance(t *testing.T, text string) (string, []string) {
	t.Helper()
	var head, rest []string
	for _, line := range strings.Split(text, "\n") {
		if len(rest) == 0 && (strings.HasPrefix(line, "#") || strings.HasPrefix(line, "seed ") || line == "") {
			head = append(head, line)
		} else {
			rest = append(rest, line)
		}
	}
	for _, wanted := range []string{"# rule: ", "# source: "} {
		if !strings.Contains(strings.Join(head, "\n"), wanted) {
			t.Fatalf("the head lacks %q", wanted)
		}
	}
	var steps []string
	for _, step := range strings.Split(strings.Join(rest, "\n"), "\n====\n") {
		steps = append(steps, strings.TrimSpace(step))
	}
	return strings.Join(head, "\n"), steps
}

type conformance struct {
	t       *testing.T
	service *Service
	now     time.Time
}

func newConformance(t *testing.T, head string) *conformance {
	t.Helper()
	seed := DefaultSeed()
	for _, line := range strings.Split(head, "\n") {
		if extra, ok := strings.CutPrefix(line, "seed "); ok {
			if err := json.Unmarshal([]byte(extra), &seed); err != nil {
				t.Fatalf("seed: %v", err)
			}
		}
	}
	store, err := OpenStore(filepath.Join(t.TempDir(), "azure.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	run := &conformance{t: t, now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	guids := 0
	run.service, err = New(store, Options{
		Seed: seed, TimeScale: 1, PageSize: 2, Now: func() time.Time { return run.now },
		NewGUID: func() string {
			guids++
			return fmt.Sprintf("00000000-0000-4000-9000-%012d", guids)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// names are the words that steps may use.
var names = strings.NewReplacer(
	"$origins", originGroup+"/origins", "$origin", origin, "$group", originGroup, "$profile", profile, "$rg", group,
	"$linked", linkedName(),
	"$connection", "pe."+label(8, group+"/providers/Microsoft.Network/privateEndpoints/pe"),
	"$deployments", account+"/deployments", "$account", account, "$subscription", subscription,
	"$apim", group+"/providers/Microsoft.ApiManagement/service/contoso",
	"$waf", group+"/providers/Microsoft.Network/FrontDoorWebApplicationFirewallPolicies/waf",
	"$network", group+"/providers/Microsoft.Network",
	"$certificate", certificateFile("ai.contoso.com", "chat.contoso.com"),
	"$vault", group+"/providers/Microsoft.KeyVault/vaults/kv1",
	"$secretsuser", subscription+"/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6",
	"$openaiuser", subscription+"/providers/Microsoft.Authorization/roleDefinitions/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
)

func (c *conformance) step(number int, text string) {
	c.t.Helper()
	request, expected, _ := strings.Cut(names.Replace(text), "\n----\n")
	if wait, ok := strings.CutPrefix(request, "wait "); ok {
		duration, err := time.ParseDuration(strings.TrimSpace(wait))
		if err != nil {
			c.t.Fatalf("step %d: %v", number, err)
		}
		c.now = c.now.Add(duration)
		return
	}
	recorder := httptest.NewRecorder()
	c.service.ServeHTTP(recorder, parseRequest(c.t, number, request))
	for _, line := range strings.Split(expected, "\n") {
		c.expect(number, strings.SplitN(request, "\n", 2)[0], line, recorder)
	}
}

func parseRequest(t *testing.T, number int, text string) *http.Request {
	t.Helper()
	lines := strings.Split(text, "\n")
	method, target, found := strings.Cut(lines[0], " ")
	if !found {
		t.Fatalf("step %d: %q is no request", number, lines[0])
	}
	if !strings.Contains(target, "api-version=") && !strings.HasPrefix(target, FaultsPath) {
		target += query(target) + versionFor(target)
	}
	var body []string
	header := http.Header{}
	for _, line := range lines[1:] {
		if name, value, ok := strings.Cut(line, ": "); ok && len(body) == 0 && !strings.ContainsAny(name, `{["`) {
			header.Set(name, value)
		} else {
			body = append(body, line)
		}
	}
	request := httptest.NewRequest(method, "http://127.0.0.1"+target, strings.NewReader(strings.Join(body, "\n")))
	request.Header = header
	sendIfMatch(request)
	return request
}

// sendIfMatch adds the header that SDKs send with deletions and changes of parts.
func sendIfMatch(request *http.Request) {
	if _, given := request.Header["If-Match"]; !given && (request.Method == http.MethodDelete || request.Method == http.MethodPatch) {
		request.Header.Set("If-Match", "*")
	}
}

// expect holds one line of expectation against an answer.
func (c *conformance) expect(number int, request, line string, got *httptest.ResponseRecorder) {
	c.t.Helper()
	fail := func(format string, args ...any) {
		c.t.Errorf("step %d, %s: %s\nthe answer: %d %v\n%s", number, request, fmt.Sprintf(format, args...), got.Code, got.Header(), got.Body)
	}
	var body any
	_ = json.Unmarshal(got.Body.Bytes(), &body)
	status, code, _ := strings.Cut(line, " ")
	if wanted, err := strconv.Atoi(status); err == nil {
		if got.Code != wanted {
			fail("want status %d", wanted)
		}
		if found, _ := pointer(body, "/error/code"); code != "" && found != code {
			fail("want code %s", code)
		}
		return
	}
	switch {
	case line == "":
	case strings.HasPrefix(line, "~ "):
		if !strings.Contains(got.Body.String(), strings.TrimPrefix(line, "~ ")) {
			fail("want the words %q", strings.TrimPrefix(line, "~ "))
		}
	case strings.HasPrefix(line, "/"):
		path, wanted, _ := strings.Cut(line, ": ")
		found, there := pointer(body, path)
		if wanted == "-" || wanted == "*" {
			if there != (wanted == "*") {
				fail("%s there: %v", path, there)
			}
			return
		}
		var value any
		if err := json.Unmarshal([]byte(wanted), &value); err != nil {
			c.t.Fatalf("step %d: %s: %v", number, line, err)
		}
		if diff := cmp.Diff(value, found); diff != "" {
			fail("%s (-want +got):\n%s", path, diff)
		}
	default:
		name, wanted, _ := strings.Cut(line, ": ")
		if found := got.Header().Get(name); found == "" || (wanted != "*" && found != wanted) {
			fail("want header %s: %s", name, wanted)
		}
	}
}

// pointer follows a JSON pointer.
func pointer(value any, path string) (any, bool) {
	for _, segment := range strings.Split(path, "/")[1:] {
		switch container := value.(type) {
		case map[string]any:
			var ok bool
			if value, ok = container[segment]; !ok {
				return nil, false
			}
		case []any:
			i, err := strconv.Atoi(segment)
			if err != nil || i >= len(container) {
				return nil, false
			}
			value = container[i]
		default:
			return nil, false
		}
	}
	return value, true
}

// linkedName is that of the connection of the profile's origins to the service.
func linkedName() string {
	key := linkKey(map[string]any{
		"privateLink": map[string]any{"id": group + "/providers/Microsoft.ApiManagement/service/contoso"}, "groupId": "Gateway", "privateLinkLocation": "swedencentral",
	})
	return lastSegment(profile) + "-" + label(8, profile, key)
}
