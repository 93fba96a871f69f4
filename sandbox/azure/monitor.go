package azure

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/google/uuid"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Log Analytics workspaces and saved searches (API version 2023-09-01), diagnostic
// settings (2021-05-01-preview), Application Insights (2020-02-02), workbooks
// (2023-06-01), action groups (2023-01-01) and scheduled query rules (2023-12-01).

func completeWorkspace(p *put) error {
	properties := p.properties()
	if err := p.settle(); err != nil {
		return err
	}
	p.body["etag"] = p.etag()
	p.systemData()
	keep(properties, p.oldProperties(), "customerId", p.guid)
	keep(properties, p.oldProperties(), "createdDate", func() any { return p.timestamp() })
	properties["modifiedDate"] = p.timestamp()
	properties["provisioningState"] = "Succeeded"
	defaults(object(properties, "sku"), map[string]any{"name": "PerGB2018"})
	defaults(object(properties, "features"), map[string]any{"enableLogAccessUsingOnlyResourcePermissions": true})
	defaults(object(properties, "workspaceCapping"), map[string]any{"dailyQuotaGb": -1.0})
	defaults(properties, map[string]any{
		"retentionInDays": 30.0, "publicNetworkAccessForIngestion": "Enabled", "publicNetworkAccessForQuery": "Enabled",
	})
	return nil
}

func completeDiagnosticSetting(p *put) error {
	properties := p.properties()
	if err := p.diagnoses(); err != nil {
		return err
	}
	if workspace := text(properties, "workspaceId"); workspace != "" {
		if err := p.refersToA("workspaceId", workspace, "Microsoft.OperationalInsights/workspaces"); err != nil {
			return err
		}
	}
	for _, list := range []string{"logs", "metrics"} {
		entries, _ := properties[list].([]any)
		for _, entry := range entries {
			if entry, ok := entry.(map[string]any); ok {
				defaults(entry, map[string]any{"retentionPolicy": map[string]any{"enabled": false, "days": 0.0}})
			}
		}
		defaults(properties, map[string]any{list: []any{}})
	}
	return p.bornLogger()
}

// bornLogger is the logger azuremonitor, which API Management makes where a
// diagnostic setting finds none. Source: its page on monitoring; the public
// templates that PUT it differ in whether it is there before.
func (p *put) bornLogger() error {
	service, err := arm.ParseID(p.id.Scope)
	if err != nil || !strings.EqualFold(service.Type(), "Microsoft.ApiManagement/service") {
		return nil //nolint:nilerr // a setting on a subscription has no service
	}
	logger := service.String() + "/loggers/azuremonitor"
	found, err := p.tx.Get(logger)
	if err != nil || found != nil {
		return err
	}
	owner := &put{service: p.service, tx: p.tx, id: service}
	return owner.plant("/loggers/azuremonitor", map[string]any{"loggerType": "azureMonitor", "isBuffered": true}, nil)
}

// completeSavedSearch refuses to overwrite blindly. Source: MicrosoftDocs/azure-docs
// #49275.
func completeSavedSearch(p *put) error {
	properties := p.properties()
	given := text(p.body, "etag")
	if given == "" {
		given = text(properties, "etag")
	}
	if p.old != nil && !namesETag(given, text(p.old, "etag")) {
		return refuse(http.StatusConflict, "Conflict",
			"The saved search '%s' exists: give its etag to change it, or delete it first.", p.id.Name())
	}
	delete(properties, "etag")
	p.body["etag"] = p.etag()
	return nil
}

func completeInsights(p *put) error {
	properties := p.properties()
	if err := p.settle(); err != nil {
		return err
	}
	if workspace := text(properties, "WorkspaceResourceId"); workspace != "" {
		if err := p.refersToA("WorkspaceResourceId", workspace, "Microsoft.OperationalInsights/workspaces"); err != nil {
			return err
		}
	}
	p.body["etag"] = p.etag()
	before := p.oldProperties()
	keep(properties, before, "InstrumentationKey", p.guid)
	keep(properties, before, "AppId", p.guid)
	keep(properties, before, "CreationDate", func() any { return p.timestamp() })
	properties["ApplicationId"], properties["Name"], properties["TenantId"] = p.id.Name(), p.id.Name(), p.service.seed.SubscriptionID
	properties["ConnectionString"] = "InstrumentationKey=" + text(properties, "InstrumentationKey") + ";IngestionEndpoint=https://" +
		text(p.body, "location") + "-1.in.applicationinsights.azure.com/;LiveEndpoint=https://" + text(p.body, "location") +
		".livediagnostics.monitor.azure.com/;ApplicationId=" + text(properties, "AppId")
	properties["provisioningState"] = "Succeeded"
	defaults(properties, map[string]any{
		"RetentionInDays": 90.0, "IngestionMode": "LogAnalytics", "publicNetworkAccessForIngestion": "Enabled", "publicNetworkAccessForQuery": "Enabled",
		"DisableLocalAuth": false, "DisableIpMasking": false,
	})
	return nil
}

