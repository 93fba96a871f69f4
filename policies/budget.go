package policies

import (
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/faults"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/document"
)

// BudgetStopped is the value of the named value BudgetStop.State while the budget stops
// calls, and BudgetOpen while it does not.
const (
	BudgetStopped = "stopped"
	BudgetOpen    = "open"
)

// BudgetStop refuses calls with 429 while a named value says that the budget is spent, or
// leads them to a cheaper deployment. Nobody knows when somebody takes the stop back, so that
// there is no Retry-After: clients that wait as long as they are told would hang.
//
// It stands behind Access and Model, and before limits and a balancer.
type BudgetStop struct {
	// State is a reference to the named value, such as {{budget-state}}.
	State string
	// Budget tells callers which budget is spent: a name, or a reference to a named value.
	Budget string
	// Alias is the deployment that chat completions and responses are led to, all other calls
	// are refused; "" refuses all.
	Alias string
}

// Validate implements Part.
func (s BudgetStop) Validate() error {
	var list faults.List
	if !document.IsReference(s.State) {
		list.Add("state", "%q is no reference to a named value", s.State).About(s.State).Remedy("write it like {{budget-state}}")
	}
	if s.Budget == "" {
		list.Add("budget", "is missing").Remedy("give the name of the budget, which callers are told")
	}
	plainText(&list, "budget", s.Budget)
	plainText(&list, "alias", s.Alias)
	return list.Err()
}

func (BudgetStop) file() string { return "budget-stop.xml" }

func (s BudgetStop) parameters() any {
	filled := budgetStop{BudgetStop: s, ChatPath: "/deployments/" + s.Alias + "/chat/completions"}
	filled.Message = "The budget " + s.Budget + " is spent, and calls are stopped until somebody takes the stop back. Do not try again; ask those who run this gateway."
	if s.Alias != "" {
		filled.Message = "The budget " + s.Budget + " is spent, and only chat completions and responses go on, with the model " + s.Alias + ". Do not try this call again; ask those who run this gateway."
	}
	return filled
}

// budgetStop is what the template is filled with.
type budgetStop struct {
	BudgetStop

	ChatPath, Message string
}

// Refused is what the template of the refusal takes, at an indentation. The code is that of
// OpenAI's own clients for an account without money.
func (s budgetStop) Refused(indent int) any {
	return struct {
		Indent  string
		Failure failure
	}{strings.Repeat(" ", indent), newFailure(indent+2, "insufficient_quota", s.Message)}
}
