// Package recent remembers the last requests that clients sent to what is deployed, and what
// the services behind asked each other for them. Its memory is bounded. It holds no bodies, no
// queries and no headers; who adds a step answers for it that no secret is in it.
package recent

import (
	"context"
	"strconv"
	"sync"
	"time"
)

// Bounds of the memory. Longer texts are cut.
const (
	MaxRequests = 100
	maxHops     = 40
	maxSteps    = 400
	maxText     = 240
)

// Who is asked, and for what. Path has no query.
type Who struct {
	Host   string `json:"host"`
	Kind   string `json:"kind"`
	Region string `json:"region,omitempty"`
	Method string `json:"method"`
	Path   string `json:"path"`
}

// Hop is one request to one host.
type Hop struct {
	Who
	// AtMS is when it began, counted from when the client's request came.
	AtMS float64 `json:"atMs"`
	// Ended says that it is over, after TookMS.
	Ended  bool    `json:"ended"`
	TookMS float64 `json:"tookMs"`
	// Status is 0 where there was no answer.
	Status int `json:"status"`
	// Problem is why there was no answer, "" where there was one.
	Problem string `json:"problem,omitempty"`
	// Faults are those that hit it.
	Faults []string `json:"faults,omitempty"`
	Steps  []Step   `json:"steps,omitempty"`
	// Hops are what the host asked others.
	Hops []*Hop `json:"hops,omitempty"`
}

// Step is one line of what a host did.
type Step struct {
	AtMS  float64 `json:"atMs"`
	Depth int     `json:"depth"`
	// Section is the policy section that begins, and Policy the policy; "" for neither.
	Section string `json:"section,omitempty"`
	Policy  string `json:"policy,omitempty"`
	Text    string `json:"text,omitempty"`
}

// Request is one that a client sent.
type Request struct {
	ID    string    `json:"id"`
	Began time.Time `json:"began"`
	Hop   *Hop      `json:"hop"`
	// Unkept is how many hops and steps there was no room for.
	Unkept int `json:"unkept,omitempty"`

	hops, steps int
}

// Log holds the last MaxRequests requests.
type Log struct {
	mu       sync.Mutex
	requests []*Request
	number   int
	// asked are the hops that were sent and have not arrived yet, by their keys.
	asked map[string]*Visit
	keys  int
}

// New is a Log without any request.
func New() *Log { return &Log{asked: map[string]*Visit{}} }

// Visit is a hop that is under way. A nil Visit takes everything and keeps nothing.
type Visit struct {
	log     *Log
	request *Request
	hop     *Hop
	began   time.Time
}

type visitKey struct{}

// Of is the visit that a context belongs to, nil where nobody watches.
func Of(ctx context.Context) *Visit {
	v, _ := ctx.Value(visitKey{}).(*Visit)
	return v
}

// Client begins a request of a client.
func (l *Log) Client(ctx context.Context, who Who) (context.Context, *Visit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.number++
	now := time.Now()
	made := &Request{ID: strconv.Itoa(l.number), Began: now, Hop: &Hop{Who: who.cut()}, hops: 1}
	if len(l.requests) == MaxRequests {
		l.requests = append(l.requests[:0], l.requests[1:]...)
	}
	l.requests = append(l.requests, made)
	v := &Visit{l, made, made.Hop, now}
	return context.WithValue(ctx, visitKey{}, v), v
}

// Ask begins a request to another host. The key tells that host, by Arrive, which one it is;
// "" where nobody watches.
func (v *Visit) Ask(who Who) (*Visit, string) {
	if v == nil {
		return nil, ""
	}
	v.log.mu.Lock()
	defer v.log.mu.Unlock()
	if v.request.hops == maxHops {
		v.request.Unkept++
		return nil, ""
	}
	v.request.hops++
	now := time.Now()
	hop := &Hop{Who: who.cut(), AtMS: since(v.request.Began, now)}
	v.hop.Hops = append(v.hop.Hops, hop)
	asked := &Visit{v.log, v.request, hop, now}
	v.log.keys++
	key := strconv.Itoa(v.log.keys)
	v.log.asked[key] = asked
	return asked, key
}

// Arrive is the visit that was asked with a key, nil where there is none.
func (l *Log) Arrive(ctx context.Context, key string) (context.Context, *Visit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := l.asked[key]
	if v == nil {
		return ctx, nil
	}
	delete(l.asked, key)
	return context.WithValue(ctx, visitKey{}, v), v
}

// Sent says that whoever asked has an answer, or why not.
func (v *Visit) Sent(key string, problem error) {
	if v == nil {
		return
	}
	v.log.mu.Lock()
	defer v.log.mu.Unlock()
	delete(v.log.asked, key)
	if problem != nil {
		v.hop.Problem = describe(problem)
		v.end(0)
	}
}

// End says that the host has answered; status 0 stands for an answer that broke off.
func (v *Visit) End(status int) {
	if v == nil {
		return
	}
	v.log.mu.Lock()
	defer v.log.mu.Unlock()
	v.end(status)
}

// end needs the lock.
func (v *Visit) end(status int) {
	v.hop.Ended, v.hop.TookMS = true, since(v.began, time.Now())
	if status != 0 {
		v.hop.Status = status
	}
}

// Fault notes a fault that hit the request.
func (v *Visit) Fault(text string) {
	if v == nil {
		return
	}
	v.log.mu.Lock()
	defer v.log.mu.Unlock()
	if len(v.hop.Faults) < maxHops {
		v.hop.Faults = append(v.hop.Faults, cut(text))
	}
}

// Note adds a step that happens now.
func (v *Visit) Note(text string) {
	if v == nil {
		return
	}
	v.Add([]Step{{AtMS: since(v.began, time.Now()), Text: text}})
}

// Add adds steps in their order.
func (v *Visit) Add(steps []Step) {
	if v == nil {
		return
	}
	v.log.mu.Lock()
	defer v.log.mu.Unlock()
	room := max(0, min(len(steps), maxSteps-v.request.steps))
	for _, step := range steps[:room] {
		step.Text = cut(step.Text)
		v.hop.Steps = append(v.hop.Steps, step)
	}
	v.request.steps += room
	v.request.Unkept += len(steps) - room
}

func (w Who) cut() Who {
	w.Method, w.Path = cut(w.Method), cut(w.Path)
	return w
}

func cut(text string) string {
	runes := []rune(text)
	if len(runes) <= maxText {
		return text
	}
	return string(runes[:maxText]) + "…"
}

func since(from, to time.Time) float64 { return float64(to.Sub(from).Microseconds()) / 1000 }
