package policies

import "github.com/aoai-gateway/aoai-gateway/internal/faults"

// OriginLock refuses with 403 what does not come through the edge before the gateway.
// The gateway answers health probes by itself, so that they pass. It stands first.
//
// A header is not a lock by itself: whoever knows the id can send it, and only Front
// Door's own addresses keep others out. Source: Front Door's page on securing origins.
type OriginLock struct {
	// FrontDoorID is the GUID that this profile sends as X-Azure-FDID, or a reference to
	// a named value; "" where the edge is no Front Door.
	FrontDoorID string
	// Address is the IP address that the edge calls from, or a reference to a named
	// value; "" for any.
	Address string
}

// Validate implements Part.
func (l OriginLock) Validate() error {
	var list faults.List
	if l.FrontDoorID == "" && l.Address == "" {
		list.Add("", "locks nothing: give frontDoorId, address or both")
	}
	plainText(&list, "frontDoorId", l.FrontDoorID)
	plainText(&list, "address", l.Address)
	return list.Err()
}

func (OriginLock) file() string { return "origin-lock.xml" }

func (l OriginLock) parameters() any { return l }
