package drill_test

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/azure"
	"github.com/openai/openai-go/v3/option"
	"github.com/stretchr/testify/require"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/drill"
	"github.com/aoai-gateway/aoai-gateway/policies"
	"github.com/aoai-gateway/aoai-gateway/sandbox/edge"
	"github.com/aoai-gateway/aoai-gateway/sandbox/lab"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
)

type object = map[string]any

// regions are those of the topology, with an account each.
var regions = []string{"swedencentral", "francecentral", "polandcentral"}

// topology is pattern multi-region in memory: a Front Door over the gateways of three
// regions, each of which prefers the account of its own.
type topology struct {
	*testing.T
	*lab.Lab
	target drill.Target
	// lock and open set the gateways' policy with and without the lock.
	lock, open func() error
}

// balancers are the two ways to prefer a region's own, with the pools that they take.
var balancers = map[string]policies.Part{
	"round robin": policies.RoundRobin{Name: "lab", Waits: policies.DefaultWaits(), Timeouts: policies.DefaultAttemptTimeouts(), Routes: []policies.Route{{
		Model: "gpt-4o", Backends: regions, Regions: prefer(""),
	}}},
	"pools": policies.Pool{Waits: policies.DefaultWaits(), Timeouts: policies.DefaultAttemptTimeouts(), Routes: []policies.PoolRoute{{
		Pool: "pool-gpt-4o", Route: policies.Route{Model: "gpt-4o", Backends: regions, Regions: prefer("pool-gpt-4o-")},
	}}},
}

// prefer lets every region use its own account first.
func prefer(pool string) []policies.RegionRoute {
	var routes []policies.RegionRoute
	for _, region := range regions {
		routes = append(routes, policies.RegionRoute{Region: region, Backends: []string{region}, Pool: pool + region})
	}
	return routes
}

func inTopology(t *testing.T, balancer policies.Part, f func(o *topology)) {
	t.Helper()
	var backends []lab.Backend
	for _, region := range regions {
		backends = append(backends, lab.Backend{ID: region, Region: region})
	}
	options := lab.Options{Dir: t.TempDir(), SKU: "Premium", Regions: regions[1:], Backends: backends, Locations: []edge.Location{
		{Name: "stockholm", LatencyMS: map[string]int{"swedencentral": 2, "francecentral": 40, "polandcentral": 60}},
		{Name: "paris", LatencyMS: map[string]int{"swedencentral": 40, "francecentral": 3, "polandcentral": 45}},
		{Name: "warsaw", LatencyMS: map[string]int{"swedencentral": 60, "francecentral": 45, "polandcentral": 4}},
		{Name: "swedencentral", LatencyMS: map[string]int{"swedencentral": 1, "francecentral": 40, "polandcentral": 60}},
		{Name: "francecentral", LatencyMS: map[string]int{"swedencentral": 40, "francecentral": 1, "polandcentral": 45}},
	}}
	synctest.Test(t, func(t *testing.T) {
		l, err := lab.New(t.Context(), options)
		require.NoError(t, err)
		defer func() { require.NoError(t, l.Close()) }()
		for _, region := range regions {
			require.NoError(t, l.Put(lab.ServiceID+"/backends/pool-gpt-4o-"+region, object{"properties": object{"type": "Pool", "pool": object{"services": members(region)}}}))
		}
		var origins []lab.Origin
		for _, region := range regions {
			origins = append(origins, lab.Origin{Name: region, Host: lab.RegionalGateway(region)})
		}
		host, frontDoorID, err := l.PutFrontDoor(lab.FrontDoor{Origins: origins, WindowMS: -1})
		require.NoError(t, err)
		require.NoError(t, l.Plane.Refresh(t.Context()))
		set := func(lock ...policies.Part) func() error {
			rendered, err := policies.Compose(append(lock, policies.Access{SubscriptionKey: true}, policies.Model{}, balancer, policies.ManagedIdentity{}, policies.Errors{})...)
			require.NoError(t, err)
			return func() error { return l.SetPolicy(rendered.Document) }
		}
		o := &topology{T: t, Lab: l, lock: set(policies.OriginLock{FrontDoorID: frontDoorID}), open: set()}
		require.NoError(t, o.lock())
		time.Sleep(time.Second) // the first probes
		client := func(host string) openai.Client {
			return openai.NewClient(azure.WithEndpoint("https://"+host, "2024-10-21"), azure.WithAPIKey(l.Key), option.WithHTTPClient(l.Client()))
		}
		o.target = drill.Target{Client: client(host), Model: "gpt-4o", Order: func(_ context.Context, faults []network.Fault) error { return l.Network.Faults.Order(faults) }}
		for _, region := range regions {
			o.target.Gateways = append(o.target.Gateways, drill.Gateway{Region: region, Client: client(lab.RegionalGateway(region))})
		}
		f(o)
	})
}

