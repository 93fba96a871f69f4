package azure

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
)

// negativeWorld is what the requests of testdata/negatives.tsv take for granted.
var negativeWorld = [][2]string{
	{"$rg", `{"location": "swedencentral"}`},
	{"$apim", `{"location": "swedencentral", "sku": {"name": "Developer", "capacity": 1}, "properties": {"publisherName": "a", "publisherEmail": "a@contoso.com"}}`},
	{"$apim/backends/b1", `{"properties": {"url": "https://b.contoso.com", "protocol": "http"}}`},
	{"$apim/apis/echo", `{"properties": {"displayName": "e", "path": "e", "protocols": ["https"]}}`},
	{"$account", `{"location": "swedencentral", "kind": "OpenAI", "sku": {"name": "S0"}, "properties": {"customSubDomainName": "contoso"}}`},
	{"$profile", `{"location": "global", "sku": {"name": "Standard_AzureFrontDoor"}}`},
	{"$group", `{"properties": {"loadBalancingSettings": {"sampleSize": 4}}}`},
	{"$rg/providers/Microsoft.EventHub/namespaces/contoso-events", `{"location": "swedencentral", "sku": {"name": "Standard"}}`},
	{"$network/virtualNetworks/v1", `{"location": "swedencentral", "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}}`},
	{"$network/virtualNetworks/v1/subnets/s1", `{"properties": {"addressPrefix": "10.0.0.0/24"}}`},
}

// newestWorld is what the requests of testdata/negatives-newest.tsv take for granted beside
// negativeWorld.
var newestWorld = [][2]string{
	{"$network/virtualNetworks/v1/subnets/s3", `{"properties": {"addressPrefix": "10.0.1.0/24"}}`},
	{"$network/virtualNetworks/v3", `{"location": "swedencentral", "properties": {"addressSpace": {"addressPrefixes": ["10.3.0.0/16"]}}}`},
	{"$network/privateEndpoints/pe1", `{"location": "swedencentral", "properties": {"subnet": {"id": "$network/virtualNetworks/v1/subnets/s1"}, "privateLinkServiceConnections": [{"name": "c", "properties": {"privateLinkServiceId": "$account", "groupIds": ["account"]}}]}}`},
	{"$network/privateDnsZones/privatelink.openai.azure.com", `{"location": "global"}`},
	{"$network/privateDnsZones/privatelink.openai.azure.com/virtualNetworkLinks/l1", `{"location": "global", "properties": {"virtualNetwork": {"id": "$network/virtualNetworks/v1"}, "registrationEnabled": false}}`},
	{"$network/privateDnsZones/other.contoso.com", `{"location": "global"}`},
	{"$network/privateDnsZones/first.contoso.com", `{"location": "global"}`},
	{"$network/privateDnsZones/first.contoso.com/virtualNetworkLinks/l1", `{"location": "global", "properties": {"virtualNetwork": {"id": "$network/virtualNetworks/v1"}, "registrationEnabled": true}}`},
	{"$apim/caches/c1", `{"properties": {"connectionString": "a.swedencentral.redis.azure.net:10000,password=b,ssl=True", "useFromLocation": "default"}}`},
	{"$apim/certificates/c1", `{"properties": {"data": "$certificate", "password": "a"}}`},
	{"$apim2", `{"location": "swedencentral", "sku": {"name": "Developer", "capacity": 1}, "properties": {"publisherName": "a", "publisherEmail": "a@contoso.com"}}`},
	{"$rg/providers/Microsoft.Cache/redisEnterprise/r1", `{"location": "swedencentral", "sku": {"name": "Balanced_B0"}}`},
	{"$rg/providers/Microsoft.Cache/redisEnterprise/r1/databases/default", `{"properties": {}}`},
	{"$rg/providers/Microsoft.Cache/redisEnterprise/r3", `{"location": "swedencentral", "sku": {"name": "Balanced_B0"}}`},
	{"$rg/providers/Microsoft.KeyVault/vaults/contoso-kv1", `{"location": "swedencentral", "properties": {"tenantId": "00000000-0000-4000-8000-000000000001", "sku": {"family": "A", "name": "standard"}, "accessPolicies": []}}`},
	{"$rg/providers/Microsoft.Cdn/profiles/premium", `{"location": "global", "sku": {"name": "Premium_AzureFrontDoor"}}`},
	{"$rg/providers/Microsoft.Cdn/profiles/premium/originGroups/og1", `{"properties": {"loadBalancingSettings": {"sampleSize": 4}}}`},
	{"$rg/providers/Microsoft.Logic/workflows/w1", plainBodies["microsoft.logic/workflows"]},
	{"$rg/providers/Microsoft.EventHub/namespaces/contoso-events/eventhubs/h1", `{"properties": {"partitionCount": 2}}`},
	{"$rg/providers/Microsoft.EventHub/namespaces/contoso-basic", `{"location": "swedencentral", "sku": {"name": "Basic"}}`},
	{"$rg/providers/Microsoft.OperationalInsights/workspaces/logs1", `{"location": "swedencentral"}`},
}

// What Azure refuses, the sandbox refuses with a status that Azure's documents give.
func TestNegatives(t *testing.T) {
	sendNegatives(t, "testdata/negatives.tsv", negativeWorld)
}

// The same of the newest types.
func TestNegativesOfTheNewestTypes(t *testing.T) {
	sendNegatives(t, "testdata/negatives-newest.tsv", slices.Concat(negativeWorld, newestWorld))
}

func sendNegatives(t *testing.T, file string, world [][2]string) {
	t.Helper()
	certificate, err := plainCertificate()
	if err != nil {
		t.Fatal(err)
	}
	words := strings.NewReplacer("$certificate", certificate, "$huge", strings.Repeat("x", maxBody), "$RG", strings.ToUpper(group),
		"$pe1name", "pe1."+label(8, group+"/providers/Microsoft.Network/privateEndpoints/pe1"))
	fill := func(text string) string { return names.Replace(words.Replace(text)) }
	build := func(t *testing.T) *azure {
		t.Helper()
		a := newAzure(t, DefaultSeed())
		for _, each := range world {
			a.must("PUT", fill(each[0]), fill(each[1]))
		}
		return a
	}
	shared := build(t)
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) != 6 {
			t.Fatalf("%d cells: %q", len(cells), line)
		}
		what, statuses, request, header, body := cells[0]+" "+cells[1], cells[2], cells[3], cells[4], cells[5]
		t.Run(what, func(t *testing.T) {
			a := shared
			if strings.Contains(statuses, "20") { // it may change something
				a = build(t)
			}
			method, target, _ := strings.Cut(request, " ")
			target = fill(target)
			if !strings.Contains(target, "api-version") {
				target += query(target) + versionFor(target)
			}
			sent := httptest.NewRequest(method, "http://127.0.0.1"+target, strings.NewReader(fill(body)))
			if name, value, given := strings.Cut(header, ": "); given && value != "-" {
				sent.Header.Set(name, strings.Replace(value, "$etag", a.etag("$apim/backends/b1"), 1))
			} else if !given {
				sendIfMatch(sent)
			}
			recorder := httptest.NewRecorder()
			a.service.ServeHTTP(recorder, sent)
			if !strings.Contains(statuses, fmt.Sprint(recorder.Code)) {
				t.Errorf("%s %s answers %d, not %s: %s", method, target, recorder.Code, statuses, recorder.Body)
			}
		})
	}
}

func (a *azure) etag(path string) string {
	path = names.Replace(path)
	recorder := httptest.NewRecorder()
	a.service.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+path+query(path)+versionFor(path), nil))
	return recorder.Header().Get("ETag")
}
