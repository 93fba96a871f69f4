package azure

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// TestReplay sends the requests of Microsoft's published examples to the sandbox, each in a
// world that holds what the example takes for granted, and compares status and body. The
// verdicts stand in testdata/replay/verdicts.tsv: what is not as published, and why.
// AOAI_REPLAY=1 runs it (minutes); AOAI_REPLAY=write writes the table anew and keeps reasons.
func TestReplay(t *testing.T) {
	mode := os.Getenv("AOAI_REPLAY")
	if mode == "" {
		t.Skip("AOAI_REPLAY=1 replays Microsoft's published examples")
	}
	reasons := readVerdicts(t)
	found := map[string]string{}
	type count struct{ right, wrong, outside int }
	counts := map[string]*count{}
	for _, module := range exampleModules {
		for _, one := range recordExamples(t, module) {
			provider := strings.Split(module, "/")[0]
			if counts[provider] == nil {
				counts[provider] = &count{}
			}
			verdict := replay(t, one)
			switch verdict {
			case "":
				counts[provider].right++
				continue
			case notModelled:
				counts[provider].outside++
				continue
			}
			counts[provider].wrong++
			found[module+"\t"+one.Example] = verdict
		}
	}
	total := count{}
	for _, module := range exampleModules {
		provider := strings.Split(module, "/")[0]
		c := counts[provider]
		if c == nil {
			continue
		}
		t.Logf("%-22s %3d of %3d as published, %3d of types and calls that are not modelled", provider, c.right, c.right+c.wrong, c.outside)
		total.right, total.wrong, total.outside = total.right+c.right, total.wrong+c.wrong, total.outside+c.outside
		delete(counts, provider)
	}
	t.Logf("%-22s %3d of %3d as published, %3d not modelled", "all", total.right, total.right+total.wrong, total.outside)
	if mode == "write" {
		writeVerdicts(t, found, reasons)
		return
	}
	for example, verdict := range found {
		if reasons[example] == "" {
			t.Errorf("%s: %s", example, verdict)
		}
	}
	for example := range reasons {
		if found[example] == "" {
			t.Errorf("%s is as published: take it out of the table", example)
		}
	}
}

const (
	notModelled  = "not modelled"
	verdictsFile = "testdata/replay/verdicts.tsv"
)

func readVerdicts(t *testing.T) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(verdictsFile)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	reasons := map[string]string{}
	for i, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		if cells := strings.Split(line, "\t"); i > 0 && len(cells) == 4 {
			reasons[cells[0]+"\t"+cells[1]] = cells[3]
		}
	}
	return reasons
}