// members are all accounts, those of a region first.
func members(region string) []any {
	var list []any
	for _, each := range regions {
		priority := 2
		if each == region {
			priority = 1
		}
		list = append(list, object{"id": lab.ServiceID + "/backends/" + each, "priority": priority, "weight": 1})
	}
	return list
}

// run plays the steps, ten seconds each.
func (o *topology) run(steps ...drill.Step) *drill.Report {
	o.Helper()
	script := drill.Script{Name: "test", DurationSeconds: 10 * (len(steps) + 1), Load: drill.Load{RequestsPerSecond: 30, Locations: []string{"stockholm", "paris", "warsaw"}, TimeoutSeconds: 30}}
	for i, step := range steps {
		step.AtSeconds = 10 * (i + 1)
		script.Steps = append(script.Steps, step)
	}
	require.NoError(o.T, script.Validate())
	report, err := drill.Run(o.Context(), script, o.target)
	require.NoError(o.T, err)
	require.Equal(o.T, 30*script.DurationSeconds, report.Requests, "every request is in the report")
	return report
}

func lost(region, kind string) network.Fault {
	return network.Fault{Region: region, HostKind: kind, Kind: "unreachable"}
}

// ways are how many requests of a phase went where.
func ways(phase drill.Phase) map[string]int {
	counts := map[string]int{}
	for _, way := range phase.Ways {
		counts[strings.NewReplacer("at ", "", "gateway ", "", "account ", "", "model in ", "").Replace(way.Of)] += way.Count
	}
	return counts
}

// A lost region loses no request: neither its models, nor its gateway, nor both. Each
// caller is served by the region that is near as long as there is one.
func TestLostRegionLosesNothing(t *testing.T) {
	for name, balancer := range balancers {
		t.Run(name, func(t *testing.T) {
			inTopology(t, balancer, func(o *topology) {
				report := o.run(
					drill.Step{Note: "models", Faults: []network.Fault{lost("swedencentral", "account")}},
					drill.Step{Note: "gateway", Faults: []network.Fault{lost("swedencentral", "gateway")}},
					drill.Step{Note: "both", Faults: []network.Fault{lost("swedencentral", "")}},
					drill.Step{Note: "two regions", Faults: []network.Fault{lost("swedencentral", ""), lost("francecentral", "")}},
					drill.Step{Note: "all is well"},
				)
				require.Zero(t, report.Failed, "%v", report.Phases)
				require.Equal(t, map[string]int{
					"stockholm, Sweden Central, swedencentral, swedencentral": 100, "paris, France Central, francecentral, francecentral": 100, "warsaw, Poland Central, polandcentral, polandcentral": 100,
				}, ways(report.Phases[0]), "before")
				for way := range ways(report.Phases[1]) {
					require.NotContains(t, way, "swedencentral", "models are lost")
				}
				require.Contains(t, report.Phases[1].Ways[2].Of+report.Phases[1].Ways[3].Of+report.Phases[1].Ways[len(report.Phases[1].Ways)-1].Of, "gateway Sweden Central", "its gateway sends to others")
				for _, phase := range report.Phases[2:4] {
					require.Equal(t, map[string]int{
						"stockholm, France Central, francecentral, francecentral": 100, "paris, France Central, francecentral, francecentral": 100, "warsaw, Poland Central, polandcentral, polandcentral": 100,
					}, ways(phase), phase.Note)
				}
				require.Equal(t, map[string]int{
					"stockholm, Poland Central, polandcentral, polandcentral": 100, "paris, Poland Central, polandcentral, polandcentral": 100, "warsaw, Poland Central, polandcentral, polandcentral": 100,
				}, ways(report.Phases[4]), "two regions are lost")
			})
		})
	}
}

