package policy

import (
	"encoding/json"
	"net/http"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/definition"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/library"
)

// validateKinds hold messages to the definition of the API. Attributes and children:
// validate-*.xsd. Behaviour: Microsoft's reference of these policies, with its table of errors.
func validateKinds() []*kind {
	action := oneOf("ignore", "prevent", "detect")
	errorsVariable := may("errors-variable-name", text()).fixed()
	named := func(list string) child {
		return child{name: list, many: true, attributes: []attribute{need("name", text()).fixed(), need("action", action)}}
	}
	section := func(name string, attributes ...attribute) child {
		return child{name: name, attributes: append([]attribute{need("specified-parameter-action", action)}, attributes...), children: []child{named("parameter")}}
	}
	unspecified := need("unspecified-parameter-action", action)
	return []*kind{
		{name: "validate-content", sections: in("inbound", "outbound", "on-error"), attributes: []attribute{
			need("unspecified-content-type-action", action), need("max-size", integer(0, mostUnsigned)), need("size-exceeded-action", action), errorsVariable,
		}, children: []child{
			{name: "content-type-map", attributes: []attribute{may("any-content-type-value", text()).fixed(), may("missing-content-type-value", text()).fixed()}, children: []child{
				{name: "type", many: true, attributes: []attribute{may("from", text()).fixed(), may("when", boolean()), need("to", text()).fixed()}},
			}},
			{name: "content", many: true, attributes: []attribute{
				need("validate-as", oneOf("json", "xml", "soap")).fixed(), may("type", text()).fixed(), need("action", action), may("schema-id", text()).fixed(), may("schema-ref", text()).fixed(),
				may("allow-additional-properties", boolean()).fixed(), may("case-insensitive-property-names", boolean()).fixed(),
			}},
		}, compile: validateContent},
		{name: "validate-parameters", sections: in("inbound"), once: true, attributes: []attribute{need("specified-parameter-action", action), unspecified, errorsVariable}, children: []child{
			section("headers", unspecified), section("query", unspecified), section("path"),
		}, compile: validateParameters},
		{name: "validate-headers", sections: in("outbound", "on-error"), once: true, attributes: []attribute{
			need("specified-header-action", action), need("unspecified-header-action", action), errorsVariable,
		}, children: []child{named("header")}, compile: validateHeaders},
		{name: "validate-status-code", sections: in("outbound", "on-error"), once: true, attributes: []attribute{need("unspecified-status-code-action", action), errorsVariable}, children: []child{
			{name: "status-code", many: true, attributes: []attribute{need("code", integer(0, mostUnsigned)).fixed(), need("action", action)}},
		}, compile: validateStatusCode},
	}
}

// mostUnsigned is the most that the schemas' unsignedInt holds.
const mostUnsigned = 1<<32 - 1

// violation is a validation error as the service tells it.
type violation struct {
	Name           string `json:"Name"`
	Type           string `json:"Type"`
	ValidationRule string `json:"ValidationRule"`
	Details        string `json:"Details"`
	Action         string `json:"Action"`
	// public is what the caller is told.
	public string
}

// internalError is what callers are told of mistakes that are not theirs.
const internalError = "The request could not be processed due to an internal error. Contact the API owner."

// validation is one run of a validation policy.
type validation struct {
	x        *Execution
	variable string
	found    []violation
}

// validates is what validation policies have in common.
func (c *elementCompilation) validates() func(x *Execution) *validation {
	variable := c.literal("errors-variable-name", "")
	c.noteVariable(variable, nil)
	return func(x *Execution) *validation { return &validation{x: x, variable: variable} }
}

// fromBackend tells whether the response is validated: what is wrong with it is not the
// caller's business.
func (v *validation) fromBackend() bool { return v.x.section != "inbound" }

// take keeps errors that were found together. Those that an action prevents end the
// processing.
func (v *validation) take(action string, found ...violation) error {
	if len(found) == 0 {
		return nil
	}
	for _, each := range found {
		each.Action = action
		v.found = append(v.found, each)
		v.x.tell("%s: %s", action, each.Details)
	}
	if v.variable != "" {
		// What type the service gives the variable is not documented.
		written, err := json.Marshal(v.found)
		if err != nil {
			return err
		}
		if v.x.exchange.Variables[v.variable], err = library.ParseJSONWithoutDates(string(written)); err != nil {
			return err
		}
	}
	if action != "prevent" {
		return nil
	}
	first := found[0]
	refusal := refused(http.StatusBadRequest, "Bad request", first.Details)
	if v.fromBackend() {
		refusal = refused(http.StatusBadGateway, "Response not allowed", first.Details)
	}
	refusal.Public = first.public
	if v.fromBackend() {
		refusal.Public = internalError
	}
	return refusal
}

// definition is what the API's definition says; never nil.
func (x *Execution) definition() *definition.API {
	if x.world.Definition == nil {
		return &definition.API{}
	}
	return x.world.Definition
}

// overrides are the actions of named things; "" for none.
type overrides map[string]*value

func (o overrides) action(x *Execution, name string, otherwise *value) (string, error) {
	if own := o[name]; own != nil {
		return own.action(x)
	}
	return otherwise.action(x)
}

// action is one of ignore, prevent and detect.
func (v *value) action(x *Execution) (string, error) {
	action, err := v.trimmed(x)
	if err != nil {
		return "", err
	}
	switch action {
	case "ignore", "prevent", "detect":
		return action, nil
	}
	return "", invalidValue("An action is ignore, prevent or detect, not '" + action + "'.")
}
