package monitor

import (
	"errors"
	"fmt"

	actiongroups "github.com/pulumi/pulumi-azure-native-sdk/insights/v2/v20230101"
	queryrules "github.com/pulumi/pulumi-azure-native-sdk/insights/v2/v20231201"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// AlertsArgs describe the alerts of one API Management service.
type AlertsArgs struct {
	ResourceGroupName pulumi.StringInput
	// NameSuffix ends the names of the rules and of the action group.
	NameSuffix pulumi.StringInput
	// Region is the Azure region, such as swedencentral.
	Region string
	Tags   pulumi.StringMapInput
	// WorkspaceID is where the service's logs are, ServiceID the service.
	WorkspaceID, ServiceID pulumi.StringInput
	// Emails get the alerts; one at least.
	Emails []string
	// ThrottledPercent and FailedPercent are the shares of answers with 429 and
	// 5xx in a window of WindowMinutes, with 20 requests at least, above which an alert is sent; BreakerTrips
	// is the number of requests that found their backends tripped.
	ThrottledPercent, FailedPercent, BreakerTrips, WindowMinutes int
}

// rule is one alert: a query that gives a number a window, and its bound.
type rule struct {
	id, title, measure string
	threshold          int
	severity           int
}

// logsOfService starts each query. A new workspace has no table of gateway logs
// before the first of them comes: an empty one with the columns that are asked for
// stands in, or the rule would be refused.
// Requests that found everything tripped bear a header of the policy's: their status
// alone is that of the gateway's own limits, too.
const logsOfService = `union isfuzzy=true ApiManagementGatewayLogs, (datatable(TimeGenerated: datetime, _ResourceId: string, ResponseCode: int, ResponseHeaders: dynamic)[])
| where _ResourceId =~ "%s"
| summarize Requests = count(), Throttled = countif(ResponseCode == 429), Failed = countif(ResponseCode >= 500), Exhausted = countif(tostring(ResponseHeaders["x-gateway-exhausted"]) == "true")
| project Value = %s`

// leastRequests is how many requests a window needs before a share of them says anything: at
// night one of three may fail, and nobody has to get up.
const leastRequests = 20

// NewAlerts makes an action group and a rule each for throttled answers, failed
// answers and tripped backends.
func NewAlerts(ctx *pulumi.Context, name string, args *AlertsArgs, opts ...pulumi.ResourceOption) error {
	if args == nil || args.ResourceGroupName == nil || args.NameSuffix == nil || args.WorkspaceID == nil || args.ServiceID == nil ||
		args.Region == "" || len(args.Emails) == 0 {
		return errors.New("monitor.NewAlerts: resource group, name, region, workspace, service or emails are missing")
	}
	receivers := actiongroups.EmailReceiverArray{}
	for i, email := range args.Emails {
		receivers = append(receivers, &actiongroups.EmailReceiverArgs{
			Name: pulumi.String(fmt.Sprintf("email-%d", i+1)), EmailAddress: pulumi.String(email), UseCommonAlertSchema: pulumi.Bool(true),
		})
	}
	group, err := actiongroups.NewActionGroup(ctx, name, &actiongroups.ActionGroupArgs{
		ActionGroupName:   pulumi.Sprintf("ag-%s", args.NameSuffix),
		ResourceGroupName: args.ResourceGroupName,
		Location:          pulumi.String("Global"),
		GroupShortName:    pulumi.String("aoai-gateway"), // 12 characters, the most
		Enabled:           pulumi.Bool(true),
		EmailReceivers:    receivers,
		Tags:              args.Tags,
	}, opts...)
	if err != nil {
		return fmt.Errorf("action group %s: %w", name, err)
	}
	share := func(of string) string {
		return fmt.Sprintf("iff(Requests < %d, 0.0, 100.0 * %s / Requests)", leastRequests, of)
	}
	for _, rule := range []rule{
		{"throttled", "Share of throttled answers (429)", share("Throttled"), args.ThrottledPercent, 2},
		{"failed", "Share of failed answers (5xx)", share("Failed"), args.FailedPercent, 1},
		{"tripped", "Requests that found their backends tripped", "todouble(Exhausted)", args.BreakerTrips, 2},
	} {
		if err := newRule(ctx, name, args, rule, group.ID(), opts); err != nil {
			return err
		}
	}
	return nil
}

func newRule(ctx *pulumi.Context, name string, args *AlertsArgs, rule rule, group pulumi.StringInput, opts []pulumi.ResourceOption) error {
	query := args.ServiceID.ToStringOutput().ApplyT(func(id string) string {
		return fmt.Sprintf(logsOfService, id, rule.measure)
	}).(pulumi.StringOutput)
	window := fmt.Sprintf("PT%dM", args.WindowMinutes)
	if args.WindowMinutes == 60 {
		window = "PT1H"
	}
	_, err := queryrules.NewScheduledQueryRule(ctx, name+"-"+rule.id, &queryrules.ScheduledQueryRuleArgs{
		RuleName:            pulumi.Sprintf("%s-%s", rule.id, args.NameSuffix),
		ResourceGroupName:   args.ResourceGroupName,
		Location:            pulumi.String(arm.NormalRegion(args.Region)),
		Kind:                pulumi.String("LogAlert"),
		DisplayName:         pulumi.String(rule.title),
		Description:         pulumi.String(rule.title + " on the gateway of Azure OpenAI"),
		Severity:            pulumi.Float64(rule.severity),
		Enabled:             pulumi.Bool(true),
		Scopes:              pulumi.StringArray{args.WorkspaceID},
		EvaluationFrequency: pulumi.String("PT5M"),
		WindowSize:          pulumi.String(window),
		AutoMitigate:        pulumi.Bool(true),
		SkipQueryValidation: pulumi.Bool(true),
		Criteria: &queryrules.ScheduledQueryRuleCriteriaArgs{AllOf: queryrules.ConditionArray{&queryrules.ConditionArgs{
			Query: query.ToStringPtrOutput(), MetricMeasureColumn: pulumi.String("Value"), TimeAggregation: pulumi.String("Maximum"),
			Operator: pulumi.String("GreaterThan"), Threshold: pulumi.Float64(rule.threshold),
			FailingPeriods: &queryrules.ConditionFailingPeriodsArgs{
				NumberOfEvaluationPeriods: pulumi.Float64(1), MinFailingPeriodsToAlert: pulumi.Float64(1),
			},
		}}},
		Actions: &queryrules.ActionsArgs{ActionGroups: pulumi.StringArray{group}},
		Tags:    args.Tags,
	}, opts...)
	if err != nil {
		return fmt.Errorf("alert %s: %w", rule.id, err)
	}
	return nil
}