// What nothing could have saved is told apart: requests that were under way when their
// region went. What fails otherwise is told by its status.
func TestReportTellsFailures(t *testing.T) {
	inTopology(t, balancers["round robin"], func(o *topology) {
		report := o.run(
			drill.Step{Note: "models hang", Faults: []network.Fault{{HostKind: "account", Path: "/openai", Kind: "latency", DelayMS: 8_000}}},
			drill.Step{Note: "gateways break off", Faults: []network.Fault{{HostKind: "gateway", Path: "/openai", Kind: "status", Status: 500}}},
			drill.Step{Note: "all is well"},
		)
		require.Equal(t, 300, report.Phases[2].Failed)
		require.Equal(t, []drill.Share{{Of: "500", Count: 300}}, report.Phases[2].Failures)
		require.InDelta(t, 8000, report.Phases[1].P50, 100)
		require.InDelta(t, 0.75, report.Availability(), 0.01)

		text := report.Markdown("drill.svg")
		for _, want := range []string{"# Drill: test", "| 20 s | gateways break off | 300 | 300 |", "**failed**: 500 | 300 |", "![timeline](drill.svg)"} {
			require.Contains(t, text, want)
		}
		picture := report.Timeline()
		for _, want := range []string{"failed", "gateway Sweden Central, model in swedencentral", "2: at 20 s gateways break off"} {
			require.Contains(t, picture, want)
		}
		decoder := xml.NewDecoder(strings.NewReader(picture))
		for {
			_, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err, "the picture is XML")
		}
		require.Empty(t, o.Network.Faults.InForce(), "faults end with the drill")
	})
}

// What nothing could have saved is told apart: requests that were broken off while faults
// came.
func TestReportTellsWhatWasInFlight(t *testing.T) {
	inTopology(t, balancers["round robin"], func(o *topology) {
		slow := network.Fault{HostKind: "account", Path: "/openai", Kind: "latency", DelayMS: 2_000}
		report := o.run(
			drill.Step{Note: "models take two seconds", Faults: []network.Fault{slow}},
			drill.Step{Note: "a region is lost", Faults: []network.Fault{slow, lost("swedencentral", "")}},
			drill.Step{Note: "all is well", Faults: []network.Fault{slow}},
			drill.Step{Note: "Front Door itself is lost", Faults: []network.Fault{slow, {HostKind: "front-door", Kind: "unreachable"}}},
		)
		require.Zero(t, report.Phases[1].Failed+report.Phases[2].Failed, "what the edge had sent to the lost region is sent again to another")
		require.Equal(t, 60, report.InFlight, "two seconds of requests were under way when Front Door went")
		require.Equal(t, 360, report.Failed, "and nobody answers after that")
	})
}

