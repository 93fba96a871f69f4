package deployed

import (
	"encoding/json"
	"time"
)

// Budget is what a resource group may cost a month.
type Budget struct {
	// ID is the ARM id, and Scope that of what it is about.
	ID, Name, Scope string
	Amount          float64
	// Start is the moment from which it counts.
	Start         time.Time
	Notifications []Notification
}

// Notification is what happens when a share of a budget is spent.
type Notification struct {
	Name string
	// Percent of the amount; Forecast takes the forecast instead of what was spent.
	Percent  float64
	Forecast bool
	// Workflows are the workflows of the action groups that are told.
	Workflows []Receiver
}

// Receiver is a workflow that an action group calls.
type Receiver struct {
	Group, Name string
	// CallbackURL bears a signature.
	CallbackURL string
}

// Workflow is a Logic App workflow that one HTTP request starts and that sends one.
type Workflow struct {
	// ID is the ARM id, Key what its address has instead.
	ID, Name, Region, Key string
	Enabled               bool
	// Trigger is the name of the trigger, Signature what its callers give.
	Trigger, Signature string
	Call               Call
	Identities         Identities
}

// Call is the request that a workflow sends.
type Call struct {
	Method, URI string
	Headers     map[string]string
	// Body is JSON; empty for none.
	Body string
	// Audience is what the identity's token is for.
	Audience string
}

const (
	budgetType      = "Microsoft.Consumption/budgets"
	actionGroupType = "Microsoft.Insights/actionGroups"
	workflowType    = "Microsoft.Logic/workflows"
)

func (r *reader) budgets() []*Budget {
	groups := map[string][]Receiver{}
	for _, each := range r.ofType(actionGroupType) {
		if each.properties().flag("enabled") {
			for _, receiver := range each.properties().objects("logicAppReceivers") {
				id := fold(each.ID)
				groups[id] = append(groups[id], Receiver{each.Name(), receiver.text("name"), receiver.text("callbackUrl")})
			}
		}
	}
	var found []*Budget
	for _, each := range r.ofType(budgetType) {
		properties := each.properties()
		amount, _ := properties["amount"].(float64)
		b := &Budget{ID: each.ID, Name: each.Name(), Scope: parentOf(parentOf(each.ID)), Amount: amount}
		b.Start, _ = time.Parse(time.RFC3339, properties.object("timePeriod").text("startDate"))
		notifications := properties.object("notifications")
		for _, name := range sortedKeys(notifications) {
			told := notifications.object(name)
			if !told.flag("enabled") {
				continue
			}
			percent, _ := told["threshold"].(float64)
			n := Notification{Name: name, Percent: percent, Forecast: told.text("thresholdType") == "Forecasted"}
			for _, group := range told.texts("contactGroups") {
				n.Workflows = append(n.Workflows, groups[fold(group)]...)
			}
			b.Notifications = append(b.Notifications, n)
		}
		found = append(found, b)
	}
	return found
}

func (r *reader) workflows() []*Workflow {
	var found []*Workflow
	for _, each := range r.ofType(workflowType) {
		properties := each.properties()
		definition := properties.object("definition")
		w := &Workflow{
			ID: each.ID, Name: each.Name(), Region: each.body().text("location"), Key: lastSegment(properties.text("accessEndpoint")),
			Enabled: properties.text("state") == "Enabled", Signature: each.hidden().text("sig"), Identities: r.identities(each),
		}
		for _, name := range sortedKeys(definition.object("triggers")) {
			w.Trigger = name
		}
		for _, name := range sortedKeys(definition.object("actions")) {
			w.Call = call(definition.object("actions").object(name).object("inputs"))
		}
		found = append(found, w)
	}
	return found
}

func call(inputs object) Call {
	c := Call{Method: inputs.text("method"), URI: inputs.text("uri"), Headers: map[string]string{}, Audience: inputs.object("authentication").text("audience")}
	headers := inputs.object("headers")
	for _, name := range sortedKeys(headers) {
		c.Headers[name] = headers.text(name)
	}
	if body, given := inputs["body"]; given {
		encoded, err := json.Marshal(body)
		if err == nil { // it was decoded from JSON
			c.Body = string(encoded)
		}
	}
	return c
}
