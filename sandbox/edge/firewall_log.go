package edge

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/edge/waf"
)

// scoredRule is how logs call the rule that acts on the anomaly score. Source: the page on Front
// Door's rule sets.
const scoredRule = 949110

// keeps reports whether diagnostic settings keep a category.
func keeps(categories []string, category string) bool {
	return slices.ContainsFunc(categories, func(each string) bool {
		return strings.EqualFold(each, category) || strings.EqualFold(each, "allLogs") || strings.EqualFold(each, "audit")
	})
}

// frontDoorFirewallRow is a row of Front Door's firewall. Source: the page on monitoring of it.
type frontDoorFirewallRow struct {
	diagnostics
	OperationName     string `json:"OperationName"`
	ClientIP          string `json:"clientIP_s"`
	SocketIP          string `json:"socketIP_s"`
	ClientPort        string `json:"clientPort_s"`
	RequestURI        string `json:"requestUri_s"`
	Host              string `json:"host_s"`
	TrackingReference string `json:"trackingReference_s"`
	Policy            string `json:"policy_s"`
	PolicyMode        string `json:"policyMode_s"`
	RuleName          string `json:"ruleName_s"`
	Action            string `json:"action_s"`
	DetailsMatches    string `json:"details_matches_s"`
	DetailsMsg        string `json:"details_msg_s"`
	DetailsData       string `json:"details_data_s"`
}

// log writes a row for each rule of Front Door's firewall that has matched, and for the score
// where it was too high.
func (v *visit) log(decided ruling) {
	const category = "FrontDoorWebApplicationFirewallLog"
	o, policy := v.frontDoor.options, v.endpoint.Firewall
	if o.Telemetry == nil || !keeps(v.profile.LogCategories, category) {
		return
	}
	set := decided.verdict.Set
	source := sourceOf(v.r)
	write := func(rule, action, message, data string, found []waf.Found) {
		o.Telemetry.Write(frontDoorFirewallRow{
			diagnostics: v.diagnostics(category), OperationName: "Microsoft.Cdn/Profiles/WebApplicationFirewallLog/Write",
			ClientIP: clientOf(v.r), SocketIP: source.Addr().String(), ClientPort: strconv.Itoa(int(source.Port())),
			RequestURI: "https://" + v.endpoint.Host + v.r.URL.RequestURI(), Host: v.endpoint.Host, TrackingReference: v.reference,
			Policy: policy.Name, PolicyMode: strings.ToLower(mode(policy)), RuleName: rule, Action: action,
			DetailsMatches: matches(found), DetailsMsg: message, DetailsData: data,
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

// gatewayFirewallLog is the log of an Application Gateway's firewall.
var gatewayFirewallLog = gatewayLog{category: "ApplicationGatewayFirewallLog", table: "AGWFirewallLogs"}

// gatewayFirewallRow is a row of it. Source: the table references, and the page on logs of
// Application Gateway.
type gatewayFirewallRow struct {
	OperationName   string `json:"OperationName"`
	InstanceID      string `json:"InstanceId"      shared:"instanceId_s"`
	ClientIP        string `json:"ClientIp"        shared:"clientIp_s"`
	ClientPort      int    `json:"ClientPort"      shared:"clientPort_s"`
	RequestURI      string `json:"RequestUri"      shared:"requestUri_s"`
	RuleSetType     string `json:"RuleSetType"     shared:"ruleSetType_s"`
	RuleSetVersion  string `json:"RuleSetVersion"  shared:"ruleSetVersion_s"`
	RuleID          string `json:"RuleId"          shared:"ruleId_s"`
	Message         string `json:"Message"`
	Action          string `json:"Action"          shared:"action_s"`
	Site            string `json:"Site"            shared:"site_s"`
	DetailedMessage string `json:"DetailedMessage" shared:"details_message_s"`
	DetailedData    string `json:"DetailedData"    shared:"details_data_s"`
	FileDetails     string `json:"FileDetails"     shared:"details_file_s"`
	LineDetails     string `json:"LineDetails"     shared:"details_line_s"`
	Hostname        string `json:"Hostname"        shared:"hostname_s"`
	TransactionID   string `json:"TransactionId"   shared:"transactionId_g"`
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
		g.options.Telemetry.Write(gatewayFirewallLog.row(c, gatewayFirewallRow{
			OperationName: "ApplicationGatewayFirewall", InstanceID: instanceName(v.instance), ClientIP: source.Addr().String(), ClientPort: int(source.Port()),
			RequestURI: r.URL.RequestURI(), RuleSetType: set.Type, RuleSetVersion: set.Version, RuleID: rule, Message: message, Action: action, Site: "Global",
			DetailedMessage: message, DetailedData: data, Hostname: c.Host, TransactionID: v.transaction,
		}))
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
