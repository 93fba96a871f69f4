package breaker

import (
	"testing"
	"time"
)

func TestBreaker(t *testing.T) {
	start := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	type report struct {
		at         time.Duration
		status     int
		retryAfter time.Duration
	}
	rule := func(count int, accept bool) Rule {
		return Rule{Count: count, Interval: time.Minute, Trip: 10 * time.Second, AcceptRetryAfter: accept, Failures: []Range{{429, 429}, {500, 599}}}
	}
	cases := []struct {
		reason  string
		rule    Rule
		reports []report
		at      time.Duration
		open    bool
	}{
		{"closed at first", rule(1, true), nil, 0, false},
		{"the first failure opens it", rule(1, true), []report{{0, 500, 0}}, 0, true},
		{"it stays open for its time", rule(1, true), []report{{0, 500, 0}}, 9 * time.Second, true},
		{"and closes then", rule(1, true), []report{{0, 500, 0}}, 10 * time.Second, false},
		{"Retry-After counts more", rule(1, true), []report{{0, 429, time.Minute}}, 59 * time.Second, true},
		{"and shorter, too", rule(1, true), []report{{0, 429, time.Second}}, 2 * time.Second, false},
		{"where it is accepted", rule(1, false), []report{{0, 429, time.Minute}}, 11 * time.Second, false},
		{"a mistake of the caller is no failure", rule(1, true), []report{{0, 400, 0}}, 0, false},
		{"success is none", rule(1, true), []report{{0, 200, 0}}, 0, false},
		{"two of three are not enough", rule(3, true), []report{{0, 500, 0}, {time.Second, 500, 0}}, time.Second, false},
		{"three in the interval are", rule(3, true), []report{{0, 500, 0}, {time.Second, 429, 0}, {2 * time.Second, 500, 0}}, 2 * time.Second, true},
		{"three over a longer time are not", rule(3, true), []report{{0, 500, 0}, {30 * time.Second, 500, 0}, {60 * time.Second, 500, 0}}, 60 * time.Second, false},
		{"a late failure does not close it earlier", rule(1, true), []report{{0, 429, time.Minute}, {time.Second, 500, 0}}, 30 * time.Second, true},
		{"after it closed it counts anew", rule(2, true), []report{{0, 500, 0}, {0, 500, 0}, {20 * time.Second, 500, 0}}, 20 * time.Second, false},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			b := New(c.rule)
			for _, r := range c.reports {
				b.Report(start.Add(r.at), r.status, r.retryAfter)
			}
			if got := b.Open(start.Add(c.at)); got != c.open {
				t.Errorf("open is %v after %v, want %v", got, c.at, c.open)
			}
		})
	}
}
