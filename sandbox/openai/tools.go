package openai

import (
	"cmp"
	"errors"
	"regexp"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/sandbox/openai/schema"
)

// toolCall is one that the model wants.
type toolCall struct{ id, name, arguments string }

// toolbox is what the caller offers, and how the model is to choose.
type toolbox struct {
	functions []function
	// mode is auto, none or required, and named the function that has to be called.
	mode, named string
	// parallel lets the model call several at once.
	parallel bool
}

var functionName = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

// tools reads tools, tool_choice and parallel_tool_calls. Messages are those of public reports.
func (c *call) tools() (toolbox, *refusal) {
	r := &c.body
	for _, each := range []struct {
		name  string
		given bool
	}{{"tool_choice", r.ToolChoice.shape != absent && r.ToolChoice.text != "none"}, {"parallel_tool_calls", r.ParallelToolCalls.given}} {
		if each.given && len(r.Tools) == 0 && c.isChat() {
			return toolbox{}, invalid(each.name, "", "Invalid value for '%s': '%s' is only allowed when 'tools' are specified.", each.name, each.name)
		}
	}
	box := toolbox{mode: "auto", parallel: r.ParallelToolCalls.value}
	for i, each := range r.Tools {
		if each.Type != "function" {
			if refused := c.hosted(i, each.Type); refused != nil {
				return box, refused
			}
			continue
		}
		offered, at := each.function, toolAt(i)
		if c.isChat() {
			offered, at = each.Function, at+".function"
		}
		if refused := offered.check(at); refused != nil {
			return box, refused
		}
		if offered.Parameters == nil {
			offered.Parameters = schema.AnyObject()
		}
		box.functions = append(box.functions, offered)
	}
	return box, c.choose(&box)
}

// hosted is about tools that are no functions. The Responses API has those that the service
// runs itself; the sandbox's models never do.
func (c *call) hosted(i int, kind string) *refusal {
	if kind == "" {
		return invalid(toolAt(i)+".type", "missing_required_parameter", "Missing required parameter: '%s.type'.", toolAt(i))
	}
	if kind == "custom" || c.isChat() {
		return notModelled("tools of type '%s'; it knows 'function'", kind)
	}
	return nil
}

// check refuses a function that the service would not take.
func (f function) check(at string) *refusal {
	switch {
	case f.Name == "":
		return invalid(at+".name", "missing_required_parameter", "Missing required parameter: '%s.name'.", at)
	case !functionName.MatchString(f.Name):
		return invalid(at+".name", "invalid_value", "Invalid '%s.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.", at)
	case f.Parameters == nil:
		return nil
	}
	refuse := func(why string) *refusal {
		return invalid(at+".parameters", "invalid_function_parameters", "Invalid schema for function '%s': %s", f.Name, why)
	}
	if kind := f.Parameters.Kind(); kind != "object" {
		return refuse(`schema must be a JSON Schema of 'type: "object"', got 'type: "` + cmp.Or(kind, "None") + `"'.`)
	}
	if f.Strict {
		if err := schema.CheckStrict(f.Parameters); err != nil {
			return refuse(err.Error())
		}
	}
	_, err := schema.Example(f.Parameters)
	switch {
	case errors.Is(err, schema.ErrNoExample):
		return noExample("the function '"+f.Name+"'", err)
	case err != nil:
		return refuse(err.Error())
	}
	return nil
}

// choose reads tool_choice.
func (c *call) choose(box *toolbox) *refusal {
	switch choice := &c.body.ToolChoice; choice.shape {
	case absent:
		return nil
	case aText:
		if !slices.Contains([]string{"none", "auto", "required"}, choice.text) {
			return invalid("tool_choice", "invalid_value", "Invalid value: '%s'. Supported values are: 'none', 'auto', and 'required'.", choice.text)
		}
		box.mode = choice.text
		return nil
	case anObject:
		return box.chooseOne(&choice.object)
	case other, aNumber, tokenNumbers, aList:
	}
	return invalid("tool_choice", "invalid_type", "Invalid type for 'tool_choice': expected a text or an object.")
}

// chooseOne is a choice of one function, or of some.
func (box *toolbox) chooseOne(choice *chosenTools) *refusal {
	if choice.Type == "allowed_tools" {
		return box.allow(choice)
	}
	name := choice.function()
	if !slices.ContainsFunc(box.functions, func(f function) bool { return f.Name == name }) {
		if choice.Type != "function" {
			return notModelled("calls of the tool '%s'; choose a function, 'auto' or 'none'", choice.Type)
		}
		return invalid("tool_choice", "", "Invalid value for 'tool_choice': no function named '%s' was specified in the 'tools' parameter.", name)
	}
	box.mode, box.named = "required", name
	return nil
}

// allow keeps the functions that the caller allows among those that he offers.
func (box *toolbox) allow(choice *chosenTools) *refusal {
	if choice.AllowedTools != nil {
		choice = choice.AllowedTools
	}
	if choice.Mode != "auto" && choice.Mode != "required" {
		return invalid("tool_choice.mode", "invalid_value", "Invalid value: '%s'. Supported values are: 'auto' and 'required'.", choice.Mode)
	}
	box.mode = choice.Mode
	box.functions = slices.DeleteFunc(box.functions, func(f function) bool {
		return !slices.ContainsFunc(choice.Tools, func(each chosenTools) bool { return each.function() == f.Name })
	})
	return nil
}

// calls are the functions that the model calls: the one that it has to, or those whose names
// the last message of the user has. Where it has to call any, and none is named, it calls the
// first one.
func (box toolbox) calls(c *call) []toolCall {
	var wanted []function
	last := c.lastOfUser()
	for _, function := range box.functions {
		named := regexp.MustCompile(`(?i)(^|[^\w-])` + regexp.QuoteMeta(function.Name) + `($|[^\w-])`)
		if (box.named == "" && named.MatchString(last)) || function.Name == box.named {
			wanted = append(wanted, function)
		}
	}
	switch {
	case box.mode == "none":
		return nil
	case len(wanted) == 0 && box.mode == "required" && len(box.functions) > 0:
		wanted = box.functions[:1]
	case len(wanted) > 1 && !box.parallel:
		wanted = wanted[:1]
	}
	calls := make([]toolCall, 0, len(wanted))
	for _, function := range wanted {
		arguments, err := schema.Example(function.Parameters)
		if err != nil {
			continue // it was checked before
		}
		calls = append(calls, toolCall{c.id("call_"), function.Name, string(arguments)})
	}
	return calls
}

// lastOfUser is the text of the last message, where it is the user's.
func (c *call) lastOfUser() string {
	switch r := &c.body; {
	case r.Messages.isList():
		return r.Messages.lastOfUser()
	case r.Input.isList():
		return r.Input.lastOfUser()
	default:
		return r.Input.text
	}
}
