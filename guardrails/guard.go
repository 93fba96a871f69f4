package guardrails

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// The environments.
const (
	Development = "development"
	Staging     = "staging"
	Production  = "production"
)

// Environments are those that rules know.
var Environments = []string{Development, Staging, Production}

// Options say what a stack is held to.
type Options struct {
	// Environment is staging, production or, as where it is empty, development.
	Environment string
	// RequiredTags are on everything that takes tags; none by default.
	RequiredTags []string
	// Demand names rules that hold on demand alone; none by default.
	Demand []string
	// Waivers are the exceptions.
	Waivers []Waiver
	// Rules are the stack's own, beside those of this project; waivers can name them, too.
	Rules []Rule
	// Now tells the day that waivers are held against; default time.Now.
	Now func() time.Time

	contract *arm.Contract
}

// Validate returns every mistake, with its path below the options.
func (o Options) Validate() error {
	var list faults.List
	now := time.Now
	if o.Now != nil {
		now = o.Now
	}
	if o.Environment != "" {
		list.OneOf("environment", o.Environment, Environments)
	}
	for i, rule := range o.Rules {
		list.Merge(fmt.Sprintf("rules[%d]", i), rule.validate(append(Rules(), o.Rules[:i]...)))
	}
	for i, waiver := range o.Waivers {
		list.Merge(fmt.Sprintf("waivers[%d]", i), waiver.validate(o.rules(), now()))
	}
	for i, id := range o.Demand {
		list.OneOf(fmt.Sprintf("demand[%d]", i), id, onDemand(o.rules()))
		if slices.Index(o.Demand, id) < i {
			list.Add(fmt.Sprintf("demand[%d]", i), "%q stands there twice", id).About(id).Remedy("remove one")
		}
	}
	for i, name := range o.RequiredTags {
		if name == "" {
			list.Add(fmt.Sprintf("requiredTags[%d]", i), "is empty").Remedy("name a tag")
		}
		if slices.IndexFunc(o.RequiredTags, func(other string) bool { return strings.EqualFold(other, name) }) < i {
			list.Add(fmt.Sprintf("requiredTags[%d]", i), "%q stands there twice, as Azure does not tell the case of tags apart", name).About(name).Remedy("remove one")
		}
	}
	return list.Err()
}

// Guard holds a stack to the rules while it is registered.
type Guard struct {
	ctx     *pulumi.Context
	options Options

	mutex sync.Mutex
	// made are all resources whose registration began, and seen what is known of them.
	made []pulumi.Resource
	seen []Resource
	used map[int]bool
}

// Hold holds every resource that is registered from now on to the rules: those of this
// program, and a user's beside them. A resource that breaks a mandatory rule is not
// registered, so that preview fails, and with it `pulumi up` before it changes anything.
// Call Finish at the end of the program, for the rules about the whole stack; Around does.
//
// Pulumi's policy packs in Go would be the other way; docs/guardrails.md compares them as of
// Pulumi 3.276.
func Hold(ctx *pulumi.Context, options Options) (*Guard, error) {
	if options.Environment == "" {
		options.Environment = Development
	}
	if err := options.Validate(); err != nil {
		return nil, err
	}
	var err error
	if options.contract, err = arm.Load(); err != nil {
		return nil, err
	}
	g := &Guard{ctx: ctx, options: options, used: map[int]bool{}}
	// The one is called at once, with the resource itself; the other once all inputs are
	// known, with their values.
	err = ctx.RegisterStackTransformation(func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
		g.mutex.Lock()
		defer g.mutex.Unlock()
		g.made = append(g.made, args.Resource)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("registering the guardrails: %w", err)
	}
	if err := ctx.RegisterResourceTransform(g.look); err != nil {
		return nil, fmt.Errorf("registering the guardrails: %w", err)
	}
	return g, nil
}

