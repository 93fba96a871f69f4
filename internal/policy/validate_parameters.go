package policy

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/definition"
)

// parameterRules are what a validation policy says of parameters of one sort.
type parameterRules struct {
	// sort is the type of the errors, and word what their messages call it.
	sort, word string
	// specified and unspecified are the actions for parameters that the definition has and
	// does not have.
	specified, unspecified *value
	own                    overrides
}

// actionsOf are the actions of the children of a name.
func (c *elementCompilation) actionsOf(name, key string) overrides {
	found := overrides{}
	for _, each := range c.children[name] {
		found[strings.ToLower(each.literal(key, ""))] = each.get("action")
	}
	return found
}

func validateParameters(c *elementCompilation) runner {
	begin := c.validates()
	section := func(name, sort, word string) parameterRules {
		r := parameterRules{sort: sort, word: word, specified: c.get("specified-parameter-action"), unspecified: c.get("unspecified-parameter-action")}
		if each := c.first(name); each != nil {
			r.specified, r.own = each.get("specified-parameter-action"), each.actionsOf("parameter", "name")
			if own := each.get("unspecified-parameter-action"); own != nil {
				r.unspecified = own
			}
		}
		return r
	}
	headers, query, path := section("headers", "RequestHeader", "header"), section("query", "QueryParameter", "query parameter"), section("path", "PathParameter", "path parameter")
	return func(x *Execution) error {
		v := begin(x)
		operation := x.definition().Operation
		if operation == nil {
			operation = &definition.Operation{}
		}
		for _, field := range x.exchange.Request.Headers.Fields() {
			if err := headers.check(v, operation.Request.Headers, field.Name, field.Values); err != nil {
				return err
			}
		}
		for _, field := range x.exchange.Request.URL.Query().Fields() {
			// A parameter of the template may stand in its query.
			known := slices.Concat(operation.Request.Query, operation.Path)
			if err := query.check(v, known, field.Name, field.Values); err != nil {
				return err
			}
		}
		matched := x.exchange.Request.MatchedParameters
		for _, name := range slices.Sorted(maps.Keys(matched)) {
			if err := path.check(v, operation.Path, name, []string{matched[name]}); err != nil {
				return err
			}
		}
		return nil
	}
}

func validateHeaders(c *elementCompilation) runner {
	begin := c.validates()
	r := parameterRules{sort: "ResponseHeader", word: "header", specified: c.get("specified-header-action"), unspecified: c.get("unspecified-header-action"), own: c.actionsOf("header", "name")}
	return func(x *Execution) error {
		v := begin(x)
		response := x.exchange.Response
		if response == nil {
			return nil
		}
		var known []definition.Parameter
		if answer := x.definition().Operation.Answer(response.StatusCode); answer != nil {
			known = answer.Headers
		}
		for _, field := range slices.Clone(response.Headers.Fields()) {
			if err := r.check(v, known, field.Name, field.Values); err != nil {
				return err
			}
		}
		return nil
	}
}

func validateStatusCode(c *elementCompilation) runner {
	begin := c.validates()
	unspecified, own := c.get("unspecified-status-code-action"), c.actionsOf("status-code", "code")
	return func(x *Execution) error {
		v := begin(x)
		if x.exchange.Response == nil || x.definition().Operation.Answer(x.exchange.Response.StatusCode) != nil {
			return nil
		}
		code := strconv.Itoa(x.exchange.Response.StatusCode)
		action, err := own.action(x, code, unspecified)
		if err != nil || action == "ignore" {
			return err
		}
		return v.take(action, violation{Name: code, Type: "StatusCode", ValidationRule: "Unspecified", Details: "Response status code " + code + " is not allowed."})
	}
}

// check holds one parameter to the definition.
func (r *parameterRules) check(v *validation, known []definition.Parameter, name string, values []string) error {
	described := definition.Find(known, name)
	otherwise := r.unspecified
	if described != nil {
		otherwise = r.specified
	}
	action, err := r.own.action(v.x, strings.ToLower(name), otherwise)
	if err != nil || action == "ignore" {
		return err
	}
	if described == nil {
		text := "Unspecified " + r.word + " " + name + " is not allowed."
		return v.take(action, violation{Name: name, Type: r.sort, ValidationRule: "Unspecified", Details: text, public: text})
	}
	return v.take(action, r.broken(v, described, name, values)...)
}

// broken is what is wrong with the values of a parameter.
func (r *parameterRules) broken(v *validation, described *definition.Parameter, name string, values []string) []violation {
	made := func(rule, details, public string) violation {
		return violation{Name: name, Type: r.sort, ValidationRule: rule, Details: details, public: public}
	}
	mistakes, err := v.x.definition().Schemas.CheckParameter(described, values)
	value := "alue of the " + r.word + " " + name
	var found []violation
	for _, each := range mistakes {
		why := value + " does not conform to the definition.\n\n" + each.String()
		found = append(found, made("IncorrectMessage", "V"+why, "The v"+why))
	}
	switch {
	case err == nil:
		return found
	case errors.Is(err, definition.ErrMultiple):
		start := "Request"
		if r.sort == "ResponseHeader" {
			start = "Response"
		}
		text := start + " cannot contain multiple values for the " + r.word + " " + name + "."
		return []violation{made("IncorrectMessage", text, text)}
	case errors.Is(err, definition.ErrUnreadable):
		_, why, _ := strings.Cut(err.Error(), ": ")
		return []violation{made("IncorrectMessage", "V"+value+" cannot be parsed according to the definition.\n\n"+why, "V"+value+" couldn't be parsed according to the definition.\n\n"+why)}
	case errors.Is(err, definition.ErrNoSchema), errors.Is(err, definition.ErrNoTypes), errors.Is(err, definition.ErrNoType):
		return []violation{noSchema(err, made, "API's schema does not contain definition "+described.TypeName+", which is associated with the "+r.word+" "+name+".")}
	}
	text := strings.ToUpper(r.word[:1]) + r.word[1:] + " " + name + " cannot be validated.\n\n" + exceptionDetails(err)
	return []violation{made("ValidationError", text, internalError)}
}