// The drill of a lost edge, as it is shipped. Nobody answers without Front Door as long as
// the lock is closed; with an open lock the gateways answer; closed again, it refuses what
// goes around.
func TestLostEdge(t *testing.T) {
	script, err := drill.Read("../../../../examples/drills/lost-edge.json")
	require.NoError(t, err)
	inTopology(t, balancers["round robin"], func(o *topology) {
		script.Load.Locations = append(script.Load.Locations, "warsaw") // where no gateway is
		var opened, closed error
		time.AfterFunc(39950*time.Millisecond, func() { opened = o.open() })
		time.AfterFunc(90*time.Second, func() { closed = o.lock() })
		report, err := drill.Run(o.Context(), script, o.target)
		require.NoError(o.T, err)
		require.NoError(o.T, errors.Join(opened, closed))
		require.Len(o.T, report.Phases, 7)
		before, lost, opening, open := report.Phases[0], report.Phases[1], report.Phases[2], report.Phases[3]
		back, shut, after := report.Phases[4], report.Phases[5], report.Phases[6]
		require.Zero(o.T, before.Failed)
		// A request at the very moment of a fault may come before or after it.
		require.GreaterOrEqual(o.T, lost.Failed, lost.Requests-1, "nobody answers without Front Door")
		require.Equal(o.T, []drill.Share{{Of: "403", Count: 200}}, opening.Failures, "the lock stays closed for half of the time")
		require.Zero(o.T, open.Failed)
		require.Equal(o.T, map[string]int{
			"around the edge to swedencentral, Sweden Central, swedencentral, swedencentral": 34,
			"around the edge to francecentral, France Central, francecentral, francecentral": 33,
			"around the edge to polandcentral, Poland Central, polandcentral, polandcentral": 33,
		}, ways(open), "each caller goes to the gateway of its region, others take turns")
		require.LessOrEqual(o.T, back.Failed, 1)
		require.Equal(o.T, []drill.Share{{Of: "403", Count: shut.Requests}}, shut.Failures, "the lock is closed again")
		require.Zero(o.T, after.Failed)
	})
}

// A drill that sends callers to gateways needs some.
func TestLostEdgeNeedsGateways(t *testing.T) {
	_, err := drill.Run(t.Context(), drill.Script{Steps: []drill.Step{{Callers: drill.CallersGateways}}}, drill.Target{})
	require.ErrorContains(t, err, "the topology has none")
}

// A drill that is broken off ends its faults, and reports what went before.
func TestInterruption(t *testing.T) {
	inTopology(t, balancers["round robin"], func(o *topology) {
		ctx, cancel := context.WithTimeout(o.Context(), 15500*time.Millisecond)
		defer cancel()
		slow := network.Fault{HostKind: "account", Path: "/openai", Kind: "latency", DelayMS: 2_000}
		script := drill.Script{Name: "test", DurationSeconds: 60, Load: drill.Load{RequestsPerSecond: 1, TimeoutSeconds: 5}, Steps: []drill.Step{
			{AtSeconds: 10, Note: "models take two seconds", Faults: []network.Fault{slow}}, {AtSeconds: 50, Note: "never"},
		}}
		report, err := drill.Run(ctx, script, o.target)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "the drill was broken off after 16 s")
		require.Empty(t, o.Network.Faults.InForce())
		require.NotNil(t, report)
		require.InDelta(t, 15.5, report.BrokenOffAt, 0.01)
		require.Zero(t, report.Failed, "a request that the interruption broke off is no failure of the topology")
		require.Equal(t, 14, report.Requests, "16 began, and the last two were under way")
		require.Len(t, report.Phases, 2, "a step that was not reached is not reported")
		require.InDelta(t, 15.5, report.Phases[1].To, 0.01)
		require.Contains(t, report.Markdown("drill.svg"), "**The drill was broken off after 16 of 60 s.**")

		late, cancelLate := context.WithTimeout(o.Context(), 5*time.Second)
		defer cancelLate()
		_, err = drill.Run(late, drill.Script{Name: "test", DurationSeconds: 60, Load: drill.Load{RequestsPerSecond: 1, TimeoutSeconds: 5}, Steps: []drill.Step{{AtSeconds: 1, Note: "nothing"}}}, o.target)
		require.ErrorIs(t, err, context.DeadlineExceeded, "after the last step, too")

		ended, cancelAtOnce := context.WithCancel(o.Context())
		cancelAtOnce()
		report, err = drill.Run(ended, script, o.target)
		require.ErrorIs(t, err, context.Canceled)
		require.Nil(t, report, "nothing went before")
	})
}

