package policy

import (
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
)

// mostDimensions is the bound of emit-metric.xsd and of Microsoft's older pages; newer ones say 5
// of its own.
const mostDimensions = 10

// observeKinds write down what happens.
func observeKinds() []*kind {
	dimension := child{name: "dimension", required: true, many: true, most: mostDimensions, attributes: []attribute{need("name", text()), may("value", text())}}
	return []*kind{
		{name: "trace", sections: all(), anyOrder: true, attributes: []attribute{need("source", text()), may("severity", oneOf("verbose", "information", "error")).fixed()}, content: optionalText, children: []child{
			{name: "message", content: requiredText}, {name: "metadata", many: true, attributes: []attribute{need("name", text()), need("value", text())}},
		}, compile: trace},
		{name: "log-to-eventhub", sections: all(), attributes: []attribute{need("logger-id", text()).fixed(), may("partition-id", text()).fixed(), may("partition-key", text())}, content: requiredText, compile: logToEventhub},
		{name: "emit-metric", sections: all(), attributes: []attribute{need("name", text()).fixed(), may("value", number(-unbounded)), may("namespace", text()).fixed(), may("default-dimensions", boolean()).fixed().undocumented()}, children: []child{dimension}, compile: emitMetric},
	}
}

func trace(c *elementCompilation) runner {
	message := c.texts("", "message")
	if len(message) == 0 {
		// The text of the policy itself may be the message (trace.xsd: mixed).
		if message = []*value{c.content}; strings.TrimSpace(c.content.text) == "" {
			c.note(c.element.Position(), Refused, "missing-element", "<trace> needs <message>")
		}
	}
	source, severity := c.get("source"), c.literal("severity", "verbose")
	type pair struct{ name, value *value }
	var metadata []pair
	for _, each := range c.children["metadata"] {
		metadata = append(metadata, pair{each.get("name"), each.get("value")})
	}
	c.step.detail = describe(source)
	return func(x *Execution) error {
		m := Message{Severity: severity, Metadata: map[string]string{}}
		var err error
		if m.Source, err = source.string(x); err != nil {
			return err
		}
		if len(message) > 0 {
			if m.Text, err = message[0].required(x, "message"); err != nil {
				return err
			}
		}
		for _, each := range metadata {
			name, err := each.name.required(x, "name")
			if err != nil {
				return err
			}
			// A value that is empty fails the whole call (seen on the service).
			if m.Metadata[name], err = each.value.required(x, "value"); err != nil {
				return err
			}
		}
		x.tell("%s: %s", severity, m.Text)
		if x.world.Log != nil {
			x.world.Log.Trace(x.ctx, m)
		}
		return nil
	}
}

func logToEventhub(c *elementCompilation) runner {
	logger, id, key := c.literal("logger-id", ""), c.literal("partition-id", ""), c.get("partition-key")
	c.step.detail = logger
	if v := c.get("logger-id"); c.options.Loggers != nil && v != nil && !slices.Contains(c.options.Loggers, logger) {
		c.note(v.at(0), Refused, "unknown-logger", "there is no logger '%s'%s", logger, suggest.Phrase(logger, c.options.Loggers))
	}
	if id != "" && key != nil {
		c.note(c.element.Position(), Refused, "attribute", "<log-to-eventhub> takes partition-id or partition-key, not both")
	}
	content := c.content
	return func(x *Execution) error {
		body, err := content.string(x)
		if err != nil {
			return err
		}
		partition, err := key.string(x)
		if err != nil {
			return err
		}
		if x.world.Log == nil {
			return missingWorld("the logger " + logger)
		}
		data := []byte(strings.TrimSpace(body))
		if len(data) > azure.MaxEvent {
			data = data[:azure.MaxEvent]
		}
		x.tell("%s: %d bytes", logger, len(data))
		return x.world.Log.Event(x.ctx, Event{Logger: logger, PartitionID: id, PartitionKey: partition, Body: data})
	}
}

