package monitor

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	consumption "github.com/pulumi/pulumi-azure-native-sdk/consumption/v2/v20231101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/components/internal/register"
	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Budget is what a month may cost, and who is told.
type Budget struct {
	// Amount is in the currency of the billing account; 0 makes no
	// budget.
	Amount int `json:"amount"`
	// StartDate is the first day of a month, such as 2026-12-01, and not before the
	// current month when the budget is made. It can never change: Azure refuses
	// that, so that a changed date makes the budget anew.
	StartDate string `json:"startDate"`
	// Thresholds are percents of the amount at which people are told;
	// at most 5, each 1 to 1000.
	Thresholds []int `json:"thresholds" default:"50,80,100"`
	// Forecast tells people when the forecast, instead of what was spent, passes
	// the highest threshold.
	Forecast bool `json:"forecast"`
	// Emails get the messages; 1 to 50.
	Emails []string `json:"emails"`
	// Stop stops calls, where API Management stands before the models.
	Stop Stop `json:"stop"`
}

var firstOfMonth = regexp.MustCompile(`^\d{4}-\d{2}-01$`)

// Validate returns every mistake, with its path below the budget.
func (b Budget) Validate() error {
	var list faults.List
	if b.Amount == 0 {
		if b.StartDate != "" || b.Forecast || len(b.Thresholds)+len(b.Emails) > 0 || b.Stop != (Stop{}) {
			list.Add("amount", "is 0, so that there is no budget and the other keys have no effect").Remedy("give the amount of a month")
		}
		return list.Err()
	}
	if b.Amount < 0 {
		list.Add("amount", "%d is below 0", b.Amount).About(b.Amount).Remedy("give the amount of a month, or 0 for no budget")
	}
	_, err := time.Parse(time.DateOnly, b.StartDate)
	switch {
	case b.StartDate == "":
		list.Add("startDate", "is missing").Remedy("give the first day of a month, such as 2026-12-01: it can never change, so that it cannot be today")
	case !firstOfMonth.MatchString(b.StartDate) || err != nil:
		list.Add("startDate", "%q is not the first day of a month", b.StartDate).About(b.StartDate).Remedy("write it like 2026-12-01")
	case b.StartDate < azure.FirstBudgetMonth:
		list.Add("startDate", "%q is before %s, the first that Azure takes", b.StartDate, azure.FirstBudgetMonth).About(b.StartDate).Remedy("write the first day of the current month or a later one")
	}
	if len(b.Thresholds) > azure.BudgetThresholds.Max {
		list.Add("thresholds", "has %d", len(b.Thresholds)).Remedy("Azure takes at most %d", azure.BudgetThresholds.Max)
	}
	for i, threshold := range b.Thresholds {
		path := fmt.Sprintf("thresholds[%d]", i)
		list.Between(path, threshold, 1, azure.BudgetThreshold.Max, "percent")
		if slices.Index(b.Thresholds, threshold) < i {
			list.Add(path, "%d stands there twice", threshold).About(threshold).Remedy("remove one")
		}
	}
	if len(b.Emails) < 1 || len(b.Emails) > azure.BudgetEmails.Max {
		list.Add("emails", "has %d addresses", len(b.Emails)).Remedy("list 1 to %d, to whom the budget writes", azure.BudgetEmails.Max)
	}
	for i, email := range b.Emails {
		path := fmt.Sprintf("emails[%d]", i)
		list.Email(path, email)
		if slices.IndexFunc(b.Emails, func(other string) bool { return strings.EqualFold(other, email) }) < i {
			list.Add(path, "%q stands there twice", email).About(email).Remedy("remove one")
		}
	}
	list.Merge("stop", b.Stop.validate())
	if told := len(b.notices()); b.Stop.Stops() && len(b.Thresholds) <= azure.BudgetThresholds.Max && told > azure.BudgetThresholds.Max {
		list.Add("thresholds", "are %d with that of stop.percent", told).Remedy("Azure takes at most %d: remove one, or stop at one of them", azure.BudgetThresholds.Max)
	}
	return list.Err()
}

// BudgetArgs describe a monthly budget of a resource group.
type BudgetArgs struct {
	// Scope is the resource group's id.
	Scope      pulumi.StringInput
	BudgetName pulumi.StringInput
	Budget     Budget
	// StopGroupID is the action group that stops calls, where Budget.Stop does.
	StopGroupID pulumi.StringInput
}

// Validate returns every mistake, with its path below the arguments.
func (a *BudgetArgs) Validate() error {
	var list faults.List
	list.Need("scope", a.Scope != nil)
	list.Need("budgetName", a.BudgetName != nil)
	list.Merge("budget", a.Budget.Validate())
	if a.Budget.Stop.Stops() {
		list.Need("stopGroupId", a.StopGroupID != nil)
	}
	return list.Err()
}

// NewBudget makes a budget.
func NewBudget(ctx *pulumi.Context, name string, args *BudgetArgs, opts ...pulumi.ResourceOption) (*consumption.Budget, error) {
	if err := register.Check("budget", name, args); err != nil {
		return nil, err
	}
	budget, err := consumption.NewBudget(ctx, name, &consumption.BudgetArgs{
		Scope:         args.Scope,
		BudgetName:    args.BudgetName.ToStringOutput().ToStringPtrOutput(),
		Category:      pulumi.String("Cost"),
		Amount:        pulumi.Float64(args.Budget.Amount),
		TimeGrain:     pulumi.String("Monthly"),
		TimePeriod:    &consumption.BudgetTimePeriodArgs{StartDate: pulumi.String(args.Budget.StartDate + "T00:00:00Z")},
		Notifications: args.notifications(),
	}, append([]pulumi.ResourceOption{
		// Azure refuses to change the date in place, and the name is taken until the
		// budget is gone.
		pulumi.ReplaceOnChanges([]string{"timePeriod.startDate"}), pulumi.DeleteBeforeReplace(true),
	}, opts...)...)
	if err != nil {
		return nil, fmt.Errorf("budget %s: %w", name, err)
	}
	return budget, nil
}

func (a *BudgetArgs) notifications() consumption.NotificationMap {
	made := consumption.NotificationMap{}
	for _, notice := range a.Budget.notices() {
		args := &consumption.NotificationArgs{
			Enabled: pulumi.Bool(true), Operator: pulumi.String("GreaterThanOrEqualTo"), Threshold: pulumi.Float64(notice.percent),
			ThresholdType: pulumi.String(notice.kind()), ContactEmails: pulumi.ToStringArray(a.Budget.Emails),
		}
		if notice.stops {
			args.ContactGroups = pulumi.StringArray{a.StopGroupID}
		}
		made[fmt.Sprintf("%s-%d-percent", notice.kind(), notice.percent)] = args
	}
	return made
}
