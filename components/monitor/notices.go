package monitor

import (
	"slices"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/defaults"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// Stop is what happens to calls when a share of a budget is spent. Azure tells budgets of
// costs hours later: what is spent until then is not stopped.
type Stop struct {
	// Action is refuse, which answers calls with 429, or alias, which leads chat completions
	// and responses to a cheaper deployment and refuses the rest; "" stops nothing.
	Action string `json:"action"`
	// Percent of the amount, by what was spent, 1 to 1000.
	Percent int `json:"percent" default:"100"`
	// Alias is the deployment of the action alias.
	Alias string `json:"alias"`
}

// The values of Stop.Action.
const (
	StopRefuses = "refuse"
	StopAliases = "alias"
)

// Stops reports whether calls are stopped at all.
func (s Stop) Stops() bool { return s.Action != "" }

func (s Stop) validate() error {
	var list faults.List
	if !s.Stops() {
		if s.Percent != 0 || s.Alias != "" {
			list.Add("action", "is missing, so that the other keys have no effect").Remedy("give %s or %s, or remove them", StopRefuses, StopAliases)
		}
		return list.Err()
	}
	list.OneOf("action", s.Action, []string{StopRefuses, StopAliases})
	list.Between("percent", defaults.Filled(s).Percent, 1, azure.BudgetThreshold.Max, "percent")
	switch {
	case s.Action == StopAliases && s.Alias == "":
		list.Add("alias", "is missing").Remedy("name the deployment that calls are led to, or take the action %s", StopRefuses)
	case s.Action == StopRefuses && s.Alias != "":
		list.Add("alias", "%q has no effect with the action %s", s.Alias, StopRefuses).About(s.Alias).Remedy("remove it, or take the action %s", StopAliases)
	}
	return list.Err()
}

// notice is a share of the amount at which a budget fires.
type notice struct {
	percent  int
	forecast bool
	// stops says that calls are stopped then, too.
	stops bool
}

func (n notice) kind() string {
	if n.forecast {
		return "Forecasted"
	}
	return "Actual"
}

// notices are the thresholds, and the one of the stop where it is none of them.
func (b Budget) notices() []notice {
	thresholds := b.Thresholds
	if len(thresholds) == 0 {
		thresholds = defaults.Of[Budget]().Thresholds
	}
	var notices []notice
	for _, threshold := range thresholds {
		notices = append(notices, notice{percent: threshold, forecast: b.Forecast && threshold == slices.Max(thresholds)})
	}
	if !b.Stop.Stops() {
		return notices
	}
	stop := notice{percent: defaults.Filled(b.Stop).Percent}
	at := slices.Index(notices, stop)
	if at < 0 {
		notices, at = append(notices, stop), len(notices)
	}
	notices[at].stops = true
	return notices
}
