package monitor

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// The queries that the project promises are there, each with a title, and ask
// tables that API Management writes.
func TestQueries(t *testing.T) {
	all, err := queries(true)
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]query{}
	for _, query := range all {
		byID[query.id] = query
		if query.title == "" || strings.HasPrefix(query.title, "//") {
			t.Errorf("%s has the title %q", query.id, query.title)
		}
	}
	for id, columns := range map[string][]string{
		"tokens-by-model":       {"PromptTokens", "CompletionTokens", "ModelName"},
		"tokens-by-caller":      {"PromptTokens", "CompletionTokens", "x-caller-id"},
		"tokens-by-product":     {"PromptTokens", "CompletionTokens", "ProductId", "ApimSubscriptionId"},
		"tokens-by-backend":     {"PromptTokens", "CompletionTokens", "BackendUrl"},
		"messages":              {"RequestMessages", "ResponseMessages"},
		"backends-left-alone":   {"Properties", "Message"},
		"prompts-and-responses": {"RequestBody", "BackendResponseBody", "PromptTokens", "CompletionTokens"},
		"showback":              {"CachedTokens", "ReasoningTokens", "ProductId", "Caller", "Cost"},
	} {
		for _, column := range columns {
			if !strings.Contains(byID[id].text, column) {
				t.Errorf("the query %s does not look at %s", id, column)
			}
		}
	}
}

// Without Application Insights there are no traces to ask for.
func TestQueriesOfTraces(t *testing.T) {
	with, err := queries(true)
	if err != nil {
		t.Fatal(err)
	}
	without, err := queries(false)
	if err != nil {
		t.Fatal(err)
	}
	var missing []string
	for _, query := range with {
		if !slices.Contains(without, query) {
			missing = append(missing, query.id)
		}
	}
	if diff := cmp.Diff([]string{"backends-left-alone"}, missing); diff != "" {
		t.Errorf("queries that need Application Insights (-want +got):\n%s", diff)
	}
}

// The workbook shows each query over the chosen time.
func TestWorkbookShowsEveryQuery(t *testing.T) {
	all, err := queries(true)
	if err != nil {
		t.Fatal(err)
	}
	content, err := workbookContent(all, telemetry{service: "/the/service", insights: "/the/component"})
	if err != nil {
		t.Fatal(err)
	}
	var workbook struct {
		Version string
		Items   []struct {
			Type    int
			Content struct{ Query, TimeContextFromParameter string }
		}
	}
	if err := json.Unmarshal([]byte(content), &workbook); err != nil {
		t.Fatal(err)
	}
	var shown []string
	for _, item := range workbook.Items {
		if item.Type == itemQuery {
			shown = append(shown, item.Content.Query)
			if !strings.Contains(item.Content.Query, `_ResourceId =~ "/the/service"`) && !strings.Contains(item.Content.Query, `_ResourceId =~ "/the/component"`) {
				t.Errorf("%q asks for the rows of all services", item.Content.Query)
			}
			if item.Content.TimeContextFromParameter != "TimeRange" {
				t.Errorf("%q ignores the chosen time", item.Content.Query)
			}
		}
	}
	if len(shown) != len(all) || workbook.Version != "Notebook/1.0" {
		t.Errorf("the workbook shows %d of %d queries", len(shown), len(all))
	}
}

func TestEventHubArgsValidate(t *testing.T) {
	want := []string{
		"resourceGroupName: is missing", "namespaceName: is missing", "hubName: is missing", "region: is missing",
		"retentionHours: 0 is out of range; allowed are 1 to 168 h", "partitions: 33 is out of range; allowed are 1 to 32 partitions",
	}
	var got []string
	for _, fault := range faults.All((&EventHubArgs{Partitions: 33}).Validate()) {
		got = append(got, fault.Error())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
	good := &EventHubArgs{
		ResourceGroupName: pulumi.String("rg"), NamespaceName: pulumi.String("contoso"), HubName: "prompts", Region: "swedencentral",
		RetentionHours: 24, Partitions: 4,
	}
	if err := good.Validate(); err != nil {
		t.Errorf("nothing is wrong, and yet: %v", err)
	}
}

// A forecast is told at the highest threshold, and what was spent at the others.
func TestNotifications(t *testing.T) {
	var got []string
	for _, budget := range []Budget{{Emails: []string{"a@b.com"}}, {Thresholds: []int{90, 40}, Forecast: true, Emails: []string{"a@b.com"}}} {
		for _, name := range []string{"Actual-40-percent", "Actual-50-percent", "Actual-80-percent", "Actual-90-percent", "Actual-100-percent", "Forecasted-90-percent"} {
			if _, there := (&BudgetArgs{Budget: budget}).notifications()[name]; there {
				got = append(got, name)
			}
		}
	}
	want := []string{"Actual-50-percent", "Actual-80-percent", "Actual-100-percent", "Actual-40-percent", "Forecasted-90-percent"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("notifications (-want +got):\n%s", diff)
	}
}
