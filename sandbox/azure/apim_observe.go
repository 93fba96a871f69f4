package azure

import (
	"net/http"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Named values, loggers and diagnostics.

// completeNamedValue keeps a secret's value out of every answer.
func completeNamedValue(p *put) error {
	properties := p.properties()
	switch taken, err := p.sameAs(); {
	case err != nil:
		return err
	case taken != "":
		return invalid("displayName", "Property with the same name already exist.")
	}
	if err := p.namedValueHasValue(); err != nil {
		return err
	}
	if value := text(properties, "value"); value != "" {
		p.hidden = map[string]any{"value": value}
	}
	defaults(properties, map[string]any{"secret": false})
	if secret, _ := properties["secret"].(bool); secret {
		delete(properties, "value")
	}
	return nil
}

// namedValueHasValue refuses a named value without a value or a place in a key vault. Source:
// the REST reference.
func (p *put) namedValueHasValue() error {
	properties := p.properties()
	vault, isVault := properties["keyVault"].(map[string]any)
	value, given := properties["value"].(string)
	switch {
	case given && value == "", !given && !isVault && p.old == nil:
		return invalid("value", "A named value needs a value or a keyVault.")
	case !isVault || p.planted:
		return nil
	}
	return p.readsVault(vault)
}

// readsVault refuses a place in a key vault that is read by an identity that the service does
// not have. Sources: Azure/apiops#257; the REST reference (identityClientId: null is the
// system-assigned identity).
func (p *put) readsVault(vault map[string]any) error {
	if p.planted {
		return nil
	}
	service, err := p.tx.Get(apimService(p.id).String())
	if err != nil || service == nil {
		return err
	}
	client := text(vault, "identityClientId")
	if client == "" {
		identity, _ := service.Body["identity"].(map[string]any)
		if strings.Contains(text(identity, "type"), "SystemAssigned") {
			return nil
		}
		return invalid("keyVault", "The service %s has no system-assigned identity, which reads key vaults where no identityClientId is given.", service.ID)
	}
	for _, has := range clientIDs(service) {
		if strings.EqualFold(has, client) {
			return nil
		}
	}
	return invalid("identityClientId", "Can not find Managed Identity with provided IdentityClientId %s. Please make sure it is assigned to the service.", client)
}

// clientIDs are those of the identities that a user has assigned to a resource.
func clientIDs(resource *Resource) []string {
	identity, _ := resource.Body["identity"].(map[string]any)
	assigned, _ := identity["userAssignedIdentities"].(map[string]any)
	var found []string
	for _, each := range assigned {
		one, _ := each.(map[string]any)
		found = append(found, text(one, "clientId"))
	}
	return found
}

// namedValueNotInUse refuses to delete what a policy refers to. That the service
// does is known from Azure/apiops#326; its words are not.
func namedValueNotInUse(tx *Tx, id arm.ID, _ *http.Request) error {
	found, err := tx.Get(id.String())
	if err != nil || found == nil {
		return err
	}
	properties, _ := found.Body["properties"].(map[string]any)
	users, err := policiesThat(tx, id, func(document string) bool {
		return strings.Contains(document, "{{"+text(properties, "displayName")+"}}")
	})
	if err != nil {
		return err
	}
	return inUse("Named value", id, users)
}

// completeLogger hides what opens a door: the answer names a named value instead.
// Source: the REST reference's examples.
func completeLogger(p *put) error {
	properties := p.properties()
	credentials, _ := properties["credentials"].(map[string]any)
	p.hidden = map[string]any{"credentials": copyDeep(properties["credentials"])}
	before, _ := p.oldProperties()["credentials"].(map[string]any)
	for _, name := range []string{"connectionString", "instrumentationKey"} {
		if text(credentials, name) != "" {
			keep(credentials, before, name, func() any { return "{{Logger-Credentials--" + p.service.newGUID() + "}}" })
		}
	}
	switch text(properties, "loggerType") {
	case "azureEventHub":
		if text(credentials, "name") == "" || (text(credentials, "connectionString") == "" && text(credentials, "endpointAddress") == "") {
			return invalid("credentials", "An Event Hub logger needs credentials.name, and credentials.connectionString or credentials.endpointAddress.")
		}
	case "applicationInsights":
		if text(credentials, "connectionString") == "" && text(credentials, "instrumentationKey") == "" {
			return invalid("credentials", "An Application Insights logger needs credentials.connectionString or credentials.instrumentationKey.")
		}
	}
	defaults(properties, map[string]any{"isBuffered": true})
	return nil
}

// loggerNotInUse refuses to delete what a diagnostic or a policy writes to; assumed
// from how the service treats what is in use.
func loggerNotInUse(tx *Tx, id arm.ID, _ *http.Request) error {
	users, err := policiesThat(tx, id, func(document string) bool { return strings.Contains(document, `logger-id="`+id.Name()+`"`) })
	if err != nil {
		return err
	}
	service := apimService(id).String()
	below, err := tx.Under(service)
	if err != nil {
		return err
	}
	for _, resource := range below {
		properties, _ := resource.Body["properties"].(map[string]any)
		if strings.HasSuffix(arm.Fold(resource.Type), "/diagnostics") && strings.EqualFold(text(properties, "loggerId"), id.String()) {
			users = append(users, resource.ID[len(service):])
		}
	}
	return inUse("Logger", id, users)
}

func completeDiagnostic(p *put) error {
	properties := p.properties()
	full := absolute(text(properties, "loggerId"), apimService(p.id))
	found, err := p.tx.Get(full)
	if err != nil {
		return err
	}
	if found == nil {
		return invalid("loggerId", "Logger Id '%s' does not exist", full[strings.LastIndexByte(full, '/')+1:])
	}
	properties["loggerId"] = found.ID
	if p.id.Name() == "azuremonitor" && properties["httpCorrelationProtocol"] != nil {
		return invalid("httpCorrelationProtocol", "httpCorrelationProtocol is not supported for the diagnostic azuremonitor.")
	}
	return nil
}
