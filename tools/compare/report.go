package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// aThird is what counts as worse, and what the noise has to stay below to say so.
const aThird = 1.0 / 3

// row is one figure of both builds. ratio is now to before, where more than 1 is worse.
// noise is half of the quarters' distance to the median, of the noisier build.
type row struct {
	figure
	before, now, ratio, noise float64
}

func (r row) verdict() string {
	switch {
	case r.noise >= aThird:
		return "too noisy to say"
	case r.ratio > 1+aThird:
		return "WORSE"
	case r.ratio < 1/(1+aThird):
		return "better"
	default:
		return ""
	}
}

// compared are the figures that both builds have, the worst first.
func compared(found results) []row {
	var rows []row
	for each, values := range found {
		before, now := values["before"], values["now"]
		if len(before) == 0 || len(now) == 0 {
			continue
		}
		r := row{figure: each, before: median(before), now: median(now), noise: max(noise(before), noise(now))}
		switch {
		case r.before == r.now:
			r.ratio = 1
		case moreIsBetter(each.unit):
			r.ratio = r.before / r.now
		default:
			r.ratio = r.now / r.before
		}
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(b.ratio, a.ratio), strings.Compare(a.benchmark, b.benchmark), strings.Compare(a.unit, b.unit))
	})
	return rows
}

// moreIsBetter tells rates and shares from times and sizes.
func moreIsBetter(unit string) bool {
	return strings.HasSuffix(unit, "/s") || strings.HasPrefix(unit, "%of-")
}

func report(out io.Writer, before string, rounds int, found results) error {
	rows := compared(found)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(table, "Medians of %d rounds in turns. before: %s. A ratio above 1 is worse.\n\n", rounds, before)
	_, _ = fmt.Fprintln(table, "BENCHMARK\tUNIT\tBEFORE\tNOW\tRATIO\tNOISE\tVERDICT")
	worse := 0
	for _, r := range rows {
		if r.verdict() == "WORSE" {
			worse++
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%.4g\t%.4g\t%.2f\t%.0f %%\t%s\n", r.benchmark, r.unit, r.before, r.now, r.ratio, 100*r.noise, r.verdict())
	}
	_, _ = fmt.Fprintf(table, "\n%d of %d figures got worse by more than a third.\n", worse, len(rows))
	for _, alone := range measuredOnce(found) {
		_, _ = fmt.Fprintln(table, alone)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}

// measuredOnce tells of the benchmarks that only one of the builds has.
func measuredOnce(found results) []string {
	var lines []string
	for each, values := range found {
		for version := range values {
			if len(values) == 1 {
				lines = append(lines, fmt.Sprintf("%s (%s) is measured %s alone.", each.benchmark, each.unit, version))
			}
		}
	}
	return slices.Sorted(slices.Values(lines))
}

func median(values []float64) float64 { return quantile(values, 0.5) }

func noise(values []float64) float64 {
	middle := median(values)
	if middle == 0 {
		return 0
	}
	return (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / math.Abs(middle)
}

// quantile is the value below which a share of the values lies, between neighbours linearly.
func quantile(values []float64, share float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	place := share * float64(len(sorted)-1)
	low := int(place)
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (sorted[high]-sorted[low])*(place-float64(low))
}
