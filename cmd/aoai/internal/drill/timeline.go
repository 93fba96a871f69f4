package drill

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aoai-gateway/aoai-gateway/cmd/aoai/internal/chart"
)

// colours tell destinations apart; red is for failures.
var colours = []string{"#4682b4", "#8fcfa4", "#f4bd6a", "#b39ddb", "#80cbc4", "#bcaaa4", "#90a4ae", "#dce775"}

const failed = "#d9534f"

// The picture's measures, in its own units.
const (
	left, right, top  = 60.0, 20.0, 30.0
	plot, wide, below = 220.0, 900.0, 130.0
)

// Timeline shows each second's requests by where they went, the steps, and the median of
// the time that good answers took.
func (r *Report) Timeline() string {
	var ways []string
	for _, phase := range r.Phases {
		for _, way := range phase.Ways {
			if name := destination(way.Of); !slices.Contains(ways, name) {
				ways = append(ways, name)
			}
		}
	}
	slices.Sort(ways)
	seconds := r.Script.DurationSeconds
	legend := 18 * (len(ways) + 2 + len(r.Script.Steps))
	p := &chart.Picture{Width: int(left + wide + right), Height: int(top + plot + below + float64(legend))}
	counts, took := r.bySecond(seconds)
	most := 1
	for _, each := range counts {
		total := 0
		for _, n := range each {
			total += n
		}
		most = max(most, total)
	}
	p.Text(left, 18, "start", "requests a second, by the region of gateway and model that answered")
	column := wide / float64(seconds)
	for second, each := range counts {
		y := top + plot
		for i, name := range append(slices.Clone(ways), "failed") {
			height := plot * float64(each[name]) / float64(most)
			colour := failed
			if name != "failed" {
				colour = colours[i%len(colours)]
			}
			if height > 0 {
				y -= height
				p.Rect(left+column*float64(second), y, max(1, column-0.5), height, colour, fmt.Sprintf("%d s: %d, %s", second, each[name], name))
			}
		}
	}
	r.axis(p, seconds, most, column)
	r.latencies(p, took, column)
	y := top + plot + below
	for i, name := range append(ways, "failed") {
		colour := failed
		if name != "failed" {
			colour = colours[i%len(colours)]
		}
		p.Rect(left, y-10, 12, 12, colour, name)
		p.Text(left+20, y, "start", name)
		y += 18
	}
	for i, step := range r.Script.Steps {
		p.Text(left, y, "start", fmt.Sprintf("%d: at %d s %s", i+1, step.AtSeconds, step.Note))
		y += 18
	}
	return p.String()
}

// destination is a way without where it came in and which account answered.
func destination(way string) string {
	var kept []string
	for _, part := range strings.Split(way, ", ") {
		if strings.HasPrefix(part, "gateway ") || strings.HasPrefix(part, "model in ") {
			kept = append(kept, part)
		}
	}
	if kept == nil {
		return "unknown"
	}
	return strings.Join(kept, ", ")
}

// bySecond counts where the requests of each second went, and the times that they took.
func (r *Report) bySecond(seconds int) (counts []map[string]int, took [][]time.Duration) {
	counts, took = make([]map[string]int, seconds), make([][]time.Duration, seconds)
	for i := range counts {
		counts[i] = map[string]int{}
	}
	for _, s := range r.samples {
		second := min(seconds-1, int(s.at.Seconds()))
		if !s.good() {
			counts[second]["failed"]++
			continue
		}
		counts[second][destination(s.way.String())]++
		took[second] = append(took[second], s.took)
	}
	return counts, took
}

func (r *Report) axis(p *chart.Picture, seconds, most int, column float64) {
	p.Rect(left, top+plot, wide, 1, "#555", "")
	p.Text(left-6, top+10, "end", fmt.Sprint(most))
	p.Text(left-6, top+plot, "end", "0")
	every := max(1, seconds/12)
	for second := 0; second < seconds; second += every {
		p.Text(left+column*float64(second), top+plot+16, "start", fmt.Sprintf("%d s", second))
	}
	for i, step := range r.Script.Steps {
		x := left + column*float64(step.AtSeconds)
		p.Rect(x, top-4, 1.5, plot+below-30, "#333", step.Note)
		p.Text(x+3, top+4, "start", fmt.Sprint(i+1))
	}
}

// latencies draw the median of each second below the requests.
func (r *Report) latencies(p *chart.Picture, took [][]time.Duration, column float64) {
	const height, under = 70.0, 30.0
	medians, most := make([]float64, len(took)), 1.0
	for i, each := range took {
		slices.Sort(each)
		medians[i] = quantile(each, 0.5)
		most = max(most, medians[i])
	}
	var points [][2]float64
	for i, median := range medians {
		if len(took[i]) > 0 {
			points = append(points, [2]float64{left + column*(float64(i)+0.5), top + plot + under + height*(1-median/most)})
		}
	}
	p.Line(points, "#333")
	p.Text(left-6, top+plot+under+8, "end", fmt.Sprintf("%.0f ms", most))
	p.Text(left+4, top+plot+under+height+12, "start", "median time of good answers")
}
