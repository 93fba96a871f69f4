package dataplane

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/openai"
)

// BudgetState is what was spent of a budget this month. The sandbox counts tokens by the
// built-in table of prices, and nothing else.
type BudgetState struct {
	// Budget is the ARM id.
	Budget   string  `json:"budget"`
	Amount   float64 `json:"amount"`
	Spent    float64 `json:"spent"`
	Currency string  `json:"currency"`
	// Unpriced are models that were asked and that the table has no price for.
	Unpriced []string `json:"unpriced,omitempty"`
	// Fired are the notifications of this month.
	Fired []string `json:"fired,omitempty"`
}

// spendKeeper keeps what was spent, and what was told of it.
type spendKeeper struct {
	// watched says that there are budgets; asked gets a value after calls then.
	watched atomic.Bool
	asked   chan struct{}

	mu sync.Mutex
	// month is the one that is counted, before what was used until it began.
	month  string
	before map[string]openai.Usage
	// fired are the notifications that were told, by fireKey.
	fired map[string]bool
	last  []BudgetState
	runs  []Run
}

// spendPause gathers calls before budgets are looked at.
const spendPause = 500 * time.Millisecond

func newSpendKeeper() *spendKeeper {
	return &spendKeeper{asked: make(chan struct{}, 1), fired: map[string]bool{}}
}

func (k *spendKeeper) ran(run Run) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.runs = append(k.runs, run)
	k.runs = k.runs[max(0, len(k.runs)-runsKept):]
}

func (k *spendKeeper) state() ([]BudgetState, []Run) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.last), slices.Clone(k.runs)
}

// counted wakes who watches budgets after each call of an account.
func (k *spendKeeper) counted(account http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		account.ServeHTTP(w, r)
		if k.watched.Load() {
			select {
			case k.asked <- struct{}{}:
			default: // somebody is woken already
			}
		}
	})
}

// sinceMonthBegan takes what was used before this month off. The lock is held.
func (k *spendKeeper) sinceMonthBegan(usage []openai.Usage, now time.Time) []openai.Usage {
	if month := now.Format("2006-01"); month != k.month {
		if k.month != "" { // what was used before the sandbox knew of months is this month's
			k.before = map[string]openai.Usage{}
			for _, each := range usage {
				k.before[each.Account+"|"+each.Deployment] = each
			}
		}
		k.month, k.fired = month, map[string]bool{}
	}
	for i, each := range usage {
		before := k.before[each.Account+"|"+each.Deployment]
		usage[i].PromptTokens -= before.PromptTokens
		usage[i].CachedTokens -= before.CachedTokens
		usage[i].CompletionTokens -= before.CompletionTokens
	}
	return usage
}

// CheckBudgets counts what was spent, and fires what is to be told of it. Azure does so once a
// day, with costs that are hours old; the sandbox does it after calls.
func (p *Plane) CheckBudgets(ctx context.Context) error {
	picture, err := p.options.Deployed.Picture()
	if err != nil || len(picture.Budgets) == 0 {
		return err
	}
	prices, err := facts.LoadPrices()
	if err != nil {
		return err
	}
	usage, now := p.Usage(), time.Now().UTC()
	p.spend.mu.Lock()
	usage = p.spend.sinceMonthBegan(usage, now)
	var states []BudgetState
	var due []firing
	for _, budget := range picture.Budgets {
		state := BudgetState{Budget: budget.ID, Amount: budget.Amount, Currency: prices.Currency}
		if !now.Before(budget.Start) {
			state.Spent, state.Unpriced = spent(picture, budget.Scope, usage, prices)
		}
		fired, told := p.spend.due(budget, state.Spent)
		state.Fired = told
		states, due = append(states, state), append(due, fired...)
	}
	changed := !slices.EqualFunc(states, p.spend.last, func(a, b BudgetState) bool { return a.Budget == b.Budget && a.Spent == b.Spent })
	p.spend.last = states
	p.spend.mu.Unlock()
	var errs []error
	if changed && p.options.Spend != nil {
		for _, state := range states {
			errs = append(errs, p.options.Spend(state.Budget, state.Spent, state.Currency))
		}
	}
	for _, each := range due {
		if err := p.fire(ctx, each); err != nil {
			errs = append(errs, err)
			p.spend.ran(Run{Workflow: each.budget.Name, At: now, Failure: err.Error()})
		}
	}
	return errors.Join(errs...)
}

// firing is a notification that is to be told.
type firing struct {
	budget       *deployed.Budget
	notification deployed.Notification
	spent        float64
}

// due are the notifications whose share is spent and that were not told this month, and the
// names of all that are told. Forecasts are not made. The lock is held.
func (k *spendKeeper) due(budget *deployed.Budget, spent float64) (due []firing, told []string) {
	for _, notification := range budget.Notifications {
		if notification.Forecast || spent*100 < budget.Amount*notification.Percent || budget.Amount == 0 {
			continue
		}
		told = append(told, notification.Name)
		key := fmt.Sprintf("%s|%s|%v of %v", budget.ID, notification.Name, notification.Percent, budget.Amount)
		if !k.fired[key] {
			k.fired[key] = true
			due = append(due, firing{budget, notification, spent})
		}
	}
	return due, told
}

// fire calls the workflows of a notification's action groups, with the common alert schema's
// essentials.
func (p *Plane) fire(ctx context.Context, f firing) error {
	body, err := json.Marshal(newAlert(f, time.Now()))
	if err != nil {
		return fmt.Errorf("writing the alert of %s: %w", f.budget.Name, err)
	}
	var errs []error
	for _, receiver := range f.notification.Workflows {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, receiver.CallbackURL, bytes.NewReader(body))
		if err != nil {
			// The address bears a signature, and so does the error.
			errs = append(errs, fmt.Errorf("the action group %s has no address for its receiver %s", receiver.Group, receiver.Name))
			continue
		}
		request.Header.Set("Content-Type", "application/json")
		if err := p.expect(request, http.StatusOK, http.StatusAccepted); err != nil {
			errs = append(errs, fmt.Errorf("the action group %s: %w", receiver.Group, err))
		}
	}
	return errors.Join(errs...)
}

// spent is what calls of a scope's accounts cost, by the table of prices.
func spent(picture *deployed.Picture, scope string, usage []openai.Usage, prices *facts.Prices) (amount float64, unpriced []string) {
	missing := map[string]bool{}
	for _, used := range usage {
		account := picture.Account(used.Account)
		if account == nil || !strings.HasPrefix(strings.ToLower(used.Account), strings.ToLower(scope)+"/") {
			continue
		}
		deployment := account.Deployment(used.Deployment)
		if deployment == nil || facts.IsProvisioned(deployment.SKU) {
			continue // paid by the hour, or gone with its price
		}
		model := deployment.Model.Name + " " + deployment.Model.Version + "/" + deployment.SKU
		for _, part := range []struct {
			name   string
			tokens int64
		}{{"input", used.PromptTokens - used.CachedTokens}, {"cached", used.CachedTokens}, {"output", used.CompletionTokens}} {
			if part.tokens <= 0 {
				continue
			}
			cost, known := prices.Tokens(model, part.name, account.Region, float64(part.tokens))
			if !known {
				missing[model] = true
			}
			amount += cost
		}
	}
	return amount, slices.Sorted(maps.Keys(missing))
}