// defaultDimension is the value of a dimension that may be left out (Microsoft's
// reference of emit-metric); "" for any other.
func defaultDimension(x *Execution, name string) string {
	e := x.exchange
	switch name {
	case "API ID":
		return e.API.ID
	case "Operation ID":
		return e.Operation.ID
	case "Product ID":
		if e.Product != nil {
			return e.Product.ID
		}
		return ""
	case "User ID":
		if e.User != nil {
			return e.User.ID
		}
		return ""
	case "Subscription ID":
		if e.Subscription != nil {
			return e.Subscription.ID
		}
		return ""
	case "Location":
		return e.Deployment.Region
	case "Gateway ID":
		return e.Deployment.GatewayID
	case "Backend ID":
		if e.Backend != nil {
			return e.Backend.ID
		}
		return ""
	}
	return ""
}

var dimensionNames = []string{"API ID", "Operation ID", "Product ID", "User ID", "Subscription ID", "Location", "Gateway ID", "Backend ID"}

// dimensions are compiled <dimension> elements.
type dimensions struct {
	// evaluate gives all of them a value.
	evaluate func(x *Execution) (map[string]string, error)
	// settle gives those whose value is the gateway's own the one that is known now:
	// which backend answered.
	settle func(x *Execution, named map[string]string)
}

// dimensions compiles the <dimension> elements.
func (c *elementCompilation) dimensions() dimensions {
	type pair struct{ name, value *value }
	var pairs []pair
	for _, each := range c.children["dimension"] {
		name := each.get("name")
		pairs = append(pairs, pair{name, each.get("value")})
		if each.get("value") == nil && name.compiled == nil && !slices.Contains(dimensionNames, name.text) {
			c.note(each.element.Position(), Refused, "missing-attribute", "the dimension '%s' needs a value; only %s have one of their own%s", name.text, list(dimensionNames), suggest.Phrase(name.text, dimensionNames))
		}
	}
	evaluate := func(x *Execution) (map[string]string, error) {
		named := map[string]string{}
		for _, each := range pairs {
			name, err := each.name.required(x, "name")
			if err != nil {
				return nil, err
			}
			if each.value == nil {
				named[name] = defaultDimension(x, name)
				continue
			}
			if named[name], err = each.value.string(x); err != nil {
				return nil, err
			}
		}
		return named, nil
	}
	settle := func(x *Execution, named map[string]string) {
		for _, each := range pairs {
			if each.value == nil && each.name.compiled == nil {
				named[each.name.text] = defaultDimension(x, each.name.text)
			}
		}
	}
	return dimensions{evaluate, settle}
}

func describeDimensions(c *elementCompilation) string {
	var names []string
	for _, each := range c.children["dimension"] {
		names = append(names, describe(each.get("name")))
	}
	return "by " + strings.Join(names, ", ")
}

func emitMetric(c *elementCompilation) runner {
	name, namespace, amount, dimensions := c.literal("name", ""), c.literal("namespace", "API Management"), c.get("value"), c.dimensions()
	c.step.detail = name + " " + describeDimensions(c)
	return func(x *Execution) error {
		n, err := amount.number(x, 1)
		if err != nil {
			return err
		}
		named, err := dimensions.evaluate(x)
		if err != nil {
			return err
		}
		x.tell("%s = %v", name, n)
		if x.world.Log != nil {
			x.world.Log.Metric(x.ctx, Metric{namespace, name, n, named})
		}
		return nil
	}
}

// describe is a value in one line, for explain.
func describe(v *value) string {
	if v == nil {
		return ""
	}
	return clipTo(v.text, 100)
}

func describeAll(values []*value) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = describe(v)
	}
	return strings.Join(texts, ", ")
}

func clipTo(s string, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-3]) + "..."
	}
	return s
}

// typeText is a type for messages.
func typeText(t *library.Type) string { return "'" + t.String() + "'" }
