package stacks

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/aoai-gateway/aoai-gateway/components/monitor"
	"github.com/aoai-gateway/aoai-gateway/internal/faults"
)

// checkRaw refuses what the decoded configuration no longer shows: a version that YAML has
// made a time stamp of, and a 0 that would mean the default. What has another form, decode
// tells.
func checkRaw(values map[string]string) error {
	var list faults.List
	deployments := func(path string, all []map[string]any) {
		for i, each := range all {
			at := fmt.Sprintf("%s[%d].", path, i)
			if text, isText := each["version"].(string); isText {
				if day := dayOf(text); day != "" {
					list.Add(at+"version", "%q is a time stamp, which YAML makes of a date without quotes", text).About(text).Remedy("write version: %q", day)
				}
			}
			noZeros(&list, at, each, "capacity", "priority", "weight")
		}
	}
	read := func(key string, into any) bool { return json.Unmarshal([]byte(values[Project+":"+key]), into) == nil }
	var shared []map[string]any
	if read("deployments", &shared) {
		deployments(Project+":deployments", shared)
	}
	var accounts []struct {
		Deployments []map[string]any `json:"deployments"`
	}
	if read("openai", &accounts) {
		for i, account := range accounts {
			deployments(fmt.Sprintf("%s:openai[%d].deployments", Project, i), account.Deployments)
		}
	}
	var object map[string]any
	if read("timeouts", &object) {
		noZeros(&list, Project+":timeouts.", object, "clientSeconds", "modelSeconds")
	}
	object = nil
	if read("monitor", &object) {
		noZerosBelow(&list, Project+":monitor.", object, monitor.MinRetentionDays, "retentionDays")
	}
	var service struct {
		Regions []map[string]any `json:"regions"`
	}
	if read("apim", &service) {
		for i, region := range service.Regions {
			noZeros(&list, fmt.Sprintf("%s:apim.regions[%d].", Project, i), region, "units")
		}
	}
	return list.Err()
}

// noZeros refuses a 0 where it would be read as nothing.
func noZeros(list *faults.List, at string, object map[string]any, keys ...string) {
	noZerosBelow(list, at, object, 1, keys...)
}

// noZerosBelow does so for keys whose least value is another than 1.
func noZerosBelow(list *faults.List, at string, object map[string]any, least int, keys ...string) {
	for _, key := range keys {
		if number, isNumber := object[key].(float64); isNumber && number == 0 {
			list.Add(at+key, "0 is not allowed").About(0).Remedy("give %d or more, or leave the key out for the default", least)
		}
	}
}

// dayOf is the day of a time stamp in one of the forms that YAML's readers make of a date, ""
// for another text.
func dayOf(text string) string {
	for _, form := range []string{time.RFC3339, "2006-01-02 15:04:05 -0700 MST"} {
		if moment, err := time.Parse(form, text); err == nil {
			return moment.Format(time.DateOnly)
		}
	}
	return ""
}
