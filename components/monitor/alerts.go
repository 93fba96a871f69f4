package monitor

import (
	"fmt"

	actiongroups "github.com/pulumi/pulumi-azure-native-sdk/insights/v2/v20230101"
	queryrules "github.com/pulumi/pulumi-azure-native-sdk/insights/v2/v20231201"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
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
	// InsightsID is the Application Insights component that the service writes to. Where it is
	// nil, no alert tells which backend fails.
	InsightsID pulumi.StringInput
	// Emails get the alerts; one at least.
	Emails []string
	// ThrottledPercent and FailedPercent are the shares of answers with 429 and
	// 5xx in a window of WindowMinutes, with 20 requests at least, above which an alert is sent; BreakerTrips
	// is the number of requests that found their backends tripped, BackendFailures the number of
	// requests that one backend failed for a model and another one served.
	ThrottledPercent, FailedPercent, BreakerTrips, BackendFailures, WindowMinutes int
}

// Validate returns every mistake, with its path below the arguments.
func (args *AlertsArgs) Validate() error {
	var list faults.List
	list.Need("resourceGroupName", args.ResourceGroupName != nil)
	list.Need("nameSuffix", args.NameSuffix != nil)
	list.Need("region", args.Region != "")
	list.Need("workspaceId", args.WorkspaceID != nil)
	list.Need("serviceId", args.ServiceID != nil)
	if len(args.Emails) == 0 {
		list.Add("emails", "has none").Remedy("give those who get the alerts")
	}
	for i, email := range args.Emails {
		list.Email(fmt.Sprintf("emails[%d]", i), email)
	}
	list.Between("throttledPercent", args.ThrottledPercent, 1, 100, "percent")
	list.Between("failedPercent", args.FailedPercent, 1, 100, "percent")
	list.Between("breakerTrips", args.BreakerTrips, 1, 1_000_000, "requests")
	if args.InsightsID != nil {
		list.Between("backendFailures", args.BackendFailures, 1, 1_000_000, "requests")
	}
	list.Between("windowMinutes", args.WindowMinutes, 5, 60, "minutes")
	return list.Err()
}

// rule is one alert: a query that gives a number a window, and its bound.
type rule struct {
	id, title string
	query     pulumi.StringOutput
	threshold int
	severity  int
	// dimensions are columns of the query whose values are alerted on apart, and told.
	dimensions []string
}

// logsOfService starts each query. A new workspace has no table of gateway logs
// before the first of them comes: an empty one with the columns that are asked for
// stands in, or the rule would be refused.
// Requests that found everything tripped bear a header of the policy's: their status
// alone is that of the gateway's own limits, too.
const logsOfService = `union isfuzzy=true ApiManagementGatewayLogs, (datatable(TimeGenerated: datetime, _ResourceId: string, ResponseCode: int, ResponseHeaders: dynamic, LastErrorReason: string)[])
| where _ResourceId =~ "%s"
| summarize Requests = count(), Throttled = countif(ResponseCode == 429), Failed = countif(ResponseCode >= 500 or (ResponseCode < 400 and isnotempty(LastErrorReason) and LastErrorReason != "ClientConnectionFailure")), Exhausted = countif(tostring(ResponseHeaders["x-gateway-exhausted"]) == "true")
| project Value = %s`

// failuresOfBackends counts the requests that a backend failed and another one served, from the
// traces of the balancer. Of throttling there is an alert by share: to be throttled is no failure.
const failuresOfBackends = `union isfuzzy=true AppTraces, (datatable(TimeGenerated: datetime, _ResourceId: string, Message: string, Properties: dynamic)[])
| where _ResourceId =~ "%s" and isnotempty(Properties["backend"]) and Message !has "is left alone"
| mv-expand Backend = split(tostring(Properties["backend"]), ",") to typeof(string)
| summarize Value = todouble(count()) by Backend, Model = tostring(Properties["model"])`

// leastRequests is how many requests a window needs before a share of them says anything: at
// night one of three may fail, and nobody has to get up.
const leastRequests = 20

// NewAlerts makes an action group and a rule each for throttled answers, failed
// answers, tripped backends, and backends that fail.
func NewAlerts(ctx *pulumi.Context, name string, args *AlertsArgs, opts ...pulumi.ResourceOption) error {
	if err := register.Check("alerts", name, args); err != nil {
		return err
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
	for _, rule := range args.rules() {
		if err := newRule(ctx, name, args, rule, group.ID(), opts); err != nil {
			return err
		}
	}
	return nil
}

func (args *AlertsArgs) rules() []rule {
	logs := func(measure string) pulumi.StringOutput {
		return ofTelemetry(args.ServiceID, nil, func(t telemetry) (string, error) { return fmt.Sprintf(logsOfService, t.service, measure), nil })
	}
	share := func(of string) pulumi.StringOutput {
		return logs(fmt.Sprintf("iff(Requests < %d, 0.0, 100.0 * %s / Requests)", leastRequests, of))
	}
	rules := []rule{
		{id: "throttled", title: "Share of throttled answers (429)", query: share("Throttled"), threshold: args.ThrottledPercent, severity: 2},
		{id: "failed", title: "Share of failed answers (5xx)", query: share("Failed"), threshold: args.FailedPercent, severity: 1},
		{id: "tripped", title: "Requests that found their backends tripped", query: logs("todouble(Exhausted)"), threshold: args.BreakerTrips, severity: 2},
	}
	if args.InsightsID == nil {
		return rules
	}
	failures := ofTelemetry(args.ServiceID, args.InsightsID, func(t telemetry) (string, error) { return fmt.Sprintf(failuresOfBackends, t.insights), nil })
	return append(rules, rule{
		id: "backend-failed", title: "Requests that one backend failed and another one served", query: failures,
		threshold: args.BackendFailures, severity: 2, dimensions: []string{"Backend", "Model"},
	})
}

func newRule(ctx *pulumi.Context, name string, args *AlertsArgs, rule rule, group pulumi.StringInput, opts []pulumi.ResourceOption) error {
	window := fmt.Sprintf("PT%dM", args.WindowMinutes)
	if args.WindowMinutes == 60 {
		window = "PT1H"
	}
	var dimensions queryrules.DimensionArray
	for _, name := range rule.dimensions {
		dimensions = append(dimensions, &queryrules.DimensionArgs{
			Name: pulumi.String(name), Operator: pulumi.String("Include"), Values: pulumi.ToStringArray([]string{"*"}),
		})
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
			Query: rule.query.ToStringPtrOutput(), Dimensions: dimensions, MetricMeasureColumn: pulumi.String("Value"), TimeAggregation: pulumi.String("Maximum"),
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