func writeVerdicts(t *testing.T, found, reasons map[string]string) {
	t.Helper()
	lines := []string{}
	for example, verdict := range found {
		reason := reasons[example]
		if reason == "" {
			reason = "open"
		}
		lines = append(lines, example+"\t"+verdict+"\t"+reason)
	}
	slices.Sort(lines)
	text := "module\texample\tthe sandbox's answer\treason\n" + strings.Join(lines, "\n") + "\n"
	if err := os.WriteFile(verdictsFile, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

var (
	anySubscription   = regexp.MustCompile(`(?i)/subscriptions/[^/"?]+`)
	groupOf           = regexp.MustCompile(`(?i)^(/subscriptions/[^/]+/resourceGroups/[^/]+)/`)
	namedInPolicy     = regexp.MustCompile(`\{\{([\w-]+)\}\}`)
	relativeReference = regexp.MustCompile(`"(/(?:loggers|backends|products|apis)/[\w-]+)"`)
	nowhere           = regexp.MustCompile(`(?i)^/subscriptions/[^/]+$`)
)

// replay sends one example; "" is as published.
func replay(t *testing.T, one published) string {
	t.Helper()
	address, err := url.Parse(one.URL)
	if err != nil {
		t.Fatal(err)
	}
	world := newReplayWorld(t)
	path := anySubscription.ReplaceAllString(strings.TrimSuffix(address.Path, "/"), subscription)
	body := anySubscription.ReplaceAllString(string(one.Body), subscription)
	id, collection, modelled := world.target(one.Method, path)
	if !modelled {
		return notModelled
	}
	var content any
	_ = json.Unmarshal([]byte(body), &content)
	if sent, isObject := content.(map[string]any); isObject {
		world.location = text(sent, "location")
		world.takeForGranted(id, sent, body)
	}
	world.prepare(id, one.Method == http.MethodPut || collection)
	world.prepareReferences(content, path)
	if group := groupOf.FindStringSubmatch(path); group != nil {
		world.prepareReferences(group[1], "-")
	}
	world.settle()
	status, answered, raw := world.send(one.Method, path+"?"+address.RawQuery, body, one.IfMatch)
	if strings.Contains(string(raw), "The sandbox does not ") || world.foreign && strings.Contains(string(raw), "InvalidResourceReference") ||
		strings.Contains(string(raw), "InvalidResourceNamespace") {
		return notModelled
	}
	if !slices.ContainsFunc(one.statuses, func(name string) bool { return statusNames[name] == status }) {
		return fmt.Sprintf("%d %s, not %s", status, brief(raw), strings.Join(one.statuses, ", "))
	}
	if one.Method == http.MethodPut && status < http.StatusBadRequest && status != http.StatusAccepted {
		if lost := lostAt("", content, answered); lost != "" && !strings.Contains(body, `"restore":true`) {
			return "lost or changed: " + lost
		}
	}
	return ""
}

var statusNames = map[string]int{
	"StatusOK": http.StatusOK, "StatusCreated": http.StatusCreated, "StatusAccepted": http.StatusAccepted, "StatusNoContent": http.StatusNoContent,
}

func brief(raw []byte) string {
	var envelope struct {
		Error struct{ Code, Message string }
	}
	_ = json.Unmarshal(raw, &envelope)
	text := strings.Join(strings.Fields(envelope.Error.Code+" "+envelope.Error.Message), " ")
	if len(text) > 200 {
		text = text[:200]
	}
	return text
}

// notAnswered are what Azure takes and does not answer with.
var notAnswered = regexp.MustCompile(`(?i)(password|secret|data|key|connectionString|certificate|format|^/properties/value|template|restore|confirmation|sendEmail|type$|etag|accessToken|accessCode)$`)

// lostAt is the first place of the request's body that the answer does not repeat.
func lostAt(path string, sent, got any) string {
	switch sent := sent.(type) {
	case map[string]any:
		object, _ := got.(map[string]any)
		for _, name := range sorted(sent) {
			at := path + "/" + name
			if notAnswered.MatchString(at) || sent[name] == nil || at == "/id" || at == "/name" {
				continue
			}
			value, there := object[name]
			if !there {
				for other := range object {
					if strings.EqualFold(other, name) {
						value, there = object[other], true
					}
				}
			}
			if !there {
				return at
			}
			if lost := lostAt(at, sent[name], value); lost != "" {
				return lost
			}
		}
	case []any:
		list, _ := got.([]any)
		if len(list) < len(sent) {
			return path
		}
		for i, each := range sent {
			if lost := lostAt(fmt.Sprintf("%s/%d", path, i), each, list[i]); lost != "" {
				return lost
			}
		}
	case string:
		text, _ := got.(string)
		relative := strings.HasPrefix(sent, "/") && strings.HasSuffix(arm.Fold(text), arm.Fold(sent))
		if !relative && !strings.EqualFold(strings.ReplaceAll(text, " ", ""), strings.ReplaceAll(sent, " ", "")) && !sameInstant(sent, text) {
			return path
		}
	default:
		if got != sent {
			return path
		}
	}
	return ""
}

func sameInstant(a, b string) bool {
	one, err := time.Parse(time.RFC3339, a)
	two, other := time.Parse(time.RFC3339, b)
	return err == nil && other == nil && one.Equal(two)
}

type replayWorld struct {
	t       *testing.T
	service *Service
	now     time.Time
	// location is the one that the example names.
	location string
	// foreign says that the example names resources of types that are not modelled.
	foreign bool
}

// takeForGranted makes what an example says without naming it by a full id: a service that was
// deleted, named values of a policy, parts of the same service.
func (w *replayWorld) takeForGranted(id arm.ID, sent map[string]any, body string) {
	properties, _ := sent["properties"].(map[string]any)
	if properties["restore"] == true {
		w.prepare(id, false)
		w.settle()
		w.send(http.MethodDelete, id.String()+"?api-version="+versionFor(id.String()), "", "*")
	}
	if !strings.EqualFold(id.Namespace, "Microsoft.ApiManagement") || len(id.Types) < 2 {
		return
	}
	for _, found := range namedInPolicy.FindAllStringSubmatch(body, -1) {
		w.prepareReferences(apimServicePath(id)+"/namedValues/"+found[1], "-")
	}
	for _, found := range relativeReference.FindAllStringSubmatch(body, -1) {
		w.prepareReferences(apimServicePath(id)+found[1], "-")
	}
}

func newReplayWorld(t *testing.T) *replayWorld {
	t.Helper()
	store, err := OpenStore(filepath.Join(t.TempDir(), "azure.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	world := &replayWorld{t: t, now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	seed := DefaultSeed()
	world.service, err = New(store, Options{Seed: seed, TimeScale: 1, Now: func() time.Time { return world.now }})
	if err != nil {
		t.Fatal(err)
	}
	return world
}

// settle lets every operation end.
func (w *replayWorld) settle() { w.now = w.now.Add(2 * time.Hour) }

func (w *replayWorld) send(method, target, body, ifMatch string) (int, any, []byte) {
	request := httptest.NewRequest(method, "http://127.0.0.1"+(&url.URL{Path: strings.SplitN(target, "?", 2)[0]}).EscapedPath()+"?"+strings.SplitN(target, "?", 2)[1], bytes.NewReader([]byte(body)))
	if ifMatch != "" {
		// The published ETags are of resources of others.
		request.Header.Set("If-Match", "*")
	}
	recorder := httptest.NewRecorder()
	w.service.ServeHTTP(recorder, request)
	var answered any
	_ = json.Unmarshal(recorder.Body.Bytes(), &answered)
	return recorder.Code, answered, recorder.Body.Bytes()
}

// target is the resource that an example is about, or a member of the collection that it
// lists; false for what the sandbox does not model.
func (w *replayWorld) target(method, path string) (id arm.ID, collection, modelled bool) {
	for _, q := range questions {
		if q.method == method && q.path.MatchString(path) {
			if id, err := arm.ParseID(path[:strings.LastIndexByte(path, '/')]); err == nil && len(id.Types) > 0 {
				if _, modelled := w.service.kinds[arm.Fold(id.Type())]; modelled {
					return id, false, true
				}
			}
			id, err := arm.ParseID(subscription)
			return id, true, err == nil
		}
	}
	if method == http.MethodPost {
		at := strings.LastIndexByte(path, '/')
		id, err := arm.ParseID(path[:at])
		if err != nil {
			return id, false, false
		}
		return id, false, w.service.actsOn(id, path[at+1:])
	}
	collection = isCollection(path)
	if collection {
		path += "/any"
	}
	id, err := arm.ParseID(path)
	if err != nil {
		return id, false, false
	}
	_, known := w.service.kinds[arm.Fold(id.Type())]
	for above, ok := id.Parent(); ok && known; above, ok = above.Parent() {
		_, known = w.service.kinds[arm.Fold(above.Type())]
		known = known || nowhere.MatchString(above.String())
	}
	if strings.HasPrefix(strings.ToLower(path), "/providers/") || strings.Contains(path, ";rev=") || strings.HasSuffix(id.Type(), "/deploymentStacks") && id.ResourceGroup() == "" {
		known = false
	}
	return id, collection, known
}

// prepare puts what lies above a resource, and the resource itself.
func (w *replayWorld) prepare(id arm.ID, onlyAbove bool) {
	if parent, ok := id.Parent(); ok {
		w.prepare(parent, false)
	}
	_, modelled := w.service.kinds[arm.Fold(id.Type())]
	if onlyAbove || nowhere.MatchString(id.String()) || !modelled {
		return
	}
	if arm.Fold(id.Type()) == "microsoft.apimanagement/service/products/apis" {
		w.prepareReferences(apimServicePath(id)+"/apis/"+id.Name(), "-")
	}
	body, known := plainBodies[arm.Fold(id.Type())]
	if !known {
		body = `{"properties": {}}`
	}
	body = strings.NewReplacer("$name", id.Name(), "$service", apimServicePath(id), "$sub", subscription, "$group", subscription+"/resourceGroups/"+id.ResourceGroup(), "$scope", id.Scope, "$self", id.String(), "$label", label(8, id.String()), "$prefix", fmt.Sprintf("10.%d.0.0/24", label(4, id.String())[0])).Replace(body)
	if strings.HasSuffix(id.Name(), "gateway") || strings.Contains(id.Name(), "appgw") {
		body = strings.Replace(body, `"networkSecurityGroup"`, `"delegations": [{"name": "a", "properties": {"serviceName": "Microsoft.Network/applicationGateways"}}], "networkSecurityGroup"`, 1)
	}
	if w.location != "" && len(id.Types) == 1 && id.Namespace != "Microsoft.Resources" && (arm.IsRegion(arm.NormalRegion(w.location)) || strings.Contains(strings.ToLower(w.location), "global") && w.service.kinds[arm.Fold(id.Type())].global) {
		body = strings.Replace(body, `"location": "eastus"`, `"location": "`+w.location+`"`, 1)
	}
	var content any
	_ = json.Unmarshal([]byte(body), &content)
	if status, _, _ := w.send(http.MethodGet, id.String()+"?api-version="+versionFor(id.String()), "", ""); status == http.StatusOK {
		return
	}
	w.prepareReferences(content, id.String())
	w.settle()
	status, _, raw := w.send(http.MethodPut, id.String()+"?api-version="+versionFor(id.String()), body, "")
	if status >= http.StatusBadRequest {
		w.t.Logf("preparing %s: %d %s", id, status, brief(raw))
	}
	if arm.Fold(id.Type()) == "microsoft.cdn/profiles/origingroups" {
		w.settle()
		w.prepareReferences(id.String()+"/origins/origin1", "-")
	}
}

func apimServicePath(id arm.ID) string {
	if len(id.Types) == 0 {
		return ""
	}
	return apimService(id).String()
}

// prepareReferences puts the resources that a body names.
func (w *replayWorld) prepareReferences(value any, self string) {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			w.prepareReferences(name, self)
			w.prepareReferences(member, self)
		}
	case []any:
		for _, member := range value {
			w.prepareReferences(member, self)
		}
	case string:
		id, err := arm.ParseID(value)
		if err != nil || !strings.HasPrefix(value, "/subscriptions/") || strings.HasPrefix(arm.Fold(value), arm.Fold(self)) || strings.HasPrefix(arm.Fold(self), arm.Fold(value)+"/") {
			return
		}
		if _, modelled := w.service.kinds[arm.Fold(id.Type())]; !modelled && len(id.Types) == 1 && id.Namespace != "Microsoft.Resources" && !strings.EqualFold(id.Namespace, "Microsoft.Authorization") {
			w.foreign = true
		}
		w.prepare(id, false)
	}
}
