package monitor

import (
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	insights "github.com/pulumi/pulumi-azure-native-sdk/insights/v2/v20230601"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// WorkbookArgs describe a workbook over a workspace.
type WorkbookArgs struct {
	ResourceGroupName pulumi.StringInput
	// DisplayName is unique in the subscription; the workbook's own name, a GUID,
	// follows from it.
	DisplayName pulumi.StringInput
	// Region is the Azure region, such as swedencentral.
	Region string
	Tags   pulumi.StringMapInput
	// WorkspaceID is the workspace whose data it shows, ServiceID the API Management
	// service that the data is of.
	WorkspaceID, ServiceID pulumi.StringInput
	// InsightsID is the Application Insights component that the service writes to, nil where
	// there is none.
	InsightsID pulumi.StringInput
	// Prices are what models cost, for the query of money.
	Prices []Price
}

// Validate returns every mistake, with its path below the arguments.
func (a *WorkbookArgs) Validate() error {
	var list faults.List
	list.Need("resourceGroupName", a.ResourceGroupName != nil)
	list.Need("displayName", a.DisplayName != nil)
	list.Need("region", a.Region != "")
	list.Need("workspaceId", a.WorkspaceID != nil)
	list.Need("serviceId", a.ServiceID != nil)
	list.Merge("prices", ValidatePrices(a.Prices))
	return list.Err()
}

// workbookNamespace makes this project's workbook names differ from all others.
var workbookNamespace = uuid.MustParse("9e0f6a52-5c53-5cf1-8a0b-6f9f2c1f5b7e")

// NewWorkbook makes a workbook that shows the saved queries.
func NewWorkbook(ctx *pulumi.Context, name string, args *WorkbookArgs, opts ...pulumi.ResourceOption) (*insights.Workbook, error) {
	if err := register.Check("workbook", name, args); err != nil {
		return nil, err
	}
	all, err := queries(args.InsightsID != nil)
	if err != nil {
		return nil, err
	}
	workbook, err := insights.NewWorkbook(ctx, name, &insights.WorkbookArgs{
		ResourceName: args.DisplayName.ToStringOutput().ApplyT(func(displayName string) *string {
			id := uuid.NewSHA1(workbookNamespace, []byte(displayName)).String()
			return &id
		}).(pulumi.StringPtrOutput),
		ResourceGroupName: args.ResourceGroupName,
		Location:          pulumi.String(arm.NormalRegion(args.Region)),
		DisplayName:       args.DisplayName,
		Category:          pulumi.String("workbook"),
		Kind:              pulumi.String("shared"),
		SourceId:          args.WorkspaceID.ToStringOutput().ToStringPtrOutput(),
		SerializedData:    ofTelemetry(args.ServiceID, args.InsightsID, func(t telemetry) (string, error) { return workbookContent(all, t.with(args.Prices)) }),
		Version:           pulumi.String("Notebook/1.0"),
		Tags:              args.Tags,
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("workbook %s: %w", name, err)
	}
	return workbook, nil
}

// The numbers of the workbook's format. Source: Azure Monitor's public workbook
// templates.
const (
	itemParameters = 9
	itemQuery      = 3
	parameterTime  = 4
	day            = 24 * 60 * 60 * 1000 // milliseconds
)

// workbookContent is a workbook in its own format: a range of time to choose, and
// each query below it.
func workbookContent(all []query, from telemetry) (string, error) {
	items := []any{map[string]any{
		"type": itemParameters, "name": "time",
		"content": map[string]any{
			"version": "KqlParameterItem/1.0", "style": "pills",
			"parameters": []any{map[string]any{
				"version": "KqlParameterItem/1.0", "name": "TimeRange", "label": "Time range", "type": parameterTime, "isRequired": true,
				"value":        map[string]any{"durationMs": day},
				"typeSettings": map[string]any{"selectableValues": []any{map[string]any{"durationMs": day / 24}, map[string]any{"durationMs": day}, map[string]any{"durationMs": 7 * day}, map[string]any{"durationMs": 30 * day}}},
			}},
		},
	}}
	for _, query := range all {
		visualization := "table"
		if query.id == "throttled-and-failed" {
			visualization = "timechart"
		}
		items = append(items, map[string]any{
			"type": itemQuery, "name": query.id,
			"content": map[string]any{
				"version": "KqlItem/1.0", "title": query.title, "query": query.of(from), "size": 0, "visualization": visualization,
				"queryType": 0, "resourceType": "microsoft.operationalinsights/workspaces", "timeContextFromParameter": "TimeRange",
			},
		})
	}
	content, err := json.Marshal(map[string]any{"version": "Notebook/1.0", "items": items})
	if err != nil {
		return "", fmt.Errorf("writing the workbook: %w", err)
	}
	return string(content), nil
}