// Around holds all that a program registers to the rules and to Azure's contract, and the whole
// stack to the rules at the end.
func Around(options Options, program pulumi.RunFunc) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		if err := CheckContract(ctx); err != nil {
			return err
		}
		guard, err := Hold(ctx, options)
		if err != nil {
			return fmt.Errorf("guardrails: %w", err)
		}
		if err := program(ctx); err != nil {
			return err
		}
		guard.Finish()
		return nil
	}
}

// look holds one resource against the rules.
func (g *Guard) look(ctx context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
	inputs, secrets := readInputs(ctx, args.Props, secretsRead)
	one := Resource{args.Type, args.Name, inputs}
	g.mutex.Lock()
	g.seen = append(g.seen, one)
	g.mutex.Unlock()
	var broken []string
	for _, rule := range g.options.rules() {
		if rule.PerResource != nil {
			findings := rule.PerResource(one, g.options)
			for i := range findings {
				findings[i] = withoutSecrets(findings[i], secrets)
			}
			broken = append(broken, g.judge(rule, one.Name, findings)...)
		}
	}
	if broken == nil {
		return nil
	}
	return refusal(args, "breaks the guardrails", broken)
}

// judge sorts findings: what is waived is noted, what is advisory is told, and what is
// left is returned.
func (g *Guard) judge(rule Rule, name string, findings []string) []string {
	severity := rule.severityIn(g.options)
	if severity == "" || len(findings) == 0 {
		return nil
	}
	at := slices.IndexFunc(g.options.Waivers, func(w Waiver) bool { return w.covers(rule, name) })
	if at >= 0 {
		g.mutex.Lock()
		g.used[at] = true
		g.mutex.Unlock()
		return nil
	}
	var broken []string
	for _, finding := range findings {
		text := fmt.Sprintf("%s: %s (%s)", rule.ID, finding, rule.Reason)
		if severity == Mandatory {
			broken = append(broken, text)
			continue
		}
		// Failing to log is no reason to fail: the engine is gone then.
		_ = g.ctx.Log.Warn("guardrail "+name+" "+text, nil)
	}
	return broken
}

// Finish holds the whole stack against the rules, once all of its resources are known, and
// exports what is waived as the output guardrails. Resources that are registered within an
// Apply after it are held to the rules of single resources only.
func (g *Guard) Finish() {
	g.mutex.Lock()
	urns := make([]any, len(g.made))
	for i, each := range g.made {
		urns[i] = each.URN()
	}
	g.mutex.Unlock()
	g.ctx.Export("guardrails", pulumi.All(urns...).ApplyT(func([]any) (map[string]any, error) { return g.verdict() }))
}

// verdict is the output, or all that the whole stack breaks.
func (g *Guard) verdict() (map[string]any, error) {
	g.mutex.Lock()
	all := slices.Clone(g.seen)
	g.mutex.Unlock()
	var broken []string
	for _, rule := range g.options.rules() {
		if rule.Whole != nil {
			broken = append(broken, g.judge(rule, "", rule.Whole(all, g.options))...)
		}
	}
	if broken != nil {
		return nil, fmt.Errorf("the stack breaks the guardrails:%s", bullets(broken))
	}
	waived := []any{}
	for i, waiver := range g.options.Waivers {
		if !g.needed(i) {
			// Failing to log is no reason to fail: the engine is gone then.
			_ = g.ctx.Log.Warn(fmt.Sprintf("guardrails.waivers[%d]: nothing breaks %s%s; remove the waiver", i, waiver.Rule, forResource(waiver)), nil)
		}
		waived = append(waived, waiver.String())
	}
	return map[string]any{"environment": g.options.Environment, "waived": waived}, nil
}

// needed reports whether a waiver is needed, as far as this environment can tell: a rule
// that does not hold in it finds nothing.
func (g *Guard) needed(waiver int) bool {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	holds := slices.ContainsFunc(g.options.rules(), func(r Rule) bool {
		return r.ID == g.options.Waivers[waiver].Rule && r.severityIn(g.options) != ""
	})
	return g.used[waiver] || !holds
}

func forResource(w Waiver) string {
	if w.Resource == "" {
		return ""
	}
	return " for " + w.Resource
}
