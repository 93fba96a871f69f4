package azure

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// Connections of private endpoints, as their owner sees them: an account lists those of
// endpoints in networks, an API Management service those of Front Doors. They are no resources
// of their own here: the state lies at the endpoint, or at the origin.

// The states of a connection. Source: the REST reference of private endpoint connections.
const (
	connectionPending      = "Pending"
	connectionApproved     = "Approved"
	connectionRejected     = "Rejected"
	connectionDisconnected = "Disconnected"
)

// connectionSegment is the collection of connections below their owner.
const connectionSegment = "privateEndpointConnections"

// connection is one of a private endpoint with what it leads to.
type connection struct {
	name, endpointID, group string
	state                   map[string]any
	// decide stores another state.
	decide func(tx *Tx, state map[string]any) error
}

func connectionState(status, description string) map[string]any {
	return map[string]any{"status": status, "description": description, "actionsRequired": "None"}
}

// body is what Resource Manager answers of a connection. The group ids are told by accounts
// alone.
func (c connection) body(owner arm.ID) map[string]any {
	properties := map[string]any{
		"provisioningState": "Succeeded", "privateEndpoint": map[string]any{"id": c.endpointID}, "privateLinkServiceConnectionState": c.state,
	}
	if strings.EqualFold(owner.Type(), accountType) {
		properties["groupIds"] = []any{c.group}
	}
	return map[string]any{
		"id": owner.String() + "/" + connectionSegment + "/" + c.name, "name": c.name, "type": owner.Type() + "/" + connectionSegment, "properties": properties,
	}
}

// told puts the connections of an account or of a service into what it answers of itself.
func told(tx *Tx, owner *Resource, properties map[string]any) error {
	id, err := arm.ParseID(owner.ID)
	if err != nil {
		return err
	}
	found, err := connectionsOf(tx, owner.ID, owner.Type)
	list := []any{}
	for _, each := range found {
		list = append(list, each.body(id))
	}
	if len(list) > 0 {
		properties[connectionSegment] = list
	}
	return err
}

// isConnection reports whether an id is that of a connection.
func isConnection(id arm.ID) bool {
	owner, found := id.Parent()
	return found && strings.EqualFold(id.Type(), owner.Type()+"/"+connectionSegment) &&
		(linkTargets[arm.Fold(owner.Type())].hosts != nil || strings.EqualFold(owner.Type(), serviceType))
}

// connectionsOf are the connections of an account or of a service, by name. One that has gone
// with its account, or that the owner took away, is told by its endpoint alone.
func connectionsOf(tx *Tx, ownerID, ownerType string) ([]connection, error) {
	var found []connection
	var err error
	switch {
	case linkTargets[arm.Fold(ownerType)].hosts != nil:
		found, err = endpointConnections(tx, ownerID, linkTargets[arm.Fold(ownerType)].group)
	case strings.EqualFold(ownerType, serviceType):
		found, err = frontDoorConnections(tx, ownerID)
	}
	found = slices.DeleteFunc(found, func(each connection) bool { return text(each.state, "status") == connectionDisconnected })
	slices.SortFunc(found, func(a, b connection) int { return strings.Compare(a.name, b.name) })
	return found, err
}

// connections answers requests about connections. A connection cannot be made here: its
// endpoint makes it.
func (s *Service) connections(r *http.Request, id arm.ID) (answer, error) {
	owner, err := s.ownerAsked(r, id)
	if err != nil {
		return answer{}, err
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodPut:
		if err := s.mayWrite(r.Method, id); err != nil {
			return answer{}, err
		}
		body, err := readBody(r)
		if err != nil {
			return answer{}, err
		}
		if err := s.decide(id, owner, body); err != nil {
			return answer{}, err
		}
	case http.MethodDelete:
		return s.disconnect(id, owner)
	default:
		return answer{}, methodNotAllowed(r.Method, id.Type())
	}
	var result answer
	err = s.store.View(func(tx *Tx) error {
		found, err := connectionAt(tx, id, owner)
		result = answer{status: http.StatusOK, body: found.body(owner)}
		return err
	})
	return result, err
}

// ownerAsked is whose connection a request is about; the API versions are the owner's.
func (s *Service) ownerAsked(r *http.Request, id arm.ID) (arm.ID, error) {
	owner, _ := id.Parent()
	kind, err := s.kindOf(owner)
	if err != nil {
		return owner, err
	}
	if err := checkAPIVersion(kind, r.URL.Query().Get("api-version")); err != nil {
		return owner, err
	}
	_, err = s.lookUp(owner)
	return owner, err
}

