package policy

import (
	"fmt"
	"net/http"
)

// safetyKinds check what is asked of a model.
func safetyKinds() []*kind {
	category := child{name: "category", required: true, many: true, attributes: []attribute{
		need("name", oneOf("Hate", "SelfHarm", "Sexual", "Violence")), need("threshold", integer(0, mostSeverity)),
	}}
	return []*kind{
		// Microsoft's reference takes expressions in both attributes, and the service's
		// schema has them as text: the reference is followed.
		{name: "llm-content-safety", sections: in("inbound"), anyOrder: true, attributes: []attribute{need("backend-id", text()), may("shield-prompt", boolean())}, children: []child{
			{name: "categories", attributes: []attribute{may("output-type", oneOf("FourSeverityLevels", "EightSeverityLevels"))}, children: []child{category}},
			{name: "blocklists", children: []child{{name: "id", required: true, many: true, content: requiredText}}},
		}, compile: contentSafety},
	}
}

// mostSeverity is the highest that a category may have.
const mostSeverity = 7

// contentChecks is an llm-content-safety policy.
type contentChecks struct {
	backend, shield, output *value
	categories              []category
	blocklists              []*value
}

type category struct{ name, threshold *value }

func contentSafety(c *elementCompilation) runner {
	s := &contentChecks{backend: c.get("backend-id"), shield: c.get("shield-prompt"), blocklists: c.texts("blocklists", "id")}
	if each := c.first("categories"); each != nil {
		s.output = each.get("output-type")
		for _, one := range each.children["category"] {
			s.categories = append(s.categories, category{one.get("name"), one.get("threshold")})
		}
	}
	c.refuseBackend(s.backend)
	c.step.detail = "by " + describe(s.backend)
	return s.run
}

// safetyVersion is the API version of Content Safety. Source:
// https://learn.microsoft.com/azure/ai-services/content-safety/quickstart-text
const safetyVersion = "2024-09-01"

func (s *contentChecks) run(x *Execution) error {
	if _, err := x.exchange.Request.Body.Content(x.world.BodyLimit); err != nil {
		return unsafe(err, "")
	}
	asked := promptOf(x.modelRequest())
	if asked == "" {
		x.tell("the body asks no model anything")
		return nil
	}
	backend, err := s.backend.required(x, "backend-id")
	if err != nil {
		return err
	}
	shielded, err := s.shield.boolean(x, false)
	if err != nil {
		return err
	}
	if shielded {
		attack, err := x.isAttack(backend, asked)
		if err != nil || attack {
			return unsafe(err, "an attack by the prompt")
		}
	}
	if len(s.categories)+len(s.blocklists) == 0 {
		return nil
	}
	return s.analyze(x, backend, asked)
}

// isAttack asks whether a prompt tries to get around a model's rules.
func (x *Execution) isAttack(backend, asked string) (bool, error) {
	var answer struct {
		User struct {
			Detected bool `json:"attackDetected"`
		} `json:"userPromptAnalysis"`
	}
	err := x.callService(backend, "/contentsafety/text:shieldPrompt", safetyVersion, map[string]any{"userPrompt": asked, "documents": []string{}}, &answer)
	return answer.User.Detected, err
}

// analyze asks how severe a text is, and whether a blocklist has it.
func (s *contentChecks) analyze(x *Execution, backend, asked string) error {
	thresholds := map[string]float64{}
	names := []string{}
	for _, each := range s.categories {
		name, err := each.name.trimmed(x)
		if err != nil {
			return err
		}
		if thresholds[name], err = each.threshold.number(x, 0); err != nil {
			return err
		}
		names = append(names, name)
	}
	lists, err := texts(x, s.blocklists)
	if err != nil {
		return err
	}
	output, err := s.output.trimmed(x)
	if err != nil {
		return err
	}
	body := map[string]any{"text": asked, "blocklistNames": lists, "outputType": "FourSeverityLevels"}
	if output != "" {
		body["outputType"] = output
	}
	if len(names) > 0 {
		body["categories"] = names
	}
	var answer struct {
		Matches []struct {
			List string `json:"blocklistName"`
		} `json:"blocklistsMatch"`
		Categories []struct {
			Category string  `json:"category"`
			Severity float64 `json:"severity"`
		} `json:"categoriesAnalysis"`
	}
	if err := x.callService(backend, "/contentsafety/text:analyze", safetyVersion, body, &answer); err != nil {
		return unsafe(err, "")
	}
	if len(answer.Matches) > 0 {
		return unsafe(nil, "an item of the blocklist "+answer.Matches[0].List)
	}
	for _, each := range answer.Categories {
		if most, watched := thresholds[each.Category]; watched && each.Severity >= most {
			return unsafe(nil, fmt.Sprintf("%s of severity %v", each.Category, each.Severity))
		}
	}
	return nil
}

// unsafe is the refusal of a prompt, or the failure of what should have judged it: 500,
// so that nothing unchecked goes on (Microsoft's reference of llm-content-safety).
func unsafe(err error, why string) error {
	if err != nil {
		return &Error{Failure: failure("", "", "Content safety cannot be checked: "+err.Error()), cause: err}
	}
	refusal := refused(http.StatusForbidden, "", "Request failed content safety check.")
	refusal.Message += " It has " + why + "."
	return refusal
}