// completeWorkbook wants a GUID for a name and a title of its own. Sources:
// MicrosoftDocs/azure-docs#52844, microsoft/ApplicationInsights-Home#476.
func completeWorkbook(p *put) error {
	properties := p.properties()
	if err := p.settle(); err != nil {
		return err
	}
	if _, err := uuid.Parse(p.id.Name()); err != nil || len(p.id.Name()) != 36 {
		return refuse(http.StatusBadRequest, "BadRequest", "Invalid Workbook resource name: '%s'", p.id.Name())
	}
	others, err := p.tx.WithValue(p.id.Type(), "", text(properties, "displayName"))
	if err != nil {
		return err
	}
	for _, other := range others {
		if !strings.EqualFold(other.ID, p.id.String()) && text(other.Properties(), "displayName") == text(properties, "displayName") {
			return refuse(http.StatusConflict, "Conflict", "A Workbook with the same name already exists within this subscription.")
		}
	}
	p.body["etag"] = p.etag()
	p.systemData()
	properties["timeModified"], properties["userId"], properties["revision"] = p.timestamp(), p.service.seed.Deployer.ID, label(32, p.etag())
	defaults(p.body, map[string]any{"kind": "shared"})
	defaults(properties, map[string]any{"version": "Notebook/1.0"})
	return nil
}

func completeActionGroup(p *put) error {
	if err := p.settle(); err != nil {
		return err
	}
	if arm.NormalRegion(text(p.body, "location")) == "global" {
		p.body["location"] = "Global"
	}
	properties := p.properties()
	for _, receivers := range []string{
		"emailReceivers", "smsReceivers", "webhookReceivers", "itsmReceivers", "azureAppPushReceivers", "automationRunbookReceivers",
		"voiceReceivers", "logicAppReceivers", "azureFunctionReceivers", "armRoleReceivers", "eventHubReceivers",
	} {
		defaults(properties, map[string]any{receivers: []any{}})
	}
	list, _ := properties["emailReceivers"].([]any)
	for _, each := range list {
		if receiver, ok := each.(map[string]any); ok {
			defaults(receiver, map[string]any{"status": "Enabled", "useCommonAlertSchema": false})
		}
	}
	return nil
}

// bornTables are in every workspace. Source: Azure Monitor's table reference.
var bornTables = map[string]bool{"Heartbeat": true, "Usage": true, "Operation": true, "AzureActivity": true}

// tableName is the first thing that a query reads, behind let statements and union.
var tableName = regexp.MustCompile(`^(?:\s|let\b[^;]*;|//[^\n]*\n|union\b|isfuzzy\s*=\s*\w+|kind\s*=\s*\w+|withsource\s*=\s*\w+|\()*(\w+)`)

// firstTable is the table that a query begins with.
func firstTable(query string) string {
	if found := tableName.FindStringSubmatch(query); found != nil {
		return found[1]
	}
	return ""
}

// completeQueryRule refuses a rule over a table that is not there yet, which is so
// in a new workspace. Sources: reports of SEM0100; reviewers of the REST
// specification on skipQueryValidation, which is reported not to help always, so
// that here it does not.
func completeQueryRule(p *put) error {
	properties := p.properties()
	if err := p.settle(); err != nil {
		return err
	}
	scopes, _ := properties["scopes"].([]any)
	if len(scopes) != 1 {
		return refuse(http.StatusBadRequest, "BadRequest", "A scheduled query rule has one scope, not %d.", len(scopes))
	}
	if err := p.refersTo("scopes", scopes[0]); err != nil {
		return err
	}
	for _, group := range valuesAt(properties, []string{"actions", "actionGroups"}) {
		if err := p.refersToA("actions.actionGroups", group, "Microsoft.Insights/actionGroups"); err != nil {
			return err
		}
	}
	for _, query := range valuesAt(properties, []string{"criteria", "allOf", "query"}) {
		if table := firstTable(query); !strings.Contains(query, "isfuzzy") && !bornTables[table] {
			return refuse(http.StatusBadRequest, "BadRequest",
				"The query is not valid: SEM0100, failed to resolve table or column expression named '%s': no log has come yet.", table)
		}
	}
	if text(properties, "muteActionsDuration") != "" && properties["autoMitigate"] == true {
		return refuse(http.StatusBadRequest, "BadRequest", "muteActionsDuration needs autoMitigate false.")
	}
	p.body["etag"] = p.etag()
	p.systemData()
	defaults(p.body, map[string]any{"kind": "LogAlert"})
	properties["createdWithApiVersion"] = "2023-12-01"
	properties["isLegacyLogAnalyticsRule"], properties["isWorkspaceAlertsStorageConfigured"] = false, false
	defaults(properties, map[string]any{"autoMitigate": true, "checkWorkspaceAlertsStorageConfigured": false, "skipQueryValidation": false})
	return nil
}
