package page

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	facts "github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/sandbox/dataplane"
	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
	"github.com/aoai-gateway/aoai-gateway/sandbox/network"
	"github.com/aoai-gateway/aoai-gateway/sandbox/openai"
	"github.com/aoai-gateway/aoai-gateway/sandbox/recent"
)

// Source is what the page reads, anew for every answer. The page changes nothing: faults are
// ordered by their own REST.
type Source struct {
	Picture func() (*deployed.Picture, error)
	Hosts   func() []network.Address
	State   func() dataplane.State
	Usage   func() []openai.Usage
	Faults  func() []network.Fault
	Recent  *recent.Log
}

// take is the snapshot of this moment.
func (s *Source) take() (*Snapshot, error) {
	picture, err := s.Picture()
	if err != nil {
		return nil, fmt.Errorf("reading what is deployed: %w", err)
	}
	t := &taking{picture: picture, faults: s.Faults(), hosts: map[string]network.Address{}, usage: map[string]openai.Usage{}}
	for _, each := range s.Hosts() {
		t.hosts[each.Host] = each
	}
	for _, each := range s.Usage() {
		t.usage[usageKey(each.Account, each.Deployment)] = each
	}
	snapshot := &Snapshot{
		Time: time.Now(), Nodes: t.nodes(), Deployments: t.deployments(), Faults: t.faults, Requests: s.Recent.Summaries(),
	}
	snapshot.Links = t.links(snapshot.Nodes, s.State())
	for i := range snapshot.Nodes {
		node := &snapshot.Nodes[i]
		node.Health = Unwatched
		var views []View
		for _, link := range snapshot.Links {
			if link.To == node.Host {
				views = append(views, link.Views...)
			}
		}
		node.Health = health(views)
	}
	return snapshot, nil
}

// taking is a snapshot under way.
type taking struct {
	picture *deployed.Picture
	faults  []network.Fault
	hosts   map[string]network.Address
	usage   map[string]openai.Usage
}

func usageKey(account, deployment string) string {
	return strings.ToLower(account + "/" + deployment)
}

// nodes are edges, gateways and accounts, in this order, each by region.
func (t *taking) nodes() []Node {
	nodes := []Node{}
	add := func(names ...string) {
		if node, found := t.node(names); found {
			nodes = append(nodes, node)
		}
	}
	for _, each := range t.picture.FrontDoors {
		for _, endpoint := range each.Endpoints {
			add(endpoint.Host)
		}
	}
	for _, each := range t.picture.ApplicationGateways {
		add(each.Host)
	}
	for _, each := range t.picture.Services {
		for i, region := range each.Regions {
			names := []string{facts.RegionalGatewayHost(each.Name, region.Name)}
			if i == 0 {
				names = append(names, facts.GatewayHost(each.Name))
			}
			add(names...)
		}
	}
	for _, each := range t.picture.Accounts {
		add(accountHosts(each)...)
	}
	// Neighbours of one region stand at one height, so that few lines cross.
	column := []string{"front-door", "application-gateway", "gateway", "account"}
	slices.SortStableFunc(nodes, func(a, b Node) int {
		return cmp.Or(cmp.Compare(slices.Index(column, a.Kind), slices.Index(column, b.Kind)), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Host, b.Host))
	})
	return nodes
}

func accountHosts(of *deployed.Account) []string {
	if of.Subdomain == "" {
		return nil
	}
	return facts.AccountHosts(of.Kind, strings.ToLower(of.Subdomain))
}

