package policy

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/policy/definition"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/exchange"
	"github.com/aoai-gateway/aoai-gateway/internal/suggest"
)

// mostValidated is the most that max-size may be, as long as support has not raised it. Source:
// https://learn.microsoft.com/azure/api-management/validate-content-policy
const mostValidated = 4 << 20

// contentRules are a validate-content policy.
type contentRules struct {
	begin                        func(x *Execution) *validation
	unspecified, most, oversized *value
	anyType, missingType         string
	types                        []typeRule
	contents                     []contentRule
}

// typeRule maps a content type to another one: by its name, or by a condition.
type typeRule struct {
	from, to string
	when     *value
}

// contentRule says how bodies of a content type are validated; "" is any that the API has.
type contentRule struct {
	contentType, schema, pointer string
	action                       *value
	options                      definition.Options
}

func validateContent(c *elementCompilation) runner {
	r := &contentRules{begin: c.validates(), unspecified: c.get("unspecified-content-type-action"), most: c.get("max-size"), oversized: c.get("size-exceeded-action")}
	if most, err := strconv.ParseInt(strings.TrimSpace(r.most.text), 10, 64); err == nil && most > mostValidated {
		c.note(r.most.at(0), Doubtful, "max-size", "the service takes a max-size of at most %d bytes, unless Azure's support has raised it", mostValidated)
	}
	if mapping := c.first("content-type-map"); mapping != nil {
		r.anyType, r.missingType = mapping.literal("any-content-type-value", ""), mapping.literal("missing-content-type-value", "")
		for _, each := range mapping.children["type"] {
			if (each.get("from") == nil) == (each.get("when") == nil) {
				c.note(each.element.Position(), Refused, "attribute", "<type> takes either from or when")
			}
			r.types = append(r.types, typeRule{each.literal("from", ""), each.literal("to", ""), each.get("when")})
		}
	}
	for _, each := range c.children["content"] {
		r.contents = append(r.contents, each.contentRule())
	}
	c.step.detail = strconv.Itoa(len(r.contents)) + " content types"
	return r.run
}

func (c *elementCompilation) contentRule() contentRule {
	rule := contentRule{contentType: c.literal("type", ""), schema: c.literal("schema-id", ""), action: c.get("action")}
	if as := c.get("validate-as"); as.text == "xml" || as.text == "soap" {
		c.note(as.at(0), Unsupported, "unsupported-attribute", "validate-as=\"%s\" cannot be run here: XML schemas are not supported, only json is", as.text)
	}
	if id := c.get("schema-id"); id != nil && c.options.Schemas != nil && !slices.Contains(c.options.Schemas, rule.schema) {
		c.note(id.at(0), Refused, "unknown-schema", "there is no schema '%s'%s", id.text, suggest.Phrase(rule.schema, c.options.Schemas))
	}
	if reference := c.get("schema-ref"); reference != nil {
		var ok bool
		if rule.pointer, ok = strings.CutPrefix(strings.TrimSpace(reference.text), "#"); !ok {
			c.note(reference.at(0), Refused, "value", "schema-ref is a local reference such as #/components/schemas/address, not '%s'", clip(reference.text))
		}
		if ok && rule.schema == "" {
			c.note(reference.at(0), Doubtful, "schema-ref", "schema-ref does nothing without schema-id")
		}
	}
	if v := c.get("allow-additional-properties"); v != nil {
		rule.options.Additional = definition.Refused
		if c.flag("allow-additional-properties", false) {
			rule.options.Additional = definition.Allowed
		}
	}
	rule.options.AnyCase = c.flag("case-insensitive-property-names", false)
	return rule
}

// message is the one that is validated: its body, its own content type, and what the
// definition says of bodies.
type message struct {
	body            *exchange.Body
	contentType     string
	representations []definition.Representation
	// name is Request or Response.
	name string
}

func (x *Execution) validated(response bool) message {
	operation := x.definition().Operation
	if response {
		m := message{name: "Response"}
		if x.exchange.Response != nil {
			m.body, m.contentType = x.exchange.Response.Body, x.exchange.Response.Headers.Get("Content-Type")
			if answer := operation.Answer(x.exchange.Response.StatusCode); answer != nil {
				m.representations = answer.Representations
			}
		}
		return m
	}
	m := message{name: "Request", body: x.exchange.Request.Body, contentType: x.exchange.Request.Headers.Get("Content-Type")}
	if operation != nil {
		m.representations = operation.Request.Representations
	}
	return m
}

