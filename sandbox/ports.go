package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

// ports are where a sandbox listens beside the hosts of what is deployed; 0 is any free one.
// They stay the same from one start to the next, so that shells and clients that were pointed
// at the sandbox find it again.
type ports struct {
	Manager     int `json:"resourceManager"`
	Proxy       int `json:"proxy,omitempty"`
	AzureNative int `json:"azureNative"`
	Random      int `json:"random"`
}

const (
	// firstPort is the lowest Options.Port: ports below it are the system's.
	firstPort = 1024
	// portCount is how many ports a sandbox takes, one after the other.
	portCount = 4
	lastPort  = 65535
)

// refusal says why a sandbox cannot begin at a port, "" if it can.
func refusal(first int) string {
	switch last := first + portCount - 1; {
	case first < firstPort || last > lastPort:
		return fmt.Sprintf("give a port from %d to %d; the sandbox takes it and the three after it", firstPort, lastPort-portCount+1)
	case last >= network.FirstPort && first <= network.LastPort:
		return fmt.Sprintf("ports %d to %d are those of the deployed hosts; the sandbox takes four ports in a row: give another one, such as 7070", network.FirstPort, network.LastPort)
	default:
		return ""
	}
}

// listener is one of the ports with its user.
type listener struct {
	port *int
	name string
}

func (p *ports) all() []listener {
	return []listener{
		{&p.Manager, "Resource Manager and the page"},
		{&p.Proxy, "the proxy"},
		{&p.AzureNative, "the plugin azure-native"},
		{&p.Random, "the plugin random"},
	}
}

// choosePorts are those from first on, which have to be free. Where first is 0 they are those
// of the folder's last sandbox as far as they are free; moved names the others.
func choosePorts(ctx context.Context, dir string, first int) (chosen ports, moved []string, err error) {
	if first == 0 {
		chosen = lastPorts(dir)
	} else {
		if why := refusal(first); why != "" {
			return ports{}, nil, fmt.Errorf("--port %d: %s", first, why)
		}
		for i, each := range chosen.all() {
			*each.port = first + i
		}
	}
	for _, each := range chosen.all() {
		if *each.port == 0 || isFree(ctx, *each.port) {
			continue
		}
		if first != 0 {
			return ports{}, nil, fmt.Errorf("--port %d: another program listens at port %d, which %s would take; end that program, or give another --port (it and the three after it have to be free)", first, *each.port, each.name)
		}
		moved = append(moved, fmt.Sprintf("%s (port %d)", each.name, *each.port))
		*each.port = 0
	}
	return chosen, moved, nil
}

func isFree(ctx context.Context, port int) bool {
	opened, err := listenAt(ctx, port)
	if err != nil {
		return false
	}
	return opened.Close() == nil
}

// listenAt opens a port on loopback; 0 takes any free one.
func listenAt(ctx context.Context, port int) (net.Listener, error) {
	return (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
}

func portsFile(dir string) string { return filepath.Join(dir, "ports.json") }

// lastPorts are those of the folder's last sandbox. A file that is missing or damaged is no
// loss: the ports are then chosen anew.
func lastPorts(dir string) ports {
	var last ports
	raw, err := os.ReadFile(portsFile(dir))
	if err != nil || json.Unmarshal(raw, &last) != nil {
		return ports{}
	}
	for _, each := range last.all() {
		if *each.port < firstPort || *each.port > lastPort {
			*each.port = 0
		}
	}
	return last
}

// keepPorts writes down where a sandbox listens. One without a proxy keeps the proxy's port
// for the next that has one.
func keepPorts(dir string, used ports) error {
	last := lastPorts(dir)
	if used.Proxy == 0 {
		used.Proxy = last.Proxy
	}
	if used == last {
		return nil
	}
	raw, err := json.Marshal(used)
	if err == nil {
		err = os.WriteFile(portsFile(dir), append(raw, '\n'), 0o600)
	}
	if err != nil {
		return fmt.Errorf("keeping the sandbox's ports: %w", err)
	}
	return nil
}

// portOf is where a listener listens.
func portOf(opened net.Listener) (int, error) {
	address, isTCP := opened.Addr().(*net.TCPAddr)
	if !isTCP {
		return 0, errors.New("listening at something else than a TCP port")
	}
	return address.Port, nil
}
