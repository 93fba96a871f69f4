package openai

import (
	"encoding/json"
	"errors"
	"regexp"
	"slices"

	"github.com/aoai-gateway/aoai-gateway/sandbox/openai/schema"
)

// tool is a function that the caller offers.
type tool struct {
	name       string
	parameters any
}

// toolCall is one that the model wants.
type toolCall struct{ id, name, arguments string }

// toolbox is what the caller offers, and how the model is to choose.
type toolbox struct {
	functions []tool
	// mode is auto, none or required, and named the function that has to be called.
	mode, named string
	// parallel lets the model call several at once.
	parallel bool
}

var functionName = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

// tools reads tools, tool_choice and parallel_tool_calls. Messages are those of public reports.
func (c *call) tools() (toolbox, *refusal) {
	offered, _ := c.body["tools"].([]any)
	for _, name := range []string{"tool_choice", "parallel_tool_calls"} {
		if c.body[name] != nil && c.body[name] != "none" && len(offered) == 0 && c.body["messages"] != nil {
			return toolbox{}, invalid(name, "", "Invalid value for '%s': '%s' is only allowed when 'tools' are specified.", name, name)
		}
	}
	box := toolbox{mode: "auto", parallel: c.body["parallel_tool_calls"] != false}
	for i, each := range offered {
		fields, _ := each.(map[string]any)
		kind, _ := fields["type"].(string)
		if kind != "function" {
			if refused := c.hosted(i, kind); refused != nil {
				return box, refused
			}
			continue
		}
		at := toolAt(i)
		if c.body["messages"] != nil {
			fields, _ = fields["function"].(map[string]any)
			at += ".function"
		}
		function, refused := readFunction(fields, at)
		if refused != nil {
			return box, refused
		}
		box.functions = append(box.functions, function)
	}
	return box, c.choose(&box)
}

// hosted is about tools that are no functions. The Responses API has those that the service
// runs itself; the sandbox's models never do.
func (c *call) hosted(i int, kind string) *refusal {
	if kind == "" {
		return invalid(toolAt(i)+".type", "missing_required_parameter", "Missing required parameter: '%s.type'.", toolAt(i))
	}
	if kind == "custom" || c.body["messages"] != nil {
		return notModelled("tools of type '%s'; it knows 'function'", kind)
	}
	return nil
}

func readFunction(fields map[string]any, at string) (tool, *refusal) {
	name, _ := fields["name"].(string)
	switch {
	case name == "":
		return tool{}, invalid(at+".name", "missing_required_parameter", "Missing required parameter: '%s.name'.", at)
	case !functionName.MatchString(name):
		return tool{}, invalid(at+".name", "invalid_value", "Invalid '%s.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.", at)
	case fields["parameters"] == nil:
		return tool{name: name, parameters: map[string]any{"type": "object"}}, nil
	}
	refuse := func(why string) *refusal {
		return invalid(at+".parameters", "invalid_function_parameters", "Invalid schema for function '%s': %s", name, why)
	}
	parameters, _ := fields["parameters"].(map[string]any)
	if kind, _ := parameters["type"].(string); kind != "object" {
		if kind == "" {
			kind = "None"
		}
		return tool{}, refuse(`schema must be a JSON Schema of 'type: "object"', got 'type: "` + kind + `"'.`)
	}
	if fields["strict"] == true {
		if err := schema.CheckStrict(parameters); err != nil {
			return tool{}, refuse(err.Error())
		}
	}
	_, err := schema.Example(parameters)
	switch {
	case errors.Is(err, schema.ErrNoExample):
		return tool{}, noExample("the function '"+name+"'", err)
	case err != nil:
		return tool{}, refuse(err.Error())
	}
	return tool{name, parameters}, nil
}

// choose reads tool_choice.
func (c *call) choose(box *toolbox) *refusal {
	switch choice := c.body["tool_choice"].(type) {
	case nil:
		return nil
	case string:
		if !slices.Contains([]string{"none", "auto", "required"}, choice) {
			return invalid("tool_choice", "invalid_value", "Invalid value: '%s'. Supported values are: 'none', 'auto', and 'required'.", choice)
		}
		box.mode = choice
		return nil
	case map[string]any:
		if choice["type"] == "allowed_tools" {
			return c.allow(box, choice)
		}
		name := nameOf(choice)
		if !slices.ContainsFunc(box.functions, func(f tool) bool { return f.name == name }) {
			if kind, _ := choice["type"].(string); kind != "function" {
				return notModelled("calls of the tool '%s'; choose a function, 'auto' or 'none'", kind)
			}
			return invalid("tool_choice", "", "Invalid value for 'tool_choice': no function named '%s' was specified in the 'tools' parameter.", name)
		}
		box.mode, box.named = "required", name
		return nil
	}
	return invalid("tool_choice", "invalid_type", "Invalid type for 'tool_choice': expected a text or an object.")
}

// allow keeps the functions that the caller allows among those that he offers.
func (c *call) allow(box *toolbox, choice map[string]any) *refusal {
	if inner, nested := choice["allowed_tools"].(map[string]any); nested {
		choice = inner
	}
	mode, _ := choice["mode"].(string)
	if mode != "auto" && mode != "required" {
		return invalid("tool_choice.mode", "invalid_value", "Invalid value: '%s'. Supported values are: 'auto' and 'required'.", mode)
	}
	box.mode = mode
	allowed, _ := choice["tools"].([]any)
	box.functions = slices.DeleteFunc(box.functions, func(f tool) bool {
		return !slices.ContainsFunc(allowed, func(each any) bool {
			fields, _ := each.(map[string]any)
			return nameOf(fields) == f.name
		})
	})
	return nil
}

// nameOf is the function's name in chat's form, or in that of the Responses API.
func nameOf(fields map[string]any) string {
	if function, nested := fields["function"].(map[string]any); nested {
		fields = function
	}
	name, _ := fields["name"].(string)
	return name
}

// calls are the functions that the model calls: the one that it has to, or those whose names
// the last message of the user has. Where it has to call any, and none is named, it calls the
// first one.
func (box toolbox) calls(c *call) []toolCall {
	var wanted []tool
	last := c.lastOfUser()
	for _, function := range box.functions {
		named := regexp.MustCompile(`(?i)(^|[^\w-])` + regexp.QuoteMeta(function.name) + `($|[^\w-])`)
		if (box.named == "" && named.MatchString(last)) || function.name == box.named {
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
		value, err := schema.Example(function.parameters)
		if err != nil {
			continue // it was checked before
		}
		arguments, err := json.Marshal(value)
		if err != nil {
			continue // what JSON Schema describes always encodes
		}
		calls = append(calls, toolCall{c.id("call_"), function.name, string(arguments)})
	}
	return calls
}

// lastOfUser is the text of the last message, where it is the user's: "" after a tool's answer.
func (c *call) lastOfUser() string {
	list, isList := c.body["messages"].([]any)
	if !isList {
		if list, isList = c.body["input"].([]any); !isList {
			text, _ := c.body["input"].(string)
			return text
		}
	}
	if len(list) == 0 {
		return ""
	}
	message, _ := list[len(list)-1].(map[string]any)
	if message["role"] != "user" {
		return ""
	}
	return textOf(message["content"])
}
