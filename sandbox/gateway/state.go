package gateway

import (
	"maps"
	"slices"
	"time"
)

// State is a circuit breaker in one unit of a gateway, for people.
type State struct {
	Service string `json:"service"`
	Region  string `json:"region"`
	Unit    int    `json:"unit"`
	Backend string `json:"backend"`
	// Open says that the backend is left alone, for so many more seconds.
	Open       bool    `json:"open"`
	ForSeconds float64 `json:"forSeconds,omitempty"`
}

// State is that of all breakers which have been used.
func (s *Service) State() []State {
	c, err := s.current()
	if err != nil {
		return nil
	}
	s.mu.Lock()
	regions := make([]*region, 0, len(s.regions))
	for _, name := range slices.Sorted(maps.Keys(s.regions)) {
		regions = append(regions, s.regions[name])
	}
	s.mu.Unlock()
	var states []State
	now := time.Now()
	for _, each := range regions {
		each.mu.Lock()
		units := slices.Clone(each.units)
		each.mu.Unlock()
		for _, u := range units {
			u.mu.Lock()
			for _, backend := range slices.Sorted(maps.Keys(u.breakers)) {
				left := u.breakers[backend].OpenFor(now)
				states = append(states, State{c.service.Name, each.name, u.number, backend, left > 0, left.Seconds()})
			}
			u.mu.Unlock()
		}
	}
	return states
}
