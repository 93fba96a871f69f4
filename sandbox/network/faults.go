package network

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
	"github.com/aoai-gateway/aoai-gateway/internal/pause"
)

// Fault is something that goes wrong at hosts, on command.
type Fault struct {
	// Host and Region choose the hosts: a public name, or all of a region; at least
	// one of them, or HostKind. Host may end at a dot: contoso hits contoso.openai.azure.com, too.
	Host   string `json:"host,omitempty"`
	Region string `json:"region,omitempty"`
	// HostKind chooses among them: gateway, account, front-door, application-gateway,
	// entra or event-hub; "" for all.
	HostKind string `json:"hostKind,omitempty"`
	// Path chooses the requests whose path contains it; "" for all.
	Path string `json:"path,omitempty"`
	// Kind is what happens: status, latency, reset, reset-stream, hang,
	// slow-stream, dns or unreachable; zone-unlinked and endpoint-rejected hit requests that
	// come out of networks to accounts with private endpoints.
	Kind string `json:"kind"`
	// Status, Code and Message are the answer of kind status; Status 200 to 599.
	Status  int    `json:"status,omitempty"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	// RetryAfterSeconds goes into the headers of kind status; 0 for none.
	RetryAfterSeconds int `json:"retryAfterSeconds,omitempty"`
	// DelayMS is how long latency and slow-stream (between pieces) wait, in
	// milliseconds.
	DelayMS int `json:"delayMs,omitempty"`
	// JitterMS is what a delay is longer at most, by chance, in milliseconds.
	JitterMS int `json:"jitterMs,omitempty"`
	// AfterBytes is how much of an answer reset-stream lets through.
	AfterBytes int `json:"afterBytes,omitempty"`
	// Times is how many requests are hit; 0 for all as long as the fault is there.
	Times int `json:"times,omitempty"`
	// Share is the part of the requests that are hit, 0 to 1; 0 stands for all.
	Share float64 `json:"share,omitempty"`
	// OnMS and OffMS make the fault come and go, in milliseconds, from when it was
	// ordered; 0 for always on.
	OnMS  int `json:"onMs,omitempty"`
	OffMS int `json:"offMs,omitempty"`
	// Skip is how many of the first requests are spared.
	Skip int `json:"skip,omitempty"`
}

// stage is when a kind of fault acts.
type stage int

const (
	onConnections stage = 1 << iota
	onRequests
	// onWays is where a gateway in a network looks up which way leads to an account.
	onWays
)

// Kinds of faults of private networking.
const (
	// ZoneUnlinked leads networks to the public endpoint of a host.
	ZoneUnlinked = "zone-unlinked"
	// EndpointRejected lets nobody through the private endpoints of a host.
	EndpointRejected = "endpoint-rejected"
)

// faultKinds are when each kind acts. A name that is not found keeps nobody from using
// a connection that he has; a host that cannot be reached does.
var faultKinds = map[string]stage{
	"status": onRequests, "latency": onRequests, "reset": onRequests, "reset-stream": onRequests, "hang": onRequests, "slow-stream": onRequests,
	"dns": onConnections, "unreachable": onConnections | onRequests, ZoneUnlinked: onWays, EndpointRejected: onWays,
}

// final are the kinds after which no other fault has anything to do.
var final = []string{"status", "reset", "hang", "dns", "unreachable", ZoneUnlinked, EndpointRejected}

// hostKinds are the kinds of Host.
var hostKinds = []string{"account", "application-gateway", OutsideKind, "entra", "event-hub", "front-door", "gateway", "resource-manager", "workflow"}

// Faults are those that are in force.
type Faults struct {
	random func() float64
	// cut ends the connections of hosts that cannot be reached any more; nil for nothing.
	cut func(lost func(Host) bool)
	// file is what OrderFile read last.
	file []byte

	mu   sync.Mutex
	list []*ordered
}

// ordered is a fault with what is left of it.
type ordered struct {
	Fault
	since  time.Time
	seen   int
	struck int
}

// Order replaces all faults. The error names every mistake with its place.
func (f *Faults) Order(faults []Fault) error {
	var errs []error
	list := make([]*ordered, len(faults))
	for i, fault := range faults {
		if err := fault.check(); err != nil {
			errs = append(errs, fmt.Errorf("[%d]: %w", i, err))
		}
		list[i] = &ordered{Fault: fault, since: time.Now()}
	}
	if errs != nil {
		return errors.Join(errs...)
	}
	f.mu.Lock()
	f.list = list
	f.mu.Unlock()
	if f.cut != nil {
		f.cut(func(host Host) bool {
			return slices.ContainsFunc(faults, func(fault Fault) bool { return fault.Kind == "unreachable" && fault.always() && fault.concerns(host) })
		})
	}
	return nil
}

// always reports whether a fault hits everything at its hosts.
func (f Fault) always() bool {
	return f.Path == "" && f.Times == 0 && f.Skip == 0 && f.Share == 0 && f.OnMS == 0
}

// concerns reports whether a host is among those of a fault.
func (f Fault) concerns(host Host) bool {
	if wanted := strings.ToLower(f.Host); wanted != "" && host.Name != wanted && !strings.HasPrefix(host.Name, wanted+".") {
		return false
	}
	if f.Region != "" && arm.NormalRegion(f.Region) != arm.NormalRegion(host.Region) {
		return false
	}
	return f.HostKind == "" || f.HostKind == host.Kind
}

func (f Fault) check() error {
	var errs []error
	bad := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	_, known := faultKinds[f.Kind]
	bad(known, "kind %q is not known: one of %s", f.Kind, strings.Join(slices.Sorted(maps.Keys(faultKinds)), ", "))
	bad(f.Host != "" || f.Region != "" || f.HostKind != "", "host, region and hostKind are missing; give one of them")
	bad(f.HostKind == "" || slices.Contains(hostKinds, f.HostKind), "hostKind %q is not known: one of %s", f.HostKind, strings.Join(hostKinds, ", "))
	bad(f.Kind != "status" || (f.Status >= 200 && f.Status <= 599), "status %d is out of range; 200 to 599", f.Status)
	bad((f.Kind != "latency" && f.Kind != "slow-stream") || f.DelayMS > 0, "delayMs %d must be above 0 for kind %s", f.DelayMS, f.Kind)
	bad(f.Share >= 0 && f.Share <= 1, "share %v is out of range; 0 to 1", f.Share)
	bad((f.OnMS > 0) == (f.OffMS > 0), "onMs %d and offMs %d go together", f.OnMS, f.OffMS)
	for name, n := range map[string]int{
		"times": f.Times, "retryAfterSeconds": f.RetryAfterSeconds, "afterBytes": f.AfterBytes, "skip": f.Skip, "jitterMs": f.JitterMS, "onMs": f.OnMS, "offMs": f.OffMS,
	} {
		bad(n >= 0, "%s %d is below 0", name, n)
	}
	return errors.Join(errs...)
}

// InForce are the faults that can still hit.
func (f *Faults) InForce() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	left := []Fault{}
	for _, each := range f.list {
		if each.Times == 0 || each.struck < each.Times {
			rest := each.Fault
			rest.Times = max(0, each.Times-each.struck)
			left = append(left, rest)
		}
	}
	return left
}

// Struck is how often each fault has hit, in the order in which they were ordered.
func (f *Faults) Struck() []int {
	f.mu.Lock()
	defer f.mu.Unlock()
	counts := make([]int, len(f.list))
	for i, each := range f.list {
		counts[i] = each.struck
	}
	return counts
}

// strike are the faults that hit a request (or a connection, with path "") to a
// host, in their order, up to one that ends it.
func (f *Faults) strike(host Host, path string, at stage) []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	var hit []Fault
	for _, each := range f.list {
		if faultKinds[each.Kind]&at != 0 && each.hits(host, path, f.random) {
			struck := each.Fault
			if struck.JitterMS > 0 {
				struck.DelayMS += int(f.random() * float64(struck.JitterMS))
			}
			hit = append(hit, struck)
			if slices.Contains(final, each.Kind) {
				break
			}
		}
	}
	return hit
}

func (o *ordered) hits(host Host, path string, random func() float64) bool {
	if !o.concerns(host) {
		return false
	}
	if !strings.Contains(strings.ToLower(path), strings.ToLower(o.Path)) {
		return false
	}
	if period := time.Duration(o.OnMS+o.OffMS) * time.Millisecond; period > 0 && time.Since(o.since)%period >= time.Duration(o.OnMS)*time.Millisecond {
		return false
	}
	o.seen++
	if o.seen <= o.Skip || (o.Times > 0 && o.struck >= o.Times) || (o.Share > 0 && random() >= o.Share) {
		return false
	}
	o.struck++
	return true
}

// OnWay is the kind of the first fault that hits a request on its way out of a network to a
// host; "" for none.
func (f *Faults) OnWay(host Host, path string) string {
	if hit := f.strike(host, path, onWays); len(hit) > 0 {
		return hit[0].Kind
	}
	return ""
}

// dialing is the error of a connection that does not come about.
func (f *Faults) dialing(ctx context.Context, host Host) error {
	switch hit := f.strike(host, "", onConnections); {
	case len(hit) == 0:
		return ctx.Err()
	case hit[0].Kind == "dns":
		return &net.DNSError{Err: "no such host", Name: host.Name, IsNotFound: true}
	default:
		return &net.OpError{Op: "dial", Net: "tcp", Err: syscall.EHOSTUNREACH}
	}
}

// Down is the error of a service that other services reach without HTTP, such as the
// endpoint of managed identities: what a request to it would meet.
func (f *Faults) Down(ctx context.Context, host Host, path string) error {
	if err := f.dialing(ctx, host); err != nil {
		return err
	}
	for _, fault := range f.strike(host, path, onRequests) {
		switch fault.Kind {
		case "latency":
			if err := pause.For(ctx, time.Duration(fault.DelayMS)*time.Millisecond); err != nil {
				return err
			}
		case "hang":
			<-ctx.Done()
			return ctx.Err()
		case "status":
			if fault.Status >= http.StatusBadRequest {
				return fmt.Errorf("%s answered %d", host.Name, fault.Status)
			}
		case "slow-stream": // a token is one piece
		default:
			return fmt.Errorf("%s: %s", host.Name, fault.Kind)
		}
	}
	return nil
}
