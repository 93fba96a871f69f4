package azure

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
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

// What Azure refuses, the sandbox refuses with a status that Azure's documents give.
func TestNegatives(t *testing.T) {
	raw, err := os.ReadFile("testdata/negatives.tsv")
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
			a := newAzure(t, DefaultSeed())
			for _, each := range negativeWorld {
				a.must("PUT", names.Replace(each[0]), names.Replace(each[1]))
			}
			method, target, _ := strings.Cut(request, " ")
			target = names.Replace(strings.Replace(target, "$RG", strings.ToUpper(group), 1))
			if !strings.Contains(target, "api-version") {
				target += query(target) + versionFor(target)
			}
			sent := httptest.NewRequest(method, "http://127.0.0.1"+target, strings.NewReader(strings.Replace(names.Replace(body), "$huge", strings.Repeat("x", maxBody), 1)))
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
