// Command facts writes what program and sandbox say of some facts about Azure, as JSON. A
// test runs it with facts as they are, and with others.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/apim"
	"github.com/aoai-gateway/aoai-gateway/components/frontdoor"
	"github.com/aoai-gateway/aoai-gateway/components/openai"
	"github.com/aoai-gateway/aoai-gateway/policies"
	"github.com/aoai-gateway/aoai-gateway/sandbox/azure"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	cloud, err := start()
	if err != nil {
		return err
	}
	host, err := hostOfAnAccount()
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string][2]string{
		"units":    {units(), cloud.put(service, `{"location":"swedencentral","sku":{"name":"BasicV2","capacity":11},"properties":{"publisherEmail":"a@example.com","publisherName":"A"}}`)},
		"members":  {members(), cloud.put(standing+"/backends/pool", `{"properties":{"type":"Pool","pool":{"services":[`+strings.Repeat(`{"id":"`+standing+`/backends/one"},`, 30)+`{"id":"`+standing+`/backends/one"}]}}}`)},
		"retries":  {retries(), cloud.put(standing+"/policies/policy", `{"properties":{"format":"rawxml","value":"<policies><inbound/><backend><retry condition=\"@(true)\" count=\"51\" interval=\"0\"><forward-request/></retry></backend><outbound/><on-error/></policies>"}}`)},
		"response": {response(), cloud.put(group+"/providers/Microsoft.Cdn/profiles/afd", `{"location":"Global","sku":{"name":"Standard_AzureFrontDoor"},"properties":{"originResponseTimeoutSeconds":241}}`)},
		"link":     {said(frontdoor.CheckLinkRegion("westus2")), cloud.put(profile+"/originGroups/group/origins/one", `{"properties":{"hostName":"apim.example.com","originHostHeader":"apim.example.com","sharedPrivateLinkResource":{"privateLink":{"id":"`+standing+`"},"groupId":"Gateway","privateLinkLocation":"westus2","requestMessage":"a"}}}`)},
		"host":     {host, cloud.put(group+"/providers/Microsoft.CognitiveServices/accounts/contoso", `{"location":"swedencentral","kind":"OpenAI","sku":{"name":"S0"},"properties":{"customSubDomainName":"contoso"}}`)},
	})
}

// What the program says.

func said(err error) string {
	if err == nil {
		return "good"
	}
	return err.Error()
}

func units() string {
	options := apim.DefaultOptions()
	options.SKU, options.Units, options.Publisher = "BasicV2", 11, apim.Publisher{Name: "A", Email: "a@example.com"}
	return said(options.Validate("swedencentral"))
}

func members() string {
	backends := make([]string, 31)
	for i := range backends {
		backends[i] = fmt.Sprintf("backend-%d", i)
	}
	part := policies.Pool{
		Timeouts: policies.DefaultAttemptTimeouts(), Waits: policies.DefaultWaits(),
		Routes: []policies.PoolRoute{{Pool: "pool", Route: policies.Route{Model: "gpt", Backends: backends}}},
	}
	return said(part.Validate())
}

func retries() string {
	options := apim.DefaultOptions()
	options.Publisher, options.LoadBalancing.MaxAttempts = apim.Publisher{Name: "A", Email: "a@example.com"}, 51
	return said(options.Validate("swedencentral"))
}

func response() string {
	options := frontdoor.DefaultOptions()
	options.ResponseTimeoutSeconds = 241
	return said(options.Validate())
}

func hostOfAnAccount() (string, error) {
	hosts := make(chan string, 1)
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		account, err := openai.NewAccount(ctx, "contoso", &openai.AccountArgs{
			ResourceGroupName: pulumi.String("g"), AccountName: pulumi.String("contoso"), Region: "swedencentral",
		})
		if err != nil {
			return err
		}
		account.HostName.ApplyT(func(host string) string {
			hosts <- host
			return host
		})
		return nil
	}, pulumi.WithMocks("p", "s", echo{}))
	if err != nil {
		return "", err
	}
	return <-hosts, nil
}

// echo answers with what it was given.
type echo struct{}

func (echo) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	outputs := args.Inputs.Copy()
	outputs["name"] = resource.NewProperty(args.Name)
	return args.Name, outputs, nil
}

func (echo) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return nil, errors.New("ResourceNotFound: nothing is deployed")
}

// What the sandbox says.

const (
	group    = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g"
	service  = group + "/providers/Microsoft.ApiManagement/service/apim-new"
	standing = group + "/providers/Microsoft.ApiManagement/service/apim-standing"
	profile  = group + "/providers/Microsoft.Cdn/profiles/premium"
)

type cloud struct{ service *azure.Service }

// start is a Resource Manager with a service that has one backend.
func start() (*cloud, error) {
	folder, err := os.MkdirTemp("", "facts")
	if err != nil {
		return nil, err
	}
	store, err := azure.OpenStore(filepath.Join(folder, "azure.db"))
	if err != nil {
		return nil, err
	}
	seed := azure.DefaultSeed()
	seed.SubscriptionID = strings.Split(group, "/")[2]
	manager, err := azure.New(store, azure.Options{Seed: seed})
	c := &cloud{manager}
	for _, each := range [][2]string{
		{group, `{"location":"swedencentral"}`},
		{standing, `{"location":"swedencentral","sku":{"name":"BasicV2","capacity":1},"properties":{"publisherEmail":"a@example.com","publisherName":"A"}}`},
		{profile, `{"location":"Global","sku":{"name":"Premium_AzureFrontDoor"}}`},
		{profile + "/originGroups/group", `{"properties":{"loadBalancingSettings":{"sampleSize":4,"successfulSamplesRequired":3},"healthProbeSettings":{"probePath":"/"}}}`},
		{standing + "/backends/one", `{"properties":{"url":"https://example.com","protocol":"http"}}`},
	} {
		if answer := c.put(each[0], each[1]); err == nil && strings.Contains(answer, `"error"`) {
			err = fmt.Errorf("making %s: %s", each[0], answer)
		}
	}
	return c, err
}

func (c *cloud) put(id, body string) string {
	version := "2024-05-01"
	switch {
	case strings.Contains(id, "Microsoft.Cdn"):
		version = "2024-09-01"
	case strings.Contains(id, "Microsoft.Cognitive"):
		version = "2024-10-01"
	case id == group:
		version = "2022-09-01"
	}
	request := httptest.NewRequest("PUT", "http://127.0.0.1"+id+"?api-version="+version, strings.NewReader(body))
	recorder := httptest.NewRecorder()
	c.service.ServeHTTP(recorder, request)
	return recorder.Body.String()
}
