package bench

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/chart"
)

// Table shows results, a line each.
func Table(results []Result) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "SCENARIO\tPOLICY\tSUCCESS\tLOST\tATTEMPTS\tMOST\tWASTED\tADDED P50\tADDED P99\tFAILED P99\tFIRST BYTE\tSPREAD\tSTATUS")
	for _, r := range results {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%.1f %%\t%d\t%.2f\t%d\t%d\t%s\t%s\t%s\t%s\t%s\t%s\n",
			r.Scenario, r.Policy, r.Success*100, r.Lost, r.Attempts, r.MostAttempts, r.Wasted, seconds(r.AddedP50), seconds(r.AddedP99), seconds(r.HeldP99), seconds(r.FirstP50), numbers(r.Spread), statuses(r.Statuses))
	}
	_ = w.Flush()
	return b.String()
}

func seconds(ms float64) string {
	if ms < 1000 {
		return strconv.FormatFloat(ms, 'f', 0, 64) + " ms"
	}
	return strconv.FormatFloat(ms/1000, 'f', 1, 64) + " s"
}

func numbers(counts []int) string {
	texts := make([]string, len(counts))
	for i, n := range counts {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, "/")
}

func statuses(counts map[int]int) string {
	keys := make([]int, 0, len(counts))
	for status := range counts {
		keys = append(keys, status)
	}
	slices.Sort(keys)
	texts := make([]string, len(keys))
	for i, status := range keys {
		name := strconv.Itoa(status)
		switch status {
		case 0:
			name = "none"
		case -1:
			name = "broken off"
		}
		texts[i] = fmt.Sprintf("%s: %d", name, counts[status])
	}
	return strings.Join(texts, ", ")
}

// SpreadTable shows spreads, a line each.
func SpreadTable(spreads []Spread) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "POLICY\tCACHE\tCALLERS\tREQUESTS\tCOUNTS\tMOST-LEAST\tOFF EVEN\tOF THE FIRST\tOF 30 IN A ROW")
	for _, s := range spreads {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\t%d\t%.2f %%\t%d\t%d\n", s.Policy, s.Cache, s.Callers, s.Requests, numbers(s.Counts), s.Gap, s.Deviation*100, s.Cold, s.Burst)
	}
	_ = w.Flush()
	return b.String()
}

// colour tells how a policy did: green for all that could be had, grey where no policy
// could have helped, and warmer the more it lost or wasted.
func colour(r Result) string {
	lost := float64(r.Lost) / float64(max(1, r.Requests))
	switch {
	case lost > 0.25:
		return "#e8837e"
	case lost > 0.02 || r.Wasted > 0:
		return "#f4bd6a"
	case lost > 0:
		return "#d6e08a"
	case r.Success < 1:
		return "#d5dade"
	}
	return "#8fcfa4"
}

// ScenarioChart has a row for each scenario, a column for each policy, and in each
// cell the share of requests that succeeded, with attempts and added latency.
func ScenarioChart(results []Result) string {
	var scenarios, policies []string
	for _, r := range results {
		if !slices.Contains(scenarios, r.Scenario) {
			scenarios = append(scenarios, r.Scenario)
		}
		if !slices.Contains(policies, r.Policy) {
			policies = append(policies, r.Policy)
		}
	}
	const left, column, row, top = 190, 290, 26, 40
	p := &chart.Picture{Width: left + column*len(policies) + 10, Height: top + row*len(scenarios) + 30}
	for i, name := range policies {
		p.Text(float64(left+column*i+column/2), 24, "middle", name)
	}
	for i, name := range scenarios {
		p.Text(left-10, float64(top+row*i+17), "end", name)
	}
	for _, r := range results {
		x, y := float64(left+column*slices.Index(policies, r.Policy)), float64(top+row*slices.Index(scenarios, r.Scenario))
		p.Rect(x, y, column-4, row-4, colour(r), statuses(r.Statuses))
		p.Text(x+column/2, y+15, "middle", fmt.Sprintf("%.1f %%, %d lost, %.2f attempts, p99 +%s", r.Success*100, r.Lost, r.Attempts, seconds(r.AddedP99)))
	}
	p.Text(left, float64(top+row*len(scenarios)+18), "start", "answered whole with 200; failed though a backend could have served; attempts a request; time added to those served (virtual). Grey: nothing could have helped")
	return p.String()
}

// SpreadChart has bars of the requests that each backend got, for each policy and
// behaviour of the cache.
func SpreadChart(spreads []Spread) string {
	const left, width, row, top = 370, 420, 34, 36
	p := &chart.Picture{Width: left + width + 230, Height: top + row*len(spreads) + 10}
	p.Text(left, 22, "start", "requests by backend; the line is an even share")
	for i, s := range spreads {
		y := float64(top + row*i)
		p.Text(left-10, y+18, "end", fmt.Sprintf("%s, cache %s, %d callers", s.Policy, s.Cache, s.Callers))
		even := float64(s.Requests) / float64(len(s.Counts))
		height := float64(row-8) / float64(len(s.Counts))
		for j, n := range s.Counts {
			p.Rect(left, y+height*float64(j), width*float64(n)/(even*1.25), height-1, "#4682b4", strconv.Itoa(n))
		}
		p.Rect(left+width/1.25, y-2, 1, row-4, "#d9534f", "even")
		p.Text(left+width+8, y+18, "start", fmt.Sprintf("%.2f %% off, %d of 30 in a row", s.Deviation*100, s.Burst))
	}
	return p.String()
}