func (r *contentRules) run(x *Execution) error {
	v := r.begin(x)
	m := x.validated(v.fromBackend())
	data, err := m.body.Content(x.world.BodyLimit)
	if err != nil {
		return err
	}
	if err := r.size(v, m, len(data)); err != nil {
		return err
	}
	if len(data) == 0 && m.contentType == "" {
		x.tell("there is no body")
		return nil
	}
	contentType, err := r.mapped(x, m.contentType)
	if err != nil {
		return err
	}
	described := definition.Of(m.representations, contentType)
	rule := r.rule(contentType, described != nil)
	if described == nil && (rule == nil || rule.schema == "") {
		action, err := r.unspecified.action(x)
		if err != nil || action == "ignore" {
			return err
		}
		text := "Unspecified content type " + contentType + " is not allowed."
		return v.take(action, violation{Name: contentType, Type: m.name + "Body", ValidationRule: "Unspecified", Details: text, public: text})
	}
	if rule == nil {
		return nil
	}
	action, err := rule.action.action(x)
	if err != nil || action == "ignore" {
		return err
	}
	return v.take(action, rule.check(x, m, contentType, described, string(data))...)
}

func (r *contentRules) size(v *validation, m message, size int) error {
	most, err := r.most.number(v.x, 0)
	if err != nil || float64(size) <= most {
		return err
	}
	action, err := r.oversized.action(v.x)
	if err != nil || action == "ignore" {
		return err
	}
	start := m.name + "'s body is " + strconv.Itoa(size) + " bytes long and it exceeds the "
	limit := strconv.FormatFloat(most, 'f', -1, 64) + " bytes."
	return v.take(action, violation{Type: m.name + "Body", ValidationRule: "SizeLimit", Details: start + "configured limit of " + limit, public: start + "limit of " + limit})
}

// mapped is the content type that decides: of a rule that fits, else what stands for a missing
// one, else what stands for any.
func (r *contentRules) mapped(x *Execution, contentType string) (string, error) {
	for _, each := range r.types {
		fits := each.from != "" && definition.SameType(each.from, contentType)
		if each.when != nil {
			var err error
			if fits, err = each.when.boolean(x, false); err != nil {
				return "", err
			}
		}
		if fits {
			return each.to, nil
		}
	}
	switch {
	case contentType == "" && r.missingType != "":
		return r.missingType, nil
	case r.anyType != "":
		return r.anyType, nil
	}
	return contentType, nil
}

// rule is the one for a content type: one that names it wins over one for all types of the API.
func (r *contentRules) rule(contentType string, described bool) *contentRule {
	var general *contentRule
	for i := range r.contents {
		each := &r.contents[i]
		if each.contentType != "" && definition.SameType(each.contentType, contentType) {
			return each
		}
		if each.contentType == "" && described && general == nil {
			general = each
		}
	}
	return general
}

// check holds a body to its schema.
func (r *contentRule) check(x *Execution, m message, contentType string, described *definition.Representation, text string) []violation {
	broken := func(rule, details, public string) violation {
		return violation{Name: contentType, Type: m.name + "Body", ValidationRule: rule, Details: details, public: public}
	}
	schemas, id, pointer, name := x.definition().Service, r.schema, r.pointer, r.schema
	if id != "" && !schemas.Has(id) {
		return []violation{noSchema(definition.ErrNoSchema, broken, "")}
	}
	if id == "" {
		if described.SchemaID == "" {
			x.tell("the API has no schema for %s", contentType)
			return nil
		}
		schemas, id, name = x.definition().Schemas, described.SchemaID, described.TypeName
		var err error
		if pointer, err = schemas.Find(described.Reference); err != nil {
			return []violation{noSchema(err, broken, "API's schema does not contain definition "+name+", which is associated with the content type "+contentType+".")}
		}
	}
	mistakes, err := schemas.Check(text, id, pointer, r.options)
	if err != nil {
		return []violation{broken("ValidationException", "Body of the "+strings.ToLower(m.name)+" cannot be validated for the content type "+contentType+".\n\n"+exceptionDetails(err), internalError)}
	}
	var found []violation
	for _, each := range mistakes {
		details := "Body of the " + strings.ToLower(m.name) + " does not conform to the definition " + name + ", which is associated with the content type " + contentType + ".\n\n" + each.String()
		found = append(found, broken("IncorrectMessage", details, details))
	}
	return found
}

// noSchema is the error of a schema, or of a type in it, that is not there.
func noSchema(err error, broken func(rule, details, public string) violation, missing string) violation {
	switch {
	case errors.Is(err, definition.ErrNoType):
		return broken("MissingDefinition", missing, internalError)
	case errors.Is(err, definition.ErrNoTypes):
		return violation{Type: "ApiSchema", Details: "API's schema does not specify definitions.", public: internalError}
	}
	return violation{Type: "ApiSchema", Details: "API's schema does not exist or it could not be resolved.", public: internalError}
}

// exceptionDetails are what an exception says, or why a schema cannot be used.
func exceptionDetails(err error) string {
	var exception *dotnet.Exception
	if errors.As(err, &exception) {
		return exception.Message
	}
	return err.Error()
}
