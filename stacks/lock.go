package stacks

// The values of Lock for the time in which Front Door is lost: the policy takes requests
// that come around it. LockOpen stands for header, LockOpenAndNetwork for header+network:
// the gateways stay in their networks, which let everybody in.
const (
	LockOpen           = "open"
	LockOpenAndNetwork = "open+network"
)

// lockIsOpen reports whether gateways take requests that come around the edge.
func (c *Config) lockIsOpen() bool { return c.Lock == LockOpen || c.Lock == LockOpenAndNetwork }

// callersFrom is the service tag of who may connect to the gateways' networks; empty for a
// lock without networks.
func (c *Config) callersFrom() string {
	switch c.Lock {
	case LockHeaderAndNetwork:
		return "AzureFrontDoor.Backend"
	case LockOpenAndNetwork:
		return "Internet"
	}
	return ""
}