// Progress is told at each step, and every ten seconds between them.
func TestProgress(t *testing.T) {
	inTopology(t, balancers["round robin"], func(o *topology) {
		var told []string
		o.target.Progress = func(p drill.Progress) { told = append(told, p.String()) }
		_, err := drill.Run(o.Context(), drill.Script{Name: "test", DurationSeconds: 35, Load: drill.Load{RequestsPerSecond: 1, TimeoutSeconds: 5}, Steps: []drill.Step{
			{AtSeconds: 15, Note: "Front Door is lost", Faults: []network.Fault{{HostKind: "front-door", Kind: "unreachable"}}}, {AtSeconds: 20, Note: "all is well"},
		}}, o.target)
		require.NoError(o.T, err)
		require.Len(o.T, told, 4)
		for i, want := range []string{`^10 of 35 s: 1[01] requests, 0 failed$`, `^15 of 35 s: 1[56] requests, \d failed; now: Front Door is lost$`, `^20 of 35 s: .* failed; now: all is well$`, `^30 of 35 s: 3[01] requests, [56] failed$`} {
			require.Regexp(o.T, want, told[i])
		}
	})
}

func TestReadRefuses(t *testing.T) {
	for reason, c := range map[string]struct{ script, want string }{
		"no JSON":               {`{`, "ends in the middle"},
		"a typo":                {`{"name":"a","duration":1}`, `duration: is not a known key; known are name, durationSeconds, load, steps`},
		"no name":               {`{"durationSeconds":9,"steps":[{"atSeconds":1,"note":"a"}]}`, "name: is missing"},
		"no steps":              {`{"name":"a","durationSeconds":9}`, "steps: is empty"},
		"no time":               {`{"name":"a","steps":[{"atSeconds":1,"note":"a"}]}`, "durationSeconds: 0 is out of range"},
		"steps in disorder":     {`{"name":"a","durationSeconds":9,"steps":[{"atSeconds":5,"note":"a"},{"atSeconds":2,"note":"b"}]}`, "steps[1].atSeconds: 2 comes at the wrong time"},
		"a step after the end":  {`{"name":"a","durationSeconds":9,"steps":[{"atSeconds":9,"note":"a"}]}`, "steps[0].atSeconds: 9 comes at the wrong time"},
		"a step without a note": {`{"name":"a","durationSeconds":9,"steps":[{"atSeconds":1}]}`, "steps[0].note: is missing"},
		"a fault that is none":  {`{"name":"a","durationSeconds":9,"steps":[{"atSeconds":1,"note":"a","faults":[{"region":"x","kind":"explode"}]}]}`, `steps[0].faults: [0]: kind "explode" is not known`},
		"a host kind of none":   {`{"name":"a","durationSeconds":9,"steps":[{"atSeconds":1,"note":"a","faults":[{"hostKind":"router","kind":"reset"}]}]}`, `hostKind "router" is not known`},
		"callers nowhere":       {`{"name":"a","durationSeconds":9,"steps":[{"atSeconds":1,"note":"a","callers":"models"}]}`, `steps[0].callers: "models" is not allowed; one of edge, gateways`},
		"too much load":         {`{"name":"a","durationSeconds":9,"load":{"requestsPerSecond":501},"steps":[{"atSeconds":1,"note":"a"}]}`, "load.requestsPerSecond: 501 is out of range"},
	} {
		t.Run(reason, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "drill.json")
			require.NoError(t, os.WriteFile(file, []byte(c.script), 0o600))
			_, err := drill.Read(file)
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err := drill.Read("../../../../examples/drills/lost-region.json")
	require.NoError(t, err)
}
