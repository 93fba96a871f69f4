package monitor

import (
	"embed"
	"fmt"
	"path"
	"strings"

	operationalinsights "github.com/pulumi/pulumi-azure-native-sdk/operationalinsights/v2/v20230901"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

//go:embed queries/*.kql
var queryFiles embed.FS

// query is one in Kusto's language; its first line is a comment that names it.
type query struct{ id, title, text string }

// of is the query's text for one service and the Application Insights component that it writes to.
func (q query) of(from telemetry) string {
	return strings.NewReplacer("<service>", from.service, "<insights>", from.insights, "<component>", from.insights, "<prices>", priceRows(from.prices)).Replace(q.text)
}

// queries are all that can be asked, in order of their ids: those of traces only where there is
// Application Insights.
func queries(insights bool) ([]query, error) {
	files, err := queryFiles.ReadDir("queries")
	if err != nil {
		return nil, fmt.Errorf("listing the embedded queries: %w", err)
	}
	var all []query
	for _, file := range files {
		raw, err := queryFiles.ReadFile("queries/" + file.Name())
		if err != nil {
			return nil, fmt.Errorf("reading the embedded query %s: %w", file.Name(), err)
		}
		title, text, _ := strings.Cut(string(raw), "\n")
		if strings.Contains(text, "<insights>") && !insights {
			continue
		}
		all = append(all, query{
			id: strings.TrimSuffix(file.Name(), path.Ext(file.Name())), title: strings.TrimPrefix(title, "// "), text: strings.TrimSpace(text),
		})
	}
	return all, nil
}

// queryCategory is where the workspace lists the saved queries.
const queryCategory = "Azure OpenAI gateway"

// SavedQueriesArgs say where queries are kept.
type SavedQueriesArgs struct {
	// WorkspaceID is the workspace, in any resource group of the subscription.
	WorkspaceID pulumi.StringInput
	// ServiceID is the API Management service whose logs the queries look at.
	ServiceID pulumi.StringInput
	// InsightsID is the Application Insights component that the service writes to, nil where
	// there is none.
	InsightsID pulumi.StringInput
	// Suffix makes the queries' ids differ from another stack's in one workspace.
	Suffix pulumi.StringInput
	// Prices are what models cost, for the query of money.
	Prices []Price
}

// Validate returns every mistake, with its path below the arguments.
func (a *SavedQueriesArgs) Validate() error {
	var list faults.List
	list.Need("workspaceId", a.WorkspaceID != nil)
	list.Need("serviceId", a.ServiceID != nil)
	list.Need("suffix", a.Suffix != nil)
	list.Merge("prices", ValidatePrices(a.Prices))
	return list.Err()
}

// NewSavedQueries keeps the project's queries in a workspace: tokens by model,
// caller, product and backend, text of prompts and responses, what was throttled and
// failed, and backends that were left alone.
func NewSavedQueries(ctx *pulumi.Context, name string, args *SavedQueriesArgs, opts ...pulumi.ResourceOption) error {
	if err := register.Check("saved queries", name, args); err != nil {
		return err
	}
	all, err := queries(args.InsightsID != nil)
	if err != nil {
		return err
	}
	part := func(of func(arm.ID) string) pulumi.StringOutput {
		return args.WorkspaceID.ToStringOutput().ApplyT(func(id string) (string, error) {
			parsed, err := arm.ParseID(id)
			if err != nil {
				return "", fmt.Errorf("finding the workspace of saved queries: %w", err)
			}
			return of(parsed), nil
		}).(pulumi.StringOutput)
	}
	for _, query := range all {
		_, err := operationalinsights.NewSavedSearch(ctx, name+"-"+query.id, &operationalinsights.SavedSearchArgs{
			SavedSearchId:     pulumi.Sprintf("%s-%s", query.id, args.Suffix),
			WorkspaceName:     part(arm.ID.Name),
			ResourceGroupName: part(arm.ID.ResourceGroup),
			Category:          pulumi.String(queryCategory),
			DisplayName:       pulumi.String(query.title),
			Query:             ofTelemetry(args.ServiceID, args.InsightsID, func(t telemetry) (string, error) { return query.of(t.with(args.Prices)), nil }),
			Version:           pulumi.Float64(2),
		}, append([]pulumi.ResourceOption{
			// The service answers 409 to a second PUT without the ETag of the first,
			// which azure-native cannot give.
			pulumi.ReplaceOnChanges([]string{"*"}), pulumi.DeleteBeforeReplace(true),
		}, opts...)...)
		if err != nil {
			return fmt.Errorf("saved query %s: %w", query.id, err)
		}
	}
	return nil
}

// telemetry is where the rows of one service come from.
type telemetry struct {
	service, insights string
	prices            []Price
}

func (t telemetry) with(prices []Price) telemetry {
	t.prices = prices
	return t
}

// ofTelemetry gives a text that names both; insights may be nil.
func ofTelemetry(service, insights pulumi.StringInput, text func(telemetry) (string, error)) pulumi.StringOutput {
	if insights == nil {
		insights = pulumi.String("")
	}
	return pulumi.All(service, insights).ApplyT(func(ids []any) (string, error) {
		return text(telemetry{service: ids[0].(string), insights: ids[1].(string)})
	}).(pulumi.StringOutput)
}