// node is the host of some names, where one of them answers.
func (t *taking) node(names []string) (Node, bool) {
	node := Node{Names: []string{}, Faults: []string{}, Counts: network.Tally{ByStatus: map[int]int64{}}}
	for _, name := range names {
		address, found := t.hosts[name]
		if !found {
			continue
		}
		if node.Host == "" {
			node.Host, node.Kind, node.Region, node.URL = name, address.Kind, address.Region, address.URL
		}
		node.Names = append(node.Names, name)
		node.Counts.Requests += address.Counts.Requests
		node.Counts.InFlight += address.Counts.InFlight
		for status, count := range address.Counts.ByStatus {
			node.Counts.ByStatus[status] += count
		}
		for _, fault := range t.faults {
			brief := fault.Brief()
			if fault.Concerns(network.Host{Name: name, Kind: address.Kind, Region: address.Region}) && !slices.Contains(node.Faults, brief) {
				node.Faults = append(node.Faults, brief)
			}
		}
	}
	return node, node.Host != ""
}

// links lead from edges to origins, and from gateways to backends.
func (t *taking) links(nodes []Node, state dataplane.State) []Link {
	links := []Link{}
	find := func(name string) string {
		at := slices.IndexFunc(nodes, func(n Node) bool { return slices.Contains(n.Names, strings.ToLower(name)) })
		if at < 0 {
			return ""
		}
		return nodes[at].Host
	}
	see := func(from, to string, view ...View) {
		if from, to = find(from), find(to); from == "" || to == "" {
			return
		}
		at := slices.IndexFunc(links, func(l Link) bool { return l.From == from && l.To == to })
		if at < 0 {
			at, links = len(links), append(links, Link{From: from, To: to, Views: []View{}})
		}
		links[at].Views = append(links[at].Views, view...)
	}
	for _, edge := range state.Edges {
		for _, o := range edge.Origins {
			see(edge.Edge, o.Host, View{
				By: edge.Location, Name: o.Name, Well: o.Healthy, Disabled: !o.Enabled, LatencyMS: o.LatencyMS, Requests: o.Requests,
			})
		}
	}
	for _, service := range t.picture.Services {
		for _, region := range service.Regions {
			from := facts.RegionalGatewayHost(service.Name, region.Name)
			for _, backend := range service.Backends {
				to := hostOf(backend.URL)
				see(from, to)
				for _, b := range state.Breakers {
					if b.Service == service.Name && b.Region == region.Name && b.Backend == backend.ID {
						see(from, to, View{By: fmt.Sprintf("unit %d", b.Unit), Name: b.Backend, Breaker: true, Well: !b.Open, OpenSeconds: b.ForSeconds})
					}
				}
			}
		}
	}
	for i := range links {
		links[i].Health = health(links[i].Views)
	}
	return links
}

func hostOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return parsed.Hostname()
}

// health sums views up.
func health(views []View) Health {
	well, unwell := 0, 0
	for _, each := range views {
		switch {
		case each.Disabled:
		case each.Well:
			well++
		default:
			unwell++
		}
	}
	switch {
	case well == 0 && unwell == 0:
		return Unwatched
	case unwell == 0:
		return Well
	case well == 0:
		return Unwell
	}
	return Partly
}

// deployments are those of all accounts.
func (t *taking) deployments() []Deployment {
	list := []Deployment{}
	totals := map[string]int64{}
	for _, account := range t.picture.Accounts {
		node, found := t.node(accountHosts(account))
		if !found {
			continue
		}
		for _, each := range account.Deployments {
			used := t.usage[usageKey(account.ID, each.Name)]
			totals[each.Name] += used.Requests
			list = append(list, Deployment{
				Host: node.Host, Name: each.Name, Model: strings.TrimSpace(each.Model.Name + " " + each.Model.Version), SKU: each.SKU, Requests: used.Requests, Refused: used.Refused,
				PromptTokens: used.PromptTokens, CompletionTokens: used.CompletionTokens, Window: used.Window, Limit: each.Limits.Tokens,
			})
		}
	}
	for i := range list {
		if total := totals[list[i].Name]; total > 0 {
			list[i].Share = float64(list[i].Requests) / float64(total)
		}
	}
	// Those that share requests stand together.
	slices.SortStableFunc(list, func(a, b Deployment) int { return cmp.Compare(a.Name, b.Name) })
	return list
}