// disconnect takes a connection away for its owner: the endpoint stays, and leads nowhere.
// Source: https://learn.microsoft.com/azure/private-link/manage-private-endpoint
func (s *Service) disconnect(id, owner arm.ID) (answer, error) {
	if err := s.mayWrite(http.MethodDelete, id); err != nil {
		return answer{}, err
	}
	result := answer{status: http.StatusOK}
	err := s.store.Update(func(tx *Tx) error {
		found, err := connectionAt(tx, id, owner)
		var refusal *Error
		if errors.As(err, &refusal) && refusal.Status == http.StatusNotFound {
			result.status = http.StatusNoContent
			return nil
		}
		if err != nil {
			return err
		}
		return found.decide(tx, connectionState(connectionDisconnected, "Deleted by the owner"))
	})
	return result, err
}

// listConnections answers the collection that a member completes.
func (s *Service) listConnections(r *http.Request, member arm.ID) (answer, error) {
	owner, err := s.ownerAsked(r, member)
	if err != nil {
		return answer{}, err
	}
	value := []any{}
	err = s.store.View(func(tx *Tx) error {
		found, err := connectionsOf(tx, owner.String(), owner.Type())
		for _, each := range found {
			value = append(value, each.body(owner))
		}
		return err
	})
	return answer{status: http.StatusOK, body: map[string]any{"value": value}}, err
}

func connectionAt(tx *Tx, id, owner arm.ID) (connection, error) {
	found, err := connectionsOf(tx, owner.String(), owner.Type())
	if err != nil {
		return connection{}, err
	}
	at := slices.IndexFunc(found, func(each connection) bool { return strings.EqualFold(each.name, id.Name()) })
	if at < 0 {
		return connection{}, notFound(id)
	}
	return found[at], nil
}

// decide approves or rejects a connection, the latter for good. Sources:
// https://learn.microsoft.com/azure/private-link/manage-private-endpoint and, for code and
// message of what was rejected, MicrosoftDocs/azure-docs#86823; other codes are guessed.
func (s *Service) decide(id, owner arm.ID, body map[string]any) error {
	properties, _ := body["properties"].(map[string]any)
	state, _ := properties["privateLinkServiceConnectionState"].(map[string]any)
	status := text(state, "status")
	if status != connectionApproved && status != connectionRejected {
		return refuse(http.StatusBadRequest, "InvalidPrivateEndpointConnectionState",
			"The state '%s' of the connection %s is not one of %s, %s.", status, id.Name(), connectionApproved, connectionRejected)
	}
	return s.store.Update(func(tx *Tx) error {
		found, err := connectionAt(tx, id, owner)
		if err != nil {
			return err
		}
		if text(found.state, "status") == connectionRejected && status == connectionApproved {
			return refuse(http.StatusBadRequest, "BadRequest", "Approving rejected private endpoint connections is not supported.")
		}
		return found.decide(tx, connectionState(status, text(state, "description")))
	})
}

// endpointConnections are those of private endpoints that lead to an account or a namespace.
func endpointConnections(tx *Tx, targetID, group string) ([]connection, error) {
	endpoints, err := endpointsOf(tx, targetID)
	if err != nil {
		return nil, err
	}
	var found []connection
	for _, endpoint := range endpoints {
		list, _ := endpoint.Properties()["privateLinkServiceConnections"].([]any)
		for _, each := range list {
			entry, _ := each.(map[string]any)
			inside, _ := entry["properties"].(map[string]any)
			state, _ := inside["privateLinkServiceConnectionState"].(map[string]any)
			found = append(found, connection{
				name: lastSegment(endpoint.ID) + "." + label(8, endpoint.ID), endpointID: endpoint.ID, group: group, state: state,
				decide: func(tx *Tx, state map[string]any) error { return tx.setConnection(endpoint, state) },
			})
		}
	}
	return found, nil
}

// setConnection stores the state of an endpoint's connection.
func (t *Tx) setConnection(endpoint *Resource, state map[string]any) error {
	changed := *endpoint
	changed.Body = copyDeep(endpoint.Body).(map[string]any)
	list, _ := changed.Properties()["privateLinkServiceConnections"].([]any)
	for _, each := range list {
		entry, _ := each.(map[string]any)
		object(entry, "properties")["privateLinkServiceConnectionState"] = state
	}
	return t.Put(&changed)
}
