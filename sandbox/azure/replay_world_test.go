package azure

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

type replayWorld struct {
	t       *testing.T
	service *Service
	now     time.Time
	// location is the one that the example names.
	location string
	// foreign says that the example names resources of types that are not modelled.
	foreign bool
	// guid is what the service makes as long as it is set.
	guid string
}

// takeForGranted makes what an example says without naming it by a full id: a service that was
// deleted, named values of a policy, parts of the same service.
func (w *replayWorld) takeForGranted(id arm.ID, sent map[string]any, body string) {
	properties, _ := sent["properties"].(map[string]any)
	period, _ := properties["timePeriod"].(map[string]any)
	if start, err := time.Parse(time.RFC3339, text(period, "startDate")); err == nil {
		w.now = start // an example of its time
	}
	locations, _ := properties["additionalLocations"].([]any)
	for _, each := range locations {
		location, _ := each.(map[string]any)
		w.location = text(location, "location")
		w.prepareReferences(location, id.String())
		w.location = text(sent, "location")
	}
	if vault, inVault := properties["keyVault"].(map[string]any); inVault {
		w.assignIdentity(id, text(vault, "identityClientId"))
	}
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

// assignIdentity gives the service an identity with the client id that an example names.
func (w *replayWorld) assignIdentity(id arm.ID, client string) {
	service := apimService(id)
	identity := "/subscriptions/" + service.Subscription() + "/resourceGroups/" + service.ResourceGroup() + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id0"
	w.prepare(service, true)
	w.guid = client
	w.prepareReferences(identity, "-")
	w.guid = ""
	body := strings.Replace(plainBodies["microsoft.apimanagement/service"], `{`, `{"identity": {"type": "UserAssigned", "userAssignedIdentities": {"`+identity+`": {}}}, `, 1)
	if status, _, raw := w.send(http.MethodPut, service.String()+"?api-version="+versionFor(service.String()), body, ""); status >= http.StatusBadRequest {
		w.t.Logf("giving %s an identity: %d %s", service, status, brief(raw))
	}
	w.settle()
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
	world.service, err = New(store, Options{Seed: seed, TimeScale: 1, Now: func() time.Time { return world.now }, NewGUID: world.newGUID})
	if err != nil {
		t.Fatal(err)
	}
	return world
}

func (w *replayWorld) newGUID() string {
	return cmp.Or(w.guid, uuid.NewString())
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
			for above := path; strings.Contains(above, "/providers/"); above = above[:strings.LastIndexByte(above, '/')] {
				if id, err := arm.ParseID(above); err == nil && len(id.Types) > 0 && w.service.kinds[arm.Fold(id.Type())].armType != "" {
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
	if isConnection(id) {
		return id, collection, true
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

// connect makes a private endpoint that leads to an owner, or an origin that leads to a service,
// and returns the path of its connection.
func (w *replayWorld) connect(owner arm.ID) string {
	group := "/subscriptions/" + owner.Subscription() + "/resourceGroups/" + owner.ResourceGroup() + "/providers/"
	w.prepare(owner, false)
	if target := linkTargets[arm.Fold(owner.Type())]; target.hosts != nil {
		body := strings.NewReplacer("$group/providers/Microsoft.CognitiveServices/accounts/account0", owner.String(), `["account"]`, `["`+target.group+`"]`, "$group/providers/", group).Replace(plainBodies[arm.Fold(privateEndpointType)])
		w.put(group+"Microsoft.Network/privateEndpoints/endpoint0", body)
	} else {
		w.put(group+"Microsoft.Cdn/profiles/profile0/originGroups/group0/origins/origin1", `{"properties": {"hostName": "a.contoso.com", "sharedPrivateLinkResource": {"groupId": "Gateway", "privateLinkLocation": "eastus", "requestMessage": "please", "privateLink": {"id": "`+owner.String()+`"}}}}`)
	}
	w.settle()
	_, list, _ := w.send(http.MethodGet, owner.String()+"/privateEndpointConnections?api-version="+versionFor(owner.String()), "", "")
	members, _ := list.(map[string]any)["value"].([]any)
	if len(members) != 1 {
		w.t.Fatalf("%s has %d connections, not 1", owner, len(members))
	}
	return text(members[0].(map[string]any), "id")
}

// put makes a resource of a given body, and what it names and needs.
func (w *replayWorld) put(path, body string) {
	id, err := arm.ParseID(path)
	if err != nil {
		w.t.Fatal(err)
	}
	var content any
	_ = json.Unmarshal([]byte(body), &content)
	w.prepare(id, true)
	w.prepareReferences(content, path)
	w.settle()
	if status, _, raw := w.send(http.MethodPut, path+"?api-version="+versionFor(path), body, ""); status >= http.StatusBadRequest {
		w.t.Logf("preparing %s: %d %s", id, status, brief(raw))
	}
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
	certificate, err := plainCertificate()
	if err != nil {
		w.t.Fatal(err)
	}
	body = strings.NewReplacer("$certificate", certificate, "$name", id.Name(), "$service", apimServicePath(id), "$sub", subscription, "$group", subscription+"/resourceGroups/"+id.ResourceGroup(), "$scope", id.Scope, "$self", id.String(), "$label", label(8, id.String()), "$prefix", fmt.Sprintf("10.%d.0.0/24", label(4, id.String())[0])).Replace(body)
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
