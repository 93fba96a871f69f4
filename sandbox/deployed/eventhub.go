package deployed

// EventHubs is a namespace of event hubs.
type EventHubs struct {
	// ID is the ARM id.
	ID, Name, Region string
	// Ready says that the namespace has been made.
	Ready bool
	// Closed lets nobody in but by private endpoints.
	Closed bool
	Hubs   []EventHub
}

// EventHub is one of a namespace.
type EventHub struct {
	// ID is the ARM id.
	ID, Name string
}

// Hub is the one of a name, nil where there is none; case does not matter.
func (n *EventHubs) Hub(name string) *EventHub {
	for i := range n.Hubs {
		if fold(n.Hubs[i].Name) == fold(name) {
			return &n.Hubs[i]
		}
	}
	return nil
}

const (
	namespaceType = "Microsoft.EventHub/namespaces"
	hubType       = "Microsoft.EventHub/namespaces/eventhubs"
)

func (r *reader) eventHubs() []*EventHubs {
	var found []*EventHubs
	for _, each := range r.ofType(namespaceType) {
		n := &EventHubs{ID: each.ID, Name: each.Name(), Region: each.body().text("location"), Ready: each.Ready(), Closed: each.properties().text("publicNetworkAccess") == "Disabled"}
		for _, hub := range r.children(each, hubType) {
			n.Hubs = append(n.Hubs, EventHub{hub.ID, hub.Name()})
		}
		found = append(found, n)
	}
	return found
}
