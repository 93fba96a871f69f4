package azure

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A write of whatever has to look for others (by a host name, a principal, a network) does not
// read the other resources of the store: it allocates no more beside 2,000 than beside 20.
func TestAWriteReadsNoOtherResources(t *testing.T) {
	const role = "/subscriptions/00000000-0000-4000-8000-000000000002/providers/Microsoft.Authorization/roleDefinitions/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
	tests := []struct{ name, path, body string }{
		{"an account, which has a subdomain and maybe endpoints", "/providers/Microsoft.CognitiveServices/accounts/reads-%05d", `{"location":"swedencentral","kind":"OpenAI","sku":{"name":"S0"},"properties":{"customSubDomainName":"reads-%05d"}}`},
		{"an origin, whose group is with or without Private Link", strings.TrimPrefix(originGroup, group) + "/origins/reads-%05d", `{"properties":{"hostName":"reads-%05d.contoso.com"}}`},
		{"a role assignment, which must be new", "/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-0000000%05d", `{"properties":{"principalId":"` + DefaultSeed().Deployer.ID + `","principalType":"User","roleDefinitionId":"` + role + `"}}`},
		{"a public address with a name", "/providers/Microsoft.Network/publicIPAddresses/reads-%05d", `{"location":"swedencentral","sku":{"name":"Standard"},"properties":{"publicIPAllocationMethod":"Static","dnsSettings":{"domainNameLabel":"reads-%05d"}}}`},
		{"a workbook with a display name", "/providers/Microsoft.Insights/workbooks/00000000-0000-4000-8000-0000000%05d", `{"location":"swedencentral","kind":"shared","properties":{"displayName":"reads %05d","serializedData":"{}","category":"workbook"}}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			allocations := func(stored int) float64 {
				store, err := OpenStore(filepath.Join(t.TempDir(), "azure.db"))
				require.NoError(t, err)
				defer func() { require.NoError(t, store.Close()) }()
				service, err := New(store, Options{Seed: DefaultSeed()})
				require.NoError(t, err)
				require.NoError(t, store.Update(func(tx *Tx) error {
					bodies := []map[string]any{{"id": group, "location": "swedencentral"}, {"id": profile, "sku": map[string]any{"name": "Standard_AzureFrontDoor"}}, {"id": originGroup}}
					for i := range stored {
						bodies = append(bodies, map[string]any{"id": benchOrigin(i), "properties": map[string]any{"hostName": "a.contoso.com"}})
					}
					for _, body := range bodies {
						if err := service.plantResource(tx, body); err != nil {
							return err
						}
					}
					return nil
				}))
				written := 0
				return testing.AllocsPerRun(5, func() {
					written++
					path := group + fmt.Sprintf(test.path, written)
					body := test.body
					if strings.Contains(body, "%05d") {
						body = fmt.Sprintf(body, written)
					}
					if strings.Contains(path, "roleAssignments") { // each at a scope of its own
						path = benchOrigin(written) + fmt.Sprintf(test.path, written)
					}
					recorder := httptest.NewRecorder()
					service.ServeHTTP(recorder, httptest.NewRequest(http.MethodPut, "http://127.0.0.1"+path+"?api-version="+versionFor(path), strings.NewReader(body)))
					require.Less(t, recorder.Code, http.StatusBadRequest, recorder.Body.String())
				})
			}
			few, many := allocations(20), allocations(2000)
			require.Less(t, many, 1.5*few)
		})
	}
}

// Names that Azure holds of deleted accounts do not slow the making of others, and are free
// again when Azure has purged them.
func TestHeldNamesAreFoundWithoutReadingAll(t *testing.T) {
	store, err := OpenStore(filepath.Join(t.TempDir(), "azure.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	service, err := New(store, Options{Seed: DefaultSeed()})
	require.NoError(t, err)
	require.NoError(t, store.Update(func(tx *Tx) error {
		return service.plantResource(tx, map[string]any{"id": group, "location": "swedencentral"})
	}))
	hold := func(from, to int) {
		require.NoError(t, store.Update(func(tx *Tx) error {
			for i := range to - from {
				name := fmt.Sprintf("held-%05d", from+i)
				account := Resource{ID: group + "/providers/" + accountType + "/" + name, Type: accountType, Body: map[string]any{"location": "swedencentral", "properties": map[string]any{"customSubDomainName": name}}}
				if err := tx.PutDeleted(&Deleted{Resource: account, DeletedAt: service.now(), PurgeAt: service.now().Add(time.Hour)}); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	put := func(name, subdomain string) *httptest.ResponseRecorder {
		path := group + "/providers/" + accountType + "/" + name
		recorder := httptest.NewRecorder()
		service.ServeHTTP(recorder, httptest.NewRequest(http.MethodPut, "http://127.0.0.1"+path+"?api-version="+versionFor(path),
			strings.NewReader(`{"location":"swedencentral","kind":"OpenAI","sku":{"name":"S0"},"properties":{"customSubDomainName":"`+subdomain+`"}}`)))
		return recorder
	}
	made := 0
	allocations := func() float64 {
		return testing.AllocsPerRun(5, func() {
			made++
			require.Less(t, put(fmt.Sprintf("new-%d", made), fmt.Sprintf("new-%d", made)).Code, http.StatusBadRequest)
		})
	}
	hold(0, 20)
	few := allocations()
	hold(20, 1000)
	require.Less(t, allocations(), 1.5*few)
	require.Contains(t, put("held-00900", "other").Body.String(), "FlagMustBeSetForRestore")
	require.Contains(t, put("another", "HELD-00900").Body.String(), "CustomDomainInUse")

	store.now = func() time.Time { return time.Now().Add(2 * time.Hour) }
	require.NoError(t, store.sweep())
	require.Less(t, put("held-00900", "held-00900").Code, http.StatusBadRequest)
}
