package edge

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/edge/waf"
)

// diagnosticsTable is where logs go whose diagnostic setting asks for no tables of their own;
// Front Door has no such choice.
const diagnosticsTable = "AzureDiagnostics"

// scoredRule is how logs call the rule that acts on the anomaly score. Source: the page on Front
// Door's rule sets.
const scoredRule = 949110

// keeps reports whether diagnostic settings keep a category.
func keeps(categories []string, category string) bool {
	return slices.ContainsFunc(categories, func(each string) bool {
		return strings.EqualFold(each, category) || strings.EqualFold(each, "allLogs") || strings.EqualFold(each, "audit")
	})
}

// log writes a row for each rule of Front Door's firewall that has matched, and for the score
// where it was too high. Source: the page on monitoring of Front Door's firewall.
func (v *visit) log(decided ruling) {
	const category = "FrontDoorWebApplicationFirewallLog"
	o, policy := v.frontDoor.options, v.endpoint.Firewall
	if o.Telemetry == nil || !keeps(v.profile.LogCategories, category) {
		return
	}
	set := decided.verdict.Set
	source := sourceOf(v.r)
	write := func(rule, action, message, data string, found []waf.Found) {
		o.Telemetry.Write(diagnosticsTable, map[string]any{
			"TimeGenerated": time.Now().UTC().Format(time.RFC3339Nano), "Type": diagnosticsTable, "Category": category, "_ResourceId": strings.ToLower(v.profile.ID),
			"ResourceProvider": "MICROSOFT.CDN", "ResourceType": "PROFILES", "Resource": strings.ToUpper(v.profile.Name), "OperationName": "Microsoft.Cdn/Profiles/WebApplicationFirewallLog/Write",
			"clientIP_s": clientOf(v.r), "socketIP_s": source.Addr().String(), "clientPort_s": strconv.Itoa(int(source.Port())),
			"requestUri_s": "https://" + v.endpoint.Host + v.r.URL.RequestURI(), "host_s": v.endpoint.Host, "trackingReference_s": v.reference,
			"policy_s": policy.Name, "policyMode_s": strings.ToLower(mode(policy)), "ruleName_s": rule, "action_s": action,
			"details_matches_s": matches(found), "details_msg_s": message, "details_data_s": data,
		})
	}
	if decided.verdict.Set.Type == "" {
		write(decided.rules, waf.Block, "", "", nil) // a custom rule, or a limit
		return
	}
	called := func(group string, rule int) string {
		return fmt.Sprintf("%s-%s-%s-%d", set.Type, set.Version, group, rule)
	}
	for _, match := range decided.verdict.Matches {
		write(called(match.Group, match.Rule), match.Action, match.Message, match.Data, match.Where)
	}
	if decided.verdict.Decided == scoredRule {
		write(called("BLOCKING-EVALUATION", scoredRule), decided.verdict.Action, scoreMessage(decided.verdict.Score), "", nil)
	}
}

// matches are the places where a rule has matched, as Front Door writes them.
func matches(found []waf.Found) string {
	type place struct {
		Name  string `json:"matchVariableName"`
		Value string `json:"matchVariableValue"`
	}
	places := make([]place, 0, len(found))
	for _, each := range found {
		places = append(places, place{each.Name, each.Value})
	}
	written, err := json.Marshal(places)
	if err != nil {
		return ""
	}
	return string(written)
}

func mode(w *deployed.Firewall) string {
	if w.Prevents {
		return "Prevention"
	}
	return "Detection"
}

func scoreMessage(score int) string {
	return "Inbound Anomaly Score Exceeded (Total Score: " + strconv.Itoa(score) + ")"
}

// gatewayFirewallLog is the log of an Application Gateway's firewall, with the names that columns
// have in the table of all. Source: the table references, and the page on logs of Application
// Gateway.
var gatewayFirewallLog = gatewayLog{
	category: "ApplicationGatewayFirewallLog", table: "AGWFirewallLogs",
	shared: map[string]string{
		"Action": "action_s", "ClientIp": "clientIp_s", "ClientPort": "clientPort_s", "DetailedData": "details_data_s", "DetailedMessage": "details_message_s",
		"FileDetails": "details_file_s", "Hostname": "hostname_s", "InstanceId": "instanceId_s", "LineDetails": "details_line_s", "RequestUri": "requestUri_s",
		"RuleId": "ruleId_s", "RuleSetType": "ruleSetType_s", "RuleSetVersion": "ruleSetVersion_s", "Site": "site_s", "TransactionId": "transactionId_g",
	},
	texts: []string{"clientPort_s"},
}

// log writes a row for each rule of the gateway's firewall that has matched, and for the score
// where it was too high.
func (g *ApplicationGateway) log(c *deployed.ApplicationGateway, r *http.Request, v *gatewayVisit, decided ruling) {
	if g.options.Telemetry == nil || !keeps(c.LogCategories, gatewayFirewallLog.category) {
		return
	}
	set := decided.verdict.Set
	source := sourceOf(r)
	write := func(rule, action, message, data string) {
		row := map[string]any{
			"OperationName": "ApplicationGatewayFirewall", "InstanceId": instanceName(v.instance), "ClientIp": source.Addr().String(), "ClientPort": int(source.Port()),
			"RequestUri": r.URL.RequestURI(), "RuleSetType": set.Type, "RuleSetVersion": set.Version, "RuleId": rule, "Message": message, "Action": action, "Site": "Global",
			"DetailedMessage": message, "DetailedData": data, "FileDetails": "", "LineDetails": "", "Hostname": c.Host, "TransactionId": v.transaction,
		}
		g.options.Telemetry.Write(gatewayFirewallLog.in(c, row), row)
	}
	final := "Blocked"
	if !c.Firewall.Prevents {
		final = "Detected"
	}
	if set.Type == "" {
		write("", final, decided.rules, "")
		return
	}
	for _, match := range decided.verdict.Matches {
		action := "Matched"
		if match.Rule == decided.verdict.Decided && match.Action == waf.Block {
			action = final
		}
		write(strconv.Itoa(match.Rule), action, match.Message, match.Data)
	}
	if decided.verdict.Decided == scoredRule {
		write(strconv.Itoa(scoredRule), final, "Mandatory rule. Cannot be disabled. "+scoreMessage(decided.verdict.Score), "")
	}
}
